package feed

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

func geometry(t *testing.T, h catalog.Harvested) string {
	if h.Geometry == nil {
		return ""
	}
	text, err := wkt.Marshal(h.Geometry)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// A feed that writes longitude before latitude is found out by where its items
// lie, whatever their shapes; one that lies elsewhere alone is left where it is.
func TestTurnedFeeds(t *testing.T) {
	at := func(points ...string) string {
		var items []string
		for n, p := range points {
			items = append(items, fmt.Sprintf("<item><title>%d</title>%s</item>", n, p))
		}
		list, errs := readText(t, rssFeed(items...), catalog.Mapping{})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		var got []string
		for _, h := range list {
			got = append(got, geometry(t, h))
		}
		return strings.Join(got, "; ")
	}
	for _, c := range []struct {
		in   []string
		want string
	}{
		{[]string{"<georss:point>11.1 43.88</georss:point>", "<georss:line>11 43 12 44</georss:line>", "<geo:lat>11.2</geo:lat><geo:long>43.7</geo:long>"},
			"POINT (11.1 43.88); LINESTRING (11 43, 12 44); POINT (11.2 43.7)"},
		{[]string{"<georss:point>43.88 11.1</georss:point>", "<georss:point>11.1 43.88</georss:point>"}, "POINT (11.1 43.88); POINT (43.88 11.1)"},
		{[]string{"<georss:point>48.86 2.35</georss:point>"}, "POINT (2.35 48.86)"},
	} {
		if got := at(c.in...); got != c.want {
			t.Errorf("%s = %s; want %s", c.in, got, c.want)
		}
	}
}

// Positions with heights, in the ways of GML.
func TestPositionsWithHeights(t *testing.T) {
	for in, want := range map[string]string{
		`<gml:LineString srsDimension="3"><gml:posList>43 11 50 44 12 60</gml:posList></gml:LineString>`:                                                                       "LINESTRING (11 43, 12 44)",
		`<gml:LineString><gml:posList srsDimension="3">43 11 50 44 12 60</gml:posList></gml:LineString>`:                                                                       "LINESTRING (11 43, 12 44)",
		`<gml:Point><gml:pos>43 11 50</gml:pos></gml:Point>`:                                                                                                                   "POINT (11 43)",
		`<gml:Polygon><gml:exterior><gml:LinearRing><gml:posList srsDimension="3">43 11 0 43 12 0 44 12 0 43 11 0</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>`: "POLYGON ((11 43, 12 43, 12 44, 11 43))",
	} {
		if got := geometry(t, one(t, rssFeed("<item><title>x</title><georss:where>"+in+"</georss:where></item>"))); got != want {
			t.Errorf("%s = %q; want %q", in, got, want)
		}
	}
}

// What is found in podcasts, in feeds of pictures, and in JSON Feed.
func TestMediaOfFeeds(t *testing.T) {
	h := one(t, strings.Replace(rssFeed(`<item><title>Puntata 1</title><itunes:author>Comune di Prato</itunes:author><itunes:image href="https://x.example/c.jpg"/>
		<enclosure url="https://x.example/1.mp3" length="12345" type="audio/mpeg"/><guid isPermaLink="false">p1</guid></item>`), "<rss", `<rss xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"`, 1))
	if got := field(h, "attachments"); got != `[{"url":"https://x.example/1.mp3","media_type":"audio/mpeg"}]` || field(h, "picture") != "https://x.example/c.jpg" {
		t.Errorf("podcast: attachments %s, picture %q", got, field(h, "picture"))
	}
	h = one(t, strings.Replace(rssFeed(`<item><title>Foto</title><media:group><media:content url="https://x.example/v.mp4" type="video/mp4"/></media:group>
		<media:content url="https://x.example/f.jpg" medium="image"/></item>`), "<rss", `<rss xmlns:media="http://search.yahoo.com/mrss/"`, 1))
	if got := field(h, "picture"); got != "https://x.example/f.jpg" {
		t.Errorf("media:content: picture %q", got)
	}
	h = one(t, `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"x","image":"https://x.example/i.png","external_url":"https://y.example/",
		"attachments":[{"url":"https://x.example/a.pdf","mime_type":"application/pdf","size_in_bytes":3}],"tags":["a","b"],"date_published":"2026-11-21T10:00:00+01:00"}]}`)
	if field(h, "picture") != "https://x.example/i.png" || field(h, "categories") != "a, b" || !strings.Contains(field(h, "attachments"), "a.pdf") || field(h, "published") != "2026-11-21T10:00:00+01:00" {
		t.Errorf("JSON Feed: %v", h.Values)
	}
}

// A document type declaration is never followed, and what it declares grows into nothing.
func TestEntitiesOfFeeds(t *testing.T) {
	bomb := `<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY x SYSTEM "file:///etc/passwd">]>`
	h := one(t, bomb+`<rss version="2.0"><channel><item><title>uno</title><description>&c;&c;&x;</description><link>https://x.example/1</link></item></channel></rss>`)
	if text := field(h, "text") + field(h, "abstract"); len(text) > 100 || strings.Contains(text, "root:") {
		t.Errorf("text %q", text)
	}
}

// A web page in the place of a feed names the feed's address.
func TestPageOfAFeed(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, "\n<!DOCTYPE html>\n<html lang=it><head><title>Notizie</title><link rel=\"alternate\" type=\"application/rss+xml\" href=\"feed/?a=1&amp;b=2\"></head></html>")
	}))
	defer server.Close()
	var last error
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: server.URL + "/notizie/"}) {
		last = err
	}
	if !errors.Is(last, catalog.ErrFailedListing) || !strings.Contains(last.Error(), "give the address that it names for that: "+server.URL+"/notizie/feed/?a=1&b=2") {
		t.Errorf("%v; want a failed listing with the feed's address", last)
	}
}

// Long feeds take time that grows with them and no faster.
func TestLongFeed(t *testing.T) {
	items := make([]string, 5000)
	for i := range items {
		items[i] = fmt.Sprintf(plainItem, fmt.Sprint("Notizia ", i), fmt.Sprint("https://x.example/", i), fmt.Sprint(i))
	}
	began := time.Now()
	list, errs := readText(t, rssFeed(items...), catalog.Mapping{})
	if len(list) != 5000 || len(errs) > 0 {
		t.Errorf("%d items, %v; want 5000", len(list), errs)
	}
	t.Logf("5000 items in %s", time.Since(began))
}
