package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A node is the API on a catalogue of its own, asked over HTTP. Every answer
// it gives to get is held against its own OpenAPI document.
type node struct {
	*httptest.Server
	handler http.Handler
	store   *postgis.Store
	routes  routers.Router
}

func TestMain(m *testing.M) { postgistest.Main(m) }

// newNode has n records, see postgistest.Fill.
func newNode(t testing.TB, n int) *node {
	t.Helper()
	if n == 0 {
		store := postgistest.New(t)
		return serve(t, store, store)
	}
	store := postgistest.Filled(t, fmt.Sprint(n, " records"), func(store *postgis.Store) { postgistest.Fill(t, store, n) })
	postgistest.Settle(t, store)
	return serve(t, store, store)
}

// serve is the API of what, which stands before store.
func serve(t testing.TB, what api.Store, store *postgis.Store) *node {
	t.Helper()
	cfg := api.Config{Version: "test", Body: "Comune di Prato", Contact: "urp@comune.example", Licence: "https://creativecommons.org/licenses/by/4.0/"}
	handler, err := api.New(what, cfg, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	n := &node{Server: server, handler: handler, store: store}
	document := n.document(t)
	if routes[document] == nil {
		routes[document] = router(t, document)
	}
	n.routes = routes[document]
	return n
}

// routes are what router found out, by the document: it takes as long as many a test.
var routes = map[string]routers.Router{}

// document is our own, as it is served for OpenAPI 3.0.
func (n *node) document(t testing.TB) string {
	t.Helper()
	response, err := http.Get(n.URL + api.Prefix + "/openapi-3.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// router finds the operation of a path in a document.
func router(t testing.TB, document string) routers.Router {
	t.Helper()
	for _, mediaType := range []string{"application/geo+json", "application/schema+json", "application/ld+json", "application/vnd.oai.openapi+json"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.JSONBodyDecoder)
	}
	for _, mediaType := range []string{"text/html", "text/turtle", "application/vnd.mapbox-vector-tile", "application/vnd.apache.parquet", "text/csv", "application/geo+json-seq"} {
		openapi3filter.RegisterBodyDecoder(mediaType, openapi3filter.FileBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.AllowExtensionsWithRef()); err != nil {
		t.Fatalf("openapi-3.0.json: %v", err)
	}
	doc.Servers = openapi3.Servers{{URL: api.Prefix}}
	found, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A reply is an answer read to its end.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// get asks for path under Prefix with headers: name, value, name, value …
func (n *node) get(t testing.TB, path string, headers ...string) reply {
	t.Helper()
	return n.ask(t, http.MethodGet, path, headers...)
}

func (n *node) ask(t testing.TB, method, path string, headers ...string) reply {
	t.Helper()
	address := path
	if !strings.HasPrefix(path, "http") {
		address = n.URL + api.Prefix + path
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{
		Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	r := reply{response.StatusCode, response.Header, body}
	n.check(t, request, r)
	return r
}

// check holds an answer against the OpenAPI document, undocumented statuses
// included.
func (n *node) check(t testing.TB, request *http.Request, r reply) {
	t.Helper()
	if r.status >= 400 {
		checkProblem(t, request, r)
	}
	if "http://"+request.URL.Host != n.URL {
		return // another server's
	}
	ours := *request
	ours.URL = &url.URL{Path: request.URL.Path, RawPath: request.URL.RawPath, RawQuery: request.URL.RawQuery}
	route, params, err := n.routes.FindRoute(&ours)
	if err != nil || r.header.Get("Content-Encoding") != "" {
		return // no operation, or the same in other clothes
	}
	err = openapi3filter.ValidateResponse(t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: params, Route: route},
		Status:                 r.status,
		Header:                 r.header,
		Body:                   io.NopCloser(bytes.NewReader(r.body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		t.Errorf("%s %s: the answer is not what the OpenAPI document says: %v", request.Method, request.URL, err)
	}
}

func checkProblem(t testing.TB, request *http.Request, r reply) {
	t.Helper()
	if got := r.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("%s %s: %d with Content-Type %q; want a problem document", request.Method, request.URL, r.status, got)
	}
	if request.Method == http.MethodHead {
		return
	}
	var p struct {
		Type, Title, Detail string
		Status              int
	}
	if err := json.Unmarshal(r.body, &p); err != nil || p.Status != r.status || p.Title == "" || p.Detail == "" {
		t.Errorf("%s %s: %d with %s (%v); want a whole problem document", request.Method, request.URL, r.status, r.body, err)
	}
}

// decode reads the JSON of an answer that must have status 200.
func decode[T any](t testing.TB, r reply) T {
	t.Helper()
	var v T
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return v
}

// golden compares got with a file in testdata, or rewrites it.
func golden(t testing.TB, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what it was; if that is meant, run the test with -update and read the difference", path)
	}
}
