package sparql

import (
	"fmt"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// maxPath is how many statements deep what a CONSTRUCT says of a key is followed.
const maxPath = 3

// variableScheme begins the IRIs that stand for the variables of a template.
const variableScheme = "urn:x-ponet-variable:"

// template reads what a CONSTRUCT makes of each solution. The statements about
// it are made here, out of rows that can be counted: what endpoints answer to a
// CONSTRUCT they cut off without a word too, in an order of their own.
func (q query) template() (*rdf.Graph, error) {
	var b strings.Builder
	b.WriteString(q.prologue)
	ended := false // by the point that the last statement of a template need not have
	for piece, text := range pieces(q.construct) {
		if trimmed := strings.TrimSpace(piece); trimmed != "" && trimmed[0] != '#' {
			ended = !text && strings.HasSuffix(trimmed, ".")
		}
		if !text {
			piece = variable.ReplaceAllStringFunc(piece, func(v string) string { return "<" + variableScheme + v[1:] + ">" })
		}
		b.WriteString(piece)
	}
	if !ended {
		b.WriteString("\n.")
	}
	g, err := rdf.Parse(rdf.Turtle, []byte(b.String()), "")
	if err != nil {
		return nil, fmt.Errorf("the template of the CONSTRUCT: %w", err)
	}
	return g, nil
}

// describe puts what template says of o in the place of its rows: the statements
// about it, named by the last part of their predicate, and those about what they
// lead to under both names, "address.city".
func (o *object) describe(template *rdf.Graph) error {
	if o.named && !o.iri {
		return failed("the key has the value %q; a CONSTRUCT is read by a key of IRIs", catalog.Excerpt(o.key))
	}
	g, made := rdf.NewGraph(), map[string]bool{}
	for i, s := range o.found {
		for n := range template.Nodes() {
			for _, e := range n.Edges {
				subject, ok1 := s.instance(n.Term, i)
				predicate, ok2 := s.instance(rdf.Term{Kind: rdf.IRI, Value: e.Predicate}, i)
				object, ok3 := s.instance(e.Object, i)
				statement := subject.String() + predicate.String() + object.String()
				if ok1 && ok2 && ok3 && subject.Kind != rdf.Literal && predicate.Kind == rdf.IRI && !made[statement] {
					made[statement] = true
					g.Add(subject, predicate.Value, object)
				}
			}
		}
	}
	o.terms, o.lines, o.found = map[string][]term{}, nil, nil
	if n := g.Node(rdf.Term{Kind: rdf.IRI, Value: o.key}); n != nil {
		o.say(g, n, "", map[*rdf.Node]bool{}, maxPath)
	}
	return nil
}

// instance is a term of a template in the solution of that number: a variable has
// its value, if it has any, and a blank node is another one in each (SPARQL 1.1 §16.2.1).
func (s solution) instance(t rdf.Term, number int) (rdf.Term, bool) {
	name, isVariable := strings.CutPrefix(t.Value, variableScheme)
	switch {
	case t.Kind == rdf.Blank:
		t.Value = fmt.Sprintf("template-%s-%d", t.Value, number)
		return t, true
	case t.Kind != rdf.IRI || !isVariable:
		return t, true
	}
	v, bound := s[name]
	switch v.Type {
	case "uri":
		return rdf.Term{Kind: rdf.IRI, Value: v.Value}, bound
	case "bnode":
		return rdf.Term{Kind: rdf.Blank, Value: v.Value}, bound
	}
	return rdf.Term{Kind: rdf.Literal, Value: v.Value, Lang: strings.ToLower(v.Lang), Datatype: strings.TrimSuffix(v.Datatype, xsd+"string")}, bound
}

// say adds what g says of n. A node that was met on the way is only named.
func (o *object) say(g *rdf.Graph, n *rdf.Node, prefix string, met map[*rdf.Node]bool, deep int) {
	met[n] = true
	defer delete(met, n)
	edges := slices.Clone(n.Edges)
	slices.SortFunc(edges, func(a, b rdf.Edge) int {
		return strings.Compare(a.Predicate+" "+a.Object.String(), b.Predicate+" "+b.Object.String())
	})
	for _, e := range edges {
		name := prefix + localName(e.Predicate)
		next := g.Node(e.Object)
		if e.Object.Kind != rdf.Literal && next != nil && !met[next] && deep > 1 {
			o.say(g, next, name+".", met, deep-1)
		}
		if e.Object.Kind == rdf.Blank {
			continue // has another name every time
		}
		o.lines = append(o.lines, name+" "+e.Object.String())
		t := term{Type: "uri", Value: e.Object.Value, Lang: e.Object.Lang, Datatype: e.Object.Datatype}
		if e.Object.Kind == rdf.Literal {
			t.Type = "literal"
		}
		if !slices.Contains(o.terms[name], t) {
			o.terms[name] = append(o.terms[name], t)
		}
	}
}

// localName is the last part of an IRI.
func localName(iri string) string {
	return iri[strings.LastIndexAny(iri, "/#:")+1:]
}
