package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"po-net.prato.it/ponet/api"
)

func TestSearch(t *testing.T) {
	n := newNode(t, 2000)
	found := decode[api.SearchResults](t, n.get(t, "/search?q=museo&municipality=Prato&collection=places"))
	if found.NumberMatched == nil || *found.NumberMatched == 0 || len(found.Features) == 0 || len(found.Features) > 20 {
		t.Fatalf("search for museo: %+v", found)
	}
	for _, f := range found.Features {
		if f.Collection != "places" || f.Properties["municipality"] != "Prato" || f.DistanceMetres != nil {
			t.Errorf("found %+v", f)
		}
	}
	for _, facet := range []string{"theme", "type", "municipality", "body", "collection"} {
		if len(found.Facets[facet]) == 0 {
			t.Errorf("no facet %s", facet)
		}
	}
}

func TestSearchNearIsByDistance(t *testing.T) {
	n := newNode(t, 2000)
	found := decode[api.SearchResults](t, n.get(t, "/search?near=11.0966,43.88&radius=2000&collection=places"))
	last := 0.0
	for _, f := range found.Features {
		if f.DistanceMetres == nil || *f.DistanceMetres < last || *f.DistanceMetres > 2000 {
			t.Fatalf("distances are not in order, or too large: %v after %v", f.DistanceMetres, last)
		}
		last = *f.DistanceMetres
	}
	if last == 0 {
		t.Error("nothing found")
	}
}

func TestSearchPages(t *testing.T) {
	n := newNode(t, 2000)
	seen := map[string]bool{}
	var total int64
	address := "/search?type=museo&order=title&limit=30"
	var last api.SearchResults
	for address != "" {
		last = decode[api.SearchResults](t, n.get(t, address))
		total = *last.NumberMatched
		for _, f := range last.Features {
			if seen[f.ID] {
				t.Fatalf("%s comes twice", f.ID)
			}
			seen[f.ID] = true
		}
		address = linkOf(last.Links, "next")
	}
	if int64(len(seen)) != total || total < 60 {
		t.Errorf("%d seen of %d", len(seen), total)
	}
	if prev := linkOf(last.Links, "prev"); prev == "" {
		t.Error("the last page has no prev")
	}
	file := linkOf(last.Links, "enclosure")
	u, err := url.Parse(file)
	if err != nil || !strings.HasSuffix(u.Path, "/datasets/all/download/csv") || u.RawQuery != "type=museo" {
		t.Fatalf("the file of the search is %s", file)
	}
	if got := countRecords(t, "csv", n.get(t, file).body); got != total {
		t.Errorf("the file of the search has %d records; want %d", got, total)
	}
}

func TestWrongSearches(t *testing.T) {
	n := newNode(t, 50)
	for _, path := range []string{
		"/search?order=distance", "/search?offset=10001", "/search?offset=-1", "/search?order=best", "/search?title=x",
		"/search?q=" + strings.Repeat("a", 201), "/suggest", "/suggest?q=a&limit=0",
	} {
		if r := n.get(t, path); r.status != http.StatusBadRequest {
			t.Errorf("GET %s = %d %s", path, r.status, r.body)
		}
	}
}

func TestSuggest(t *testing.T) {
	n := newNode(t, 500)
	list := decode[api.Suggestions](t, n.get(t, "/suggest?q=bibl")).Suggestions
	if len(list) == 0 || len(list) > 8 {
		t.Fatalf("suggestions for bibl: %v", list)
	}
	for _, s := range list {
		if s.Group == "" || s.Text == "" || !strings.HasPrefix(s.Path, "/") {
			t.Errorf("suggestion %+v", s)
		}
	}
}
