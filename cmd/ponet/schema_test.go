package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// validateRecords holds every published record against the JSON Schema that the API
// publishes of its collection, with the validator of others.
func validateRecords(t *testing.T, store *postgis.Store) {
	t.Helper()
	postgistest.Settle(t, store)
	handler, err := api.New(store, api.Config{Version: "test"}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) []byte {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, api.Prefix+path, nil))
		b, err := io.ReadAll(w.Body)
		if err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %v %s", path, w.Code, err, b)
		}
		return b
	}
	var list struct {
		Collections []struct{ ID, ItemType string }
	}
	if err := json.Unmarshal(get("/collections"), &list); err != nil {
		t.Fatal(err)
	}
	records, wrong := 0, 0
	for _, c := range list.Collections {
		if c.ItemType == "observation" {
			continue
		}
		schema := compileSchema(t, c.ID, get("/collections/"+c.ID+"/schema"))
		rows, err := store.DB().Query(t.Context(), `select convert_from(feature, 'UTF8') from published where collection = $1`, c.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var feature string
			if err := rows.Scan(&feature); err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(feature)))
			if err != nil {
				t.Fatal(err)
			}
			f := value.(map[string]any)
			record := f["properties"].(map[string]any)
			record["id"] = f["id"]
			if records++; schema.Validate(record) != nil {
				if wrong++; wrong <= 10 {
					t.Errorf("%s: %v\n%s", c.ID, schema.Validate(record), feature)
				}
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d records of %d collections keep their schema", records-wrong, len(list.Collections))
	if records < leastRecords {
		t.Errorf("only %d records were held against a schema", records)
	}
}

func compileSchema(t *testing.T, name string, document []byte) *jsonschema.Schema {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	delete(value.(map[string]any), "$id") // it has no host here
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name+".json", value); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name + ".json")
	if err != nil {
		t.Fatalf("the schema of %s: %v", name, err)
	}
	return schema
}
