package portal_test

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// schemaContext is what the pages use of schema.org's own context, which is on the
// network.
var schemaContext = map[string]any{
	"@vocab": "https://schema.org/", "url": anIRI, "sameAs": anIRI, "image": anIRI, "license": anIRI, "contentUrl": anIRI, "serviceUrl": anIRI,
	"eventStatus": anIRI, "eventAttendanceMode": anIRI, "dayOfWeek": anIRI, "additionalType": anIRI,
}

var anIRI = map[string]any{"@type": "@id"}

// TestTurtleOfEveryKind: as Turtle a record makes the same statements as in
// JSON-LD. Both are read by parsers that are not the portal's and compared in
// canonical form.
func TestTurtleOfEveryKind(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	seen := 0
	for _, list := range []string{s.page(t, "/mappa"), s.page(t, "/mappa?pagina=2"), s.page(t, "/dati")} {
		for _, m := range regexp.MustCompile(`<h3><a href="(/[^"]+)"`).FindAllStringSubmatch(list, -1) {
			sameStatements(t, s, m[1])
			seen++
		}
	}
	if seen < 10 {
		t.Errorf("%d records", seen)
	}
}

// sameStatements compares the Turtle of the record at path with its JSON-LD.
func sameStatements(t *testing.T, s *site, path string) {
	t.Helper()
	resp, text := s.get(t, path+".ttl")
	if got := resp.Header.Get("Content-Type"); got != "text/turtle; charset=utf-8" {
		t.Errorf("%s.ttl is %s", path, got)
	}
	if _, negotiated := s.get(t, path, "Accept", "text/turtle"); negotiated != text {
		t.Errorf("%s by Accept: %.200s", path, negotiated)
	}
	graph, err := rdf.Parse(rdf.Turtle, []byte(text), s.URL)
	if err != nil || len(graph.Repairs) > 0 {
		t.Errorf("%s.ttl: %v %v\n%s", path, err, graph, text)
		return
	}
	var triples strings.Builder
	for n := range graph.Nodes() {
		for _, e := range n.Edges {
			triples.WriteString(n.Term.String() + " <" + e.Predicate + "> " + e.Object.String() + " .\n")
		}
	}
	_, body := s.get(t, path+".jsonld")
	var doc map[string]any
	if err := json.Unmarshal([]byte(body), &doc); err != nil {
		t.Fatal(err)
	}
	doc["@context"] = withPrefixes(doc["@context"])
	if got, want := canonical(t, triples.String(), "application/n-quads"), canonical(t, doc, ""); got != want {
		t.Errorf("%s as Turtle:\n%s\nas JSON-LD:\n%s", path, got, want)
	}
	if _, err := exec.LookPath("rapper"); err != nil {
		t.Log("no rapper here: read by one parser only")
		return
	}
	cmd := exec.Command("rapper", "-q", "-c", "-i", "turtle", "-", s.URL)
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(out), "rror") {
		t.Errorf("rapper of %s.ttl: %v\n%s", path, err, out)
	}
}

// withPrefixes is the context of a record, that of schema.org with what is beside it.
func withPrefixes(context any) any {
	if list, ok := context.([]any); ok {
		return append([]any{schemaContext}, list[1:]...)
	}
	return schemaContext
}

// canonical is the canonical form of a graph (URDNA2015).
func canonical(t *testing.T, input any, format string) string {
	t.Helper()
	options := ld.NewJsonLdOptions("")
	options.Algorithm, options.Format, options.InputFormat = ld.AlgorithmURDNA2015, "application/n-quads", format
	out, err := ld.NewJsonLdProcessor().Normalize(input, options)
	if err != nil {
		t.Fatal(err)
	}
	return out.(string)
}
