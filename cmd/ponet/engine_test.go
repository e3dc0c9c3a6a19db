package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/catalog/search"
)

// While Typesense is down PostGIS answers, and the results say so; when it is
// back they no longer do, without anybody's help. A question that is wrong is
// no failure.
func TestSearchEngineDown(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Insert(t, store, "places", `{"type":"Point","coordinates":[11.0968,43.8777]}`, `{"title":"Museo del Tessuto"}`)
	var down atomic.Bool
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case down.Load():
			w.WriteHeader(http.StatusServiceUnavailable)
			w.Write([]byte(`{"message": "Not Ready or Lagging"}`))
		case strings.HasSuffix(r.URL.Path, "/multi_search"):
			asked.Add(1)
			w.Write([]byte(`{"results": [{"found": 0, "hits": []}]}`))
		case strings.HasSuffix(r.URL.Path, "/documents/import"):
			w.Write([]byte(`{"success": true}`))
		default:
			w.Write([]byte(`{"name": "` + search.Index + `", "fields": []}`))
		}
	}))
	defer server.Close()
	typesense := search.New(server.URL, "key", store)
	e := &engine{Store: store, search: typesense, log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	find := func() catalog.Results {
		t.Helper()
		r, err := e.Search(t.Context(), catalog.Query{Text: "museo"})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := find(); !r.Reduced || r.Total != 1 || asked.Load() != 0 {
		t.Errorf("before the index has caught up: %+v", r)
	}
	following, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { e.follow(following, typesense, time.Millisecond, 50*time.Millisecond); close(done) }()
	defer func() { stop(); <-done }()
	until := func(ready bool) {
		t.Helper()
		for deadline := time.Now().Add(time.Minute); e.ready.Load() != ready; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not ready = %v within a minute", ready)
			}
		}
	}
	until(true)
	if r := find(); r.Reduced || r.Total != 0 || asked.Load() == 0 {
		t.Errorf("Typesense has no answer of its own: %+v", r)
	}
	if r, err := e.Search(t.Context(), catalog.Query{OpenAt: new(time.Time)}); err != nil || r.Reduced {
		t.Errorf("a search that is always PostGIS's: reduced %v, %v", r.Reduced, err)
	}
	down.Store(true)
	until(false)
	if r := find(); !r.Reduced || r.Total != 1 {
		t.Errorf("while it is down: %+v", r)
	}
	if s, err := e.Suggest(t.Context(), "mus", 8); err != nil || len(s) != 1 {
		t.Errorf("suggestions while it is down: %v, %v", s, err)
	}
	down.Store(false)
	until(true)
	if r := find(); r.Reduced {
		t.Error("it is back, and the results still say it is not")
	}
}

// A server that never answers costs one person the wait, not everybody.
func TestSearchEngineHangs(t *testing.T) {
	store := postgistest.New(t)
	e := &engine{Store: store, search: hanging{}, log: slog.New(slog.NewTextHandler(t.Output(), nil))}
	e.ready.Store(true)
	for range 2 {
		if r, err := e.Search(t.Context(), catalog.Query{Text: "museo"}); err != nil || !r.Reduced {
			b, _ := json.Marshal(r)
			t.Fatalf("%s, %v", b, err)
		}
		if e.ready.Load() {
			t.Fatal("it would be waited for again")
		}
	}
}

// A hanging engine answers when nobody waits any more.
type hanging struct{}

func (hanging) Search(ctx context.Context, _ catalog.Query) (catalog.Results, error) {
	<-ctx.Done()
	return catalog.Results{}, ctx.Err()
}

func (hanging) Suggest(ctx context.Context, _ string, _ int) ([]catalog.Suggestion, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}
