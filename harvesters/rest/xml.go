package rest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// An xmlPage is a page in XML.
type xmlPage struct {
	*xmldoc.Document
	doc     []byte
	charset string
}

func newXMLPage(doc []byte, charset string, path string) (*xmlPage, []string, error) {
	d, err := xmldoc.Read(doc, charset, lastName.FindString(path))
	if err != nil {
		return nil, nil, err
	}
	return &xmlPage{d, doc, charset}, d.Found, nil
}

// lastName is the name of the elements that a plain XPath ends with.
var lastName = regexp.MustCompile(`[\pL_][\pL\pN._-]*$`)

// nodes are the elements and attributes that an XPath selects. A name without
// prefix means elements of any namespace.
func (p *xmlPage) nodes(path string) ([]*xmlquery.Node, error) {
	e, err := xmldoc.CompileWith(path, xmldoc.Spaces)
	if err != nil {
		return nil, err
	}
	return xmldoc.Nodes(p.Node, e), nil
}

func (p *xmlPage) text(path string) (string, bool) {
	e, err := xmldoc.CompileWith(path, xmldoc.Spaces)
	if err != nil {
		return "", false
	}
	switch v := e.Evaluate(xmlquery.CreateXPathNavigator(p.Node)).(type) {
	case *xpath.NodeIterator:
		s := xmldoc.First(p.Node, e)
		return s, s != ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case string:
		return v, v != ""
	}
	return "", false
}

func (p *xmlPage) rows(path string) ([]row, error) {
	list, err := p.nodes(path)
	if err != nil {
		return nil, err
	}
	if len(list) > 0 && p.Raw(list[0]) == nil && list[0].Type == xmlquery.ElementNode {
		again, err := xmldoc.Read(p.doc, p.charset, list[0].Data) // now that their name is known
		if err != nil {
			return nil, err
		}
		p.Document = again
		if list, err = p.nodes(path); err != nil {
			return nil, err
		}
	}
	rows := make([]row, 0, len(list))
	for _, n := range list {
		r := row{raw: p.Raw(n), media: "application/xml", line: n.LineNumber, pick: func(path string) ([]byte, error) { return pickXML(n, path) }}
		if n.Type == xmlquery.ElementNode {
			r.properties, err = json.Marshal(element(n))
			if err != nil {
				return nil, err
			}
			r.identified = identified(n)
		}
		if r.raw == nil {
			r.raw, r.media = r.properties, jsonMedia
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// identified reports whether an attribute or child of n tells it apart from others.
func identified(n *xmlquery.Node) bool {
	for _, a := range n.Attr {
		if slices.Contains(identifiers, a.Name.Local) {
			return true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode && slices.Contains(identifiers, c.Data) {
			return true
		}
	}
	return false
}

// element is what an element holds as JSON: a member for each attribute, "@id",
// and each child, a list where several have one name; plain text is text.
func element(n *xmlquery.Node) map[string]any {
	m := map[string]any{}
	for _, a := range n.Attr {
		if a.NamespaceURI != xsi || a.Name.Local != "schemaLocation" {
			m["@"+a.Name.Local] = a.Value
		}
	}
	var text strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xmlquery.ElementNode {
			text.WriteString(c.Data)
			continue
		}
		var v any
		if inner := element(c); len(inner) == 1 && inner["#text"] != nil {
			v = inner["#text"]
		} else if len(inner) > 0 {
			v = inner
		}
		switch before := m[c.Data].(type) {
		case nil:
			if v != nil {
				m[c.Data] = v
			}
		case []any:
			m[c.Data] = append(before, v)
		default:
			m[c.Data] = []any{before, v}
		}
	}
	if s := strings.TrimSpace(text.String()); s != "" {
		m["#text"] = s
	}
	return m
}

const xsi = "http://www.w3.org/2001/XMLSchema-instance"

// A group is elements of one name in one other.
type group struct {
	path   string
	count  int
	weight int // of nodes in them
}

// groups are the elements that are repeated, the weightiest first.
func (p *xmlPage) groups() []group {
	var all []group
	var weigh func(n *xmlquery.Node, path string) int
	weigh = func(n *xmlquery.Node, path string) int {
		here := map[string]*group{}
		var order []*group
		weight := 1 + len(n.Attr)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != xmlquery.ElementNode {
				continue
			}
			g := here[c.Data]
			if g == nil {
				g = &group{path: path + "/" + c.Data}
				here[c.Data] = g
				order = append(order, g)
			}
			w := weigh(c, g.path)
			g.count, g.weight = g.count+1, g.weight+w
			weight += w
		}
		for _, g := range order {
			if g.count > 1 && g.weight > g.count && len(all) < 10_000 {
				all = append(all, *g)
			}
		}
		return weight
	}
	weigh(p.Node, "")
	slices.SortStableFunc(all, func(a, b group) int { return b.weight - a.weight })
	return all
}

// guess finds the elements that are repeated and hold the most.
func (p *xmlPage) guess() (path string, rows int, ok bool) {
	if all := p.groups(); len(all) > 0 {
		return all[0].path, all[0].count, true
	}
	return "", 0, false
}

func (p *xmlPage) complaint() string {
	root := p.Node.FirstChild
	for root != nil && root.Type != xmlquery.ElementNode {
		root = root.NextSibling
	}
	if root == nil || !slices.Contains([]string{"error", "errors", "exception", "exceptionreport", "serviceexceptionreport", "fault", "problem"}, strings.ToLower(root.Data)) {
		return ""
	}
	return catalog.Excerpt(xmldoc.Inner(root))
}

func (p *xmlPage) instead() string {
	if said := p.complaint(); said != "" {
		return "; the server says " + said
	}
	all := p.groups()
	if len(all) == 0 {
		return "; no element is repeated in it"
	}
	var there []string
	for _, g := range all[:min(10, len(all))] {
		there = append(there, fmt.Sprintf("%s (%d)", g.path, g.count))
	}
	return "; there are " + strings.Join(there, ", ")
}
