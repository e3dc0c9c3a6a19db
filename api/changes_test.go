package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Whoever follows the log from its beginning gets each record once, and
// afterwards only what is new.
func TestChangesFollowTheCatalogue(t *testing.T) {
	n := newNode(t, 120)
	postgistest.Settle(t, n.store)
	end := decode[api.Changes](t, n.get(t, "/changes"))
	if len(end.Changes) != 0 || end.More || end.Next == "" {
		t.Fatalf("without since: %d changes, more %v, next %q", len(end.Changes), end.More, end.Next)
	}
	seen := map[string]bool{}
	since, pages := "0-0", 0
	for more := true; more; pages++ {
		page := decode[api.Changes](t, n.get(t, "/changes?limit=50&since="+since))
		for _, c := range page.Changes {
			var record struct {
				ID         string
				Properties map[string]any
			}
			if err := json.Unmarshal(c.Record, &record); err != nil || record.ID != c.ID || c.Collection == "" || record.Properties["kind"] != c.Kind || c.Op != "create" {
				t.Fatalf("change %+v: record %+v, %v", c, record, err)
			}
			if seen[c.ID] {
				t.Errorf("%s comes twice", c.ID)
			}
			seen[c.ID] = true
		}
		if next := linkOf(page.Links, "next"); (next != "") != page.More {
			t.Errorf("more is %v, the link next %q", page.More, next)
		} else if u, _ := url.Parse(next); next != "" && u.Query().Get("since") != page.Next {
			t.Errorf("the link next is %q; next is %q", next, page.Next)
		}
		since, more = page.Next, page.More
	}
	if total := decode[api.FeatureCollection](t, n.get(t, "/search?limit=1")).NumberMatched; total == nil || int64(len(seen)) != *total || pages < 3 {
		t.Errorf("%d records in %d pages; the catalogue has %v", len(seen), pages, total)
	}
	if since != end.Next {
		t.Errorf("the log ends at %s; without since it is said to end at %s", since, end.Next)
	}
	if again := decode[api.Changes](t, n.get(t, "/changes?since="+since)); len(again.Changes) != 0 || again.Next != since || again.More {
		t.Errorf("after the end: %+v", again)
	}
}

func TestChangesOutOfReach(t *testing.T) {
	n := newNode(t, 20)
	for path, want := range map[string]int{
		"/changes?since=x": http.StatusBadRequest, "/changes?since=1": http.StatusBadRequest, "/changes?since=-1-1": http.StatusBadRequest, "/changes?since=1--1": http.StatusBadRequest,
		"/changes?limit=0": http.StatusBadRequest, "/changes?after=1-1": http.StatusBadRequest,
		"/changes?since=9000000000000-1": http.StatusGone,
	} {
		if r := n.get(t, path); r.status != want {
			t.Errorf("GET %s = %d %s; want %d", path, r.status, r.body, want)
		}
	}
}
