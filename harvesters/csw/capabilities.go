package csw

import (
	"net/url"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Capabilities are what a server says it can do: what counts of them for a listing.
type capabilities struct {
	title    string
	version  string
	get      string   // address of GetRecords by GET, "" when it is not told
	post     string   // the same by POST; that which takes XML without SOAP
	schemas  []string // output schemas
	queries  []string // properties that can be asked for, without prefix, lower-case
	language []string // of constraints: FILTER, CQL_TEXT; upper-case
}

// readCapabilities reads a Capabilities document (OGC 07-006r1 §10.4, 12-176r7
// §7.1); their elements have the same local names in both versions.
func readCapabilities(root *xmlquery.Node) capabilities {
	c := capabilities{version: xmldoc.Attr(root, "version")}
	for _, id := range elements(root, "ServiceIdentification") {
		c.title = xmldoc.Inner(child(id, "Title"))
	}
	for _, op := range elements(root, "Operation") {
		if xmldoc.Attr(op, "name") != "GetRecords" {
			continue
		}
		for _, g := range elements(op, "Get") {
			c.get = firstOf(c.get, xmldoc.Attr(g, "href"))
		}
		for _, p := range elements(op, "Post") {
			if soap := strings.Contains(strings.ToUpper(xmldoc.Inner(p)), "SOAP"); !soap || c.post == "" {
				c.post = xmldoc.Attr(p, "href")
			}
		}
		for _, p := range append(elements(op, "Parameter"), elements(op, "Constraint")...) {
			c.parameter(xmldoc.Attr(p, "name"), elements(p, "Value"))
		}
	}
	return c
}

func (c *capabilities) parameter(name string, values []*xmlquery.Node) {
	for _, v := range values {
		s := xmldoc.Inner(v)
		switch n := strings.ToLower(name); {
		case n == "outputschema":
			c.schemas = append(c.schemas, s)
		case n == "constraintlanguage":
			c.language = append(c.language, strings.ToUpper(s))
		case strings.Contains(n, "queryables"):
			c.queries = append(c.queries, strings.ToLower(s[strings.LastIndexByte(s, ':')+1:]))
		}
	}
}

// offers reports whether the server gives records in a schema; one that does not
// say which might.
func (c capabilities) offers(schema string) bool {
	return len(c.schemas) == 0 || slices.Contains(c.schemas, schema)
}

// asks reports whether records can be asked for by a property; one that does not
// say which might.
func (c capabilities) asks(property string) bool {
	return len(c.queries) == 0 || slices.Contains(c.queries, strings.ToLower(property))
}

// parameters of the protocol, which an address may have and which are not part of
// the server's own, such as language or map.
var parameters = []string{
	"service", "request", "version", "acceptversions", "resulttype", "outputschema", "outputformat", "typenames", "elementsetname", "elementname", "constraintlanguage",
	"constraint", "constraint_language_version", "startposition", "maxrecords", "sortby", "namespace", "id", "requestid", "distributedsearch", "hopcount", "q", "recordids", "bbox", "time",
}

// endpoint is an address without the parameters of the protocol.
func endpoint(u *url.URL) *url.URL {
	e := *u
	q := e.Query()
	for name := range q {
		if slices.Contains(parameters, strings.ToLower(name)) {
			delete(q, name)
		}
	}
	e.RawQuery, e.Fragment = q.Encode(), ""
	return &e
}

// elements are all those of a local name in n.
func elements(n *xmlquery.Node, name string) []*xmlquery.Node {
	var out []*xmlquery.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xmlquery.ElementNode {
			continue
		}
		if c.Data == name {
			out = append(out, c)
		}
		out = append(out, elements(c, name)...)
	}
	return out
}

// child is the first child of a local name, nil for none.
func child(n *xmlquery.Node, name string) *xmlquery.Node {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode && c.Data == name {
			return c
		}
	}
	return nil
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
