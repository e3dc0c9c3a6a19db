package sparql

import (
	"strings"
	"testing"
)

func TestParseQuery(t *testing.T) {
	last := `http://example.org/"a"`
	for _, c := range []struct{ name, text, key, wantKey, wantPart, wantError string }{
		{"select", "PREFIX a: <http://a/>\nSELECT ?s ?t WHERE { ?s a:t ?t }", "", "?s",
			"PREFIX a: <http://a/>\nSELECT ?s ?t WHERE { ?s a:t ?t\nFILTER(STR(?s) > \"http://example.org/\\\"a\\\"\") } ORDER BY STR(?s) LIMIT 7", ""},
		{"without where, all variables", "select * { ?x ?p ?y }", "", "?x", "SELECT * WHERE { ?x ?p ?y\nFILTER", ""},
		{"another key", "SELECT ?t ?s { ?s ?p ?t }", "s", "?s", "> \"http://example.org/\\\"a\\\"\") } ORDER BY STR(?s)", ""},
		{"dollar variables", "SELECT $s { $s ?p ?t }", "$s", "?s", "", ""},
		{"a brace in a text, an IRI and a comment", "SELECT ?s { ?s ?p '}' ; <http://a/#x> \"\"\"{\"\"\" # }\n }", "", "?s", "SELECT ?s WHERE { ?s ?p '}' ; ", ""},
		{"a comment before", "# tutti i {musei}\nBASE <http://b/>\nSELECT ?s { ?s <p> ?t }", "", "?s", "BASE <http://b/>\nSELECT ?s WHERE", ""},
		{"groups stay whole", "SELECT ?s (COUNT(?t) AS ?n) { ?s ?p ?t } GROUP BY ?s", "", "?s", "SELECT * WHERE { { SELECT ?s (COUNT(?t) AS ?n) { ?s ?p ?t } GROUP BY ?s\n}\nFILTER", ""},
		{"construct", "CONSTRUCT { ?s ?p ?t } WHERE { ?s ?p ?t }", "", "?s", "SELECT ?s ?p ?t WHERE { ?s ?p ?t\nFILTER", ""},

		{"no query", "museums", "", "", "", "a SELECT or CONSTRUCT is due"},
		{"describe", "DESCRIBE <http://a/>", "", "", "", "is DESCRIBE"},
		{"its own limit", "SELECT ?s { ?s ?p ?t } LIMIT 10", "", "", "", "LIMIT 10 of its own"},
		{"from", "SELECT ?s FROM <http://g/> { ?s ?p ?t }", "", "", "", "GRAPH"},
		{"not closed", "SELECT ?s { ?s ?p ?t", "", "", "", "not closed"},
		{"no variable", "SELECT * { <http://a/> <http://b/> <http://c/> }", "", "", "", "no variable"},
		{"an unknown key", "SELECT ?s { ?s ?p ?t }", "museo", "", "", "no variable of the query"},
		{"construct without template", "CONSTRUCT WHERE { ?s ?p ?t }", "", "", "", "template"},
		{"construct with limit", "CONSTRUCT { ?s ?p ?t } WHERE { ?s ?p ?t } LIMIT 5", "", "", "", "LIMIT 5"},
		{"too long", "SELECT ?s { ?s ?p '" + strings.Repeat("x", maxQuery) + "' }", "", "", "", "at most"},
	} {
		q, err := parseQuery(c.text, c.key)
		switch {
		case c.wantError != "":
			if err == nil || !strings.Contains(err.Error(), c.wantError) {
				t.Errorf("%s: %v; want an error with %q", c.name, err, c.wantError)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case q.key != c.wantKey || !strings.Contains(q.part(&last, 7), c.wantPart):
			t.Errorf("%s: key %s, part\n%s\nwant %s and\n%s", c.name, q.key, q.part(&last, 7), c.wantKey, c.wantPart)
		}
	}
}

// A template is read as what it says of each solution, whatever it ends with.
func TestTemplate(t *testing.T) {
	for template, want := range map[string]int{
		"?s ?p ?o": 1, "?s <http://a/p> ?t . ": 1, "?s a <http://a/T> . ?t <http://a/p> 'a ?b .' # end\n": 2, "?s a:p [ a:q ?t ] ; a a:T": 3,
	} {
		q, err := parseQuery("PREFIX a: <http://a/> CONSTRUCT { "+template+" } WHERE { ?s ?p ?t }", "")
		if err != nil {
			t.Errorf("%s: %v", template, err)
			continue
		}
		if g, err := q.template(); err != nil || g.Len() != want {
			t.Errorf("%s: %v statements, %v; want %d", template, g, err, want)
		}
	}
	if q, err := parseQuery("CONSTRUCT { } WHERE { ?s ?p ?t }", ""); err == nil {
		if _, err := q.template(); err == nil {
			t.Error("a template that says nothing is taken")
		}
	}
}

// Whatever a query is made of, what is sent has as many braces open as closed,
// and the key of a source cannot end the text it stands in.
func FuzzParseQuery(f *testing.F) {
	f.Add("SELECT ?s { ?s ?p '}' }", "s", `"x\`)
	f.Add("PREFIX a: <http://a/> CONSTRUCT { ?s a:t ?t } WHERE { ?s a:t ?t }", "", "http://a/")
	f.Add("SELECT ?s (COUNT(?t) AS ?n) { ?s ?p ?t } GROUP BY ?s", "", "\n")
	f.Add("SELECT ?s { ?s ?p}>>'}", "", "")
	f.Add("PREFIX a: <x{> SELECT ?s { ?s ?p ?o }", "", "")
	f.Fuzz(func(t *testing.T, text, key, last string) {
		q, err := parseQuery(text, key)
		if err != nil {
			return
		}
		_, _ = q.template()
		for _, sent := range []string{q.count(), q.part(nil, 10), q.part(&last, 10)} {
			open := bracesAt(sent, 0)
			if open < 0 || closing(sent, open) < 0 {
				t.Fatalf("%q makes %q, whose braces do not match", text, sent)
			}
		}
	})
}
