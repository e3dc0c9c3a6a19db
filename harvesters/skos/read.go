package skos

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/rdf"
)

// accept asks for what is read with least doubt.
const accept = "text/turtle, application/rdf+xml;q=0.9, application/ld+json;q=0.8, text/csv;q=0.7, */*;q=0.1"

// maxConcepts is how many concepts a vocabulary may have. The largest that is
// used here, the languages of the EU, has some hundreds; EuroVoc has 7,000.
const maxConcepts = 50_000

// Read reads the vocabulary at a path or http(s) address.
func Read(ctx context.Context, c *http.Client, address string) ([]catalog.Concept, error) {
	doc, err := fetch.Read(ctx, c, address, accept)
	if err != nil {
		return nil, err
	}
	list, err := Parse(doc.Bytes, address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doc.Name, err)
	}
	return list, nil
}

// Parse reads a vocabulary in UTF-8, whose syntax is told by how it begins. It is
// catalog.ErrInvalid when it is none, or holds no concept.
func Parse(doc []byte, base string) ([]catalog.Concept, error) {
	doc = bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf"))
	format, isRDF := syntax(doc)
	if fetch.IsPage(doc) {
		return nil, fmt.Errorf("it is a web page (HTML) and no vocabulary: %w", catalog.ErrInvalid)
	}
	var list []catalog.Concept
	if isRDF {
		g, err := rdf.Parse(format, doc, base)
		if err != nil {
			return nil, fmt.Errorf("as %s: %w: %w", format, err, catalog.ErrInvalid)
		}
		list = concepts(g)
	} else {
		var err error
		if list, err = table(doc); err != nil {
			return nil, err
		}
	}
	switch {
	case len(list) == 0:
		return nil, fmt.Errorf("it holds no concept: none of its statements says that something is a skos:Concept: %w", catalog.ErrInvalid)
	case len(list) > maxConcepts:
		return nil, fmt.Errorf("%d concepts; at most %d are read: %w", len(list), maxConcepts, catalog.ErrInvalid)
	}
	return list, nil
}

// syntax tells RDF from a table by how a document begins.
func syntax(doc []byte) (rdf.Format, bool) {
	head := strings.TrimSpace(string(doc[:min(len(doc), 4096)]))
	switch {
	case strings.HasPrefix(head, "@") || strings.HasPrefix(strings.ToUpper(head), "PREFIX ") || strings.HasPrefix(head, "#") || strings.HasPrefix(head, "_:"):
		return rdf.Turtle, true
	case strings.HasPrefix(head, "{") || strings.HasPrefix(head, "["):
		return rdf.JSONLD, true
	case strings.HasPrefix(head, "<?xml") || strings.HasPrefix(head, "<rdf:") || strings.HasPrefix(head, "<!"):
		return rdf.XML, true
	case strings.HasPrefix(head, "<"):
		return rdf.Turtle, true
	}
	return "", false
}
