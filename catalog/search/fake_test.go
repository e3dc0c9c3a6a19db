package search_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"

	"po-net.prato.it/ponet/catalog"
)

// A fake answers as far as our engine asks: it knows one collection, checks every
// request with the OpenAPI document that comes with the client, and refuses
// fields and parameters that the document or the schema does not name.
type fake struct {
	t         *testing.T
	doc       *openapi3.T
	router    routers.Router
	mu        sync.Mutex
	schema    map[string]any
	fields    map[string]bool
	documents map[string]map[string]any
}

func newFake(t *testing.T) *fake {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/typesense/typesense-go/v2").Output()
	if err != nil {
		t.Fatalf("where is the client's module: %v", err)
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(strings.TrimSpace(string(dir)), "typesense/api/generator/openapi.yml"))
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = nil
	router, err := legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaPatternValidation(), openapi3.DisableSchemaDefaultsValidation())
	if err != nil {
		t.Fatal(err)
	}
	return &fake{t: t, doc: doc, router: router, documents: map[string]map[string]any{}}
}

// lose forgets the collection, as a server does whose disk was replaced.
func (f *fake) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.schema, f.documents = nil, map[string]map[string]any{}
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		f.t.Error(err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route, params, err := f.router.FindRoute(r)
	if err != nil {
		f.t.Errorf("%s %s is not in the interface: %v", r.Method, r.URL, err)
		return
	}
	input := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: &openapi3filter.Options{
		AuthenticationFunc: func(_ context.Context, in *openapi3filter.AuthenticationInput) error {
			if r.Header.Get("X-Typesense-Api-Key") != "secret" {
				return in.NewError(fmt.Errorf("no key"))
			}
			return nil
		}}}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		f.t.Errorf("%s %s does not fit the interface: %v\n%s", r.Method, r.URL, err, body)
	}
	status, answer := f.answer(route.Operation.OperationID, r, body)
	if lines, ok := answer.([]byte); ok {
		_, err = w.Write(lines)
	} else {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		err = json.NewEncoder(w).Encode(answer)
	}
	if err != nil {
		f.t.Error(err)
	}
}

// answer does one operation.
func (f *fake) answer(operation string, r *http.Request, body []byte) (int, any) {
	switch operation {
	case "getCollection":
		if f.schema == nil {
			return 404, map[string]any{"message": "Not found."}
		}
		return 200, f.schema
	case "createCollection":
		f.create(body)
		return 201, f.schema
	case "importDocuments":
		return 200, f.load(body)
	case "deleteDocuments":
		return 200, map[string]any{"num_deleted": f.remove(r.URL.Query().Get("filter_by"))}
	case "multiSearch":
		var in struct{ Searches []map[string]any }
		if err := json.Unmarshal(body, &in); err != nil {
			f.t.Error(err)
		}
		var results []any
		for _, s := range in.Searches {
			results = append(results, f.search(s))
		}
		return 200, map[string]any{"results": results}
	}
	f.t.Errorf("operation %q is not known here", operation)
	return 500, map[string]any{"message": "not known"}
}

func (f *fake) create(body []byte) {
	if err := json.Unmarshal(body, &f.schema); err != nil {
		f.t.Error(err)
	}
	f.schema["num_documents"], f.schema["created_at"] = 0, 0
	f.fields = map[string]bool{"id": true}
	for _, field := range f.schema["fields"].([]any) {
		f.fields[field.(map[string]any)["name"].(string)] = true
	}
}

func (f *fake) load(body []byte) []byte {
	var out bytes.Buffer
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var d map[string]any
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			f.t.Error(err)
		}
		for name := range d {
			if !f.fields[name] {
				f.t.Errorf("document has %q, which is not in the schema", name)
			}
		}
		for _, field := range f.schema["fields"].([]any) {
			if field := field.(map[string]any); field["optional"] != true && d[field["name"].(string)] == nil {
				f.t.Errorf("document lacks %v", field["name"])
			}
		}
		f.documents[d["id"].(string)] = d
		out.WriteString(`{"success":true}` + "\n")
	}
	return out.Bytes()
}

func (f *fake) remove(filter string) int {
	n := 0
	for id, d := range f.documents {
		if f.matches(filter, d) {
			delete(f.documents, id)
			n++
		}
	}
	return n
}

// known are the parameters of a search that the interface names.
func (f *fake) known() map[string]bool {
	names := map[string]bool{"collection": true}
	for name := range f.doc.Components.Schemas["MultiSearchParameters"].Value.Properties {
		names[name] = true
	}
	return names
}

func (f *fake) search(s map[string]any) map[string]any {
	known := f.known()
	for name := range s {
		if !known[name] {
			f.t.Errorf("a search has the parameter %q, which the interface does not know", name)
		}
	}
	text := func(name string) string { v, _ := s[name].(string); return v }
	count := func(name string, or int) int {
		if v, ok := s[name].(float64); ok {
			return int(v)
		}
		return or
	}
	var found []fakeHit
	for _, errors := range []int{0, int(text("num_typos")[0] - '0')} {
		found = nil
		for _, d := range f.documents {
			if text("filter_by") != "" && !f.matches(text("filter_by"), d) {
				continue
			}
			if hit, ok := match(d, text("q"), strings.Split(text("query_by"), ","), errors); ok {
				found = append(found, hit)
			}
		}
		if len(found) >= max(1, count("typo_tokens_threshold", 1)) {
			break
		}
	}
	f.sort(found, text("sort_by"))
	facets := []any{}
	for field := range strings.SplitSeq(text("facet_by"), ",") {
		if field != "" {
			facets = append(facets, facet(found, field, text("facet_query")))
		}
	}
	hits := []any{}
	from := min(count("offset", 0), len(found))
	for _, h := range found[from:min(from+count("limit", 10), len(found))] {
		hit := map[string]any{"document": map[string]any{"id": h.document["id"]}, "text_match": h.score,
			"highlights": []any{map[string]any{"field": "title", "matched_tokens": h.tokens}}}
		if h.metres >= 0 {
			hit["geo_distance_meters"] = map[string]any{"location": int(h.metres)}
		}
		hits = append(hits, hit)
	}
	return map[string]any{"found": len(found), "out_of": len(f.documents), "hits": hits, "facet_counts": facets, "search_cutoff": false}
}

// A fakeHit is a document found, with what it was found by.
type fakeHit struct {
	document map[string]any
	score    int
	tokens   []string
	metres   float64
}

// match asks that every word of q is in one of the fields, the last as the
// beginning of a word, with so many typing errors.
func match(d map[string]any, q string, fields []string, errors int) (fakeHit, bool) {
	hit := fakeHit{document: d, metres: -1}
	if q == "*" {
		return hit, true
	}
	words := catalog.Words(q)
	for i, w := range words {
		best := 0
		token := ""
		for rank, field := range fields {
			for _, of := range catalog.Words(fmt.Sprint(d[field])) {
				prefix := i == len(words)-1 && strings.HasPrefix(of, w)
				if (prefix || errors > 0 && len(w) > 3 && catalog.TypingErrors(w, of) <= errors || of == w) && best < len(fields)-rank {
					best, token = len(fields)-rank, of
				}
			}
		}
		if best == 0 {
			return hit, false
		}
		hit.score += best
		hit.tokens = append(hit.tokens, token)
	}
	return hit, true
}

// sort knows fields, _text_match and location(lat, lon).
func (f *fake) sort(hits []fakeHit, by string) {
	var keys []func(a, b fakeHit) int
	for key := range strings.SplitSeq(strings.ReplaceAll(by, ", ", " "), ",") {
		name, direction, _ := strings.Cut(key, ":")
		sign := 1
		if direction == "desc" {
			sign = -1
		}
		switch {
		case name == "":
		case name == "_text_match":
			keys = append(keys, func(a, b fakeHit) int { return sign * cmp.Compare(a.score, b.score) })
		case strings.HasPrefix(name, "location("):
			var lat, lon float64
			if _, err := fmt.Sscanf(name, "location(%f %f)", &lat, &lon); err != nil {
				f.t.Errorf("sort_by %q: %v", by, err)
			}
			for i, h := range hits {
				hits[i].metres = geo.Distance(orb.Point{lon, lat}, location(h.document))
			}
			keys = append(keys, func(a, b fakeHit) int { return sign * cmp.Compare(a.metres, b.metres) })
		case !f.fields[name]:
			f.t.Errorf("sort_by %q: %s is not in the schema", by, name)
		default:
			keys = append(keys, func(a, b fakeHit) int {
				if n, ok := a.document[name].(float64); ok {
					return sign * cmp.Compare(n, b.document[name].(float64))
				}
				return sign * strings.Compare(fmt.Sprint(a.document[name]), fmt.Sprint(b.document[name]))
			})
		}
	}
	slices.SortFunc(hits, func(a, b fakeHit) int {
		for _, key := range keys {
			if c := key(a, b); c != 0 {
				return c
			}
		}
		return 0
	})
}

func location(d map[string]any) orb.Point {
	at, ok := d["location"].([]any)
	if !ok {
		return orb.Point{0, -90}
	}
	return orb.Point{at[1].(float64), at[0].(float64)}
}

// facet counts the values of a field, those that the query begins if there is one.
func facet(hits []fakeHit, field, query string) map[string]any {
	counts := map[string]int{}
	_, begins, _ := strings.Cut(query, ":")
	for _, h := range hits {
		v, ok := h.document[field].(string)
		if ok && (begins == "" || !slices.ContainsFunc(catalog.Words(begins), func(w string) bool { return !strings.Contains(" "+catalog.Plain(v), " "+w) })) {
			counts[v]++
		}
	}
	list := []any{}
	for v, n := range counts {
		list = append(list, map[string]any{"value": v, "count": n})
	}
	return map[string]any{"field_name": field, "counts": list}
}
