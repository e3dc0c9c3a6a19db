package harvesters_test

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// A catalogue of two datasets whose files lie on a server: the tables among them
// become records, one that is not there is told and costs nothing else.
func TestDistributionsBecomeRecords(t *testing.T) {
	down := false
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/alberi.csv":
			if down {
				http.Error(w, "down", http.StatusNotFound)
				return
			}
			fmt.Fprint(w, "codice,specie,lon,lat\nA1,Tiglio,11.09,43.88\nA2,Leccio,11.10,43.87\n")
		case "/alberi.geojson", "/manuale.pdf":
			t.Errorf("%s was read, which is no table or the second format of one", r.URL.Path)
		case "/2023.csv":
			fmt.Fprint(w, "anno,voce,euro\n2023,Scuole,10\n2023,Strade,20\n")
		case "/2024.csv":
			fmt.Fprint(w, "anno,voce,euro\n2024,Scuole,11\n")
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	at := func(id, title, format, path string) catalog.Distribution {
		return catalog.Distribution{ID: id, Title: title, Format: format, DownloadURL: server.URL + path}
	}
	harvesters.Protocols["test-catalogue"] = func(_ context.Context, _ *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
		layer := catalog.DatasetLayer()
		return func(yield func(catalog.Harvested, error) bool) {
			for _, d := range []catalog.Dataset{
				{Identifier: "c_x:alberi", Title: "Alberi monumentali", Distributions: []catalog.Distribution{
					at("1", "Alberi in KML", "KML", "/alberi.kml"), at("2", "Alberi CSV", "CSV", "/alberi.csv"), at("3", "Manuale", "PDF", "/manuale.pdf"),
				}},
				{Identifier: "c_x:bilancio", Title: "Bilancio", Distributions: []catalog.Distribution{
					at("a", "Anno 2023", "csv", "/2023.csv"), at("b", "Anno 2024", "csv", "/2024.csv"), at("c", "Anno 2025", "csv", "/2025.csv"),
				}},
			} {
				if !yield(d.Harvested(layer, d.Identifier, "", nil), nil) {
					return
				}
			}
		}
	}
	defer delete(harvesters.Protocols, "test-catalogue")
	store := postgistest.New(t)
	src := catalog.Source{ID: "opendata", Protocol: "test-catalogue", URL: server.URL, Deadline: catalog.Duration(time.Minute), Rhythm: catalog.Duration(time.Hour)}

	first := harvest(t, store, src)
	// 2 datasets, 2 trees, 2 + 1 lines of the budget; the KML is a worse format of the trees.
	if first.Read != 7 || first.New != 7 || first.Datasets != 2 || first.Requests != 4 {
		t.Errorf("first run: %+v; want 7 read and new, 2 datasets, 4 requests", first)
	}
	if first.Rules["distribution-unreadable"] != 1 || !strings.Contains(first.Samples[0].Read, "404") {
		t.Errorf("the file that is not there is told as %+v", first.Samples)
	}
	second := harvest(t, store, src)
	if second.Unchanged != 7 || second.New+second.Changed+second.Gone != 0 {
		t.Errorf("second run: %+v; want 7 unchanged", second)
	}
	for collection, want := range map[string]int64{"alberi-monumentali": 2, "bilancio-anno-2023": 2, "bilancio-anno-2024": 1, "datasets": 2} {
		c, err := store.Collection(t.Context(), collection)
		if err != nil || c.Count != want {
			t.Errorf("collection %s: %d records, %v; want %d", collection, c.Count, err, want)
		}
	}
	// A file that cannot be read any more withdraws nothing, however often.
	down = true
	for range 3 {
		if r := harvest(t, store, src); r.Gone != 0 || r.Unchanged != 5 || r.Outcome != catalog.RunCompleted {
			t.Errorf("with a file missing: %+v; want 5 unchanged, none gone", r)
		}
	}
	if c, err := store.Collection(t.Context(), "alberi-monumentali"); err != nil || c.Count != 2 {
		t.Errorf("the trees: %d, %v; want 2, still there", c.Count, err)
	}
}
