package portal

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// reduced is the real store behind a search engine that may be down.
type reduced struct {
	Store
	down *atomic.Bool
}

func (r reduced) Search(ctx context.Context, q catalog.Query) (catalog.Results, error) {
	found, err := r.Store.Search(ctx, q)
	found.Reduced = r.down.Load()
	return found, err
}

// TestReducedSearch: while the search engine is down the page says so, in its
// fragment too, and no browser keeps it; the same address is whole again as
// soon as the engine is.
func TestReducedSearch(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Insert(t, store, "places", `{"type":"Point","coordinates":[11.0968,43.8777]}`, `{"title":"Museo del Tessuto"}`)
	var down atomic.Bool
	handler, err := New(reduced{store, &down}, Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	get := func(headers ...string) (*http.Response, string) {
		r := httptest.NewRequest(http.MethodGet, "/mappa?q=museo", nil)
		for i := 0; i < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		b, err := io.ReadAll(w.Result().Body)
		if err != nil {
			t.Fatal(err)
		}
		return w.Result(), string(b)
	}
	const notice = `<p class="po-avviso">Ricerca ridotta: il motore di ricerca non risponde.`
	whole, body := get()
	if strings.Contains(body, notice) || whole.Header.Get("ETag") == "" {
		t.Fatal("the engine is up")
	}
	down.Store(true)
	for _, fragment := range []string{"", "elenco"} {
		resp, body := get("Ponet-Frammento", fragment)
		if !strings.Contains(body, notice) || !strings.Contains(body, "Museo del Tessuto") || resp.Header.Get("ETag") != "" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("fragment %q while the engine is down: %v", fragment, resp.Header)
		}
	}
	if resp, _ := get("If-None-Match", whole.Header.Get("ETag")); resp.StatusCode != http.StatusNotModified {
		t.Errorf("who has the whole page is told %d", resp.StatusCode)
	}
	down.Store(false)
	if resp, body := get(); strings.Contains(body, notice) || resp.Header.Get("ETag") != whole.Header.Get("ETag") {
		t.Error("the engine is up again")
	}
}

// TestLastKnownStatus: without a database, pages say when it last answered.
func TestLastKnownStatus(t *testing.T) {
	store := postgistest.New(t)
	s, err := newServer(store, Config{Phone: "0574 534500"}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s.began = time.Date(2026, 11, 20, 22, 59, 0, 0, time.UTC)
	handler, err := s.routes()
	if err != nil {
		t.Fatal(err)
	}
	get := func() (*http.Response, string) {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/mappa", nil))
		return w.Result(), w.Body.String()
	}
	s.now = func() time.Time { return time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC) }
	if resp, _ := get(); resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	store.Close()
	s.now = func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC) }
	check := func(want string) {
		t.Helper()
		resp, body := get()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(body, "tel:&#43;390574534500") || !strings.Contains(body, want) {
			t.Errorf("%s, no %q", resp.Status, want)
		}
	}
	check("Il catalogo ha risposto l’ultima volta il 22 novembre 2026 alle 00:30.")
	s.answered.Store(nil)
	check("Il catalogo non ha ancora risposto da quando questo servizio è partito, il 20 novembre 2026 alle 23:59.")
}
