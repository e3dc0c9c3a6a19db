package harvesters_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// Records made of real files keep the schema that is published of their kind. What
// does not fit stands beside and is told.
func TestRealRecordsKeepTheirSchema(t *testing.T) {
	schemas := map[catalog.Kind]*jsonschema.Schema{}
	for _, tt := range []struct {
		protocol, file string
		mapping        catalog.Mapping
	}{
		{"file", "csv/mim-scuole-paritarie-2023-24.csv", catalog.Mapping{Kind: catalog.KindPlace, Only: map[string][]string{"REGIONE": {"TOSCANA"}}, Fields: map[string]string{"email": "INDIRIZZOEMAILSCUOLA", "website": "SITOWEBSCUOLA"}}},
		{"file", "geojson/prato-negozi.geojson", catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"opening_hours": "tags.opening_hours", "phone": "tags.phone"}}},
		{"file", "geojson/mibact-luoghi-cultura-sisma.geojson", catalog.Mapping{Kind: catalog.KindHeritageItem}},
		{"file", "boundaries/toscana-comuni-istat.geojson", catalog.Mapping{Kind: catalog.KindAdminArea}},
		{"jsonld", "jsonld/schemaorg/Library-eg-0378.html", catalog.Mapping{}},
		{"jsonld", "jsonld/schemaorg/Course-eg-0332.html", catalog.Mapping{}},
		{"oaipmh", "oai/oai-listrecords-single-page.xml", catalog.Mapping{}},
		{"dcat", "dcat/catalog-dati-unibo.rdf", catalog.Mapping{}},
		{"dcat", "dcat/eu-catalog.rdf", catalog.Mapping{}},
		{"csw", "csw/rndt-covid-19-aree.xml", catalog.Mapping{}},
		{"ckan", "ckan/mcp-package-search-success.json", catalog.Mapping{}},
	} {
		t.Run(tt.file, func(t *testing.T) {
			src := catalog.Source{ID: "a", Protocol: tt.protocol, URL: shared(t, tt.file), BodyID: "c_g999", Mapping: tt.mapping}
			normalizers := map[*catalog.Layer]*catalog.Normalizer{}
			read, wrong, unfit := 0, 0, map[string]int{}
			for h, err := range harvesters.Protocols[tt.protocol](t.Context(), http.DefaultClient, src) {
				if err != nil {
					t.Log(err)
					continue
				}
				kind := src.Kind(h.Layer)
				if kind == catalog.KindObservation {
					continue
				}
				n := normalizers[h.Layer]
				if n == nil {
					if n, err = catalog.NewNormalizer(src, h.Layer, "a", datasets.Vocabularies()); err != nil {
						t.Fatal(err)
					}
					normalizers[h.Layer] = n
				}
				if schemas[kind] == nil {
					schemas[kind] = schemaOf(t, kind)
				}
				r, issues := n.Normalize(h)
				for _, i := range issues {
					if i.Rule == "value-unfit" {
						unfit[i.Field+": "+i.Read]++
					}
				}
				value, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.Properties.AppendJSON(nil)))
				if err != nil {
					t.Fatal(err)
				}
				if read++; schemas[kind].Validate(value) != nil {
					if wrong++; wrong < 5 {
						t.Errorf("%s: %v", h.Key, schemas[kind].Validate(value))
					}
				}
			}
			t.Logf("%d records, %d do not keep the schema; unfit: %v", read, wrong, unfit)
			if read == 0 {
				t.Error("no record")
			}
		})
	}
}

// schemaOf is the schema of a kind, compiled.
func schemaOf(t *testing.T, kind catalog.Kind) *jsonschema.Schema {
	t.Helper()
	properties := map[string]catalog.Schema{}
	for _, f := range catalog.Fields(kind) {
		properties[f.Name] = f.Schema()
	}
	document, err := json.Marshal(map[string]any{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object", "required": []string{"title", "kind"}, "properties": properties})
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(string(kind)+".json", value); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(string(kind) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}
