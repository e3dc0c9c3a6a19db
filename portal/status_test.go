package portal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// breakSource harvests a source of the municipality of Prato that holds a row
// without name and a key twice, and then is gone.
func breakSource(t testing.TB, s *site) {
	t.Helper()
	gone := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if gone {
			http.Error(w, "gone", http.StatusNotFound)
			return
		}
		fmt.Fprint(w, "codice;nome;comune\n1;Fontana di prova;Prato\n2;;Prato\n1;Fontana doppia;Prato\n")
	}))
	defer server.Close()
	src := catalog.Source{
		ID: "guasta", Title: "Fontane di prova", Protocol: "file", URL: server.URL + "/fontane.csv", BodyID: "c_g999", Licence: "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40",
		Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Minute),
		Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "municipality": "comune"}},
	}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	harvest(t, s.store, src)
	gone = true
	run, err := s.store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	receipt, err := harvesters.Run(t.Context(), http.DefaultClient, run, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil || receipt.Outcome != catalog.RunFailed {
		t.Fatalf("a source that is gone: %s, %v", receipt.Outcome, err)
	}
}

func TestStatus(t *testing.T) {
	s := territory(t)
	breakSource(t, s)
	body := s.page(t, "/stato")
	first, folded := strings.Index(body, `href="/stato/fonti/guasta"`), strings.Index(body, `<details class="po-gruppo"`)
	if first < 0 || folded < first {
		t.Error("a source that failed does not stand before the others")
	}
	for _, want := range []string{"All’indirizzo della fonte non c’è più niente.", "serve il nuovo indirizzo", "Una fonte ha bisogno di qualcuno", "Ultima lettura riuscita oggi alle", "Chi avvisare", "letta ogni giorno", `href="/stato/fonti/guasta"`, `href="/enti/c_g999"`} {
		if !strings.Contains(body, want) {
			t.Errorf("/stato: no %q", want)
		}
	}
	body = s.page(t, "/stato/fonti/guasta")
	for _, want := range []string{"Non riuscita", "Completata", "Lette 3 schede: 3 nuove.", "Manca il nome", "Lo stesso codice per due righe", "Chi può farlo", "CC BY 4.0", `hreflang="en"`} {
		if !strings.Contains(body, want) {
			t.Errorf("/stato/fonti/guasta: no %q", want)
		}
	}
	for query, want := range map[string]int{"q=fontane+prato": 1, "q=nessuna+cosi": 0, "mostra=da-guardare": 1, "mostra=in-attesa": 0, "q=fontane&mostra=a-posto": 0} {
		if got := strings.Count(s.page(t, "/stato?"+query), `class="po-segno"`); got != want {
			t.Errorf("/stato?%s: %d sources; want %d", query, got, want)
		}
	}
	if resp, text := s.get(t, "/stato/fonti/guasta.atom"); !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/atom+xml") || strings.Count(text, "<entry>") != 2 ||
		!strings.Contains(text, "Lette 3 schede: 3 nuove.") || !strings.Contains(text, "All’indirizzo della fonte non c’è più niente.") || !regexp.MustCompile(`<id>http://[^<]*/stato/guasta#r-\d+</id>`).MatchString(text) {
		t.Errorf("/stato/fonti/guasta.atom: %s", text)
	}
	if !strings.Contains(body, "/stato/fonti/guasta.atom") {
		t.Error("the page of a source does not link its feed")
	}
	for from, to := range map[string]string{"/stato/guasta": "/stato/fonti/guasta", "/stato/guasta.atom": "/stato/fonti/guasta.atom", "/stato/guasta?prima=3": "/stato/fonti/guasta?prima=3", "/stato/fonti": "/stato", "/stato/fonti/guasta.json": "/api/v1/sources/guasta/runs"} {
		if resp, _ := s.get(t, from); resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != to {
			t.Errorf("%s: %s to %q; want 301 to %s", from, resp.Status, resp.Header.Get("Location"), to)
		}
	}
	resp, text := s.get(t, "/stato.json")
	var status struct {
		Sources []struct {
			ID, Freshness string
			Last          struct{ Outcome string }
		}
	}
	if err := json.Unmarshal([]byte(text), &status); err != nil || resp.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("/stato.json: %v, %s", err, resp.Header.Get("Content-Type"))
	}
	failed := 0
	for _, src := range status.Sources {
		if src.Freshness != "fresh" {
			t.Errorf("%s is %s; want fresh, it was read just now", src.ID, src.Freshness)
		}
		if src.Last.Outcome == "failed" {
			failed++
		}
	}
	if failed != 1 || len(status.Sources) < 10 {
		t.Errorf("/stato.json: %d of %d sources failed; want 1", failed, len(status.Sources))
	}
	if resp, _ := s.get(t, "/stato/fonti/none"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("/stato/fonti/none: %s", resp.Status)
	}
}

func TestBodies(t *testing.T) {
	s := territory(t)
	body := s.page(t, "/enti")
	for _, want := range []string{`href="/enti/c_g999"`, "Comune di Prato", "Tutte le fonti lette, l’ultima oggi alle", "Presenti nei dati di altri", "Non pubblicano ancora niente"} {
		if !strings.Contains(body, want) {
			t.Errorf("/enti: no %q", want)
		}
	}
	body = s.page(t, "/enti/c_g999")
	for _, want := range []string{"<h1>Comune di Prato</h1>", `href="/mappa?ente=c_g999"`, `href="/stato/`, "A posto", `class="po-ferma"`, `href="/dati?ente=c_g999"`, "Nessuno ha ancora risposto"} {
		if !strings.Contains(body, want) {
			t.Errorf("/enti/c_g999: no %q", want)
		}
	}
	if body := s.page(t, "/enti?q=vaiano"); strings.Count(body, `<h3><a href="/enti/`) != 1 {
		t.Error("a search among the bodies does not find the one")
	}
	for id, want := range map[string]string{"archivio-stato-prato": "Compare in", "clasv": "non pubblica ancora niente"} {
		if _, body := s.get(t, "/enti/"+id); !strings.Contains(body, want) {
			t.Errorf("/enti/%s: no %q", id, want)
		}
	}
	if resp, _ := s.get(t, "/enti/nessuno"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("/enti/nessuno: %s", resp.Status)
	}
}

func TestFirstPage(t *testing.T) {
	s := territory(t, stopped(time.Now())) // its validator is of the minute
	resp, body := s.get(t, "/")
	wellMade(t, "/", resp, body)
	for _, want := range []string{"Luoghi, servizi e dati del territorio di Prato", `action="/mappa"`, `href="/mappa?tema=cultura"`, `href="/eventi"`, `class="po-ferma"`, "Comune di ", "oggi alle", `href="/mappa?tipo=`} {
		if !strings.Contains(body, want) {
			t.Errorf("/: no %q", want)
		}
	}
	if again, _ := s.get(t, "/", "If-None-Match", resp.Header.Get("ETag")); again.StatusCode != http.StatusNotModified {
		t.Errorf("/ again: %s; want 304", again.Status)
	}
}
