package jsonld_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"po-net.prato.it/ponet/catalog"
)

func event(name string) string {
	return block(`{"@type":"Event","name":"` + name + `","startDate":"2026-12-01"}`)
}

// urlset is a sitemap of paths, each perhaps with "=" and a lastmod.
func urlset(paths ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for _, p := range paths {
		p, mod, _ := strings.Cut(p, "=")
		if strings.HasPrefix(p, "/") {
			p = "https://www.example.it" + p
		}
		fmt.Fprintf(&b, "<url><loc>%s</loc>", p)
		if mod != "" {
			fmt.Fprintf(&b, "<lastmod>%s</lastmod>", mod)
		}
		b.WriteString("</url>")
	}
	return b.String() + "</urlset>"
}

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, s)
	z.Close()
	return b.String()
}

func names(kept []catalog.Harvested) string {
	var list []string
	for _, h := range kept {
		list = append(list, value(h, "name"))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// Sitemaps are found by robots.txt or where they usually lie, in indexes, packed
// or plain, and only pages below the address are read.
func TestSitemaps(t *testing.T) {
	pages := site{"/eventi/a/": event("A"), "/eventi/b/": event("B"), "/luoghi/c/": event("C")}
	for name, c := range map[string]struct {
		site site
		at   string
		want string
	}{
		"robots.txt":                 {site{"/robots.txt": "Sitemap: https://www.example.it/s.xml", "/s.xml": urlset("/eventi/a/", "/eventi/b/", "/luoghi/c/")}, "/eventi/", "A B"},
		"whole site":                 {site{"/sitemap.xml": urlset("/eventi/a/", "/luoghi/c/")}, "/", "A C"},
		"no path":                    {site{"/sitemap.xml": urlset("/eventi/a/", "/luoghi/c/")}, "", "A C"},
		"WordPress":                  {site{"/wp-sitemap.xml": urlset("/eventi/a/")}, "/", "A"},
		"index and gzip":             {site{"/sitemap.xml": `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://www.example.it/1.xml.gz</loc></sitemap><sitemap><loc>/2.xml</loc></sitemap></sitemapindex>`, "/1.xml.gz": packed(urlset("/eventi/a/")), "/2.xml": urlset("/eventi/b/")}, "/", "A B"},
		"an internal host":           {site{"/sitemap.xml": `<sitemapindex><sitemap><loc>http://backend:8080/1.xml</loc></sitemap></sitemapindex>`, "/1.xml": urlset("/eventi/a/")}, "/", "A"},
		"plain text":                 {site{"/robots.txt": "Sitemap: /s.txt", "/s.txt": "https://www.example.it/eventi/a/\nhttps://www.example.it/eventi/b/\n"}, "/", "A B"},
		"without www, http":          {site{"/sitemap.xml": urlset("http://example.it/eventi/a/")}, "/", "A"},
		"other hosts":                {site{"/sitemap.xml": urlset("/eventi/a/", "https://altro.example/eventi/b/")}, "/", "A"},
		"the same page twice":        {site{"/sitemap.xml": urlset("/eventi/a/", "/eventi/a/#x")}, "/", "A"},
		"files":                      {site{"/sitemap.xml": urlset("/eventi/a/", "/bando.pdf", "/delibera"), "/delibera": "%PDF-1.7"}, "/", "A"},
		"an index that names itself": {site{"/sitemap.xml": `<sitemapindex><sitemap><loc>/sitemap.xml</loc></sitemap><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>`, "/1.xml": urlset("/eventi/a/")}, "/", "A"},
		"robots.txt is a page":       {site{"/robots.txt": "<!DOCTYPE html><html>", "/sitemap.xml": urlset("/eventi/a/")}, "/", "A"},
		"no sitemap":                 {site{"/eventi/": event("Tutti")}, "/eventi/", "Tutti"},
		"what robots.txt forbids":    {site{"/robots.txt": "User-agent: *\nDisallow: /eventi/b", "/sitemap.xml": urlset("/eventi/a/", "/eventi/b/")}, "/", "A"},
		"a sitemap as address":       {site{"/mappa.xml": urlset("/eventi/b/", "/luoghi/c/")}, "/mappa.xml", "B C"},
		"JSON-LD as a page":          {site{"/sitemap.xml": urlset("/e.jsonld"), "/e.jsonld": `{"@type":"Event","name":"J","startDate":"2026-12-01"}`}, "/", "J"},
	} {
		t.Run(name, func(t *testing.T) {
			for path, body := range pages {
				c.site[path] = body
			}
			kept, refused, err := collect(t, c.site.client(), catalog.Source{URL: "https://www.example.it" + c.at})
			if got := names(kept); err != nil || len(refused) > 0 || got != c.want {
				t.Errorf("%q, refused %v, %v; want %q", got, refused, err, c.want)
			}
		})
	}
}

// A site that cannot be read whole has failed, and says what to do.
func TestFailedSites(t *testing.T) {
	many := make([]string, 10_001)
	for i := range many {
		many[i] = fmt.Sprintf("/a/%d", i)
		if i > 8000 {
			many[i] = fmt.Sprintf("/b/%d", i)
		}
	}
	broken := site{}
	var all []string
	for i := range 12 {
		all = append(all, fmt.Sprintf("/eventi/%d", i))
		broken[fmt.Sprintf("/eventi/%d", i)] = "Status 500"
	}
	broken["/sitemap.xml"] = urlset(all...)
	for name, c := range map[string]struct {
		site site
		want string
	}{
		"a sitemap of the index is gone": {site{"/sitemap.xml": `<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>`}, "sitemap https://www.example.it/1.xml: GET"},
		"the named sitemap is a page":    {site{"/robots.txt": "Sitemap: /s.xml", "/s.xml": "<!DOCTYPE html><html>"}, "it is no sitemap"},
		"the sitemap is cut off":         {site{"/sitemap.xml": urlset("/a")[:120]}, "cut off"},
		"only another host":              {site{"/sitemap.xml": urlset("https://comune.example.org/a")}, "list only pages of comune.example.org"},
		"nothing below":                  {site{"/sitemap.xml": urlset()}, "list 0 addresses"},
		"too many pages":                 {site{"/sitemap.xml": urlset(many...)}, "10001 pages below /; at most 10000 are read in one run: give the address of a part of the site, such as https://www.example.it/a/"},
		"robots.txt forbids all":         {site{"/robots.txt": "User-agent: *\nDisallow: /eventi", "/sitemap.xml": urlset("/eventi/a")}, "allows none of the 1 pages"},
		"robots.txt fails":               {site{"/robots.txt": "Status 500", "/sitemap.xml": urlset("/eventi/a")}, "allows none"},
		"all pages fail":                 {broken, "10 pages in turn could not be read"},
		"no data on any page":            {site{"/sitemap.xml": urlset("/a"), "/a": "<!DOCTYPE html><html><body>"}, "no data of schema.org"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := collect(t, c.site.client(), catalog.Source{URL: "https://www.example.it/"})
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, catalog.ErrFailedListing) {
				t.Errorf("%v; want %q", err, c.want)
			}
		})
	}
}

// A page that cannot be read costs itself: what it described is not missing,
// unless it is gone.
func TestPagesThatFail(t *testing.T) {
	s := site{"/sitemap.xml": urlset("/a", "/b", "/c", "/d"), "/a": event("A"), "/b": "Status 500", "/d": block(`{"@type":"Event","name":`)}
	kept, refused, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"})
	if err != nil || names(kept) != "A" || len(refused) != 3 {
		t.Fatalf("%s, %v, %v", names(kept), refused, err)
	}
	for i, want := range []struct {
		rule, key string
		listed    bool
	}{{"page-unreadable", "", true}, {"page-unreadable", "https://www.example.it/c", false}, {"jsonld-unreadable", "", true}} {
		if r := refused[i]; r.Rule != want.rule || r.Key != want.key || r.Listed != want.listed || !r.Refused {
			t.Errorf("%+v; want %+v", r, want)
		}
	}
}

// What a list of events says of one is left to the page of that one, and taken
// from the list only if its page says nothing.
func TestMentions(t *testing.T) {
	list := block(`{"@type":"ItemList","itemListElement":[{"@type":"ListItem","position":1,"item":{"@type":"Event","name":"A in breve","url":"/eventi/a"}},{"@type":"ListItem","item":{"@type":"Event","name":"B in breve","url":"/eventi/b","startDate":"2026-12-02"}}]}`)
	s := site{"/sitemap.xml": urlset("/eventi", "/eventi/a", "/eventi/b"), "/eventi": list, "/eventi/a": block(`{"@type":"Event","@id":"/eventi/a#evento","name":"A","startDate":"2026-12-01"}`), "/eventi/b": "<!DOCTYPE html><html><body>"}
	kept, _, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"})
	if err != nil || names(kept) != "A B in breve" || kept[0].Key != "https://www.example.it/eventi/a#evento" || kept[1].Key != "https://www.example.it/eventi/b" {
		t.Errorf("%s, %v", names(kept), err)
	}
}

// Where lastmod tells pages apart, a run that follows another one reads those
// that changed, and says that its listing is partial; the time of a build does not.
func TestChangedPages(t *testing.T) {
	s := site{"/sitemap.xml": urlset("/a=2026-11-01", "/b=2026-11-10T10:00:00Z", "/c=2026-11-20"), "/a": event("A"), "/b": event("B"), "/c": event("C")}
	for _, c := range []struct {
		since, want, cursor string
		partial             bool
	}{{"", "A B C", "2026-11-20", false}, {"2026-11-10", "B C", "2026-11-20", true}, {"2026-11-20", "C", "2026-11-20", true}} {
		l := &catalog.Listing{Since: c.since}
		kept, _, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"}.WithListing(l))
		if err != nil || names(kept) != c.want || l.Cursor != c.cursor || l.Partial != c.partial {
			t.Errorf("since %q: %s, %+v, %v", c.since, names(kept), l, err)
		}
	}
	s["/sitemap.xml"] = urlset("/a=2026-11-01", "/b=2026-11-10T10:00:00Z", "/c=2099-01-01")
	future := &catalog.Listing{}
	if _, _, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"}.WithListing(future)); err != nil || future.Cursor != "2026-11-10T11:00:00+01:00" {
		t.Errorf("a change in the future: %+v, %v", future, err)
	}
	s["/sitemap.xml"] = urlset("/a=2026-11-20T03:00:01Z", "/b=2026-11-20T03:00:02Z", "/c=2026-11-20T03:00:02Z")
	l := &catalog.Listing{Since: "2026-11-10"}
	kept, _, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"}.WithListing(l))
	if err != nil || names(kept) != "A B C" || l.Cursor != "" || l.Partial {
		t.Errorf("built at once: %s, %+v, %v", names(kept), l, err)
	}
}

// The pause that robots.txt asks for is kept between pages.
func TestCrawlDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := site{"/robots.txt": "User-agent: *\nCrawl-delay: 10", "/sitemap.xml": urlset("/a", "/b", "/c"), "/a": event("A"), "/b": event("B"), "/c": event("C")}
		began := time.Now()
		kept, _, err := collect(t, s.client(), catalog.Source{URL: "https://www.example.it/"})
		if took := time.Since(began); err != nil || len(kept) != 3 || took < 20*time.Second || took > 21*time.Second {
			t.Errorf("%d pages in %s, %v; want 3 in 20s", len(kept), took, err)
		}
	})
}
