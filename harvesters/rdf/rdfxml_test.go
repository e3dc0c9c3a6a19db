package rdf

import (
	"fmt"
	"strings"
	"testing"
)

// What is said in the corners of RDF/XML is understood as Raptor does.
func TestXMLCases(t *testing.T) {
	const head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.it/" xmlns="http://d.it/#"`
	for name, body := range map[string]string{
		"typed node":               `><e:T rdf:about="a"><e:p rdf:resource="b"/></e:T></rdf:RDF>`,
		"description":              `><rdf:Description rdf:about="http://e.it/a"><p>x</p><e:q></e:q><e:r/></rdf:Description></rdf:RDF>`,
		"property attributes":      `><rdf:Description rdf:about="a" e:p="x" rdf:type="T" e:q="y"/></rdf:RDF>`,
		"attributes of a property": `><rdf:Description rdf:about="a"><e:p e:q="x" rdf:type="http://e.it/T"/><e:r rdf:resource="b" e:q="y"/></rdf:Description></rdf:RDF>`,
		"nested":                   `><e:T><e:p><e:U rdf:about="u"><e:q><rdf:Description e:r="x"/></e:q></e:U></e:p></e:T></rdf:RDF>`,
		"node ids":                 `><e:T rdf:nodeID="n1"><e:p rdf:nodeID="n2"/></e:T><e:U rdf:nodeID="n2"><e:q rdf:nodeID="n1"/></e:U></rdf:RDF>`,
		"ID and base":              ` xml:base="http://b.it/x/y"><e:T rdf:ID="frag"><e:p rdf:resource="z"/><e:q rdf:resource="#w"/><e:r rdf:resource=""/></e:T></rdf:RDF>`,
		"base within":              ` xml:base="http://b.it/x/"><rdf:Description rdf:about="a" xml:base="sub/"><e:p rdf:resource="b" xml:base="/top/"/></rdf:Description></rdf:RDF>`,
		"languages":                ` xml:lang="it"><rdf:Description rdf:about="a"><e:p>x</e:p><e:p xml:lang="en-GB">y</e:p><e:p xml:lang="">z</e:p></rdf:Description></rdf:RDF>`,
		"datatypes":                ` xml:lang="it"><rdf:Description rdf:about="a"><e:p rdf:datatype="http://www.w3.org/2001/XMLSchema#date">2026-11-21</e:p></rdf:Description></rdf:RDF>`,
		"parseType Resource":       `><e:T><e:p rdf:parseType="Resource"><e:q>x</e:q><e:r rdf:parseType="Resource"/></e:p></e:T></rdf:RDF>`,
		"parseType Collection":     `><e:T><e:p rdf:parseType="Collection"><e:U rdf:about="u"/><rdf:Description rdf:about="v"/></e:p><e:q rdf:parseType="Collection"/></e:T></rdf:RDF>`,
		"parseType Literal":        `><rdf:Description rdf:about="a"><e:p rdf:parseType="Literal">text &amp; more</e:p></rdf:Description></rdf:RDF>`,
		"containers":               `><rdf:Seq rdf:about="a"><rdf:li>x</rdf:li><rdf:li rdf:resource="b"/><rdf:_7>y</rdf:_7></rdf:Seq></rdf:RDF>`,
		"reification":              `><rdf:Description rdf:about="a"><e:p rdf:ID="s1">x</e:p><e:q rdf:ID="s2" rdf:resource="b"/></rdf:Description></rdf:RDF>`,
		"CDATA and comments":       `><rdf:Description rdf:about="a"><e:p>one <!-- no --> two<![CDATA[ <b>&amp;</b> ]]></e:p></rdf:Description><!-- end --></rdf:RDF>`,
		"character references":     `><rdf:Description rdf:about="a&#x2f;b"><e:p>&#232;&lt;&gt;&quot;&apos;</e:p></rdf:Description></rdf:RDF>`,
	} {
		doc := []byte(`<?xml version="1.0"?>` + "\n" + head + body)
		g, err := Parse(XML, doc, testBase)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		same(t, name, ours(g), rapper(t, "rdfxml", doc))
	}
}

// Where Raptor 2.0.15 departs from the standards, they count: an attribute has
// the language of its element (RDF/XML §7.2.11), and a fragment keeps the query
// of the base (RFC 3986 §5.2.2).
func TestXMLCasesBeyondRaptor(t *testing.T) {
	g, err := Parse(XML, []byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.it/" xml:base="http://b.it/x/y?q#f"><rdf:Description rdf:about="#w" xml:lang="it" e:p="x"/></rdf:RDF>`), testBase)
	if err != nil {
		t.Fatal(err)
	}
	if n := g.Node(iri("http://b.it/x/y?q#w")); n == nil || n.Edges[0].Object.String() != `"x"@it` {
		t.Errorf("read %+v", n)
	}
}

// A node may stand without rdf:RDF around it.
func TestXMLOfOneNode(t *testing.T) {
	g, err := Parse(XML, []byte(`<e:T xmlns:e="http://e.it/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="a"><e:p>x</e:p></e:T>`), testBase)
	if err != nil || g.Len() != 2 || g.Node(iri(testBase+"a")) == nil {
		t.Errorf("%v, %v", g, err)
	}
}

// A document is only read by its own entities, and they have bounds (spec §3.2).
func TestEntities(t *testing.T) {
	doc := func(declared, text string) []byte {
		return []byte(`<!DOCTYPE rdf:RDF [ ` + declared + ` ]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://e.it/a" xmlns:e="http://e.it/"><e:p>` + text + `</e:p></rdf:Description></rdf:RDF>`)
	}
	var bomb strings.Builder
	bomb.WriteString(`<!ENTITY a0 "ha">`)
	for i := range 20 {
		fmt.Fprintf(&bomb, `<!ENTITY a%d "&a%d;&a%d;&a%d;&a%d;">`, i+1, i, i, i, i)
	}
	for _, tt := range []struct{ name, declared, text, want, err string }{
		{"own", `<!ENTITY dcat "http://www.w3.org/ns/dcat#"> <!ENTITY q '&dcat;x"'>`, `&dcat;Dataset &q;`, `http://www.w3.org/ns/dcat#Dataset http://www.w3.org/ns/dcat#x"`, ""},
		{"characters", `<!ENTITY e "&#232;&#xe9;&amp;&quot;">`, `&e;`, `èé&"`, ""},
		{"first counts", `<!ENTITY e "one"> <!ENTITY e "two">`, `&e;`, `one`, ""},
		{"external is not fetched", `<!ENTITY e SYSTEM "file:///etc/passwd">`, `[&e;]`, `[&e;]`, ""},
		{"laughter", bomb.String(), `&a20;`, "", "entities of more than 65536 bytes"},
		{"one large", `<!ENTITY e "` + strings.Repeat("x", 70_000) + `">`, `&e;`, "", "entities of more than 65536 bytes"},
		{"used too often", `<!ENTITY e "` + strings.Repeat("x", 60_000) + `">`, strings.Repeat("&e;", 2000), "", "its entities would make"},
	} {
		g, err := Parse(XML, doc(tt.declared, tt.text), "")
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: error %v, want %q", tt.name, err, tt.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := g.Node(iri("http://e.it/a")).Edges[0].Object.Value; got != tt.want {
			t.Errorf("%s: read %q, want %q", tt.name, got, tt.want)
		}
	}
}

// XML that is not well-formed for one of the usual reasons is put right, and
// that is told (spec §3.2).
func TestXMLThatIsPutRight(t *testing.T) {
	const around = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="http://e.it/a" xmlns:e="http://e.it/">%s</rdf:Description></rdf:RDF>`
	for _, tt := range []struct{ name, body, want, told string }{
		{"ampersands", `<e:p>http://e.it/?a=1&b=2&amp;c=3&copy=4&x;</e:p>`, "http://e.it/?a=1&b=2&c=3&copy=4&x;", "3 ampersands"},
		{"in an attribute", `<e:p rdf:resource="http://e.it/?a=1&b=2"/>`, "http://e.it/?a=1&b=2", "1 ampersands"},
		{"CDATA is left alone", `<e:p>a & b <![CDATA[c & d &amp; e]]></e:p>`, "a & b c & d &amp; e", "1 ampersands"},
		{"HTML's entities", `<e:p>citt&agrave;&nbsp;x</e:p>`, "città\u00a0x", "entities of HTML"},
		{"control characters", "<e:p>a\x0bb\x00</e:p>", "ab", "2 control characters"},
	} {
		g, err := Parse(XML, fmt.Appendf(nil, around, tt.body), "")
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if got := g.Node(iri("http://e.it/a")).Edges[0].Object.Value; got != tt.want {
			t.Errorf("%s: read %q, want %q", tt.name, got, tt.want)
		}
		if len(g.Repairs) != 1 || !strings.Contains(g.Repairs[0], tt.told) {
			t.Errorf("%s: told %q, want %q", tt.name, g.Repairs, tt.told)
		}
	}
}

func TestUndeclaredPrefixInXML(t *testing.T) {
	g, err := Parse(XML, []byte(`<rdf:RDF xmlns:dcat="http://www.w3.org/ns/dcat#"><dcat:Dataset rdf:about="http://e.it/a"><dct:title>T</dct:title></dcat:Dataset></rdf:RDF>`), "")
	if err != nil {
		t.Fatal(err)
	}
	n := g.Node(iri("http://e.it/a"))
	if n == nil || len(n.Edges) != 2 || n.Edges[1].Predicate != "http://purl.org/dc/terms/title" || len(g.Repairs) != 2 {
		t.Errorf("read %+v, repairs %q", n, g.Repairs)
	}
}

func TestXMLErrors(t *testing.T) {
	for doc, want := range map[string]string{
		``:                       "there is no RDF in it",
		`<html><body/></html>`:   "it is a web page",
		"<rdf:RDF>\n<a>\n</b>":   "line 3",
		`<rdf:RDF><rdf:Descript`: "unexpected EOF",
		`<a b="x & y"`:           "line 1",
		`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` + strings.Repeat("<a><b>", 300): "deeper than 200",
	} {
		if g, err := Parse(XML, []byte(doc), ""); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, %v; want an error with %q", doc, g, err, want)
		}
	}
}

// The comparison with other parsers sees what is different, and only that.
func TestComparisonSees(t *testing.T) {
	parse := func(doc string) []string {
		g, err := Parse(Turtle, []byte("@prefix : <http://e.it/> .\n"+doc), "")
		if err != nil {
			t.Fatal(err)
		}
		return canonical(ours(g))
	}
	equal := func(a, b string) bool { return strings.Join(parse(a), "\n") == strings.Join(parse(b), "\n") }
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{`:a :p _:x . _:x :q "1" .`, `_:z :q "1" . :a :p _:z .`, true},
		{`:a :p [ :q [ :r 1 ] ] .`, `:a :p [ :q [ :r 2 ] ] .`, false},
		{`:a :p [ :q 1 ] , [ :q 1 ] .`, `:a :p [ :q 1 ] .`, false},
		{`:a :p _:x . _:x :q _:y . _:y :q _:x .`, `:a :p _:x . _:x :q _:x .`, false},
		{`:a :p "x"@it .`, `:a :p "x" .`, false},
		{`:a :p "x" , "x" .`, `:a :p "x" .`, true},
	} {
		if got := equal(tt.a, tt.b); got != tt.want {
			t.Errorf("%s = %s: %v, want %v", tt.a, tt.b, got, tt.want)
		}
	}
}

func FuzzXML(f *testing.F) {
	f.Add([]byte(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e.it/"><e:T rdf:about="a" e:q="x"><e:p rdf:parseType="Resource"><e:r xml:lang="it">y</e:r></e:p></e:T></rdf:RDF>`))
	f.Add([]byte(`<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><dcat:Dataset dct:title="&c;&"><x rdf:parseType="Collection"><y/></x></dcat:Dataset>`))
	f.Add([]byte(`<a><b rdf:parseType="Literal"><c/>x & y</b></a>`))
	f.Fuzz(func(t *testing.T, doc []byte) { readsBack(t, XML, doc) })
}

func FuzzJSONLD(f *testing.F) {
	f.Add([]byte(`{"@context": {"@vocab": "http://e.it/", "l": {"@container": "@list"}}, "@id": "x", "l": ["a", 1.5, true, {"@id": "c"}]}`))
	f.Add([]byte(`[{"@id": "_:a", "@type": ["http://e.it/T"], "http://e.it/p": [{"@value": "v", "@language": "it"}]}]`))
	f.Add([]byte(`{"@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld", "dataset": [{"title": "T"}]}`))
	f.Fuzz(func(t *testing.T, doc []byte) { readsBack(t, JSONLD, doc) })
}
