package catalog_test

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// One row of a table of places, as most of what is harvested is.
func BenchmarkNormalizePlace(b *testing.B) {
	layer := &catalog.Layer{SRID: 4326}
	values := []any{"IT-PO0035", "Biblioteca Alessandro Lazzerini", "Via Puccetti 3", "59100", "PRATO", "0574 1837800", "www.bibliotecalazzerini.prato.it", int64(300)}
	for _, name := range []string{"isil", "denominazione", "indirizzo", "cap", "comune", "telefono", "sito", "posti"} {
		layer.Columns = append(layer.Columns, catalog.Column{Name: name, Type: catalog.ColumnText})
	}
	src := catalog.Source{ID: "lib", BodyID: "c_g999", Mapping: catalog.Mapping{Kind: catalog.KindPlace, Type: "biblioteca", Fields: map[string]string{
		"title": "denominazione", "address": "indirizzo", "postcode": "cap", "municipality": "comune", "phone": "telefono", "website": "sito",
	}}}
	n, err := catalog.NewNormalizer(src, layer, "places", datasets.Vocabularies())
	if err != nil {
		b.Fatal(err)
	}
	h := catalog.Harvested{Key: "IT-PO0035", Layer: layer, Values: values}
	for b.Loop() {
		n.Normalize(h)
	}
}

// One dataset with three files.
func BenchmarkNormalizeDataset(b *testing.B) {
	layer := catalog.DatasetLayer()
	n, err := catalog.NewNormalizer(catalog.Source{ID: "cat"}, layer, "datasets", datasets.Vocabularies())
	if err != nil {
		b.Fatal(err)
	}
	h := catalog.Dataset{
		Title: "Alberi", Description: "Gli **alberi** del comune", Themes: []string{"ENVI"}, Frequency: "annuale", Modified: "01/02/2024", Languages: []string{"ITA"},
		Holder: catalog.Agent{ID: "c_g999", Name: "Comune di Prato"}, Licence: "https://creativecommons.org/licenses/by/4.0/", Spatial: []catalog.Spatial{{BBox: []float64{11, 43.8, 11.2, 44}}},
		Distributions: []catalog.Distribution{{Format: "CSV", DownloadURL: "https://a.it/a.csv"}, {Format: "Shape file", DownloadURL: "https://a.it/a.zip"}, {Format: "WMS", AccessURL: "https://a.it/wms"}},
	}.Harvested(layer, "k", "application/json", []byte("{}"))
	for b.Loop() {
		n.Normalize(h)
	}
}
