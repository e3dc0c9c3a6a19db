package feed

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

// shared is a real feed outside the repository; without it the test is skipped,
// in CI it fails.
func shared(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("../../../shared/data/rss", name)
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", path)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return path
}

// read is what Harvest yields of the feed at path, and its errors.
func read(t *testing.T, path string, m catalog.Mapping) ([]catalog.Harvested, []error) {
	t.Helper()
	var list []catalog.Harvested
	var errs []error
	for h, err := range Harvest(t.Context(), nil, catalog.Source{ID: "test", URL: path, Mapping: m}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		list = append(list, h)
	}
	return list, errs
}

func readText(t *testing.T, text string, m catalog.Mapping) ([]catalog.Harvested, []error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notizie.xml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return read(t, path, m)
}

// field is a value of h by the name of its column, as text.
func field(h catalog.Harvested, name string) string {
	for i, c := range h.Layer.Columns {
		if c.Name == name {
			return catalog.Text(h.Values[i])
		}
	}
	return "no column " + name
}

func rules(h catalog.Harvested) string {
	var list []string
	for _, i := range h.Issues {
		list = append(list, i.Rule)
	}
	return strings.Join(list, " ")
}

func TestRealFeeds(t *testing.T) {
	for name, want := range map[string]int{
		"comune-prato-news.xml": 20, "protezione-civile-prato.xml": 10, "fp-atom10.xml": 1, "fp-rss20dc.xml": 1, "fp-georss_polygon.xml": 1, "fp-gml_polygon.xml": 1,
	} {
		list, errs := read(t, shared(t, name), catalog.Mapping{})
		keys := map[string]bool{}
		for _, h := range list {
			keys[h.Key] = true
			if r := string(h.Raw); !strings.HasPrefix(r, "<item>") && !strings.HasPrefix(r, "<entry>") || !strings.HasSuffix(r, ">") {
				t.Errorf("%s: raw = %.60q …; want the item as it stands", name, r)
			}
			if rules(h) != "" {
				t.Errorf("%s: %s: issues %s; want none", name, h.Key, rules(h))
			}
		}
		if len(list) != want || len(keys) != want || len(errs) > 0 {
			t.Errorf("%s: %d items with %d keys, %v; want %d", name, len(list), len(keys), errs, want)
		}
	}
	for name, root := range map[string]string{"cfr-toscana-criticita-2017.xml": "<documento>", "previsioni-meteo-prato.xml": "<dati>"} {
		list, errs := read(t, shared(t, name), catalog.Mapping{})
		if len(list) > 0 || len(errs) != 1 || !errors.Is(errs[0], catalog.ErrFailedListing) || !strings.Contains(errs[0].Error(), "no feed: its root element is "+root) {
			t.Errorf("%s: %d items, %v; want a failed listing that names %s", name, len(list), errs, root)
		}
	}
	polygon, _ := read(t, shared(t, "fp-georss_polygon.xml"), catalog.Mapping{})
	gml, _ := read(t, shared(t, "fp-gml_polygon.xml"), catalog.Mapping{})
	a, err := wkt.Marshal(polygon[0].Geometry)
	b, err2 := wkt.Marshal(gml[0].Geometry)
	if err != nil || err2 != nil || a != b || !strings.HasPrefix(a, "POLYGON ((52.566592 33.338611, 52.527238 32.537546") {
		t.Errorf("polygons %.80s and %.80s; want the same one, longitude first", a, b)
	}
}

const plainItem = `<item><title>%s</title><link>%s</link><guid>%s</guid></item>`

func rssFeed(items ...string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:georss="http://www.georss.org/georss" xmlns:gml="http://www.opengis.net/gml" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:ev="http://purl.org/rss/1.0/modules/event/"
 xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Notizie</title><link>https://www.example.org/notizie/</link>` + strings.Join(items, "\n") + `</channel></rss>`
}

// one is the only item of a feed.
func one(t *testing.T, text string) catalog.Harvested {
	t.Helper()
	list, errs := readText(t, text, catalog.Mapping{})
	if len(list) != 1 || len(errs) > 0 {
		t.Fatalf("%s: %d items, %v; want one", text, len(list), errs)
	}
	return list[0]
}

func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		name  string
		items []string
		want  int // different keys
		keys  string
	}{
		{"guids", []string{fmt.Sprintf(plainItem, "a", "https://x.example/1", "1"), fmt.Sprintf(plainItem, "b", "https://x.example/1", "2")}, 2, "1 2"},
		{"a guid that is an address loses what follows readers", []string{fmt.Sprintf(plainItem, "a", "https://x.example/1?utm_source=rss&amp;id=3", "https://x.example/1?utm_source=rss&amp;id=3")}, 1, "https://x.example/1?id=3"},
		{"several items that link to one page, no guid", []string{fmt.Sprintf(plainItem, "a", "https://x.example/", ""), fmt.Sprintf(plainItem, "b", "https://x.example/", "")}, 2, ""},
		{"no guid, no link", []string{fmt.Sprintf(plainItem, "a", "", ""), fmt.Sprintf(plainItem, "b", "", "")}, 2, ""},
		{"one guid copied to several", []string{fmt.Sprintf(plainItem, "a", "https://x.example/1", "g"), fmt.Sprintf(plainItem, "b", "https://x.example/2", "g")}, 2, ""},
	} {
		list, errs := readText(t, rssFeed(tt.items...), catalog.Mapping{})
		var keys []string
		seen := map[string]bool{}
		for _, h := range list {
			keys = append(keys, h.Key)
			seen[h.Key] = true
		}
		if len(seen) != tt.want || len(errs) > 0 || tt.keys != "" && strings.Join(keys, " ") != tt.keys {
			t.Errorf("%s: keys %q, %v; want %d, %q", tt.name, keys, errs, tt.want, tt.keys)
		}
	}
	// The key of an item does not depend on what else is listed, or on trackers.
	a, b := fmt.Sprintf(plainItem, "a", "https://x.example/?utm_medium=x", ""), fmt.Sprintf(plainItem, "b", "https://x.example/?fbclid=y", "")
	both, _ := readText(t, rssFeed(a, b), catalog.Mapping{})
	alone, _ := readText(t, rssFeed(strings.Replace(b, "fbclid=y", "utm_campaign=z", 1)), catalog.Mapping{})
	if both[1].Key != alone[0].Key {
		t.Errorf("key %s, alone %s; want the same", both[1].Key, alone[0].Key)
	}
}

func TestFields(t *testing.T) {
	h := one(t, rssFeed(`<item><title>Orari &amp;amp; &lt;b&gt;sportelli&lt;/b&gt; &egrave; &#8220;nuovi&#8221;</title>
<link>/notizie/1?utm_source=a&amp;id=2&amp;fbclid=b#oggi</link><guid isPermaLink="false">g1</guid>
<description>Breve</description><content:encoded><![CDATA[<p>Prima riga</p><script>alert(1)</script><p>Seconda &egrave; lunga</p>]]></content:encoded>
<pubDate>gio, 12 giu 2025 10:30</pubDate><category>Sport, tempo libero</category><category>Avvisi</category>
<author>maria.rossi@example.org (Maria Rossi)</author><dc:creator>Ufficio stampa</dc:creator>
<enclosure url="/a.pdf" type="application/pdf" length="1"/><enclosure url="/a.jpg" type="image/jpeg" length="1"/>
<georss:point>43.8777 11.1022</georss:point></item>`))
	want := map[string]string{
		"headline": "Orari & sportelli è “nuovi”", "abstract": "Breve", "link": "https://www.example.org/notizie/1?id=2#oggi", "categories": "Sport, tempo libero, Avvisi",
		"published": "2025-06-12T10:30:00+02:00", "changed": "2025-06-12T10:30:00+02:00", "picture": "https://www.example.org/a.jpg",
		"attachments": `[{"url":"https://www.example.org/a.pdf","media_type":"application/pdf"}]`,
	}
	for name, text := range want {
		if got := field(h, name); got != text {
			t.Errorf("%s = %q; want %q", name, got, text)
		}
	}
	if got := catalog.PlainText(field(h, "text")); got != "Prima riga\nSeconda è lunga" {
		t.Errorf("text = %q", got)
	}
	if a := field(h, "author"); a != "" {
		t.Errorf("author = %q; a person is not published", a)
	}
	if g, err := wkt.Marshal(h.Geometry); err != nil || g != "POINT (11.1022 43.8777)" {
		t.Errorf("geometry = %s, %v; want POINT (11.1022 43.8777)", g, err)
	}
	if a := field(one(t, rssFeed(`<item><title>x</title><dc:creator>Ufficio stampa</dc:creator></item>`)), "author"); a != "Ufficio stampa" {
		t.Errorf("author = %q; want the body", a)
	}
}

// Whatever the format, the same item says the same.
func TestFormats(t *testing.T) {
	for name, text := range map[string]string{
		"RSS 0.91":                         `<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><item><title>Avviso</title><link>https://x.example/1</link><description>Testo</description></item></channel></rss>`,
		"RSS 1.0":                          `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://x.example/"><title>N</title></channel><item rdf:about="https://x.example/1"><title>Avviso</title><link>https://x.example/1</link><description>Testo</description></item></rdf:RDF>`,
		"RSS 0.9":                          `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel><title>N</title></channel><item><title>Avviso</title><link>https://x.example/1</link><description>Testo</description></item></rdf:RDF>`,
		"Atom":                             `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:1</id><title type="html">Avviso</title><link href="https://x.example/1"/><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Testo</div></content></entry></feed>`,
		"Atom 0.3":                         `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>tag:1</id><title>Avviso</title><link rel="alternate" type="text/html" href="https://x.example/1"/><content type="text/html" mode="escaped">&lt;p&gt;Testo&lt;/p&gt;</content></entry></feed>`,
		"Atom with a prefix":               `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>tag:1</a:id><a:title>Avviso</a:title><a:link href="https://x.example/1"/><a:summary>Testo</a:summary></a:entry></a:feed>`,
		"JSON Feed":                        `{"version":"https://jsonfeed.org/version/1.1","title":"N","items":[{"id":7,"title":"Avviso","url":"https://x.example/1","content_html":"<p>Testo</p>"}]}`,
		"no XML declaration, space before": "\n \n<rss version='2.0'><channel><item><title>Avviso</title><link>https://x.example/1</link><description>Testo</description></item></channel></rss>",
	} {
		h := one(t, text)
		got := []string{field(h, "headline"), field(h, "link"), catalog.PlainText(field(h, "text"))}
		if diff := cmp.Diff([]string{"Avviso", "https://x.example/1", "Testo"}, got); diff != "" || rules(h) != "" {
			t.Errorf("%s (-want +got):\n%s%s", name, diff, rules(h))
		}
	}
}

func TestEncodings(t *testing.T) {
	utf8 := `<rss version="2.0"><channel><item><title>Città è “più”</title></item></channel></rss>`
	latin := strings.NewReplacer("à", "\xe0", "è", "\xe8", "ù", "\xf9", "“", "\x93", "”", "\x94").Replace(utf8)
	wide := func(s string) string {
		var b strings.Builder
		for _, r := range "\ufeff" + s {
			b.WriteByte(byte(r))
			b.WriteByte(byte(r >> 8))
		}
		return b.String()
	}
	for name, text := range map[string]string{
		"UTF-8": utf8, "byte order mark": "\ufeff" + utf8, "declared latin-1": `<?xml version="1.0" encoding="ISO-8859-1"?>` + latin,
		"declared UTF-8, not so": `<?xml version="1.0" encoding="UTF-8"?>` + latin, "declared latin-1, not so": `<?xml version="1.0" encoding="ISO-8859-1"?>` + utf8,
		"not declared": latin, "UTF-16": wide(`<?xml version="1.0" encoding="UTF-16"?>` + utf8), "a control character": strings.Replace(utf8, "Citt", "Ci\x0btt", 1),
	} {
		if got := field(one(t, text), "headline"); got != "Città è “più”" {
			t.Errorf("%s: %q; want Città è “più”", name, got)
		}
	}
}

// Addresses are resolved by RFC 3986 against xml:base, else against the feed.
func TestRelativeLinks(t *testing.T) {
	atom := func(feed, entry, link string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom"` + feed + `><link href="https://feed.example/lista/"/><entry` + entry + `><title>x</title><link href="` + link + `"/></entry></feed>`
	}
	for _, tt := range []struct{ in, want string }{
		{atom("", "", "/1"), "https://feed.example/1"}, {atom("", "", "1"), "https://feed.example/lista/1"},
		{atom(` xml:base="https://base.example/a/b"`, "", "1"), "https://base.example/a/1"},
		{atom(` xml:base="https://base.example/a/b"`, ` xml:base="../c/"`, "1"), "https://base.example/c/1"},
		{atom(` xml:base="https://base.example/a/b"`, "", "https://other.example/1"), "https://other.example/1"},
		{atom("", "", "mailto:a@example.org"), ""},
		{rssFeed(`<item><title>x</title><link>pagina con spazi.html</link></item>`), "https://www.example.org/notizie/pagina%20con%20spazi.html"},
		{rssFeed(`<item><title>x</title><guid>https://x.example/7</guid></item>`), "https://x.example/7"},
		{rssFeed(`<item><title>x</title><guid isPermaLink="false">https://x.example/7</guid></item>`), ""},
	} {
		if got := field(one(t, tt.in), "link"); got != tt.want {
			t.Errorf("%s: link %q; want %q", tt.in, got, tt.want)
		}
	}
}

func TestPositions(t *testing.T) {
	for in, want := range map[string]string{
		"<georss:point>43.5, 11.25</georss:point>":                                          "POINT (11.25 43.5)",
		"<georss:point>Prato</georss:point>":                                                "position-unreadable",
		"<georss:point>143.8 11.1</georss:point>":                                           "position-unreadable",
		"<georss:point>0 0</georss:point>":                                                  "",
		"<georss:line>43 11 44 12</georss:line>":                                            "LINESTRING (11 43, 12 44)",
		"<georss:polygon>43 11 43 12 44 12</georss:polygon>":                                "POLYGON ((11 43, 12 43, 12 44, 11 43))",
		"<georss:box>43 11 44 12</georss:box>":                                              "POLYGON ((11 43, 12 43, 12 44, 11 44, 11 43))",
		"<georss:circle>43 11 500</georss:circle>":                                          "POINT (11 43)",
		"<geo:lat>43.5</geo:lat><geo:long>11.25</geo:long>":                                 "POINT (11.25 43.5)",
		"<geo:Point><geo:lat>43.5</geo:lat><geo:long>11.25</geo:long></geo:Point>":          "POINT (11.25 43.5)",
		"<geo:lat></geo:lat><geo:long></geo:long>":                                          "",
		"<georss:where><gml:Point><gml:pos>43.5 11.25</gml:pos></gml:Point></georss:where>": "POINT (11.25 43.5)",
		`<georss:where><gml:Point srsName="urn:ogc:def:crs:OGC:1.3:CRS84"><gml:pos>11.25 43.5</gml:pos></gml:Point></georss:where>`:                  "POINT (11.25 43.5)",
		"<georss:where><gml:LineString><gml:posList>43 11 44 12</gml:posList></gml:LineString></georss:where>":                                       "LINESTRING (11 43, 12 44)",
		"<georss:where><gml:Envelope><gml:lowerCorner>43 11</gml:lowerCorner><gml:upperCorner>44 12</gml:upperCorner></gml:Envelope></georss:where>": "POLYGON ((11 43, 12 43, 12 44, 11 44, 11 43))",
	} {
		h := one(t, rssFeed("<item><title>x</title>"+in+"</item>"))
		got := rules(h)
		if h.Geometry != nil {
			text, err := wkt.Marshal(h.Geometry)
			if err != nil {
				t.Fatal(err)
			}
			got = text + got
		}
		if got != want {
			t.Errorf("%s = %q; want %q", in, got, want)
		}
	}
}

// An item that is broken costs itself, and a feed that is cut off has failed.
func TestBrokenItemsAndFeeds(t *testing.T) {
	good := `<item><title>buono</title><link>https://x.example/1</link></item>`
	list, errs := readText(t, rssFeed(good, `<item><description> </description></item>`, `<item><title>non chiuso<link>https://x.example/2</link></item>`, good+`<item><title>mai finito</title>`), catalog.Mapping{})
	var titles []string
	for _, h := range list {
		titles = append(titles, field(h, "headline"))
	}
	refused := 0
	for _, err := range errs {
		if errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%v; want no failed listing", err)
		}
		refused++
	}
	if len(titles)+refused != 5 || titles[0] != "buono" || titles[len(titles)-1] != "mai finito" {
		t.Errorf("titles %q, %d refused: %v; want five items in all", titles, refused, errs)
	}
	for name, text := range map[string]string{
		"cut off": strings.Replace(rssFeed(good, good), "</channel></rss>", "", 1), "cut off in a tag": rssFeed(good)[:len(rssFeed(good))-40],
		"a page": "<!DOCTYPE html><html><head><title>Notizie</title></head><body><p>ciao</body></html>", "nothing": "", "text": "Notizie",
		"JSON of something else": `{"items":[]}`, "no JSON": `{"version`, "too deep": "<rss>" + strings.Repeat("<a>", 100000),
	} {
		_, errs := readText(t, text, catalog.Mapping{})
		if len(errs) == 0 || !errors.Is(errs[len(errs)-1], catalog.ErrFailedListing) {
			t.Errorf("%s: %v; want a failed listing", name, errs)
		}
	}
}

// A feed that says when its items take place is one of events.
func TestFeedsOfEvents(t *testing.T) {
	h := one(t, rssFeed(`<item><title>Concerto</title><ev:startdate>2026-12-01T21:00:00+01:00</ev:startdate><ev:enddate>2026-12-01T23:00:00+01:00</ev:enddate><ev:location>Duomo</ev:location></item>`))
	if h.Layer.Guess.Kind != catalog.KindEvent || field(h, "event_start") != "2026-12-01T21:00:00+01:00" || field(h, "event_end") != "2026-12-01T23:00:00+01:00" || field(h, "place") != "Duomo" {
		t.Errorf("kind %s, %v; want an event on 1 December", h.Layer.Guess.Kind, h.Values)
	}
	if k := one(t, rssFeed(`<item><title>Notizia</title></item>`)).Layer.Guess.Kind; k != catalog.KindFeature {
		t.Errorf("kind of news = %s; want feature", k)
	}
}

// What a mapping drops is neither published nor stored.
func TestDroppedElements(t *testing.T) {
	list, errs := readText(t, rssFeed(`<item><title>x</title><dc:creator>Ufficio stampa</dc:creator><author>a@example.org</author></item>`), catalog.Mapping{Drop: []string{"creator", "author"}})
	if len(errs) > 0 || len(list) != 1 || string(list[0].Raw) != "<item><title>x</title></item>" || field(list[0], "author") != "" {
		t.Errorf("%v, %v; want the item without its authors", list, errs)
	}
	list, errs = readText(t, `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"x","author":{"name":"Ufficio stampa"}}]}`, catalog.Mapping{Drop: []string{"author"}})
	if len(errs) > 0 || len(list) != 1 || strings.Contains(string(list[0].Raw), "Ufficio") {
		t.Errorf("%v, %v; want the item without its author", list, errs)
	}
}
