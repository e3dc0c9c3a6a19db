package sparql

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// harvested is all that a source gives, by key, and how it ended.
func harvested(t *testing.T, src catalog.Source) (map[string]map[string]any, []catalog.Issue, *catalog.Layer, error) {
	t.Helper()
	src.ID = "prova"
	list := map[string]map[string]any{}
	var refused []catalog.Issue
	var layer *catalog.Layer
	for h, err := range Harvest(t.Context(), http.DefaultClient, src) {
		var row *catalog.RowError
		switch {
		case errors.As(err, &row):
			refused = append(refused, row.Issue)
		case err != nil:
			return list, refused, layer, err
		default:
			layer = h.Layer
			values := map[string]any{"geometry": h.Geometry}
			for i, c := range h.Layer.Columns {
				values[c.Name] = h.Values[i]
			}
			if list[h.Key] != nil {
				t.Errorf("%s comes twice", h.Key)
			}
			list[h.Key] = values
		}
	}
	return list, refused, layer, nil
}

// An endpoint answers queries as a test wants them answered.
type endpoint func(query string) (status int, header http.Header, body string)

func (e endpoint) serve(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, header, body := e(r.FormValue("query"))
		for name, values := range header {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/sparql"
}

const anyQuery = "SELECT ?s ?name WHERE { ?s <http://a/name> ?name }"

// rowsJSON are results with a name for each key.
func rowsJSON(keys ...string) string {
	var rows []string
	for _, k := range keys {
		rows = append(rows, fmt.Sprintf(`{"s":{"type":"uri","value":%q},"name":{"type":"literal","value":"nome"}}`, k))
	}
	return `{"head":{"vars":["s","name"]},"results":{"bindings":[` + strings.Join(rows, ",") + `]}}`
}

func countJSON(rows, keys int) string {
	return fmt.Sprintf(`{"head":{"vars":["rows","keys"]},"results":{"bindings":[{"rows":{"type":"literal","value":"%d"},"keys":{"type":"literal","value":"%d"}}]}}`, rows, keys)
}

// What an endpoint does wrong ends the listing as failed, and says what.
func TestFailedListings(t *testing.T) {
	counting := func(rows, keys int, then endpoint) endpoint {
		return func(q string) (int, http.Header, string) {
			if strings.Contains(q, "COUNT(") {
				return 200, nil, countJSON(rows, keys)
			}
			return then(q)
		}
	}
	always := func(status int, header http.Header, body string) endpoint {
		return func(string) (int, http.Header, string) { return status, header, body }
	}
	for _, c := range []struct {
		name string
		endpoint
		want string
	}{
		{"a text with status 200", always(200, nil, "Virtuoso S1T00 Error SR171: Transaction timed out"), "Transaction timed out"},
		{"a page", always(200, nil, "<!DOCTYPE html><html><body>login</body></html>"), "not with results in JSON"},
		{"nothing", always(200, nil, " \n"), "answered with nothing"},
		{"no results", always(200, nil, `{"error":"x"}`), "has no results"},
		{"a status", always(400, nil, "Parse error at line 3"), "400 Bad Request: \"Parse error at line 3\""},
		{"a part and then an error", counting(3, 3, always(200, http.Header{"X-Sql-State": {"S1TAT"}, "X-Sql-Message": {"RC...: Returning incomplete results, query interrupted by result timeout"}}, rowsJSON("http://a/1"))), "incomplete results"},
		{"half an answer", counting(1, 1, always(200, nil, rowsJSON("http://a/1")[:60])), "no JSON"},
		{"the same part for ever", counting(9, 9, always(200, nil, rowsJSON("http://a/1", "http://a/2", "http://a/3"))), "comes again"},
		{"fewer than counted", counting(5, 5, func(q string) (int, http.Header, string) {
			if strings.Contains(q, "FILTER") {
				return 200, nil, rowsJSON()
			}
			return 200, nil, rowsJSON("http://a/1", "http://a/2")
		}), "counts 5 rows of 5 keys, but its parts hold 1 of 1"},
		{"a count that is none", always(200, nil, rowsJSON("http://a/1")), "count:"},
	} {
		_, _, _, err := harvested(t, catalog.Source{URL: c.serve(t), Mapping: catalog.Mapping{Query: anyQuery}})
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v; want a failed listing with %q", c.name, err, c.want)
		}
	}
	for _, src := range []catalog.Source{{URL: "musei.rq"}, {URL: "http://127.0.0.1:1/sparql"}, {URL: "http://127.0.0.1:1/", Mapping: catalog.Mapping{Query: "ASK { ?s ?p ?o }"}}} {
		if _, _, _, err := harvested(t, src); !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%+v: %v; want a failed listing", src, err)
		}
	}
}

// Blank nodes have another name every time: what one identifies is refused, and
// nothing found is a complete listing.
func TestKeysThatDoNotStay(t *testing.T) {
	blank := endpoint(func(q string) (int, http.Header, string) {
		switch {
		case strings.Contains(q, "COUNT("):
			return 200, nil, countJSON(1, 1)
		case strings.Contains(q, "FILTER"):
			return 200, nil, rowsJSON()
		}
		return 200, nil, strings.Replace(rowsJSON("b0"), `"uri"`, `"bnode"`, 1)
	})
	list, refused, _, err := harvested(t, catalog.Source{URL: blank.serve(t), Mapping: catalog.Mapping{Query: anyQuery}})
	if err != nil || len(list) != 0 || len(refused) != 1 || refused[0].Rule != "key-missing" {
		t.Errorf("blank: %v, %+v, %v", list, refused, err)
	}
	none := endpoint(func(q string) (int, http.Header, string) {
		if strings.Contains(q, "COUNT(") {
			return 200, nil, countJSON(0, 0)
		}
		return 200, nil, rowsJSON()
	})
	if list, refused, _, err := harvested(t, catalog.Source{URL: none.serve(t) + "?query=" + url.QueryEscape(anyQuery)}); err != nil || len(list)+len(refused) != 0 {
		t.Errorf("nothing: %v, %v, %v", list, refused, err)
	}
}

// FuzzResults: no answer stops the program, and what is taken from one is JSON.
func FuzzResults(f *testing.F) {
	f.Add([]byte(rowsJSON("http://a/1", "http://a/1")))
	f.Add([]byte(`{"head":{},"results":{"bindings":[{"s":{"type":"literal","value":"<x> POINT(1 2)","datatype":"http://www.opengis.net/ont/geosparql#wktLiteral"}},{"s":{"type":"literal","value":"007","datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseResults(document(b))
		if err != nil {
			return
		}
		for _, o := range group(r, "s") {
			if p := o.properties(slices.Sorted(maps.Keys(o.terms))); !json.Valid(p) {
				t.Fatalf("%q becomes %s", b, p)
			}
		}
	})
}
