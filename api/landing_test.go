package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/api"
)

func TestLandingLeadsEverywhere(t *testing.T) {
	n := newNode(t, 100)
	for _, path := range []string{"", "/", "?f=json"} {
		landing := decode[api.Landing](t, n.get(t, path))
		var rels []string
		for _, link := range landing.Links {
			rels = append(rels, link.Rel)
			if link.Templated || !strings.HasPrefix(link.Href, n.URL) {
				continue
			}
			r := n.get(t, link.Href)
			media, _, _ := strings.Cut(link.Type, ";")
			if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), media) {
				t.Errorf("link %s to %s: %d %s; want 200 %s", link.Rel, link.Href, r.status, r.header.Get("Content-Type"), link.Type)
			}
		}
		for _, rel := range []string{"self", "alternate", "service-desc", "service-doc", "conformance", "data", "license"} {
			if !slices.Contains(rels, rel) {
				t.Errorf("GET %q has links %v; %s is missing", path, rels, rel)
			}
		}
	}
}

func TestCollectionLinksLead(t *testing.T) {
	n := newNode(t, 100)
	list := decode[api.Collections](t, n.get(t, "/collections"))
	if len(list.Collections) != 3 {
		t.Fatalf("%d collections; want 3", len(list.Collections))
	}
	for _, c := range list.Collections {
		one := decode[api.Collection](t, n.get(t, "/collections/"+c.ID))
		if one.ItemCount != c.ItemCount || one.ItemCount == 0 {
			t.Errorf("collection %s: %d items, in the list %d", c.ID, one.ItemCount, c.ItemCount)
		}
		if hasExtent := one.Extent != nil && one.Extent.Spatial != nil; hasExtent != (c.ID != "libri") {
			t.Errorf("collection %s: extent %v", c.ID, one.Extent)
		}
		for _, link := range one.Links {
			if !strings.HasPrefix(link.Href, n.URL) {
				continue
			}
			if r := n.get(t, link.Href); r.status != http.StatusOK {
				t.Errorf("collection %s, link %s: %d at %s", c.ID, link.Rel, r.status, link.Href)
			}
		}
	}
}

func TestEmptyCatalogue(t *testing.T) {
	n := newNode(t, 0)
	if list := decode[api.Collections](t, n.get(t, "/collections")); len(list.Collections) != 0 {
		t.Errorf("collections of an empty catalogue: %v", list.Collections)
	}
	if r := n.get(t, "", "Accept", "text/html"); r.status != http.StatusOK || !strings.Contains(string(r.body), "ponet source add") {
		t.Errorf("page of an empty catalogue: %d %s", r.status, r.body)
	}
}
