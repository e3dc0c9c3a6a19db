package oaipmh

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// accept: nothing else is answered to a request of the protocol.
const accept = "text/xml, application/xml;q=0.9, */*;q=0.1"

// Expressions on answers. Names without prefix match in every namespace, since
// some servers, and records that were saved alone, have lost that of the protocol.
var (
	rootPath     = xmldoc.Compile("/*")
	responseDate = xmldoc.Compile("/OAI-PMH/responseDate")
	errorPath    = xmldoc.Compile("/OAI-PMH/error")
	pageRecords  = xmldoc.Compile("/OAI-PMH/*[local-name()='ListRecords' or local-name()='GetRecord']/record | /OAI-PMH/ListIdentifiers/header")
	tokenPath    = xmldoc.Compile("/OAI-PMH/*/resumptionToken")
)

// An answer is one of the server's.
type answer struct {
	*xmldoc.Document
	date string // by the server's clock
	lost []lostRecord
}

// A problem is what a server answers instead of what it was asked for (OAI-PMH 2.0
// §3.6). It is catalog.ErrFailedListing, unless whoever asked knows better.
type problem struct{ code, text string }

func (p *problem) Error() string {
	if p.text == "" {
		return "the repository answered " + p.code
	}
	return fmt.Sprintf("the repository answered %s: %s", p.code, p.text)
}

func (p *problem) Unwrap() error { return catalog.ErrFailedListing }

// isProblem reports whether err is a problem with one of the codes.
func isProblem(err error, codes ...string) bool {
	var p *problem
	if !errors.As(err, &p) {
		return false
	}
	for _, code := range codes {
		if p.code == code {
			return true
		}
	}
	return false
}

// refused reports whether a server refused a request as such by its status, as
// some do where the protocol has an error for it. What it then wrote is not read.
func refused(err error) bool {
	var status *fetch.StatusError
	if !errors.As(err, &status) {
		return false
	}
	switch status.Code {
	case http.StatusBadRequest, http.StatusNotFound, http.StatusGone, http.StatusUnprocessableEntity:
		return true
	}
	return false
}

// ask sends one request. Elements called drop are not read.
func ask(ctx context.Context, c *http.Client, address string, drop []string) (*answer, error) {
	d, err := fetch.Read(ctx, c, address, accept)
	if err != nil {
		return nil, err
	}
	return understand(d, drop)
}

// understand reads an answer of the protocol; its problem, if it tells one, is the
// error.
func understand(d *fetch.Document, drop []string) (*answer, error) {
	var lost []lostRecord
	doc, err := xmldoc.ReadWithout(d.Bytes, d.Charset, drop, pieces...)
	if err != nil {
		doc, lost, err = salvage(d, drop, err)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", where(d), err)
	}
	a := &answer{Document: doc, date: xmldoc.First(doc.Node, responseDate), lost: lost}
	if name := xmldoc.Node(doc.Node, rootPath).Data; name != "OAI-PMH" {
		return a, fmt.Errorf("%s: it is no OAI-PMH answer: its root element is <%s>: %w", where(d), name, catalog.ErrFailedListing)
	}
	for _, n := range xmldoc.Nodes(doc.Node, errorPath) {
		return a, &problem{strings.TrimSpace(xmldoc.Attr(n, "code")), catalog.Excerpt(xmldoc.Inner(n))}
	}
	return a, nil
}

// where says which document an error is about.
func where(d *fetch.Document) string {
	if d.URL != nil {
		return d.URL.Redacted()
	}
	return d.Name
}

// A header is what the protocol itself says of a record.
type header struct {
	id, datestamp string
	deleted       bool
}

// headerOf is the header of a record, or one that stands alone.
func headerOf(record *xmlquery.Node) header {
	n := record
	if n.Data != "header" {
		n = xmldoc.Child(record, "header")
	}
	return header{
		id: xmldoc.Inner(xmldoc.Child(n, "identifier")), datestamp: xmldoc.Inner(xmldoc.Child(n, "datestamp")),
		deleted: strings.EqualFold(xmldoc.Attr(n, "status"), "deleted"),
	}
}

// metadataOf is what a record says of its thing, nil where it says nothing.
func metadataOf(record *xmlquery.Node) *xmlquery.Node {
	n := xmldoc.Child(record, "metadata")
	if n == nil {
		return nil
	}
	for n = n.FirstChild; n != nil && n.Type != xmlquery.ElementNode; {
		n = n.NextSibling
	}
	return n
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
