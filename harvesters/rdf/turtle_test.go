package rdf

import (
	"strings"
	"testing"
)

// What is said in the corners of Turtle is understood as Raptor does.
func TestTurtleCases(t *testing.T) {
	const head = "@prefix : <http://e.it/> .\n@prefix e: <http://e.it/#> .\n"
	for name, doc := range map[string]string{
		"predicate and object lists": `:a :p :b , :c ; :q "x" ;; a :T ; .`,
		"SPARQL directives":          "PREFIX p: <http://p.it/>\nbase <http://b.it/x/y>\np:a p:b <z>, <../z>, <#z>, </z>, <?q>, <>, <//h/z> .",
		"base and prefix":            "@base <http://b.it/x/> .\n@prefix q: <q#> .\n<s> q:p <o> . @base <z/> . <s> q:p <o> .",
		"numbers":                    `:a :p 1, -1, +1, 1.0, -.5, 1e5, 1.5E-3, 1.e2, 007 , 43008.0 .`,
		"number and full stop":       ":a :p 1.\n:b :p 2.5.",
		"booleans":                   `:a :p true, false ; :q :trueish .`,
		"short texts":                `:a :p "x", 'y', "it's", 'say "x"', "", '' .`,
		"long texts":                 ":a :p \"\"\"two\nlines \"quoted\" \"\"x\"\"\", '''it''s''', \"\"\"\"\"\" .",
		"escapes":                    `:a :p "t\tn\nr\rb\bf\fq\"s\\", "\u00e8\U0001F600", 'a\'b' .`,
		"IRI escapes":                `<http://e.it/\u00e8> :p <http://e.it/\U0001F600> .`,
		"languages":                  `:a :p "x"@it, "x"@it-IT, "x"@EN .`,
		"datatypes":                  `:a :p "1"^^<http://www.w3.org/2001/XMLSchema#byte>, "2"^^e:t, "s"^^<http://www.w3.org/2001/XMLSchema#string> .`,
		"blank nodes":                `_:a :p _:b . _:b :p _:a1, _:x-y, _:x.y . [] :p [] .`,
		"nested blank nodes":         `:a :p [ :q "x" ; :r [ :s :b ] ] , [ ] . [ :p :q ] :r :s . [ :lone "x" ] .`,
		"collections":                `:a :p (), (1 "x" :b (2)), ([ :q "y" ]) . (1) :p 2 .`,
		"local names":                `:a\,b :p :a.b , :1 , :a-b , :a:b , e: , : , :a%20b, :_x, :città .`,
		"name before full stop":      ":a :p :b.\n:c :p :d.e.",
		"comments":                   "# first\n:a # subject\n:p#q\n\"#no\" . # end",
		"a":                          `:a a :T . :b a<http://e.it/T> .`,
		"CR LF":                      ":a :p :b .\r\n:c :p\r\n:d .\r\n",
	} {
		doc = head + doc
		g, err := Parse(Turtle, []byte(doc), testBase)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, name, ours(g), rapper(t, "turtle", []byte(doc)))
	}
}

func TestNTriplesCases(t *testing.T) {
	doc := `# a comment
<http://e.it/a> <http://e.it/p> <http://e.it/b> .
<http://e.it/a> <http://e.it/p> "x\ty\u00e8 \"q\" \\"@it-it .
_:a <http://e.it/p> _:b1 . # after
_:b1 <http://e.it/p> "2026-11-21"^^<http://www.w3.org/2001/XMLSchema#date> .

<http://e.it/a> <http://e.it/p> "" .`
	g, err := Parse(NTriples, []byte(doc), testBase)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "N-Triples", ours(g), rapper(t, "ntriples", []byte(doc)))
}

// A byte order mark, IRIs with spaces and prefixes that nobody declared do not
// end the reading (spec §3.2).
func TestTurtleThatIsPutRight(t *testing.T) {
	g, err := Parse(Turtle, []byte("\xef\xbb\xbf<http://e.it/a b> a dcat:Dataset ; dct:title \"T\" ; dcat:landingPage <http://e.it/x y|z\\w> ."), "")
	if err != nil {
		t.Fatal(err)
	}
	n := g.Node(iri("http://e.it/a b"))
	if n == nil || len(n.Edges) != 3 || n.Edges[0].Object.Value != "http://www.w3.org/ns/dcat#Dataset" || n.Edges[1].Predicate != "http://purl.org/dc/terms/title" || n.Edges[2].Object.Value != `http://e.it/x y|z\w` {
		t.Errorf("read %+v", n)
	}
	if len(g.Repairs) != 2 || !strings.Contains(strings.Join(g.Repairs, " "), `"dcat:"`) {
		t.Errorf("repairs %q", g.Repairs)
	}
}

// Errors say on which line and what.
func TestTurtleErrors(t *testing.T) {
	for doc, want := range map[string]string{
		"\n\n<http://e.it/a> <http://e.it/p> .": `line 3: expected a term, found "."`,
		"<a> <p> \"x":                           `line 1: a text is not closed`,
		"<a> <p> \"x\ny\" .":                    `line 1: a text is not closed on its line`,
		"<a> <p> <b":                            `line 1: an IRI is not closed: "<b"`,
		"<a> <p> <b> <c> .":                     `line 1: expected '.' after the statement, found "<c> ."`,
		"\n<a> foo:p <b> .":                     `line 2: the prefix "foo" is not declared`,
		"\"x\" <p> <b> .":                       `line 1: a literal cannot be the subject`,
		"<a> \"p\" <b> .":                       `line 1: expected a predicate`,
		"<a> <p> ( <b>":                         `line 1: a collection has no ")"`,
		"<a> <p> [ <q> <b> .":                   `line 1: expected ']'`,
		"<a> <p>":                               `line 1: the document ends in the middle of a statement`,
		"@prefix <http://e.it/> .":              `line 1: expected a prefix`,
		strings.Repeat("<a> <p> [ ", 1) + strings.Repeat("<p> [ ", 300): `nested deeper than 200`,
	} {
		if g, err := Parse(Turtle, []byte(doc), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, %v; want an error with %q", doc, g, err, want)
		}
	}
}

// What one graph writes as N-Triples, another reads back.
func FuzzTurtle(f *testing.F) {
	f.Add("@prefix : <http://e.it/> . :a :p [ :q \"x\"@it, '''y''' ] , (1 2.5) ; a :T .")
	f.Add("<http://e.it/a> <http://e.it/p> \"\\u00e8\"^^<http://e.it/t> .\n_:a <http://e.it/p> _:b .")
	f.Add("PREFIX dct: <http://purl.org/dc/terms/> BASE <http://e.it/x> <> dct:title true . # end")
	f.Fuzz(func(t *testing.T, doc string) { readsBack(t, Turtle, []byte(doc)) })
}

// readsBack parses a document and, when that succeeds, its statements as
// N-Triples, which must be the same.
func readsBack(t *testing.T, format Format, doc []byte) {
	g, err := Parse(format, doc, "http://base.invalid/")
	if err != nil {
		return
	}
	var out []byte
	for n := range g.Nodes() {
		for _, e := range n.Edges {
			if strings.ContainsAny(n.Value+e.Predicate+e.Object.Value+e.Object.Datatype+e.Object.Lang, "\x00") {
				return // N-Triples cannot hold it, nor can anybody downstream
			}
			if n.Kind == Blank && !plainLabel(n.Value) || e.Object.Kind == Blank && !plainLabel(e.Object.Value) || e.Object.Lang != "" && !plainLabel(e.Object.Lang) {
				return // a label of RDF/XML or JSON-LD that N-Triples has no way to write
			}
			out = append(n.Append(out), ' ')
			out = append(iri(e.Predicate).Append(out), ' ')
			out = append(e.Object.Append(out), " .\n"...)
		}
	}
	again, err := Parse(NTriples, out, "")
	if err != nil {
		t.Fatalf("%v in\n%s", err, out)
	}
	if g.Len() != again.Len() {
		t.Fatalf("%d statements, %d when read back:\n%s", g.Len(), again.Len(), out)
	}
}

func plainLabel(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == ""
}
