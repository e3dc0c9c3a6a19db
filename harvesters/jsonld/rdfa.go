package jsonld

import (
	"strings"

	"golang.org/x/net/html"
)

// rdfa reads the things that a page describes in RDFa 1.1 with the types of
// schema.org: the attributes of RDFa Lite and content, datetime, rel.
func (p *page) rdfa(root *html.Node) {
	each(root, func(e *html.Node) {
		if has(e, "typeof") && !has(e, "property") && !has(e, "rel") && ofSchema(e) {
			p.others++
			p.roots = append(p.roots, p.resource(e, 0))
		}
	})
}

// ofSchema reports whether the types of e are those of schema.org: by their own
// names, or by the vocabulary that e stands in.
func ofSchema(e *html.Node) bool {
	types := attr(e, "typeof")
	if strings.Contains(types, "schema:") || strings.Contains(types, "schema.org/") {
		return true
	}
	for n := e; n != nil; n = n.Parent {
		if v := attr(n, "vocab"); v != "" {
			return strings.Contains(v, "schema.org")
		}
	}
	return false
}

func (p *page) resource(e *html.Node, depth int) node {
	n := node{}
	for t := range strings.FieldsSeq(attr(e, "typeof")) {
		n["@type"] = append(n.types(), plainName(t))
	}
	for _, name := range []string{"resource", "about"} {
		if id := attr(e, name); id != "" && n["@id"] == nil {
			n["@id"] = id
		}
	}
	if depth > maxNesting {
		return n
	}
	p.told(n, e, depth, 0)
	if id := n.id(); id != "" && len(n) > 1 {
		if p.byID == nil {
			p.byID = map[string]node{}
		}
		p.byID[id] = n
	}
	return n
}

// told takes what the children of e say of n.
func (p *page) told(n node, e *html.Node, depth, down int) {
	for c := e.FirstChild; c != nil && down < maxDepth; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		names := attr(c, "property")
		if names == "" && has(c, "typeof") {
			names = attr(c, "rel")
		}
		typed := has(c, "typeof")
		if names != "" {
			var v any
			switch {
			case typed:
				v = p.resource(c, depth+1)
			case attr(c, "resource") != "" && attr(c, "content") == "":
				v = node{"@id": attr(c, "resource")}
			default:
				v = stated(c, attr(c, "content"))
			}
			for name := range strings.FieldsSeq(names) {
				n.put(plainName(name), v)
			}
		}
		if !typed {
			p.told(n, c, depth, down+1)
		}
	}
}
