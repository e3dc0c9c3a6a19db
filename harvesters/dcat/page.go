package dcat

import (
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// A page is one document of a catalogue, ready to be asked.
type page struct {
	*rdf.Graph
	names    map[string]string      // short names of predicates and types
	services map[string][]*rdf.Node // IRI of a dataset: the services that serve it
	records  map[string]*rdf.Node   // IRI of a dataset: the catalogue's record of it
	used     map[string]int         // dct:identifier: datasets that have it
	persons  map[rdf.Term]bool      // contacts that turned out to be persons
}

// newPage forgets what the source is told to drop first of all.
func newPage(g *rdf.Graph, drop []string) *page {
	p := &page{Graph: g, names: map[string]string{}, services: map[string][]*rdf.Node{}, records: map[string]*rdf.Node{}, used: map[string]int{}, persons: map[rdf.Term]bool{}}
	p.drop(drop)
	for n := range g.Nodes() {
		switch {
		case p.is(n, "dcat:dataservice"):
			for _, t := range p.all(n, servesDataset) {
				p.services[t.Value] = append(p.services[t.Value], n)
			}
		case p.is(n, "dcat:catalogrecord"):
			for _, t := range p.all(n, primaryTopic) {
				p.records[t.Value] = n
			}
		}
		if p.isDataset(n) {
			p.used[p.text(n, identifier)]++
		}
	}
	return p
}

var (
	servesDataset = named("dcat:servesDataset")
	primaryTopic  = named("foaf:primaryTopic")
	labels        = named("rdfs:label", "skos:prefLabel", "foaf:name", "dct:title", "vcard:fn", "schema:name", "skos:notation", "rdf:value", "dct:description")
)

// name is short, remembered.
func (p *page) name(iri string) string {
	n, ok := p.names[iri]
	if !ok {
		n = short(iri)
		p.names[iri] = n
	}
	return n
}

// is reports whether n has one of the types.
func (p *page) is(n *rdf.Node, types ...string) bool {
	if n == nil {
		return false
	}
	for _, e := range n.Edges {
		if e.Predicate == rdf.Type && e.Object.Kind == rdf.IRI && slices.Contains(types, p.name(e.Object.Value)) {
			return true
		}
	}
	return false
}

func (p *page) isDataset(n *rdf.Node) bool {
	return p.is(n, "dcat:dataset", "dcatapit:dataset", "dcat:datasetseries")
}

// all is what is said of n under the first name of q that says anything, each
// thing once.
func (p *page) all(n *rdf.Node, q property) []rdf.Term {
	if n == nil {
		return nil
	}
	for _, name := range q.names {
		var out []rdf.Term
		for _, e := range n.Edges {
			if p.name(e.Predicate) == name && (e.Object.Kind != rdf.Literal || strings.TrimSpace(e.Object.Value) != "") && !slices.Contains(out, e.Object) {
				out = append(out, e.Object)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// text is the best of what is said: Italian before untagged before English
// before others. A node is told by its label, or else by its IRI.
func (p *page) text(n *rdf.Node, q property) string {
	best, rank := "", 9
	for _, t := range p.all(n, q) {
		if r := languageRank(t.Lang); r < rank {
			if s := p.said(t); s != "" {
				best, rank = s, r
			}
		}
	}
	return best
}

func languageRank(lang string) int {
	main, _, _ := strings.Cut(lang, "-")
	switch main {
	case "it":
		return 0
	case "":
		return 1
	case "en":
		return 2
	}
	return 3
}

// said is a term in words: a literal, the label of a node, an IRI.
func (p *page) said(t rdf.Term) string {
	if t.Kind == rdf.Literal {
		return strings.TrimSpace(t.Value)
	}
	if s := p.label(t); s != "" || t.Kind == rdf.Blank {
		return s
	}
	return local(t.Value)
}

// label is what a node is called, "" when the page does not say.
func (p *page) label(t rdf.Term) string {
	best, rank := "", 9
	for _, l := range p.all(p.Node(t), labels) {
		if r := languageRank(l.Lang); l.Kind == rdf.Literal && r < rank {
			best, rank = strings.TrimSpace(l.Value), r
		}
	}
	return best
}

// code is a term as a code: the IRI if it is one, a literal, or the label of a
// blank node.
func (p *page) code(t rdf.Term) string {
	if t.Kind == rdf.IRI {
		return local(t.Value)
	}
	return p.said(t)
}

func (p *page) codes(n *rdf.Node, q property) []string {
	var out []string
	for _, t := range p.all(n, q) {
		if s := p.code(t); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// noBase is the base of documents that have no address, being local files; an
// IRI that begins so was a relative reference.
const noBase = "http://base.invalid/"

// local is an IRI as text, a relative reference as it stood there.
func local(iri string) string { return strings.TrimSpace(strings.TrimPrefix(iri, noBase)) }

// relative reports whether there are relative references in a document without
// address.
func (p *page) relative() bool {
	for n := range p.Nodes() {
		if strings.HasPrefix(n.Value, noBase) {
			return true
		}
		for _, e := range n.Edges {
			if e.Object.Kind == rdf.IRI && strings.HasPrefix(e.Object.Value, noBase) {
				return true
			}
		}
	}
	return false
}

// catalogue is the web address that is the name of the catalogue, "" if it has none.
func (p *page) catalogue() string {
	for n := range p.Nodes() {
		if p.is(n, "dcat:catalog", "dcatapit:catalog") && n.Kind == rdf.IRI && strings.HasPrefix(n.Value, "http") && !strings.HasPrefix(n.Value, noBase) {
			return n.Value
		}
	}
	return ""
}
