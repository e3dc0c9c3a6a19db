package skos

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

const turtle = `@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<http://x.example/s> a skos:ConceptScheme ; skos:prefLabel "Schema"@it .
<http://x.example/s/1> a skos:Concept ; skos:notation "A" ; skos:prefLabel "Lavoro"@it , "Work"@en ; skos:altLabel "lavorare"@it .
<http://x.example/s/2> a skos:Concept ; skos:notation "A.1" ; skos:prefLabel "Impiego"@it ; skos:broader <http://x.example/s/1> ; owl:deprecated true ; dct:isReplacedBy <http://x.example/s/3> .
<http://x.example/s/3> a skos:Concept ; skos:prefLabel "Occupazione"@it .
`

const rdfxml = `<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:owl="http://www.w3.org/2002/07/owl#" xmlns:dct="http://purl.org/dc/terms/">
<skos:Concept rdf:about="http://x.example/s/1"><skos:notation>A</skos:notation><skos:prefLabel xml:lang="it">Lavoro</skos:prefLabel><skos:prefLabel xml:lang="en">Work</skos:prefLabel><skos:altLabel xml:lang="it">lavorare</skos:altLabel></skos:Concept>
<skos:Concept rdf:about="http://x.example/s/2"><skos:notation>A.1</skos:notation><skos:prefLabel xml:lang="it">Impiego</skos:prefLabel><skos:broader rdf:resource="http://x.example/s/1"/><owl:deprecated rdf:datatype="http://www.w3.org/2001/XMLSchema#boolean">true</owl:deprecated><dct:isReplacedBy rdf:resource="http://x.example/s/3"/></skos:Concept>
<skos:Concept rdf:about="http://x.example/s/3"><skos:prefLabel xml:lang="it">Occupazione</skos:prefLabel></skos:Concept></rdf:RDF>`

const csvTable = "notation;uri;label_it;label_en;broader_uri;alt_labels_it;deprecated;replaced_by\nA;http://x.example/s/1;Lavoro;Work;;lavorare;;\n" +
	"A.1;http://x.example/s/2;Impiego;;http://x.example/s/1;;deprecated;3\n;http://x.example/s/3;Occupazione;;;;;\n"

// The same vocabulary in three syntaxes is the same.
func TestParse(t *testing.T) {
	want := []catalog.Concept{
		{Code: "A", URI: "http://x.example/s/1", Label: "Lavoro", LabelEN: "Work", Same: []string{"lavorare"}},
		{Code: "A.1", URI: "http://x.example/s/2", Label: "Impiego", Broader: []string{"A"}, Withdrawn: "deprecated", Successor: "3"},
		{Code: "3", URI: "http://x.example/s/3", Label: "Occupazione"},
	}
	for name, doc := range map[string]string{"Turtle": turtle, "RDF/XML": rdfxml, "CSV": csvTable} {
		got, err := Parse([]byte("\xef\xbb\xbf"+doc), "http://x.example/")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// What is no vocabulary says what it is.
func TestParseRefuses(t *testing.T) {
	for _, doc := range []string{"", "<!doctype html><title>x</title>", "colore,prezzo\nrosso,3\n", "@prefix a: <b:> . <c:> <d:> <e:> .", "{", "<rdf:RDF"} {
		if _, err := Parse([]byte(doc), ""); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("Parse(%q): %v; want ErrInvalid", doc, err)
		}
	}
}

// The published tables are read whole.
func TestParsePublishedTables(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/vocab/*.csv")
	if len(files) == 0 {
		t.Skip("../shared is not here: nothing to read")
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list, err := Parse(b, f)
		if filepath.Base(f)[:4] == "map-" { // of two vocabularies, and no terms
			continue
		}
		if err != nil || len(list) < 3 {
			t.Errorf("%s: %d concepts, %v", filepath.Base(f), len(list), err)
		}
	}
}

// Whatever is given, the answer is concepts with codes or ErrInvalid.
func FuzzParse(f *testing.F) {
	for _, s := range []string{turtle, rdfxml, csvTable, "", "{}", "code\n\"", "a\tb"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		list, err := Parse(doc, "http://x.example/")
		if err != nil && !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%v is no ErrInvalid", err)
		}
		for _, c := range list {
			if c.Code == "" {
				t.Errorf("a concept without code: %+v", c)
			}
		}
	})
}
