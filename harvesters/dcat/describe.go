package dcat

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// maxHops is how far a node may be from its dataset to be part of its
// description: dataset, distribution, service, contact, telephone.
const maxHops = 5

// describe is everything that the page says of a dataset and of the nodes it
// leads to, other datasets and natural persons excepted, as sorted N-Triples.
// Blank nodes are named by what is said of them.
func (p *page) describe(n *rdf.Node) []byte {
	w := &describing{page: p, seen: map[*rdf.Node]bool{}, labels: map[*rdf.Node]string{}}
	w.node(n, 0)
	for _, s := range p.services[n.Value] {
		w.node(s, 1)
	}
	slices.SortFunc(w.lines, bytes.Compare)
	return bytes.Join(slices.CompactFunc(w.lines, bytes.Equal), nil)
}

type describing struct {
	*page
	seen   map[*rdf.Node]bool
	labels map[*rdf.Node]string
	lines  [][]byte
}

func (w *describing) node(n *rdf.Node, hops int) {
	if w.seen[n] {
		return
	}
	w.seen[n] = true
	subject := w.term(n.Term, nil)
	for _, e := range n.Edges {
		if w.isPerson(e.Object) {
			continue
		}
		line := append(subject.Append(nil), " <"...)
		line = append(append(line, e.Predicate...), "> "...)
		w.lines = append(w.lines, append(w.term(e.Object, nil).Append(line), " .\n"...))
		if to := w.follows(e); to != nil && hops < maxHops {
			w.node(to, hops+1)
		}
	}
}

// follows is the node that an edge leads to, if it belongs to the description.
func (w *describing) follows(e rdf.Edge) *rdf.Node {
	if e.Object.Kind == rdf.Literal || e.Predicate == rdf.Type {
		return nil
	}
	n := w.Node(e.Object)
	if n == nil || w.isDataset(n) || w.is(n, "dcat:catalog", "dcatapit:catalog", "dcat:catalogrecord") {
		return nil
	}
	return n
}

// term is t, a blank node with a label made of what is said of it; above are
// the blank nodes on the way here, which may lead back to themselves.
func (w *describing) term(t rdf.Term, above []*rdf.Node) rdf.Term {
	if t.Kind != rdf.Blank {
		return t
	}
	n := w.Node(t)
	if n == nil {
		return rdf.Term{Kind: rdf.Blank, Value: "nothing"}
	}
	if label, ok := w.labels[n]; ok {
		return rdf.Term{Kind: rdf.Blank, Value: label}
	}
	if len(above) > maxHops || slices.Contains(above, n) {
		return rdf.Term{Kind: rdf.Blank, Value: "above"}
	}
	var said [][]byte
	for _, e := range n.Edges {
		if !w.isPerson(e.Object) {
			line := append([]byte(e.Predicate), ' ')
			said = append(said, w.term(e.Object, append(above, n)).Append(line))
		}
	}
	slices.SortFunc(said, bytes.Compare)
	sum := sha256.Sum256(bytes.Join(said, []byte{'\n'}))
	label := "b" + hex.EncodeToString(sum[:8])
	if len(above) == 0 {
		w.labels[n] = label
	}
	return rdf.Term{Kind: rdf.Blank, Value: label}
}
