package jsonld

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A thing is a node that becomes a record.
type thing struct {
	node
	kind catalog.Kind
	word string // for its type
	key  string
	page string // of its own, "" when it is not said
}

// things are the records of a page, in its order: what it speaks of first, and
// what that holds. One that is only mentioned, as where an event takes place, is
// part of the other and no record.
func (p *page) things() []*thing {
	var list []*thing
	met, roots := map[string]bool{}, map[string]bool{}
	for _, n := range p.roots {
		roots[string(canonical(n))] = true
	}
	var visit func(n node, depth int)
	visit = func(n node, depth int) {
		mark := string(canonical(n))
		if met[mark] || depth > maxNesting || len(list) >= maxRoots {
			return
		}
		met[mark] = true
		kind, word := kindOf(n.types())
		if kind != "" && (roots[mark] || p.stands(n)) {
			list = append(list, &thing{node: n, kind: kind, word: word})
		}
		if kind == "" && !slices.ContainsFunc(n.types(), func(t string) bool { _, ok := holders[t]; return ok }) {
			return
		}
		for _, name := range within {
			for _, inner := range p.nodes(n, name) {
				visit(inner, depth+1)
			}
		}
	}
	for _, n := range p.roots {
		visit(n, 0)
	}
	return p.withoutParts(list)
}

// withoutParts leaves out the places where an event or course of the page takes
// place: a graph lists them beside it.
func (p *page) withoutParts(list []*thing) []*thing {
	parts := map[string]bool{}
	for _, t := range list {
		if t.kind != catalog.KindPlace {
			for _, place := range p.nodes(t.node, "location") {
				parts[string(canonical(place))] = true
			}
		}
	}
	return slices.DeleteFunc(list, func(t *thing) bool { return t.kind == catalog.KindPlace && parts[string(canonical(t.node))] })
}

// stands reports whether a thing inside another says enough to stand alone.
func (p *page) stands(n node) bool {
	return p.text(n, "name") != "" && len(p.all(n, "geo", "address", "startDate", "url", "@id", "hasCourseInstance", "eventSchedule")) > 0
}

// canonical is a node as JSON, references left as they are: equal for what the
// page says twice in the same way.
func canonical(n node) []byte {
	b, err := json.Marshal(map[string]any(n))
	if err != nil {
		panic("jsonld: a node that is not JSON: " + err.Error()) // made of JSON
	}
	return b
}

// MarshalJSON writes a wording as JSON-LD has it.
func (w wording) MarshalJSON() ([]byte, error) {
	return json.Marshal(map[string]string{"@value": w.text, "@language": w.language})
}

// name gives each thing its key and the page it has of its own. address is that
// of the page they are on.
//
// A thing is known by its @id, else by its url unless others of the page have the
// same; else by the page, when it is the only one there; else by the page and
// what it says. Names of blank nodes are never kept.
func (p *page) name(list []*thing, address string) {
	urls := map[string]int{}
	for _, t := range list {
		if u := p.address(t.node, "url"); u != "" {
			urls[u]++
		}
	}
	for _, t := range list {
		id, own := "", p.address(t.node, "url")
		if raw := t.id(); strings.Contains(raw, ":") || strings.HasPrefix(raw, "#") || p.base != nil && raw != "" {
			id = p.absolute(raw)
		}
		switch t.page, _, _ = strings.Cut(own, "#"); {
		case id != "":
			t.key = id
			if t.page == "" {
				t.page, _, _ = strings.Cut(id, "#")
			}
		case own != "" && urls[own] == 1 && p.base != nil && !home(own):
			t.key = own
		case len(list) == 1:
			t.key = address
		default:
			sum := sha256.Sum256([]byte(string(t.kind) + "\n" + p.text(t.node, "name") + "\n" + p.text(t.node, "startDate")))
			t.key = address + "#" + hex.EncodeToString(sum[:6])
		}
	}
}

// home reports whether an address is that of a whole site.
func home(address string) bool {
	_, rest, _ := strings.Cut(address, "://")
	_, path, _ := strings.Cut(rest, "/")
	return path == ""
}

// maxReferences bounds how often nodes that one thing refers to are kept with it.
const maxReferences = 200

// raw is what the page says of a thing, and of the nodes that it refers to, as
// JSON-LD whose names are in order: nodes have no bytes of their own, and pages
// write the same in another order.
func (p *page) raw(t *thing) []byte {
	var full func(v any, depth int) any
	references := 0
	full = func(v any, depth int) any {
		switch v := v.(type) {
		case node:
			if known, ok := p.byID[v.id()]; ok && len(v) == 1 && depth > 0 && depth < 4 && references < maxReferences {
				references++
				v = known
			}
			out := map[string]any{}
			for name, inner := range v {
				if depth < maxNesting {
					out[name] = full(inner, depth+1)
				}
			}
			return out
		case []any:
			out := make([]any, len(v))
			for i, e := range v {
				out[i] = full(e, depth+1)
			}
			return out
		}
		return v
	}
	out, _ := full(t.node, 0).(map[string]any)
	out["@context"] = "https://schema.org"
	return canonical(out)
}

// forget takes what the mapping drops out of everything that a page says.
func (p *page) forget(drop []string) {
	if len(drop) == 0 {
		return
	}
	var clean func(v any, depth int)
	clean = func(v any, depth int) {
		switch v := v.(type) {
		case node:
			maps.DeleteFunc(v, func(name string, _ any) bool {
				return slices.ContainsFunc(drop, func(d string) bool { return strings.EqualFold(d, name) })
			})
			for _, inner := range v {
				if depth < maxNesting+2 {
					clean(inner, depth+1)
				}
			}
		case []any:
			for _, e := range v {
				clean(e, depth+1)
			}
		}
	}
	for _, n := range p.roots {
		clean(n, 0)
	}
	for _, n := range p.byID {
		clean(n, 0)
	}
}
