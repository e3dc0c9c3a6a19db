package jsonld

import (
	"strings"

	"golang.org/x/net/html"
)

// maxItems bounds the items of a page, since those that refer to each other by
// itemref would be without end.
const maxItems = 20_000

// microdata reads the items of a page (HTML Standard §5.2) whose types are those
// of schema.org.
func (p *page) microdata(root *html.Node) {
	ids := map[string]*html.Node{}
	each(root, func(e *html.Node) {
		if id := attr(e, "id"); id != "" && ids[id] == nil {
			ids[id] = e
		}
	})
	each(root, func(e *html.Node) {
		if has(e, "itemscope") && !has(e, "itemprop") && strings.Contains(attr(e, "itemtype"), "schema.org/") {
			p.others++
			p.roots = append(p.roots, p.item(e, ids, 0))
		}
	})
}

func (p *page) item(e *html.Node, ids map[string]*html.Node, depth int) node {
	n := node{}
	for t := range strings.FieldsSeq(attr(e, "itemtype")) {
		n["@type"] = append(n.types(), plainName(t))
	}
	if id := attr(e, "itemid"); id != "" {
		n["@id"] = id
	}
	if p.items++; depth > maxNesting || p.items > maxItems {
		return n
	}
	p.properties(n, e, ids, depth, 0)
	for id := range strings.FieldsSeq(attr(e, "itemref")) {
		if other := ids[id]; other != nil && other != e {
			p.property(n, other, ids, depth, 0)
		}
	}
	if id := n.id(); id != "" && len(n) > 1 {
		if p.byID == nil {
			p.byID = map[string]node{}
		}
		p.byID[id] = n
	}
	return n
}

// properties takes what the children of e say of n.
func (p *page) properties(n node, e *html.Node, ids map[string]*html.Node, depth, down int) {
	for c := e.FirstChild; c != nil && down < maxDepth; c = c.NextSibling {
		if c.Type == html.ElementNode {
			p.property(n, c, ids, depth, down)
		}
	}
}

func (p *page) property(n node, e *html.Node, ids map[string]*html.Node, depth, down int) {
	scoped := has(e, "itemscope")
	if names := attr(e, "itemprop"); names != "" {
		var v any
		if scoped {
			v = p.item(e, ids, depth+1)
		} else {
			v = stated(e, attr(e, "content"))
		}
		for name := range strings.FieldsSeq(names) {
			n.put(plainName(name), v)
		}
	}
	if !scoped {
		p.properties(n, e, ids, depth, down+1)
	}
}

// put adds a value to a property.
func (n node) put(name string, v any) {
	switch before := n[name].(type) {
	case nil:
		n[name] = v
	case []any:
		n[name] = append(before, v)
	default:
		n[name] = []any{before, v}
	}
}

// stated is what an element says: by content, by an address, by a time, else by its text.
func stated(e *html.Node, content string) string {
	if content != "" {
		return content
	}
	name := map[string]string{"a": "href", "area": "href", "link": "href", "img": "src", "audio": "src", "video": "src", "source": "src", "embed": "src", "iframe": "src",
		"object": "data", "time": "datetime", "data": "value", "meter": "value"}[e.Data]
	if v := attr(e, name); name != "" && v != "" {
		return v
	}
	return inside(e)
}
