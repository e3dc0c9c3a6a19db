package dcat_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"po-net.prato.it/ponet/catalog"
)

// An answer of a catalogue.
type answer struct {
	body      string
	mediaType string
	status    int
}

// serve answers requests by path and query; whatever else is asked is 404 and
// noted in asked too.
func serve(t *testing.T, answers map[string]answer) (*httptest.Server, *[]string) {
	t.Helper()
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.RequestURI())
		a, ok := answers[r.URL.RequestURI()]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if a.mediaType != "" {
			w.Header().Set("Content-Type", a.mediaType)
		}
		if a.status != 0 {
			w.WriteHeader(a.status)
		}
		fmt.Fprint(w, strings.ReplaceAll(a.body, "SERVER", "http://"+r.Host))
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

const prefixes = `@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix dcatapit: <http://dati.gov.it/onto/dcatapit#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix adms: <http://www.w3.org/ns/adms#> . @prefix gsp: <http://www.opengis.net/ont/geosparql#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
`

// numbered is Turtle of datasets by number.
func numbered(numbers ...int) string {
	var b strings.Builder
	b.WriteString(prefixes)
	for _, n := range numbers {
		fmt.Fprintf(&b, "<http://e.it/d/%d> a dcat:Dataset ; dct:identifier \"d-%d\" ; dct:title \"Dataset %d\" .\n", n, n, n)
	}
	return b.String()
}

func keysOf(kept []catalog.Harvested) []string {
	var keys []string
	for _, h := range kept {
		keys = append(keys, h.Key)
	}
	return keys
}

// Pages are followed by either vocabulary, and on the host of the source
// whatever the catalogue calls itself (spec §3.2).
func TestPages(t *testing.T) {
	for name, next := range map[string]string{
		"PartialCollectionView": `<?page=1> a hydra:PartialCollectionView ; hydra:next <SERVER/c.ttl?page=2> .`,
		"PagedCollection":       `<?page=1> a hydra:PagedCollection ; hydra:nextPage "SERVER/c.ttl?page=2" ; hydra:totalItems 3 .`,
		"both and untyped":      `<?page=1> hydra:nextPage <SERVER/c.ttl?page=2> ; hydra:next <SERVER/c.ttl?page=2> .`,
		"relative":              `<> a hydra:PartialCollectionView ; hydra:next <?page=2> .`,
		"relative literal":      `<> a hydra:PagedCollection ; hydra:nextPage "c.ttl?page=2" .`,
		"internal host":         `<> a hydra:PagedCollection ; hydra:nextPage "http://paster:5000/c.ttl?page=2" .`,
		"https for http":        `<> a hydra:PagedCollection ; hydra:nextPage <https://dati.example.it/c.ttl?page=2> .`,
		"a path before it":      `<> a hydra:PagedCollection ; hydra:nextPage "http://paster/c.ttl?page=2" .`,
	} {
		folder := ""
		if name == "a path before it" {
			folder = "/opendata"
		}
		s, _ := serve(t, map[string]answer{
			folder + "/c.ttl":        {body: numbered(1, 2) + next},
			folder + "/c.ttl?page=2": {body: numbered(3) + `<?page=2> a hydra:PagedCollection ; hydra:totalItems 3 .`},
		})
		kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL + folder + "/c.ttl"})
		if err != nil || len(refused) > 0 || !slices.Equal(keysOf(kept), []string{"d-1", "d-2", "d-3"}) {
			t.Errorf("%s: %v, %v, %v", name, keysOf(kept), refused, err)
		}
	}
}

// A catalogue behind TLS that names its pages by http is read by https.
func TestPagesBehindTLS(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.RawQuery == "page=2" {
			fmt.Fprint(w, numbered(2))
			return
		}
		fmt.Fprintf(w, `%s<> a hydra:PagedCollection ; hydra:nextPage <http://%s/?page=2> .`, numbered(1), r.Host)
	}))
	t.Cleanup(s.Close)
	kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL})
	if err != nil || len(kept) != 2 {
		t.Errorf("%v, %v", keysOf(kept), err)
	}
}

// When the next page really lies on another host, it is found there.
func TestPagesOnAnotherHost(t *testing.T) {
	other, _ := serve(t, map[string]answer{"/pages/2": {body: numbered(2)}})
	s, asked := serve(t, map[string]answer{"/c.ttl": {body: numbered(1) + `<> a hydra:PagedCollection ; hydra:nextPage <` + other.URL + `/pages/2> .`}})
	kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c.ttl"})
	if err != nil || len(kept) != 2 || !slices.Equal(*asked, []string{"/c.ttl", "/pages/2"}) {
		t.Errorf("%v, %v; asked %v", keysOf(kept), err, *asked)
	}
}

// A listing that does not end, repeats itself or ends too early has failed; what
// was read of it stays.
func TestFailedListings(t *testing.T) {
	next := func(page int) string {
		return fmt.Sprintf(`<#page> a hydra:PagedCollection ; hydra:nextPage "/c.ttl?page=%d" .`, page)
	}
	for _, tt := range []struct {
		name    string
		answers map[string]answer
		kept    int
		want    string
	}{
		{"the same page again", map[string]answer{"/c.ttl": {body: numbered(1) + `<http://e.it/p> hydra:nextPage "/c.ttl?page=2" .`}, "/c.ttl?page=2": {body: numbered(1) + `<http://e.it/p> hydra:nextPage "/c.ttl?page=2" .`}}, 1, "the same as page 1"},
		{"the same datasets in other order", map[string]answer{"/c.ttl": {body: numbered(1, 2) + next(2)}, "/c.ttl?page=2": {body: numbered(2, 1) + next(3)}}, 2, "all its 2 datasets are those of pages before"},
		{"round in a circle", map[string]answer{"/c.ttl": {body: numbered(1) + next(2)}, "/c.ttl?page=2": {body: numbered(2) + next(3)}, "/c.ttl?page=3": {body: numbered(3) + next(2)}}, 3, "that was read already"},
		{"fewer than it says", map[string]answer{"/c.ttl": {body: numbered(1) + `<> a hydra:PagedCollection ; hydra:totalItems 5 ; hydra:nextPage "/c.ttl?page=2" .`}, "/c.ttl?page=2": {body: numbered(2) + `<> a hydra:PagedCollection ; hydra:totalItems 5 .`}}, 2, "has 5 datasets, its pages hold 2"},
		{"one page of several, without the next", map[string]answer{"/c.ttl": {body: numbered(1) + `<> a hydra:PagedCollection ; hydra:totalItems 3 .`}}, 1, "has 3 datasets, its pages hold 1"},
		{"a page is missing", map[string]answer{"/c.ttl": {body: numbered(1) + next(2)}}, 1, "404"},
		{"a page is cut", map[string]answer{"/c.ttl": {body: numbered(1) + next(2)}, "/c.ttl?page=2": {body: numbered(2) + "<http://e.it/x> <http://e.it/p> \"never clo"}}, 1, "a text is not closed"},
		{"a page is HTML", map[string]answer{"/c.ttl": {body: numbered(1) + next(2)}, "/c.ttl?page=2": {body: "<!DOCTYPE html><html>", mediaType: "text/turtle"}}, 1, "web page"},
		{"HTML with status 200", map[string]answer{"/c.ttl": {body: "\n<html><body>Accesso negato</body></html>", mediaType: "application/rdf+xml"}}, 0, "it is a web page (HTML)"},
		{"nothing", map[string]answer{"/c.ttl": {body: ""}}, 0, "it is empty"},
		{"a catalogue without datasets", map[string]answer{"/c.ttl": {body: prefixes + `<> a dcat:Catalog ; dct:title "Vuoto" .`}}, 0, "holds no dataset: of its 2 statements"},
		{"something else", map[string]answer{"/c.ttl": {body: "Benvenuti, questo è il catalogo", mediaType: "text/plain"}}, 0, "turtle that cannot be read: line 1"},
		{"refused", map[string]answer{"/c.ttl": {status: 403}}, 0, "403"},
	} {
		s, _ := serve(t, tt.answers)
		kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c.ttl"})
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), tt.want) || len(kept) != tt.kept {
			t.Errorf("%s: kept %d, %v; want %d and an error with %q", tt.name, len(kept), err, tt.kept, tt.want)
		}
	}
}

// A page in the middle can be a source of its own: it is not short of the others.
func TestPageInTheMiddle(t *testing.T) {
	s, _ := serve(t, map[string]answer{"/c.ttl?page=2": {body: numbered(3) + `<> a hydra:PartialCollectionView ; hydra:previous <?page=1> . <http://e.it/c> hydra:totalItems 3 .`}})
	kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c.ttl?page=2"})
	if err != nil || len(kept) != 1 {
		t.Errorf("%v, %v", keysOf(kept), err)
	}
}

// A document that is too large to be understood as a whole must be paged.
func TestLargeDocument(t *testing.T) {
	if testing.Short() {
		t.Skip("51 MB")
	}
	s, _ := serve(t, map[string]answer{"/c.ttl": {body: strings.Repeat("# un commento\n", 51<<20/14)}})
	if _, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c.ttl"}); !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), "must be paged") {
		t.Error(err)
	}
}

// Pages shift while they are read: a dataset that comes again is not read twice.
func TestDatasetOnTwoPages(t *testing.T) {
	s, _ := serve(t, map[string]answer{
		"/c.ttl":        {body: numbered(1, 2) + `<> a hydra:PagedCollection ; hydra:totalItems 3 ; hydra:nextPage "?page=2" .`},
		"/c.ttl?page=2": {body: numbered(2, 3) + `<> a hydra:PagedCollection ; hydra:totalItems 3 .`},
	})
	kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c.ttl"})
	if err != nil || len(refused) > 0 || !slices.Equal(keysOf(kept), []string{"d-1", "d-2", "d-3"}) {
		t.Errorf("%v, %v, %v", keysOf(kept), refused, err)
	}
}

// The real paged catalogue, both pages over HTTP, under another name than its own.
func TestRealPages(t *testing.T) {
	first, err := os.ReadFile(shared(t, "udata-paged-collection-1.jsonld"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := os.ReadFile(shared(t, "udata-paged-collection-2.jsonld"))
	if err != nil {
		t.Fatal(err)
	}
	s, asked := serve(t, map[string]answer{"/catalog.jsonld": {body: string(first)}, "/catalog.jsonld?page=2": {body: string(second)}})
	kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/catalog.jsonld"})
	if err != nil || len(kept) != 4 || len(*asked) != 2 {
		t.Errorf("%v, %v; asked %v", keysOf(kept), err, *asked)
	}
}

// The format is what was set, else what the content looks like, else what the
// server says, else the extension (spec §3.2).
func TestFormatIsTold(t *testing.T) {
	const (
		turtle = `@prefix dcat: <http://www.w3.org/ns/dcat#> . <http://e.it/d> a dcat:Dataset ; <http://purl.org/dc/terms/title> "T" .`
		triple = `<http://e.it/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .` + "\n" + `<http://e.it/d> <http://purl.org/dc/terms/title> "T" .`
		rdfxml = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="http://e.it/d"><dct:title>T</dct:title></dcat:Dataset></rdf:RDF>`
		jsonld = `[{"@id": "http://e.it/d", "@type": ["http://www.w3.org/ns/dcat#Dataset"], "http://purl.org/dc/terms/title": [{"@value": "T"}]}]`
		pod    = `{"dataset": [{"identifier": "http://e.it/d", "title": "T"}]}`
		old    = `[{"identifier": "http://e.it/d", "title": "T"}]`
	)
	for _, tt := range []struct{ name, path, mediaType, body, format, found string }{
		{"Turtle", "/c", "text/plain", turtle, "", "Turtle, by its content"},
		{"Turtle that begins with a bracket", "/c", "", `[] <http://e.it/p> 1 . ` + triple, "", "Turtle, by its content"},
		{"Turtle after a comment", "/c.rdf", "application/rdf+xml", "# catalogo\n" + turtle, "", "Turtle, by its content"},
		{"Turtle with a URN first", "/c", "", `<urn:x> <urn:p> "<b>x</b>" . ` + triple, "", "Turtle, by its content"},
		{"Turtle with a relative reference first", "/c", "", `<d/1> <urn:p> 1 . ` + triple, "", "Turtle, by its content"},
		{"RDF/XML without declarations", "/c", "", `<rdf:RDF><dcat:Dataset><dct:title>T</dct:title><dct:identifier>http://e.it/d</dct:identifier></dcat:Dataset></rdf:RDF>`, "", "RDF/XML, by its content"},
		{"N-Triples", "/c", "application/json", triple, "", "Turtle, by its content"},
		{"N-Triples as set", "/c", "", triple, "nt", "N-Triples, as set"},
		{"RDF/XML", "/c.ttl", "text/turtle", rdfxml, "", "RDF/XML, by its content"},
		{"RDF/XML with declaration", "/c", "text/html", "\n<?xml version=\"1.0\"?>\n<!-- x -->\n" + rdfxml, "", "RDF/XML, by its content"},
		{"JSON-LD", "/c", "text/plain", jsonld, "", "JSON-LD, by its content"},
		{"data.json", "/c", "text/plain", pod, "", "data.json (Project Open Data), by its content"},
		{"data.json 1.0", "/c", "text/plain", old, "", "data.json (Project Open Data), by its content"},
		{"data.json as set", "/c", "", `{"@context": "x", "dataset": [{"identifier": "http://e.it/d", "title": "T"}]}`, "datajson", "data.json (Project Open Data), as set"},
		{"by content type", "/c", "text/turtle; charset=utf-8", "<http://e.it/d>\n a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> \"T\" .", "", "Turtle"},
		{"a byte order mark", "/c", "", "\xef\xbb\xbf" + turtle, "", "Turtle, by its content"},
		{"a byte order mark before JSON", "/c", "", "\xef\xbb\xbf" + pod, "", "data.json"},
		{"a byte order mark before XML", "/c", "", "\xef\xbb\xbf" + rdfxml, "", "RDF/XML"},
		{"UTF-16", "/c", "", encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder().String, turtle), "", "Turtle"},
		{"gzip nobody asked for", "/c.ttl.gz", "application/gzip", zipped(t, turtle), "", "Turtle"},
	} {
		s, _ := serve(t, map[string]answer{tt.path: {body: tt.body, mediaType: tt.mediaType}})
		kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + tt.path, Mapping: catalog.Mapping{Format: tt.format}})
		if err != nil || len(kept) != 1 || kept[0].Values[0] != "T" {
			t.Errorf("%s: %v, %v", tt.name, keysOf(kept), err)
			continue
		}
		if found := strings.Join(kept[0].Layer.Found, "; "); !strings.Contains(found, "format: "+tt.found) {
			t.Errorf("%s: %s; want %s", tt.name, found, tt.found)
		}
	}
	s, _ := serve(t, map[string]answer{"/c": {body: turtle}})
	if _, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c", Mapping: catalog.Mapping{Format: "csv"}}); err == nil || !strings.Contains(err.Error(), "rdfxml, turtle") {
		t.Errorf("format csv: %v", err)
	}
}

// What is not UTF-8 is read by what it declares, else as Windows-1252.
func TestEncodings(t *testing.T) {
	latin := func(s string) string { return encode(t, charmap.Windows1252.NewEncoder().String, s) }
	xml := `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"><dcat:Dataset rdf:about="http://e.it/d"><dct:title>Città</dct:title></dcat:Dataset></rdf:RDF>`
	for name, a := range map[string]answer{
		"declared in XML":          {body: latin(`<?xml version="1.0" encoding="ISO-8859-1"?>` + xml)},
		"declared, yet UTF-8":      {body: `<?xml version="1.0" encoding="ISO-8859-1"?>` + xml},
		"declared by the server":   {body: encode(t, charmap.ISO8859_15.NewEncoder().String, prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "Città" .`), mediaType: "text/turtle; charset=iso-8859-15"},
		"declared by nobody":       {body: latin(prefixes + `<http://e.it/d> a dcat:Dataset ; dct:title "Città" .`)},
		"UTF-8 that is said wrong": {body: latin(`<?xml version="1.0" encoding="UTF-8"?>` + xml)},
	} {
		s, _ := serve(t, map[string]answer{"/c": a})
		kept, _, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/c"})
		if err != nil || len(kept) != 1 || kept[0].Values[0] != "Città" {
			t.Errorf("%s: %v, %v", name, kept, err)
		}
	}
}

func encode(t *testing.T, with func(string) (string, error), s string) string {
	t.Helper()
	out, err := with(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func zipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Files that hold no dataset say so.
func TestRealFilesWithoutDatasets(t *testing.T) {
	for _, name := range []string{"data-theme-filtered.rdf", "filetypes-filtered.rdf", "frequencies-filtered.rdf", "places-filtered.rdf"} {
		kept, _, err := collect(t, http.DefaultClient, catalog.Source{URL: shared(t, "vocabularies/"+name)})
		if len(kept) != 0 || !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), "it holds no dataset") {
			t.Errorf("%s: %v, %v", name, keysOf(kept), err)
		}
	}
	for name, want := range map[string]int{"cultural-interest-places.ttl": 1, "provinces.ttl": 1, "subject-disciplines.ttl": 1, "licences.rdf": 1, "theme-subtheme-mapping.rdf": 1} {
		kept, refused, err := collect(t, http.DefaultClient, catalog.Source{URL: shared(t, "vocabularies/"+name)})
		if err != nil || len(kept) != want || len(refused) > 0 {
			t.Errorf("%s: %v, refused %v, %v; want %d", name, keysOf(kept), refused, err, want)
		}
	}
}
