package rdf

import (
	"bytes"
	"fmt"
)

// A Format is a syntax of RDF.
type Format string

// The syntaxes. N-Triples is read as the part of Turtle that it is.
const (
	XML      Format = "rdfxml"
	Turtle   Format = "turtle"
	NTriples Format = "ntriples"
	JSONLD   Format = "jsonld"
)

// Parse reads a document in UTF-8 whose relative references are resolved
// against base. The error says where reading ended and why.
func Parse(f Format, doc []byte, base string) (*Graph, error) {
	if len(doc) > MaxDocument {
		return nil, fmt.Errorf("%d bytes; at most %d are read", len(doc), MaxDocument)
	}
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	switch f {
	case XML:
		return parseXML(doc, base)
	case Turtle, NTriples:
		return parseTurtle(string(doc), base)
	case JSONLD:
		return parseJSONLD(doc, base)
	}
	return nil, fmt.Errorf("%q is no syntax of RDF that is read", f)
}
