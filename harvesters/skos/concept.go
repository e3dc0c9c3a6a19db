package skos

import (
	"cmp"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rdf"
)

const core = "http://www.w3.org/2004/02/skos/core#"

// Predicates, those that count first before others. The Publications Office
// writes codes as dc:identifier or op-code, and marks what is no longer used.
var (
	codes      = []string{core + "notation", "http://publications.europa.eu/ontology/authority/authority-code", "http://publications.europa.eu/ontology/authority/op-code", "http://purl.org/dc/elements/1.1/identifier", "http://purl.org/dc/terms/identifier"}
	labels     = []string{core + "prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"}
	others     = []string{core + "altLabel"}
	broader    = []string{core + "broader"}
	deprecated = []string{"http://www.w3.org/2002/07/owl#deprecated", "http://publications.europa.eu/ontology/authority/deprecated"}
	statuses   = []string{"http://publications.europa.eu/ontology/euvoc#status", "http://www.w3.org/ns/adms#status"}
	replacedBy = []string{"http://purl.org/dc/terms/isReplacedBy", "http://publications.europa.eu/ontology/euvoc#isReplacedBy", core + "exactMatch"}
)

// concepts are those of a graph, in its order. A wider concept and a successor
// are named by their codes.
func concepts(g *rdf.Graph) []catalog.Concept {
	var list []catalog.Concept
	code := map[string]string{} // by address
	for n := range g.Nodes() {
		if n.Kind == rdf.IRI && is(n, core+"Concept") {
			code[n.Value] = codeOf(n)
		}
	}
	for n := range g.Nodes() {
		if _, ok := code[n.Value]; !ok || n.Kind != rdf.IRI {
			continue
		}
		c := catalog.Concept{Code: code[n.Value], URI: n.Value, Label: label(n, "it"), LabelEN: label(n, "en")}
		c.Label = cmp.Or(c.Label, label(n, ""))
		for _, o := range objects(n, broader) {
			if b, ok := code[o.Value]; ok {
				c.Broader = append(c.Broader, b)
			}
		}
		for _, o := range objects(n, others) {
			if o.Lang == "it" || o.Lang == "" {
				c.Same = append(c.Same, o.Value)
			}
		}
		if gone(n) {
			c.Withdrawn = "deprecated"
			for _, predicate := range replacedBy {
				for _, o := range objects(n, []string{predicate}) {
					if next, ok := code[o.Value]; ok && c.Successor == "" {
						c.Successor = next
					}
				}
			}
		}
		list = append(list, c)
	}
	return list
}

// gone reports whether n is no longer to be used.
func gone(n *rdf.Node) bool {
	return slices.ContainsFunc(objects(n, deprecated), func(o rdf.Term) bool { return o.Value == "true" || o.Value == "1" }) ||
		slices.ContainsFunc(objects(n, statuses), func(o rdf.Term) bool {
			s := strings.ToLower(lastPart(o.Value))
			return s == "deprecated" || s == "retired" || s == "withdrawn"
		})
}

func is(n *rdf.Node, class string) bool {
	return slices.ContainsFunc(n.Edges, func(e rdf.Edge) bool { return e.Predicate == rdf.Type && e.Object.Value == class })
}

// codeOf is the notation of a concept, else the last part of its address.
func codeOf(n *rdf.Node) string {
	for _, predicate := range codes {
		for _, o := range objects(n, []string{predicate}) {
			if o.Kind == rdf.Literal && strings.TrimSpace(o.Value) != "" {
				return strings.TrimSpace(o.Value)
			}
		}
	}
	return lastPart(n.Value)
}

// label is the name of n in a language.
func label(n *rdf.Node, lang string) string {
	for _, predicate := range labels {
		for _, o := range objects(n, []string{predicate}) {
			if o.Kind == rdf.Literal && o.Lang == lang {
				return strings.Join(strings.Fields(o.Value), " ")
			}
		}
	}
	return ""
}

func objects(n *rdf.Node, predicates []string) []rdf.Term {
	var list []rdf.Term
	for _, e := range n.Edges {
		if slices.Contains(predicates, e.Predicate) {
			list = append(list, e.Object)
		}
	}
	return list
}

func lastPart(iri string) string {
	iri = strings.TrimRight(iri, "/")
	return iri[strings.LastIndexAny(iri, "/#")+1:]
}
