package rdf

import "strings"

// Namespaces that the syntaxes themselves use.
const (
	ns        = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	xsd       = "http://www.w3.org/2001/XMLSchema#"
	Type      = ns + "type" // rdf:type
	xsdString = xsd + "string"
)

// Kind tells the three kinds of RDF term.
type Kind uint8

// The kinds of term.
const (
	IRI Kind = iota + 1
	Blank
	Literal
)

// A Term is an IRI, a blank node or a literal. Value is the IRI as the document
// has it, resolved; the label of a blank node, good in its document only; or
// the lexical form of a literal, which has a Lang (BCP 47, lower case), a
// Datatype (IRI), or neither and is a plain string.
type Term struct {
	Kind           Kind
	Value          string
	Lang, Datatype string
}

func iri(s string) Term { return Term{Kind: IRI, Value: s} }

func blank(s string) Term { return Term{Kind: Blank, Value: s} }

// literal makes xsd:string, which RDF 1.1 says a plain literal is, plain.
func literal(value, lang, datatype string) Term {
	if lang != "" {
		return Term{Kind: Literal, Value: value, Lang: strings.ToLower(lang)}
	}
	if datatype == xsdString {
		datatype = ""
	}
	return Term{Kind: Literal, Value: value, Datatype: datatype}
}

// String is t as N-Triples has it.
func (t Term) String() string { return string(t.Append(nil)) }

// Append appends t to b as N-Triples has it (RDF 1.1 N-Triples, 2014).
func (t Term) Append(b []byte) []byte {
	switch t.Kind {
	case IRI:
		return append(escape(append(b, '<'), t.Value, true), '>')
	case Blank:
		return append(append(b, "_:"...), t.Value...)
	}
	b = append(escape(append(b, '"'), t.Value, false), '"')
	switch {
	case t.Lang != "":
		b = append(append(b, '@'), t.Lang...)
	case t.Datatype != "":
		b = append(escape(append(b, "^^<"...), t.Datatype, true), '>')
	}
	return b
}

// escape appends s with what N-Triples does not allow in an IRI, or in a
// literal, escaped.
func escape(b []byte, s string, inIRI bool) []byte {
	const hex = "0123456789ABCDEF"
	if !inIRI && !strings.ContainsAny(s, "\"\\\n\r") {
		return append(b, s...)
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case inIRI && (c <= ' ' || strings.IndexByte("<>\"{}|^`\\", c) >= 0):
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case inIRI:
			b = append(b, c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return b
}
