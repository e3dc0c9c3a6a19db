package sparql

import (
	"context"
	"mime"
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// maxPath is how many statements deep what a CONSTRUCT says of a key is followed.
const maxPath = 3

// describe keeps what a CONSTRUCT says of the objects: the statements about
// each, named by the last part of their predicate, and those about what they
// lead to under both names, "address.city".
func (h *harvest) describe(ctx context.Context, objects []*object) error {
	for part := range slices.Chunk(objects, partKeys) {
		keys := make([]string, 0, len(part))
		for _, o := range part {
			if !isIRI(o.key) {
				return failed("%s has the value %q; a CONSTRUCT is read by a key of IRIs", h.query.key, catalog.Excerpt(o.key))
			}
			keys = append(keys, o.key)
		}
		g, err := h.graph(ctx, h.query.about(keys))
		if err != nil {
			return err
		}
		for _, o := range part {
			o.terms, o.lines = map[string][]term{}, nil
			if n := g.Node(rdf.Term{Kind: rdf.IRI, Value: o.key}); n != nil {
				o.say(g, n, "", map[*rdf.Node]bool{}, maxPath)
			}
			if err := h.keep(o, sortedNames([]*object{o}), "text/plain"); err != nil {
				return err
			}
		}
	}
	return nil
}

// graph is the answer to a CONSTRUCT.
func (h *harvest) graph(ctx context.Context, text string) (*rdf.Graph, error) {
	d, err := h.ask(ctx, text, "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5")
	if err != nil {
		return nil, err
	}
	format := rdf.Turtle
	media, _, _ := mime.ParseMediaType(d.Header.Get("Content-Type"))
	if media == "application/rdf+xml" || strings.HasPrefix(strings.TrimSpace(string(d.Bytes[:min(len(d.Bytes), 200)])), "<?xml") {
		format = rdf.XML
	}
	g, err := rdf.Parse(format, d.Bytes, h.at)
	if err != nil {
		return nil, failed("the endpoint answered a CONSTRUCT with what cannot be read as RDF (%s): %v", media, err)
	}
	return g, nil
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

// isIRI reports whether s can stand between < and > in a query.
func isIRI(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.IsAbs() && !strings.ContainsAny(s, "<>\"{}|^`\\ \t\r\n")
}
