package harvesters_test

import (
	"context"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/harvesters"
)

// A catalogue that lists what changed says nothing of its files, which change without
// it: those whose servers can tell are asked, once each, and what changed is read.
func TestFilesOfDatasetsThatAreNotListed(t *testing.T) {
	files := &cache{docs: map[string]string{"/alberi.csv": "nome,n\nTiglio,1\nLeccio,2\n", "/scuole.csv": "nome,n\nDante,1\n", "/vie.csv": "nome,n\nRoma,1\n"}}
	var plain []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/strade.csv" { // a server that cannot say whether it has changed
			plain = append(plain, r.URL.Path)
			_, _ = w.Write([]byte("nome,n\nFirenze,1\n"))
			return
		}
		files.ServeHTTP(w, r)
	}))
	defer server.Close()
	now := []string{"alberi", "scuole", "strade", "vie"}
	var gone []string
	harvesters.Protocols["test-changes"] = func(_ context.Context, _ *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
		layer, l := catalog.DatasetLayer(), src.Listing()
		l.Partial, l.Cursor = l.Since != "", "x"
		return func(yield func(catalog.Harvested, error) bool) {
			for _, id := range now {
				d := catalog.Dataset{Identifier: id, Title: "Elenco " + id, Distributions: []catalog.Distribution{
					{ID: "1", Format: "CSV", DownloadURL: server.URL + "/" + id + ".csv"}, {ID: "2", Format: "PDF", DownloadURL: server.URL + "/" + id + ".pdf"},
				}}
				if !yield(d.Harvested(layer, id, "", nil), nil) {
					return
				}
			}
			for _, id := range gone {
				if !yield(catalog.Harvested{Layer: layer, Key: id, Deleted: true}, nil) {
					return
				}
			}
		}
	}
	defer delete(harvesters.Protocols, "test-changes")
	store := postgistest.New(t)
	src := catalog.Source{ID: "geodati", Protocol: "test-changes", URL: server.URL}
	check := func(what string, r catalog.Receipt, created, changed, unchanged int64, asked string, others int) {
		t.Helper()
		if r.Outcome != catalog.RunCompleted || r.New != created || r.Changed != changed || r.Unchanged != unchanged || r.Gone > 2 { // a dataset and its row
			t.Errorf("%s: %+v; want %d new, %d changed, %d unchanged", what, r, created, changed, unchanged)
		}
		slices.Sort(files.asked)
		if got := files.requests(); got != asked || len(plain) != others {
			t.Errorf("%s: asked %q and %q; want %q, %d", what, got, plain, asked, others)
		}
		plain = nil
	}
	check("everything", harvest(t, store, src), 9, 0, 0, "/alberi.csv 200, /scuole.csv 200, /vie.csv 200", 1)
	now = nil
	check("nothing is listed", harvest(t, store, src), 0, 0, 4, "/alberi.csv 304, /scuole.csv 304, /vie.csv 304", 0)
	files.docs["/alberi.csv"] = "nome,n\nTiglio,1\nLeccio,2\nPioppo,3\n"
	now = []string{"scuole"}
	check("a file has changed, another dataset is listed", harvest(t, store, src), 1, 0, 5, "/alberi.csv 200, /scuole.csv 304, /vie.csv 304", 0)
	now, gone = nil, []string{"vie"}
	check("a dataset is gone", harvest(t, store, src), 0, 0, 4, "/alberi.csv 304, /scuole.csv 304", 0)
	delete(files.docs, "/alberi.csv")
	gone = nil
	r := harvest(t, store, src)
	check("a file is not there", r, 0, 0, 1, "/alberi.csv 404, /scuole.csv 304", 0)
	if r.Rules["distribution-unreadable"] != 1 {
		t.Errorf("rules %v; want one distribution-unreadable", r.Rules)
	}
	if c, err := store.Collection(t.Context(), "elenco-alberi"); err != nil || c.Count != 3 {
		t.Errorf("the trees: %d, %v; want 3, still there", c.Count, err)
	}
}
