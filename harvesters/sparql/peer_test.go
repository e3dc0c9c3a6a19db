package sparql

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

func document(b []byte) *fetch.Document {
	return &fetch.Document{Response: fetch.Response{Header: http.Header{}}, Bytes: b}
}

const peerPlaces = 1200 // more than a part

// turtle describes places as the endpoints of the cultural heritage do: several
// values, several languages, positions as WKT, addresses as nodes of their own.
func turtle() string {
	var b strings.Builder
	b.WriteString("@prefix ex: <http://example.org/> .\n@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix geo: <http://www.opengis.net/ont/geosparql#> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n")
	for i := range peerPlaces {
		fmt.Fprintf(&b, "ex:p%d a ex:Place ; rdfs:label \"Museo \\\"%d\\\"\"@it, \"Museum %d\"@en ; ex:seats %d ; ex:subject \"arte\", \"storia\" ; ", i, i, i, i)
		fmt.Fprintf(&b, "ex:where \"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(11.%04d 43.88)\"^^geo:wktLiteral ; ex:address [ ex:city \"Prato\" ; ex:street \"Via %d\" ] .\n", i, i)
	}
	b.WriteString("ex:many a ex:Place ; rdfs:label \"Deposito\"@it ; ex:seats 1 ; ex:where \"POINT(11.1 43.9)\"^^geo:wktLiteral ; ex:address [ ex:city \"Prato\" ] ; ex:subject ")
	for i := range 1500 { // rows of one key, more than a part
		fmt.Fprintf(&b, "\"s%d\", ", i)
	}
	b.WriteString("\"fine\" .\n")
	return b.String()
}

// peer starts Oxigraph, a SPARQL engine by others, over turtle.
func peer(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("needs Oxigraph from npm")
	}
	absent := func(format string, args ...any) {
		if os.Getenv("CI") != "" {
			t.Fatalf(format, args...)
		}
		t.Skipf(format, args...)
	}
	node, err := exec.LookPath("node")
	if err != nil {
		absent("node is not installed: apt install nodejs npm")
	}
	const dir = "testdata/oxigraph"
	if _, err := os.Stat(dir + "/node_modules/oxigraph"); err != nil {
		install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			absent("npm ci in harvesters/sparql/%s: %v\n%s", dir, err, out)
		}
	}
	data := filepath.Join(t.TempDir(), "places.ttl")
	if err := os.WriteFile(data, []byte(turtle()), 0o600); err != nil {
		t.Fatal(err)
	}
	server := exec.Command(node, dir+"/server.js", data)
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close(); _ = server.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}

// cutting is the endpoint at address that gives at most so many rows, as others
// do without a word.
func cutting(t *testing.T, address string, most int) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: u.Scheme, Host: u.Host})
	proxy.ModifyResponse = func(r *http.Response) error {
		var answer struct {
			Head    json.RawMessage `json:"head"`
			Results struct {
				Bindings []json.RawMessage `json:"bindings"`
			} `json:"results"`
		}
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			return err
		}
		answer.Results.Bindings = answer.Results.Bindings[:min(most, len(answer.Results.Bindings))]
		b, err := json.Marshal(answer)
		if err != nil {
			return err
		}
		r.Body = http.NoBody
		rec := httptest.NewRecorder()
		_, err = rec.Write(b)
		r.Body, r.ContentLength = rec.Result().Body, int64(len(b))
		r.Header.Set("Content-Length", fmt.Sprint(len(b)))
		return err
	}
	s := httptest.NewServer(proxy)
	t.Cleanup(s.Close)
	return s.URL + u.Path
}

const prefixes = "PREFIX ex: <http://example.org/> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "

// A query is read whole from a real engine, in parts, with a type for each value.
func TestRealEngine(t *testing.T) {
	address := peer(t)
	query := prefixes + "SELECT ?s ?label ?seats ?subject ?wkt { ?s a ex:Place ; rdfs:label ?label ; ex:seats ?seats ; ex:subject ?subject ; ex:where ?wkt }"
	for _, cut := range []int{1 << 30, 1600, 900} {
		list, refused, layer, err := harvested(t, catalog.Source{URL: cutting(t, address, cut), Mapping: catalog.Mapping{Query: query}})
		if cut == 900 { // less than the rows of ex:many
			if err == nil || !strings.Contains(err.Error(), "cuts answers off") {
				t.Errorf("cut at %d rows: %v; want an error that says so", cut, err)
			}
			continue
		}
		if err != nil || len(refused) != 0 || len(list) != peerPlaces+1 {
			t.Fatalf("cut at %d rows: %d of %d, refused %v, %v", cut, len(list), peerPlaces+1, refused, err)
		}
		p := list["http://example.org/p7"]
		point, placed := p["geometry"].(*geom.Point)
		if p["label"] != `Museo "7"` || p["seats"] != int64(7) || p["subject"] != "arte; storia" || !placed || point.X() != 11.0007 {
			t.Errorf("p7: %v", p)
		}
		if many := list["http://example.org/many"]; len(strings.Split(many["subject"].(string), "; ")) != 1501 {
			t.Errorf("many has not all of its subjects")
		}
		if layer.SRID != 4326 || len(layer.Found) == 0 || !strings.Contains(layer.Found[0], "counts 6301 rows of 1201") {
			t.Errorf("layer: EPSG:%d, %q", layer.SRID, layer.Found)
		}
	}
}

// What a CONSTRUCT says of a key, and of what it leads to, is one description.
func TestRealConstruct(t *testing.T) {
	address := peer(t)
	query := prefixes + "CONSTRUCT { ?s rdfs:label ?label ; ex:address ?a . ?a ?p ?o } WHERE { ?s a ex:Place ; rdfs:label ?label ; ex:address ?a . ?a ?p ?o }"
	list, refused, _, err := harvested(t, catalog.Source{URL: address, Mapping: catalog.Mapping{Query: query}})
	if err != nil || len(refused) != 0 || len(list) != peerPlaces+1 {
		t.Fatalf("%d of %d, refused %v, %v", len(list), peerPlaces+1, refused, err)
	}
	if p := list["http://example.org/p9"]; p["label"] != `Museo "9"` || p["address.street"] != "Via 9" || p["address.city"] != "Prato" {
		t.Errorf("p9: %v", p)
	}
}

// Two readings give the same bytes, in whatever order rows come.
func TestRawStays(t *testing.T) {
	a, b := &object{terms: map[string][]term{}}, &object{terms: map[string][]term{}}
	one, two := solution{"s": {Type: "uri", Value: "x"}, "t": {Type: "literal", Value: "1"}}, solution{"s": {Type: "uri", Value: "x"}, "t": {Type: "literal", Value: "2"}}
	a.add(one)
	a.add(two)
	b.add(two)
	b.add(one)
	if string(a.raw()) != string(b.raw()) || string(a.properties([]string{"t"})) != string(b.properties([]string{"t"})) {
		t.Errorf("%s\n%s\n%s\n%s", a.raw(), b.raw(), a.properties([]string{"t"}), b.properties([]string{"t"}))
	}
}
