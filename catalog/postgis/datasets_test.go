package postgis_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Facets of datasets are counted with every filter but their own, whichever of
// them is chosen, and again when something has changed.
func TestDatasetFacets(t *testing.T) {
	store := postgistest.New(t)
	add := func(theme, body, licence, formats string) {
		insertDataset(t, store, theme, body, licence, formats)
	}
	add("cultura", "a", "cc0", `{"format":"CSV"},{"format":"csv"},{"format":"kml"}`)
	add("cultura", "b", "cc0", `{"format":"csv"}`)
	add("ambiente", "a", "odbl", `{"format":"wms"}`)
	facets := func(q catalog.DatasetQuery) map[string]string {
		t.Helper()
		res, err := store.Datasets(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]string{"total": fmt.Sprint(res.Total, len(res.Hits))}
		for name, list := range res.Facets {
			for _, f := range list {
				out[name] += fmt.Sprintf("%s %d ", f.Value, f.Count)
			}
		}
		return out
	}
	for _, c := range []struct {
		q    catalog.DatasetQuery
		want map[string]string
	}{
		{catalog.DatasetQuery{}, map[string]string{"total": "3 3", "theme": "cultura 2 ambiente 1 ", "body": "a 2 b 1 ", "licence": "cc0 2 odbl 1 ", "format": "csv 2 kml 1 wms 1 ", "rows": "altri 3 "}},
		{catalog.DatasetQuery{Formats: []string{"csv"}}, map[string]string{"total": "2 2", "theme": "cultura 2 ", "body": "a 1 b 1 ", "licence": "cc0 2 ", "format": "csv 2 kml 1 wms 1 ", "rows": "altri 2 "}},
		{catalog.DatasetQuery{Themes: []catalog.Theme{"ambiente"}, Bodies: []string{"a"}}, map[string]string{"total": "1 1", "theme": "ambiente 1 cultura 1 ", "body": "a 1 ", "licence": "odbl 1 ", "format": "wms 1 ", "rows": "altri 1 "}},
		{catalog.DatasetQuery{Rows: catalog.RowsHere}, map[string]string{"total": "0 0", "rows": "altri 3 "}},
	} {
		if diff := cmp.Diff(c.want, facets(c.q)); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", c.q, diff)
		}
	}
	add("formazione", "c", "cc0", `{"format":"csv"}`)
	if got := facets(catalog.DatasetQuery{}); got["theme"] != "cultura 2 ambiente 1 formazione 1 " || got["total"] != "4 4" {
		t.Errorf("after a change: %v", got)
	}
}

func insertDataset(t testing.TB, store *postgis.Store, theme, body, licence, formats string) {
	t.Helper()
	id := insert(t, store, "datasets", "", fmt.Sprintf(`{"title":"Dataset di %s","description":"Righe di prova.","theme":%q,"body":%q,"licence":%q,"distributions":[%s]}`, body, theme, body, licence, formats))
	if _, err := store.DB().Exec(t.Context(), `update record set licence = $2 where id = $1`, id, licence); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkDatasets is one page of a catalogue of 5,000 datasets.
func BenchmarkDatasets(b *testing.B) {
	store := postgistest.New(b)
	for i := range 5000 {
		insertDataset(b, store, string(catalog.Themes[i%4]), fmt.Sprintf("ente-%d", i%80), fmt.Sprintf("licenza-%d", i%7), `{"format":"csv","access_url":"https://example.org/a.csv"},{"format":"json"},{"format":"shp"}`)
	}
	if _, err := store.DB().Exec(b.Context(), `analyze`); err != nil {
		b.Fatal(err)
	}
	for name, q := range map[string]catalog.DatasetQuery{"all": {}, "text": {Text: "prova"}, "chosen": {Formats: []string{"csv"}, Bodies: []string{"ente-1"}}} {
		q.Limit = 20
		b.Run(name+"/first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if _, err := store.DB().Exec(b.Context(), `update collection_mark set seq = seq + 1`); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
				if _, err := store.Datasets(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(name+"/again", func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Datasets(b.Context(), q); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
