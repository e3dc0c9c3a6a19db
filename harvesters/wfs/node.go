package wfs

import (
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Documents of a service are read by the local names of their elements: the
// namespaces differ from version to version and from server to server.

// children are the elements directly in n of one of the names.
func children(n *xmlquery.Node, names ...string) []*xmlquery.Node {
	var list []*xmlquery.Node
	if n == nil {
		return nil
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != xmlquery.ElementNode {
			continue
		}
		for _, name := range names {
			if c.Data == name {
				list = append(list, c)
				break
			}
		}
	}
	return list
}

// child is the first element in n along a path of names; nil when there is none.
func child(n *xmlquery.Node, path ...string) *xmlquery.Node {
	for _, name := range path {
		list := children(n, name)
		if len(list) == 0 {
			return nil
		}
		n = list[0]
	}
	return n
}

// root is the element that a document is.
func root(doc *xmlquery.Node) *xmlquery.Node {
	for c := doc.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode {
			return c
		}
	}
	return nil
}

// text is what stands in the element at a path, as one line.
func text(n *xmlquery.Node, path ...string) string {
	return strings.Join(strings.Fields(xmldoc.Inner(child(n, path...))), " ")
}

// texts are those of the elements of a name in n.
func texts(n *xmlquery.Node, name string) []string {
	var list []string
	for _, c := range children(n, name) {
		if s := text(c); s != "" {
			list = append(list, s)
		}
	}
	return list
}

// every calls f with all elements at or below n.
func every(n *xmlquery.Node, f func(*xmlquery.Node)) {
	if n == nil {
		return
	}
	if n.Type == xmlquery.ElementNode {
		f(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		every(c, f)
	}
}
