package rdf

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// jsonldJS runs jsonld.js, which shares no code with the library we use, with
// our contexts.
func jsonldJS(t *testing.T, doc []byte) []statement {
	t.Helper()
	const dir = "testdata/jsonld"
	node, err := exec.LookPath("node")
	if err != nil {
		skipUnlessCI(t, "node is not installed: apt install nodejs npm")
	}
	if _, err := os.Stat(dir + "/node_modules/jsonld"); err != nil {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		install := exec.CommandContext(ctx, "npm", "ci")
		install.Dir = dir
		if out, err := install.CombinedOutput(); err != nil {
			skipUnlessCI(t, "npm ci in "+dir+": "+err.Error()+"\n"+string(out))
		}
	}
	contexts, err := filepath.Abs("contexts")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, "compare.js", testBase, contexts)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(doc)
	var problems bytes.Buffer
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("jsonld.js: %v: %s", err, problems.Bytes())
	}
	return judged(t, out)
}

// skipUnlessCI skips the test for want of a tool; the machine that decides
// whether a change is good must have all of them.
func skipUnlessCI(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// Every statement of the real JSON-LD files is read as jsonld.js does.
func TestRealFilesAgainstJSONLD(t *testing.T) {
	for _, path := range sharedFiles(t, "*.jsonld", "*.json") {
		doc, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Parse(JSONLD, doc, testBase)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(path), err)
			continue
		}
		want := jsonldJS(t, doc)
		same(t, filepath.Base(path), ours(g), want)
		t.Logf("%-40s %5d statements", filepath.Base(path), len(want))
	}
}

// What is said in the corners of JSON-LD is understood as jsonld.js does.
func TestJSONLDCases(t *testing.T) {
	for name, doc := range map[string]string{
		"numbers": `{"@context": {"@vocab": "http://e.it/"}, "@id": "http://e.it/s", "a": 5, "b": 5.5, "c": 43008.0, "d": true, "e": -0.1, "f": 1e21, "g": 12345678901,
			"h": {"@value": 5, "@type": "http://www.w3.org/2001/XMLSchema#double"}, "i": 0}`,
		"lists":      `{"@context": {"@vocab": "http://e.it/", "l": {"@container": "@list"}}, "@id": "x", "l": ["a", "b", {"@id": "c"}], "m": {"@list": []}}`,
		"languages":  `{"@context": {"@vocab": "http://e.it/", "t": {"@container": "@language"}}, "t": {"it": "titolo", "en": ["title", "name"]}, "u": {"@value": "x", "@language": "it-IT"}}`,
		"graphs":     `{"@context": {"@vocab": "http://e.it/"}, "@graph": [{"@id": "a", "p": {"@id": "b"}}, {"@id": "b", "@type": "T", "q": "v"}]}`,
		"reverse":    `{"@context": {"@vocab": "http://e.it/"}, "@id": "a", "@reverse": {"dataset": {"@id": "c"}}}`,
		"coerced":    `{"@context": {"dct": "http://purl.org/dc/terms/", "m": {"@id": "dct:modified", "@type": "http://www.w3.org/2001/XMLSchema#date"}, "l": {"@id": "dct:license", "@type": "@id"}}, "@id": "a", "m": "2026-11-21", "l": "../l"}`,
		"remote":     `{"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "@type": "dcat:Catalog", "dataset": [{"@type": "dcat:Dataset", "title": "T", "publisher": {"name": "N"}}]}`,
		"unknown":    `{"@context": ["http://gone.invalid/context.jsonld", {"x": "http://e.it/x"}], "@type": "Dataset", "title": "T", "x": "y"}`,
		"version":    `{"@context": {"@version": 1.1, "@vocab": "http://e.it/", "t": {"@id": "t", "@context": {"@version": 1.1, "u": "http://e.it/u"}}}, "@id": "http://e.it/a", "t": {"u": 1.10}}`,
		"set":        `[{"@id": "http://e.it/a", "http://e.it/p": [{"@value": "v"}, {"@value": "w"}, null]}, {"@id": "_:x", "http://e.it/p": [{"@id": "_:y"}]}]`,
		"no context": `{"title": "says nothing"}`,
	} {
		g, err := Parse(JSONLD, []byte(doc), testBase)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, name, ours(g), jsonldJS(t, []byte(doc)))
	}
}

// An IRI with a space is not lost, as it is to be repaired.
func TestJSONLDKeepsIRIsThatAreNone(t *testing.T) {
	g, err := Parse(JSONLD, []byte(`{"@id": "http://e.it/a b", "http://e.it/p": {"@id": "http://e.it/c|d"}}`), testBase)
	if err != nil {
		t.Fatal(err)
	}
	if got := g.Node(iri("http://e.it/a b")); got == nil || got.Edges[0].Object != iri("http://e.it/c|d") {
		t.Errorf("read %+v", got)
	}
}

// A context that imports another is read with ours in its place: nothing is
// fetched, wherever a document would have it.
func TestContextsAreNotFetched(t *testing.T) {
	for _, context := range []string{`"file:///etc/passwd"`, `["http://169.254.169.254/c", {"@version": 1.1, "@import": "http://169.254.169.254/latest"}]`, `{"@version": 1.1, "@import": "https://www.w3.org/ns/dcat.jsonld"}`} {
		g, err := Parse(JSONLD, []byte(`{"@context": `+context+`, "@id": "http://e.it/d", "@type": "http://www.w3.org/ns/dcat#Dataset", "http://purl.org/dc/terms/title": "T"}`), testBase)
		if err != nil {
			t.Errorf("%s: %v", context, err)
			continue
		}
		if n := g.Node(iri("http://e.it/d")); n == nil || len(n.Edges) != 2 {
			t.Errorf("%s: read %+v", context, n)
		}
	}
}

// An unknown context is told, and its address never asked.
func TestUnknownContextIsTold(t *testing.T) {
	g, err := Parse(JSONLD, []byte(`{"@context": "http://gone.invalid/c.jsonld", "@type": "Dataset", "@id": "http://e.it/d", "title": "T"}`), testBase)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Repairs) != 1 || !strings.Contains(g.Repairs[0], "http://gone.invalid/c.jsonld") {
		t.Errorf("repairs %q", g.Repairs)
	}
	if n := g.Node(iri("http://e.it/d")); n == nil || len(n.Edges) != 2 {
		t.Errorf("read %+v", n)
	}
}

func TestJSONThatIsNone(t *testing.T) {
	for doc, want := range map[string]string{
		`{"a": `:                         "unexpected EOF",
		`{} {}`:                          "more than one",
		strings.Repeat("[", 300):         "deeper than 200",
		`{"@context": {"@vocab": [1]}}`:  "invalid vocab mapping",
		`{"@id": 5, "http://e.it/p": 1}`: "invalid @id",
	} {
		if g, err := Parse(JSONLD, []byte(doc), testBase); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40s: %v, %v; want an error with %q", doc, g, err, want)
		}
	}
}
