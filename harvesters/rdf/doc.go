// Package rdf reads RDF 1.1 in the syntaxes in which catalogues are published:
// RDF/XML, Turtle, N-Triples and JSON-LD. It says what the document says, IRIs
// as they stand there; repairing them is left to whoever knows what they are for.
//
// Nothing outside the document is ever read: no DTD, no external entity, no
// remote JSON-LD context.
package rdf

import "po-net.prato.it/ponet/harvesters/fetch"

// Limits of one document.
const (
	// MaxDocument is how many bytes a document may have, entities expanded.
	MaxDocument = fetch.MaxDocument
	maxDepth    = 200      // of XML elements, Turtle brackets, JSON objects
	maxEntities = 64 << 10 // bytes of the entities that a document declares
)
