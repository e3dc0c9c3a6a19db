package rdf

import (
	"iter"
	"strings"
)

// A Graph is what one document says, by subject and in its order. A statement
// that the document makes twice is there twice.
type Graph struct {
	nodes map[key]*Node
	order []*Node
	names map[string]string // one copy of each predicate, datatype and language
	size  int
	// Repairs says, a line each, what was put right to read the document.
	Repairs []string
}

// A Node is a subject and what is said of it.
type Node struct {
	Term
	Edges []Edge
}

// An Edge is a predicate and its object.
type Edge struct {
	Predicate string
	Object    Term
}

type key struct {
	kind  Kind
	value string
}

// NewGraph is one without statements.
func NewGraph() *Graph {
	return &Graph{nodes: map[key]*Node{}, names: map[string]string{}}
}

// Len is the number of statements.
func (g *Graph) Len() int { return g.size }

// Node is the subject t, nil when nothing is said of it.
func (g *Graph) Node(t Term) *Node { return g.nodes[key{t.Kind, t.Value}] }

// Nodes yields the subjects in the order in which the document first speaks of them.
func (g *Graph) Nodes() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for _, n := range g.order {
			if !yield(n) {
				return
			}
		}
	}
}

// Add makes one more statement.
func (g *Graph) Add(subject Term, predicate string, object Term) {
	k := key{subject.Kind, subject.Value}
	n := g.nodes[k]
	if n == nil {
		n = &Node{Term: subject}
		g.nodes[k] = n
		g.order = append(g.order, n)
	}
	object.Datatype, object.Lang = g.name(object.Datatype), g.name(object.Lang)
	n.Edges = append(n.Edges, Edge{g.name(predicate), object})
	g.size++
}

// name keeps one copy of a text that occurs often.
func (g *Graph) name(s string) string {
	if s == "" {
		return ""
	}
	if kept, ok := g.names[s]; ok {
		return kept
	}
	s = strings.Clone(s) // not a piece of the whole document
	g.names[s] = s
	return s
}

func (g *Graph) repaired(what string) {
	for _, r := range g.Repairs {
		if r == what {
			return
		}
	}
	g.Repairs = append(g.Repairs, what)
}
