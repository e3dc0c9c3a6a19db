package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// A run looks at what is due, with the client of the harvests, and keeps what it
// found: on the dataset and in its score. Two failures on one day are no verdict.
func TestLinksAreChecked(t *testing.T) {
	store := postgistest.New(t)
	var gone bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" || gone {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/csv")
		fmt.Fprint(w, "a,b\n")
	}))
	t.Cleanup(server.Close)
	id := postgistest.Insert(t, store, "datasets", "", `{"title":"Alberi","body":"c_g999","distributions":[{"download_url":"`+server.URL+`/alberi.csv","format":"csv"}]}`)
	postgistest.Settle(t, store)
	if err := measure(t.Context(), store); err != nil {
		t.Fatal(err)
	}
	client := harvesters.Client("ponet/test", harvesters.Allow{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, store)
	w := &linksWorker{store: store, client: client, log: slog.New(slog.DiscardHandler)}
	if counts, err := w.run(t.Context()); err != nil || counts.Looked != 0 {
		t.Errorf("before it is due: %+v, %v; want nothing looked at", counts, err)
	}
	look := func() linkCounts {
		t.Helper()
		if n, err := store.HurryLinks(t.Context(), time.Now().Add(-time.Minute), "127.0.0.1"); err != nil || n != 1 {
			t.Fatalf("hurried %d, %v; want 1", n, err)
		}
		counts, err := w.run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return counts
	}
	if got, want := look(), (linkCounts{Looked: 1, Work: 1}); got != want {
		t.Errorf("counts %+v; want %+v", got, want)
	}
	rec, err := store.Item(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{Store: store}
	q, err := n.quality(t.Context(), rec)
	if c := q.LinkChecks[server.URL+"/alberi.csv"]; err != nil || c.State != catalog.LinkWorks || c.Status != http.StatusOK || q.MQA.Pending != 0 {
		t.Errorf("found %+v, pending %d, %v", c, q.MQA.Pending, err)
	}
	gone = true
	first := func(days int) { // also when midnight comes meanwhile
		t.Helper()
		if _, err := store.DB().Exec(t.Context(), `update link set failed_on = failed_on + $1::int`, days); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if got := look(); got.Broken > 0 || got.Looked != 1 {
			t.Errorf("counts %+v; want no verdict on the first day", got)
		}
		first(1)
	}
	first(-4)
	if got, want := look(), (linkCounts{Looked: 1, Broken: 1}); got != want {
		t.Errorf("counts %+v; want %+v", got, want)
	}
	if _, err := store.Item(t.Context(), id); err != nil {
		t.Errorf("the dataset of a broken link: %v; want it to stay", err)
	}
	if due, err := store.LinksDue(t.Context(), linksReader, time.Now(), linksEvery); err != nil || due {
		t.Errorf("due again %v, %v; want a pause", due, err)
	}
	if due, err := store.LinksDue(t.Context(), linksReader, time.Now().AddDate(0, 0, 30), linksEvery); err != nil || !due {
		t.Errorf("due in a month %v, %v", due, err)
	}
	q, err = n.quality(t.Context(), rec)
	if err != nil || q.MQA.Gains[0].Metric != "accessUrlStatusCode" {
		t.Errorf("what to better first: %+v, %v; want the broken address", q.MQA.Gains, err)
	}
}
