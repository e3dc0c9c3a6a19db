package xmldoc

import (
	"fmt"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
)

// Compile makes an XPath 1.0 expression in which the prefixes are those of Spaces.
// Expressions are made once, as variables of a package; one that is wrong panics.
func Compile(expr string) *xpath.Expr {
	e, err := CompileWith(expr, Spaces)
	if err != nil {
		panic(err)
	}
	return e
}

// CompileWith makes an expression that somebody wrote, with their own prefixes.
func CompileWith(expr string, spaces map[string]string) (e *xpath.Expr, err error) {
	defer func() { // the library panics over some expressions
		if r := recover(); r != nil {
			e, err = nil, fmt.Errorf("XPath %q: %v", expr, r)
		}
	}()
	if e, err = xpath.CompileWithNS(expr, spaces); err != nil {
		return nil, fmt.Errorf("XPath %q: %w", expr, err)
	}
	return e, nil
}

// Nodes are the elements and attributes that e selects from n, in their order.
func Nodes(n *xmlquery.Node, e *xpath.Expr) []*xmlquery.Node { return xmlquery.QuerySelectorAll(n, e) }

// Node is the first one that e selects from n, nil for none.
func Node(n *xmlquery.Node, e *xpath.Expr) *xmlquery.Node { return xmlquery.QuerySelector(n, e) }

// Texts are the texts of the elements and attributes that e selects from n,
// without those that are empty.
func Texts(n *xmlquery.Node, e *xpath.Expr) []string {
	var list []string
	for _, m := range Nodes(n, e) {
		if s := Inner(m); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// First is the first of Texts of the first expression that selects any: those
// after it are where else a value may stand. "": none.
func First(n *xmlquery.Node, where ...*xpath.Expr) string {
	for _, e := range where {
		for it := e.Select(xmlquery.CreateXPathNavigator(n)); it.MoveNext(); {
			nav := it.Current().(*xmlquery.NodeNavigator)
			s := strings.TrimSpace(nav.Value())
			if nav.NodeType() == xpath.ElementNode {
				s = Inner(nav.Current())
			}
			if s != "" {
				return s
			}
		}
	}
	return ""
}

// Attr is the value of an attribute of n by its local name, whatever its
// namespace, "" for none.
func Attr(n *xmlquery.Node, local string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.Attr {
		if a.Name.Local == local {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

// Inner is the text in n and in what is inside it, trimmed. Elements with only
// indentation between them have a space between their texts.
func Inner(n *xmlquery.Node) string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	inner(&b, n)
	return strings.TrimSpace(b.String())
}

func inner(b *strings.Builder, n *xmlquery.Node) {
	if n.Type == xmlquery.TextNode {
		b.WriteString(n.Data)
		return
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.PrevSibling != nil && c.Type == xmlquery.ElementNode && c.PrevSibling.Type == xmlquery.ElementNode && !strings.HasSuffix(b.String(), " ") {
			b.WriteByte(' ')
		}
		inner(b, c)
	}
}

// Child is the first element in n with a local name, whatever its namespace, nil for
// none: what expressions would cost too much for.
func Child(n *xmlquery.Node, local string) *xmlquery.Node {
	if n == nil {
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode && c.Data == local {
			return c
		}
	}
	return nil
}
