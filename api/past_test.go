package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// then is a moment at which every record that Age makes older is in its first or
// second version, whose title begins with Già.
const then = "2024-01-01T12:00:00Z"

// agedNode has 300 records of three versions each.
func agedNode(t *testing.T) *node {
	n := newNode(t, 300)
	postgistest.Age(t, n.store)
	return n
}

// Pages of the past are pages of the same past: their links keep the moment, and the
// records are those of then, all and once.
func TestItemsAsOf(t *testing.T) {
	n := agedNode(t)
	seen := map[string]bool{}
	path := "/collections/places/items?limit=50&asOf=" + url.QueryEscape(then)
	for pages := 0; path != ""; pages++ {
		r := n.get(t, path)
		c := decode[collection](t, r)
		if r.status != http.StatusOK || c.NumberMatched == nil || *c.NumberMatched != 180 || pages > 4 {
			t.Fatalf("GET %s = %d, page %d: %.300s", path, r.status, pages, r.body)
		}
		if !strings.Contains(string(r.body), `"timeStamp":"`+then+`"`) || r.header.Get("Memento-Datetime") != "Mon, 01 Jan 2024 12:00:00 GMT" {
			t.Errorf("GET %s does not say of which moment it is: %v", path, r.header)
		}
		for _, f := range c.Features {
			if seen[f.ID] || !strings.HasPrefix(f.Properties["title"].(string), "Già ") {
				t.Errorf("%s %v: twice, or not as it was", f.ID, f.Properties["title"])
			}
			seen[f.ID] = true
		}
		path = ""
		for _, l := range c.Links {
			at, err := url.Parse(l.Href)
			if err != nil {
				t.Fatal(err)
			}
			if l.Rel != "collection" && at.Query().Get("asOf") != then {
				t.Errorf("link %s %s leaves the moment", l.Rel, l.Href)
			}
			if l.Rel == "next" {
				path = strings.TrimPrefix(at.RequestURI(), "/api/v1")
			}
		}
	}
	if len(seen) != 180 {
		t.Errorf("%d records; want 180", len(seen))
	}
	if c := decode[collection](t, n.get(t, "/collections/places/items?asOf=2022-12-31")); *c.NumberMatched != 0 || len(c.Features) != 0 {
		t.Errorf("before all: %+v", c)
	}
	for id := range seen {
		was := n.get(t, "/collections/places/items/"+id+"?asOf=2024-01-01")
		if !strings.Contains(string(was.body), `"title": "Già `) && !strings.Contains(string(was.body), `"title":"Già `) || !strings.Contains(string(was.body), "latest-version") {
			t.Errorf("the record as it was: %.300s", was.body)
		}
		if !strings.Contains(was.header.Get("Link"), `rel="original"`) || strings.Contains(was.header.Get("Link"), "asOf") {
			t.Errorf("Link %q; want the present one", was.header.Get("Link"))
		}
		if page := n.get(t, "/collections/places/items/"+id+"?f=html&asOf=2024-01-01"); !strings.Contains(string(page.body), "Già ") || !strings.Contains(string(page.body), "items?f=html&amp;asOf=2024-01-01") {
			t.Errorf("its page: %.2000s", page.body)
		}
		if r := n.get(t, "/collections/places/items/"+id+"?asOf=2022-12-31"); r.status != http.StatusNotFound || !strings.Contains(string(r.body), "was not published at 2022-12-31") {
			t.Errorf("before it came: %d %s", r.status, r.body)
		}
		break
	}
	if page := n.get(t, "/collections/places/items?f=html&asOf=2024-01-01"); !strings.Contains(string(page.body), "?f=html&amp;asOf=2024-01-01") || !strings.Contains(string(page.body), "/download/csv?asOf=2024-01-01") {
		t.Errorf("a page of the past: %.3000s", page.body)
	}
}

// A search of the past finds what was called so then, with every filter, and its
// facets and downloads are of that moment.
func TestSearchAndDownloadAsOf(t *testing.T) {
	n := agedNode(t)
	now := decode[collection](t, n.get(t, "/search?q=museo&collection=places&limit=100"))
	was := decode[collection](t, n.get(t, "/search?q=museo&collection=places&limit=100&asOf="+then))
	if *was.NumberMatched == 0 || *was.NumberMatched != *now.NumberMatched || !strings.HasPrefix(was.Features[0].Properties["title"].(string), "Già ") {
		t.Errorf("then %d, now %d: %v", *was.NumberMatched, *now.NumberMatched, was.Features)
	}
	for _, l := range was.Links {
		if !strings.Contains(l.Href, "asOf=") {
			t.Errorf("link %s leaves the moment: %s", l.Rel, l.Href)
		}
	}
	lines := func(path string) int {
		t.Helper()
		r := n.get(t, path)
		if r.status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, r.status, r.body)
		}
		return strings.Count(string(r.body), "\r\n")
	}
	for _, query := range []string{"", "theme=cultura", "q=museo", "bbox=11,43.8,11.2,44", "municipality=Prato", "type=museo&source=luoghi", "body=c_g999"} {
		then, now := lines("/datasets/places/download/csv?asOf=2024-12-01&"+query), lines("/datasets/places/download/csv?"+query)
		if moved := strings.HasPrefix(query, "bbox"); now < 2 || !moved && then != now || moved && then < 2 {
			t.Errorf("%q: %d lines then, %d now", query, then, now)
		}
	}
	if a, b := lines("/datasets/all/download/csv?asOf=2024-12-01"), lines("/datasets/all/download/csv"); a != b {
		t.Errorf("all: %d lines then, %d now", a, b)
	}
	if n := lines("/datasets/places/download/csv?asOf=2022-12-31"); n != 1 {
		t.Errorf("before all: %d lines; want the head", n)
	}
}

// The past is kept by caches, for an hour and again by its tag, until something is
// erased; what is so young that it may still change is not.
func TestPastIsKeptUntilSomethingIsErased(t *testing.T) {
	n := agedNode(t)
	for _, path := range []string{"/collections/places/items?asOf=", "/search?q=museo&asOf=", "/datasets/places/download/csv?asOf="} {
		first := n.get(t, path+then)
		if got := first.header.Get("Cache-Control"); got != "public, max-age=3600, must-revalidate" {
			t.Errorf("%s: Cache-Control %q", path, got)
		}
		if got := n.get(t, path+time.Now().Add(-time.Second).UTC().Format(time.RFC3339)).header.Get("Cache-Control"); got != "public, no-cache" {
			t.Errorf("%s of a second ago: Cache-Control %q", path, got)
		}
		tag := first.header.Get("ETag")
		for _, step := range []struct {
			sql  string
			want int
		}{
			{"insert into change (record_id, collection, kind, op) select id, collection, kind, 'update' from record where collection = 'places' limit 1", http.StatusNotModified},
			{"update collection_mark set seq = (select max(seq) from change), count = count + 1 where collection = 'places'", http.StatusNotModified},
			{"insert into erasure_log select 1 + count(*), now(), 'record', '', null, '', null, 1, '', '', '', '' from erasure_log", http.StatusOK},
		} {
			if _, err := n.store.DB().Exec(t.Context(), step.sql); err != nil {
				t.Fatal(err)
			}
			r := n.get(t, path+then, "If-None-Match", tag)
			if r.status != step.want || r.header.Get("Cache-Control") != "public, max-age=3600, must-revalidate" || r.header.Get("Memento-Datetime") == "" {
				t.Errorf("%s after %.40s: %d %v; want %d", path, step.sql, r.status, r.header, step.want)
			}
		}
	}
}

// What is no moment of the past is refused, with the reason.
func TestAsOfIsRefused(t *testing.T) {
	n := newNode(t, 30)
	tomorrow := time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	for query, want := range map[string]string{
		"asOf=ieri":          "expected a time such as",
		"asOf=2026-01-01/..": "expected a time such as",
		"asOf=" + tomorrow:   "lies in the future",
		"asOf=2024-01-01&openAt=2024-01-01T10:00:00%2B01:00": "what was open is not known of the past",
	} {
		for _, path := range []string{"/collections/places/items?", "/search?", "/datasets/places/download/csv?"} {
			if r := n.get(t, path+query); r.status != http.StatusBadRequest || !strings.Contains(string(r.body), want) {
				t.Errorf("%s%s: %d %s; want 400 and %q", path, query, r.status, r.body, want)
			}
		}
	}
}
