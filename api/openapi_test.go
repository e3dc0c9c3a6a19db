package api_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestOpenAPI(t *testing.T) {
	n := newNode(t, 0)
	for file, version := range map[string]string{"openapi.json": "3.1.0", "openapi-3.0.json": "3.0.3"} {
		r := n.get(t, "/"+file)
		doc, err := openapi3.NewLoader().LoadFromData(r.body)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if err := doc.Validate(t.Context()); err != nil {
			t.Errorf("%s: %v", file, err)
		}
		if doc.OpenAPI != version {
			t.Errorf("%s says %s; want %s", file, doc.OpenAPI, version)
		}
		for path, item := range doc.Paths.Map() {
			for method, op := range item.Operations() {
				if op.Responses.Status(422) != nil {
					t.Errorf("%s: %s %s documents a 422", file, method, path)
				}
				for _, p := range op.Parameters {
					if p.Value.Description == "" {
						t.Errorf("%s: %s %s: parameter %s is not described", file, method, path, p.Value.Name)
					}
				}
			}
		}
		var indented bytes.Buffer
		if err := json.Indent(&indented, r.body, "", "  "); err != nil {
			t.Fatal(err)
		}
		indented.WriteByte('\n')
		golden(t, file, indented.Bytes())
	}
}

// TestOpenAPIDescribesFeatures: the parameters are as OGC 17-069r4 wants them.
func TestOpenAPIDescribesFeatures(t *testing.T) {
	n := newNode(t, 0)
	doc, err := openapi3.NewLoader().LoadFromData(n.get(t, "/openapi-3.0.json").body)
	if err != nil {
		t.Fatal(err)
	}
	op := doc.Paths.Find("/collections/{collectionId}/items").Get
	bbox := op.Parameters.GetByInAndName("query", "bbox")
	if bbox == nil || bbox.Style != "form" || *bbox.Explode || !bbox.Schema.Value.Type.Is("array") || bbox.Schema.Value.MinItems != 4 || *bbox.Schema.Value.MaxItems != 6 || bbox.Required {
		t.Errorf("bbox: %+v", bbox)
	}
	limit := op.Parameters.GetByInAndName("query", "limit")
	if limit == nil || *limit.Schema.Value.Min != 1 || *limit.Schema.Value.Max != 1000 || limit.Schema.Value.Default != float64(100) {
		t.Errorf("limit: %+v", limit)
	}
	if datetime := op.Parameters.GetByInAndName("query", "datetime"); datetime == nil || !datetime.Schema.Value.Type.Is("string") {
		t.Errorf("datetime: %+v", datetime)
	}
	if !strings.Contains(doc.Servers[0].URL, "/api/v1") {
		t.Errorf("servers: %v", doc.Servers)
	}
}
