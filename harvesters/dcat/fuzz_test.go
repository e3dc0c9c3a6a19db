package dcat_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/dcat"
)

// Whatever a document is, the harvest ends; every dataset has a key and a title,
// a value for each column, and addresses that are addresses.
func FuzzHarvest(f *testing.F) {
	f.Add([]byte(prefixes + `<http://e.it/d> a dcat:Dataset ; dct:title "T" ; dct:publisher [ foaf:name "N" ] ; dct:spatial "11,43,12,44" ; dcat:distribution [ dcat:downloadURL <a b> ; dcat:byteSize "1 KB" ] .`))
	f.Add([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><dcat:Dataset><dct:title>A & B</dct:title><dct:temporal>2020/2021</dct:temporal></dcat:Dataset></rdf:RDF>`))
	f.Add([]byte(`{"dataset": [{"identifier": "a", "title": "T", "spatial": {"type": "Point", "coordinates": [1, 2]}, "distribution": [{"accessURL": "http://e.it"}]}, {"title": ["T"]}]}`))
	f.Add([]byte(`[{"@id": "_:a", "@type": ["http://www.w3.org/ns/dcat#Dataset"], "http://purl.org/dc/terms/title": [{"@value": "T"}]}]`))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, doc []byte) {
		path := filepath.Join(dir, "c")
		if err := os.WriteFile(path, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		ended := false
		for h, err := range dcat.Harvest(context.Background(), nil, catalog.Source{ID: "x", URL: path}) {
			if ended {
				t.Fatal("it goes on after its end")
			}
			if err != nil {
				ended = !errors.Is(err, catalog.ErrInvalid)
				if ended && !errors.Is(err, catalog.ErrFailedListing) {
					t.Fatalf("an error of no kind: %v", err)
				}
				continue
			}
			if h.Key == "" || !utf8.ValidString(h.Key) || len(h.Values) != len(h.Layer.Columns) || h.Values[0] == "" || len(h.Raw) == 0 {
				t.Fatalf("not whole: %+v", h)
			}
			for _, d := range h.Distributions {
				if a := d.Address(); !strings.HasPrefix(strings.ToLower(a), "http") && !strings.HasPrefix(strings.ToLower(a), "ftp") || strings.ContainsAny(a, " \n<>\"") {
					t.Fatalf("an address that is none: %q", a)
				}
			}
		}
	})
}
