package dcat

import (
	"strings"

	"po-net.prato.it/ponet/harvesters/rdf"
)

// A property is the names under which a field of ours is found, best first:
// "dct:title". After the right name come those that real catalogues write by
// mistake.
type property struct {
	String string   // the right name, for messages
	names  []string // in lower case
}

func named(names ...string) property {
	q := property{String: names[0]}
	for _, n := range names {
		q.names = append(q.names, strings.ToLower(n))
	}
	return q
}

// spaces are the namespaces by which a property is recognised, with the ways in
// which they are miswritten: spec §2.2, traps 1 and 6.
var spaces = func() map[string]string {
	m := map[string]string{
		"http://sdati.gov.it/onto/dcatapit#":    "dcatapit", // so in the published ontology
		"http://purl.org/dc/terms/#":            "dct",      // so in the context of Project Open Data
		"http://purl.org/dc/terms#":             "dct",
		"http://www.opengis.net/rdf#":           "gsp",
		"http://www.w3.org/2006/time#":          "time",
		"http://data.europa.eu/930/":            "geodcat",
		"http://www.w3.org/ns/hydra/core/":      "hydra",
		"http://www.w3.org/2006/vcard/ns/":      "vcard",
		"http://www.w3.org/ns/dcat/":            "dcat",
		"http://www.opengis.net/ont/geosparql/": "gsp",
	}
	for prefix, space := range rdf.Prefixes {
		m[space] = prefix
	}
	m["http://purl.org/dc/elements/1.1/"] = "dct" // the older names, used alike
	m["http://purl.org/dc/terms/"] = "dct"
	return m
}()

// short is the name of an IRI of a known vocabulary, "dcat:dataset"; the IRI in
// lower case of any other.
func short(iri string) string {
	iri = strings.NewReplacer(`\"`, "", `"`, "").Replace(iri)
	if rest, ok := strings.CutPrefix(iri, "https://"); ok {
		iri = "http://" + rest
	}
	for i := len(iri) - 1; i > 0; i-- {
		if iri[i] == '#' || iri[i] == '/' {
			if prefix, ok := spaces[iri[:i+1]]; ok {
				return prefix + ":" + strings.ToLower(iri[i+1:])
			}
		}
	}
	return strings.ToLower(iri)
}
