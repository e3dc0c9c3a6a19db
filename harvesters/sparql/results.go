package sparql

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A term is one value in the JSON results of a query (SPARQL 1.1 Query Results
// JSON Format §3.2.2).
type term struct {
	Type     string `json:"type"` // "uri", "literal", "typed-literal", "bnode"
	Value    string `json:"value"`
	Lang     string `json:"xml:lang,omitempty"`
	Datatype string `json:"datatype,omitempty"`
}

// A solution is one row: the values of its variables.
type solution map[string]term

// results are the rows of one answer.
type results struct {
	variables []string
	rows      []solution
}

// parseResults reads an answer. Endpoints write errors into answers of status 200,
// and end the rows without a word when the time is up; Virtuoso says so in a header.
func parseResults(d *fetch.Document) (results, error) {
	var r results
	body := bytes.TrimSpace(bytes.TrimPrefix(d.Bytes, []byte("\ufeff")))
	switch {
	case len(body) == 0:
		return r, failed("the endpoint answered with nothing")
	case body[0] != '{':
		return r, failed("the endpoint answered with %q and not with results in JSON", catalog.Excerpt(string(body)))
	}
	if state := d.Header.Get("X-SQL-State"); state != "" {
		return r, failed("the endpoint gave a part of its answer and then: %s %s", state, catalog.Excerpt(d.Header.Get("X-SQL-Message")))
	}
	var answer struct {
		Head    struct{ Vars []string }
		Results *struct{ Bindings []json.RawMessage }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return r, failed("the answer is no JSON: %v", err)
	}
	if answer.Results == nil {
		return r, failed("the answer has no results: %q", catalog.Excerpt(string(body)))
	}
	r.variables = answer.Head.Vars
	for _, raw := range answer.Results.Bindings {
		var s solution
		if err := json.Unmarshal(raw, &s); err != nil {
			return r, failed("a row of the answer is no solution: %q", catalog.Excerpt(string(raw)))
		}
		r.rows = append(r.rows, s)
	}
	return r, nil
}

// An object is what several rows, or statements, say of one key.
type object struct {
	key   string
	named bool // by an IRI or a text
	iri   bool // by an IRI
	found []solution
	terms map[string][]term
	lines []string // what was said, each row or statement a line, in no order
	rows  int
}

// add puts one more row into o.
func (o *object) add(s solution) {
	o.rows++
	line, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts only
	}
	o.lines = append(o.lines, string(line))
	o.found = append(o.found, s)
	for name, t := range s {
		if !slices.Contains(o.terms[name], t) {
			o.terms[name] = append(o.terms[name], t)
		}
	}
}

// raw is what was said of o, in an order of its own: an endpoint gives the rows
// of one key in any order.
func (o *object) raw() []byte {
	slices.Sort(o.lines)
	return []byte(strings.Join(slices.Compact(o.lines), "\n"))
}

// properties is o as a JSON object with the names in order. Of texts in
// several languages the Italian one counts, else one without language, else the
// first; different values are joined with "; ".
func (o *object) properties(names []string) []byte {
	b := []byte{'{'}
	for _, name := range names {
		values := chosen(o.terms[name])
		if len(values) == 0 {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		encoded, err := json.Marshal(name)
		if err != nil {
			panic(err) // a string
		}
		b = append(append(b, encoded...), ':')
		b = append(b, jsonOf(values)...)
	}
	return append(b, '}')
}

// chosen are the values of a variable in the language that counts.
func chosen(list []term) []term {
	for _, lang := range []string{"it", ""} {
		var in []term
		for _, t := range list {
			if l, _, _ := strings.Cut(strings.ToLower(t.Lang), "-"); l == lang {
				in = append(in, t)
			}
		}
		if len(in) > 0 {
			return in
		}
	}
	return slices.DeleteFunc(slices.Clone(list), func(t term) bool { return t.Lang != list[0].Lang })
}

const xsd = "http://www.w3.org/2001/XMLSchema#"

// jsonOf writes one value with its type, several as a text.
func jsonOf(list []term) []byte {
	if len(list) == 1 {
		switch t := list[0]; strings.TrimPrefix(t.Datatype, xsd) {
		case "integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger", "decimal", "double", "float":
			if n := strings.TrimPrefix(t.Value, "+"); json.Valid([]byte(n)) {
				return []byte(n)
			}
		case "boolean":
			if t.Value == "true" || t.Value == "1" {
				return []byte("true")
			}
			return []byte("false")
		}
	}
	texts := make([]string, len(list)) // in an order of their own, as rows come in any
	for i, t := range list {
		texts[i] = t.Value
		if strings.HasSuffix(t.Datatype, "#wktLiteral") { // may begin with its CRS (GeoSPARQL 1.1 §8.5.1)
			if crs, wkt, ok := strings.Cut(strings.TrimSpace(t.Value), ">"); ok && strings.HasPrefix(crs, "<") {
				texts[i] = strings.TrimSpace(wkt)
			}
		}
	}
	slices.Sort(texts)
	b, err := json.Marshal(strings.Join(texts, "; "))
	if err != nil {
		panic(err) // a string
	}
	return b
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
