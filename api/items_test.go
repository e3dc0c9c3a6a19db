package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"po-net.prato.it/ponet/api"
)

type collection struct {
	Type            string
	NumberMatched   *int64
	NumberEstimated *int64
	NumberReturned  int
	Links           []api.Link
	Features        []feature
}

type feature struct {
	ID         string
	Geometry   json.RawMessage
	Properties map[string]any
	Links      []api.Link
}

func (c collection) link(rel string) string { return linkOf(c.Links, rel) }

func linkOf(links []api.Link, rel string) string {
	for _, l := range links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func (c collection) ids() []string {
	var ids []string
	for _, f := range c.Features {
		ids = append(ids, f.ID)
	}
	return ids
}

func TestItemsAreWhatTheDatabaseSelects(t *testing.T) {
	n := newNode(t, 2000)
	var title string
	if err := n.store.DB().QueryRow(t.Context(), "select min(title) from record where collection = 'places'").Scan(&title); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ query, sql string }{
		{"", "true"},
		{"limit=3", "true"},
		{"bbox=11.08,43.87,11.11,43.89", "geom && ST_MakeEnvelope(11.08,43.87,11.11,43.89,4326)"},
		{"bbox=11.08,43.87,-10,11.11,43.89,500", "geom && ST_MakeEnvelope(11.08,43.87,11.11,43.89,4326)"},
		{"theme=cultura", "theme = 'cultura'"},
		{"theme=cultura,ambiente", "theme in ('cultura', 'ambiente')"},
		{"type=museo", "type = 'museo'"},
		{"municipality=Prato", "municipality = 'Prato'"},
		{"municipality=100006", "municipality = 'Vaiano'"},
		{"body=c_g999", "body_id = 'c_g999'"},
		{"source=luoghi", "source_id = 'luoghi'"},
		{"accessible=true", "accessible"},
		{"openAt=2026-11-23T10:30:00%2B01:00", "id in (select record_id from opening where days & 1 <> 0 and opens <= 630 and closes > 630)"},
		{"near=11.0966,43.88&radius=1000", "ST_DWithin(geom::geography, ST_Point(11.0966, 43.88, 4326)::geography, 1000)"},
		{"datetime=2026-03-01", "starts < '2026-03-02 00:00 Europe/Rome' and ends >= '2026-03-01 00:00 Europe/Rome'"},
		{"datetime=../2026-02-01T00:00:00Z", "starts <= '2026-02-01T00:00:00Z'"},
		{"q=biblioteca", "words @@ plainto_tsquery('italian_unaccent', 'biblioteca')"},
		{"title=" + url.QueryEscape(title), "title = '" + title + "'"},
		{"istat_code=100005&istat_code=100006", "istat_code in ('100005', '100006')"},
		{"type=museo&municipality=Prato&bbox=11,43.8,11.1,43.9", "type = 'museo' and municipality = 'Prato' and geom && ST_MakeEnvelope(11,43.8,11.1,43.9,4326)"},
	} {
		var want int64
		err := n.store.DB().QueryRow(t.Context(), "select count(*) from record where collection = 'places' and "+test.sql).Scan(&want)
		if err != nil {
			t.Fatal(err)
		}
		if want == 0 {
			t.Errorf("items?%s: the test selects nothing", test.query)
		}
		page := decode[collection](t, n.get(t, "/collections/places/items?"+test.query))
		if page.NumberMatched == nil || *page.NumberMatched != want {
			t.Errorf("items?%s: numberMatched %v (estimated %v); want %d", test.query, deref(page.NumberMatched), deref(page.NumberEstimated), want)
		}
		if page.NumberReturned != len(page.Features) || page.NumberReturned > 100 || int64(page.NumberReturned) > want {
			t.Errorf("items?%s: numberReturned %d of %d features", test.query, page.NumberReturned, len(page.Features))
		}
	}
}

func deref(n *int64) any {
	if n == nil {
		return "absent"
	}
	return *n
}

func TestItemsPageForthAndBack(t *testing.T) {
	n := newNode(t, 500)
	seen := map[string]bool{}
	var pages [][]string
	last := ""
	for address := "/collections/places/items?limit=70&bbox=10,43,12,45"; address != ""; {
		page := decode[collection](t, n.get(t, address))
		for _, id := range page.ids() {
			if seen[id] {
				t.Fatalf("%s comes twice", id)
			}
			seen[id] = true
		}
		pages = append(pages, page.ids())
		if self := page.link("self"); !strings.Contains(self, "limit=70") || page.link("collection") != n.URL+api.Prefix+"/collections/places" {
			t.Errorf("links of a page: %v", page.Links)
		}
		last, address = page.link("self"), page.link("next")
	}
	if len(seen) != 300 || len(pages) != 5 {
		t.Fatalf("%d records on %d pages; want 300 on 5", len(seen), len(pages))
	}
	for i := len(pages) - 1; ; i-- {
		page := decode[collection](t, n.get(t, last))
		if got := fmt.Sprint(page.ids()); got != fmt.Sprint(pages[i]) {
			t.Fatalf("page %d going back is %s; going forth it was %v", i, got, pages[i])
		}
		if last = page.link("prev"); last == "" {
			if i != 0 {
				t.Errorf("no prev on page %d", i)
			}
			return
		}
	}
}

func TestLimitAboveTheMaximumIsTheMaximum(t *testing.T) {
	n := newNode(t, 2000)
	page := decode[collection](t, n.get(t, "/collections/places/items?limit=5000"))
	if page.NumberReturned != 1000 {
		t.Errorf("limit=5000 returns %d; want 1000", page.NumberReturned)
	}
}

func TestWrongRequests(t *testing.T) {
	n := newNode(t, 50)
	for _, test := range []struct {
		path   string
		status int
		detail string // part of it
	}{
		{"/collections/places/items?limit=0", 400, "query parameter limit"},
		{"/collections/places/items?limit=molti", 400, `read "molti"`},
		{"/collections/places/items?limit=1&limit=2", 400, "more than once"},
		{"/collections/places/items?bbox=11,44,12,43", 400, "south 44 is above north 43"},
		{"/collections/places/items?bbox=11,44,12", 400, "query parameter bbox: 3 numbers"},
		{"/collections/places/items?bbox=43.8,111,43.9,112", 400, "the order is west,south,east,north"},
		{"/collections/places/items?datetime=oggi", 400, "query parameter datetime"},
		{"/collections/places/items?bbx=1,2,3,4", 400, `did you mean "bbox"?`},
		{"/collections/places/items?titel=x", 400, `did you mean "title"?`},
		{"/collections/places/items?zzzz=1", 400, "known are"},
		{"/collections/places/items?theme=sport", 400, "query parameter theme"},
		{"/collections/places/items?radius=5", 400, "near"},
		{"/collections/places/items?near=43.8", 400, "longitude,latitude"},
		{"/collections/places/items?near=43.8,NaN", 400, "longitude,latitude"},
		{"/collections/places/items?after=niente", 400, "next or prev"},
		{"/collections/places/items?f=xml", 400, "query parameter f"},
		{"/collections/places/items?q=%zz", 400, "percent-encode"},
		{"/collections/places/items?q=%00", 400, "not text"},
		{"/collections/places/items?title=%ff", 400, "not text"},
		{"/collections/places/items?%00=1", 400, "not text"},
		{"/collections/%00", 400, "not text"},
		{"/collections/edifici/items?numero=tre", 400, "of type integer"},
		{"/collections/niente/items", 404, `no collection "niente"`},
		{"/collections/niente/items?foo=bar", 404, `no collection "niente"`},
		{"/collections/niente", 404, "/api/v1/collections"},
		{"/collections/niente/queryables", 404, `no collection "niente"`},
		{"/collections/places/items/17", 404, "no record"},
		{"/collections/places/items/0192d3a0-0000-7000-8000-000000000000", 404, "no record"},
		{"/collections/places/items/0192d3a0-0000-7000-8000-000000000000?bbox=1,2,3,4", 400, "there is no such parameter"},
		{"/nowhere", 404, "openapi.json"},
		{"/collections?limit=10", 400, "known are f"},
	} {
		r := n.get(t, test.path)
		var p api.Problem
		if err := json.Unmarshal(r.body, &p); err != nil || r.status != test.status || !strings.Contains(p.Detail, test.detail) {
			t.Errorf("GET %s = %d %s; want %d with %q", test.path, r.status, r.body, test.status, test.detail)
		}
	}
}

func TestItem(t *testing.T) {
	n := newNode(t, 50)
	first := decode[collection](t, n.get(t, "/collections/places/items?limit=1")).Features[0]
	r := n.get(t, "/collections/places/items/"+first.ID)
	item := decode[feature](t, r)
	if item.ID != first.ID || item.Properties["title"] != first.Properties["title"] || string(item.Geometry) != string(first.Geometry) {
		t.Errorf("item %+v; in the page %+v", item, first)
	}
	for _, rel := range []string{"self", "alternate", "collection"} {
		if linkOf(item.Links, rel) == "" {
			t.Errorf("the item has no link %s", rel)
		}
	}
	if r := n.get(t, "/collections/edifici/items/"+first.ID); r.status != http.StatusNotFound {
		t.Errorf("a place among the buildings: %d", r.status)
	}
}

func TestWithdrawnItemIsGone(t *testing.T) {
	n := newNode(t, 50)
	path := "/collections/places/items/" + decode[collection](t, n.get(t, "/collections/places/items?limit=1")).Features[0].ID
	tag := n.get(t, path).header.Get("ETag")
	for _, sql := range []string{
		"update record set status = 'withdrawn' where id = $1",
		"insert into change (record_id, collection, kind, op) values ($1, 'places', 'place', 'withdraw')",
		"update collection_mark set seq = (select max(seq) from change), count = count - 1 where $1::uuid is not null and collection = 'places'",
	} {
		if _, err := n.store.DB().Exec(t.Context(), sql, path[len(path)-36:]); err != nil {
			t.Fatal(err)
		}
	}
	if r := n.get(t, path, "If-None-Match", tag); r.status != http.StatusGone {
		t.Errorf("a withdrawn record: %d %s; want 410", r.status, r.body)
	}
}
