package jsonld

import (
	"html"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A node is a thing that a page speaks of: its properties by their names in
// schema.org, "@type" as []string, "@id" as it stands there.
type node map[string]any

// A wording is a text in a language.
type wording struct{ text, language string }

// A graph is all that a page says.
type graph struct {
	base  *url.URL // nil for a file
	roots []node
	byID  map[string]node
}

const maxNesting = 60 // of nodes in nodes

// add takes a document of JSON-LD into g.
func (g *graph) add(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			g.add(e)
		}
	case map[string]any:
		n := g.node(v, 0)
		list, _ := n["@graph"].([]any)
		for _, e := range list {
			if inner, ok := e.(node); ok {
				g.roots = append(g.roots, inner)
			}
		}
		if one, ok := n["@graph"].(node); ok {
			g.roots = append(g.roots, one)
		}
		if len(n.types()) > 0 {
			g.roots = append(g.roots, n)
		}
	}
}

// node is an object with the names of schema.org instead of addresses and prefixes.
func (g *graph) node(object map[string]any, depth int) node {
	n := node{}
	for name, v := range object {
		switch name = plainName(name); name {
		case "@context":
		case "@type", "type":
			for _, t := range texts(v) {
				n["@type"] = append(n.types(), plainName(t))
			}
		case "@id", "id":
			if id, ok := v.(string); ok && n["@id"] == nil {
				n["@id"] = strings.TrimSpace(id)
			}
		default:
			if depth < maxNesting {
				n[name] = g.value(v, depth+1)
			}
		}
	}
	if id := n.id(); id != "" && len(n) > 1 {
		if g.byID == nil {
			g.byID = map[string]node{}
		}
		if known, ok := g.byID[id]; ok { // told in two places: what the first lacks the second adds
			for name, v := range n {
				if known[name] == nil {
					known[name] = v
				}
			}
			return known
		}
		g.byID[id] = n
	}
	return n
}

func (g *graph) value(v any, depth int) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, 0, len(v))
		for _, e := range v {
			list = append(list, g.value(e, depth))
		}
		return list
	case map[string]any:
		if literal, ok := v["@value"]; ok {
			if language, _ := v["@language"].(string); language != "" {
				if text, ok := literal.(string); ok {
					return wording{text, strings.ToLower(language)}
				}
			}
			return literal
		}
		for _, name := range []string{"@list", "@set"} {
			if inner, ok := v[name]; ok {
				return g.value(inner, depth)
			}
		}
		return g.node(v, depth)
	}
	return v
}

// plainName is the name of a property or type without the address or prefix of
// schema.org.
func plainName(name string) string {
	name = strings.TrimSpace(name)
	for _, prefix := range []string{"http://schema.org/", "https://schema.org/", "http://www.schema.org/", "https://www.schema.org/", "schema:", "sdo:"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			return rest
		}
	}
	return name
}

// texts are the strings of a value that may be one or a list.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case []any:
		var list []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

func (n node) types() []string {
	list, _ := n["@type"].([]string)
	return list
}

func (n node) id() string {
	id, _ := n["@id"].(string)
	return id
}

// all are the values of the first of properties that n has. A reference to a node
// of the page is that node.
func (g *graph) all(n node, properties ...string) []any {
	for _, p := range properties {
		v, ok := n[p]
		if !ok || v == nil || v == "" {
			continue
		}
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		var out []any
		for _, e := range list {
			if e = g.resolved(e, slices.Contains(references, p)); e != nil {
				out = append(out, e)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// references are the properties in which a text that is the @id of a node means
// that node, as the context of schema.org has it.
var references = []string{"location", "organizer", "provider", "superEvent", "subEvent", "containedInPlace", "parentOrganization", "serviceOperator", "mainEntity", "item", "event"}

// resolved is the node that a value refers to, by {"@id": …} or, where texts may
// refer to nodes, by that text; else the value.
func (g *graph) resolved(v any, byText bool) any {
	switch v := v.(type) {
	case node:
		if known, ok := g.byID[v.id()]; ok && len(v) == 1 {
			return known
		}
	case string:
		if known, ok := g.byID[v]; ok && byText && strings.Contains(v, ":") {
			return known
		}
	case []any:
		for _, e := range v { // a list in a list
			if _, again := e.([]any); !again {
				return g.resolved(e, byText)
			}
		}
		return nil
	}
	return v
}

// nodes are those of all that are nodes.
func (g *graph) nodes(n node, properties ...string) []node {
	var list []node
	for _, v := range g.all(n, properties...) {
		if inner, ok := v.(node); ok {
			list = append(list, inner)
		}
	}
	return list
}

// one is the first of nodes, nil for none.
func (g *graph) one(n node, properties ...string) node {
	if list := g.nodes(n, properties...); len(list) > 0 {
		return list[0]
	}
	return nil
}

// text is a property as text: in Italian where there is a choice, else without
// language, in English, in any; of a node its name.
func (g *graph) text(n node, properties ...string) string {
	best, rank := "", -1
	for _, v := range g.all(n, properties...) {
		s, r := g.textOf(v)
		if s != "" && r > rank {
			best, rank = s, r
		}
	}
	return best
}

// every is all of a property as texts.
func (g *graph) every(n node, properties ...string) []string {
	var list []string
	for _, v := range g.all(n, properties...) {
		if s, _ := g.textOf(v); s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func (g *graph) textOf(v any) (s string, rank int) {
	rank = 3
	switch v := v.(type) {
	case string:
		s = v
	case wording:
		switch s = v.text; {
		case strings.HasPrefix(v.language, "it"):
			rank = 4
		case strings.HasPrefix(v.language, "en"):
			rank = 2
		default:
			rank = 1
		}
	case float64:
		s = strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		s = strconv.FormatBool(v)
	case node:
		for _, p := range []string{"name", "alternateName", "description", "url"} {
			inner := v[p]
			if list, ok := inner.([]any); ok && len(list) > 0 {
				inner = list[0]
			}
			switch inner.(type) {
			case string, wording:
				return g.textOf(inner)
			}
		}
		s = v.id()
	}
	return strings.TrimSpace(html.UnescapeString(s)), rank
}

// address is a property that is an address of the web, resolved against the
// page; "" for none. Of a node it is its url, contentUrl or id.
func (g *graph) address(n node, properties ...string) string {
	return g.addressIn(n, 0, properties)
}

func (g *graph) addressIn(n node, depth int, properties []string) string {
	for _, v := range g.all(n, properties...) {
		if inner, ok := v.(node); ok {
			if depth == 4 { // nodes whose address is each other's
				continue
			}
			if a := g.addressIn(inner, depth+1, []string{"url", "contentUrl", "@id"}); a != "" {
				return a
			}
			continue
		}
		if s, _ := g.textOf(v); s != "" {
			if a := g.absolute(s); a != "" {
				return a
			}
		}
	}
	return ""
}

// absolute is an address as seen from the page, "" if it is none of the web.
func (g *graph) absolute(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasPrefix(s, "www.") {
		s = "http://" + s
	}
	u, err := url.Parse(strings.ReplaceAll(s, " ", "%20"))
	if err != nil || s == "" || strings.HasPrefix(s, "_:") {
		return ""
	}
	if g.base != nil {
		u = g.base.ResolveReference(u)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}
