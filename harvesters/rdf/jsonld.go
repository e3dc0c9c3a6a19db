package rdf

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/piprate/json-gold/ld"
)

// parseJSONLD reads JSON-LD 1.1. Its contexts come out of this program.
func parseJSONLD(doc []byte, base string) (g *Graph, err error) {
	if err := shallow(doc); err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("more than one JSON value")
	}
	versions(value)
	defer func() {
		if e := recover(); e != nil { // a library's slip on a foreign document must not end the program
			g, err = nil, fmt.Errorf("JSON-LD that cannot be read: %v", e)
		}
	}()
	g = NewGraph()
	options := ld.NewJsonLdOptions(base)
	options.ProcessingMode = ld.JsonLd_1_1
	options.DocumentLoader = contexts{g}
	flat, err := ld.NewJsonLdProcessor().Flatten(value, nil, options)
	if err != nil {
		return nil, err
	}
	w := jsonld{g: g}
	w.graph(flat)
	return g, nil
}

// versions makes plain numbers of the versions of contexts, as the library wants
// them; all others keep their digits.
func versions(value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			if n, ok := member.(json.Number); ok && name == "@version" {
				if f, err := n.Float64(); err == nil {
					v[name] = f
				}
			}
			versions(member)
		}
	case []any:
		for _, item := range v {
			versions(item)
		}
	}
}

// shallow refuses JSON that is nested deeper than maxDepth.
func shallow(doc []byte) error {
	depth, text := 0, false
	for i := 0; i < len(doc); i++ {
		switch c := doc[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return fmt.Errorf("JSON nested deeper than %d", maxDepth)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// jsonld turns flattened JSON-LD into statements (JSON-LD 1.1 API §8.2). The
// library could do this too, but it leaves out what has an IRI with a space in
// it, which we repair.
type jsonld struct {
	g      *Graph
	blanks int
}

// graph reads the node objects of a flattened document; those of named graphs
// are read like all others.
func (w *jsonld) graph(flat any) {
	if m, ok := flat.(map[string]any); ok {
		if flat, ok = m["@graph"]; !ok {
			flat = []any{m}
		}
	}
	list, _ := flat.([]any)
	for _, item := range list {
		node, ok := item.(map[string]any)
		if !ok {
			continue
		}
		id, _ := node["@id"].(string)
		subject := term(id)
		properties := make([]string, 0, len(node))
		for p := range node {
			properties = append(properties, p)
		}
		slices.Sort(properties)
		for _, p := range properties {
			values, _ := node[p].([]any)
			w.property(subject, p, values, node)
		}
	}
}

func (w *jsonld) property(subject Term, property string, values []any, node map[string]any) {
	switch {
	case property == "@graph":
		w.graph(node["@graph"])
	case property == "@type":
		for _, v := range values {
			if s, ok := v.(string); ok {
				w.g.Add(subject, Type, term(s))
			}
		}
	case strings.HasPrefix(property, "@") || strings.HasPrefix(property, "_:") || scheme(property) == 0:
		// keywords, and properties that are no IRI
	default:
		for _, v := range values {
			if object, ok := w.value(v); ok {
				w.g.Add(subject, property, object)
			}
		}
	}
}

func term(id string) Term {
	if label, ok := strings.CutPrefix(id, "_:"); ok {
		return blank(label)
	}
	return iri(id)
}

// value is a node reference, a value object or a list.
func (w *jsonld) value(v any) (Term, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return Term{}, false
	}
	if id, ok := m["@id"].(string); ok {
		return term(id), true
	}
	if items, ok := m["@list"].([]any); ok {
		return w.list(items), true
	}
	datatype, _ := m["@type"].(string)
	lang, _ := m["@language"].(string)
	switch x := m["@value"].(type) {
	case string:
		return literal(x, lang, datatype), true
	case bool:
		return literal(strconv.FormatBool(x), "", orElse(datatype, xsd+"boolean")), true
	case json.Number:
		text, own := number(x, datatype)
		return literal(text, "", orElse(datatype, own)), true
	case float64:
		text, own := number(json.Number(strconv.FormatFloat(x, 'g', -1, 64)), datatype)
		return literal(text, "", orElse(datatype, own)), true
	case nil:
		return Term{}, false
	default: // @json
		b, err := json.Marshal(x)
		return literal(string(b), "", ns+"JSON"), err == nil
	}
}

func (w *jsonld) list(items []any) Term {
	head := iri(ns + "nil")
	for _, item := range slices.Backward(items) {
		object, ok := w.value(item)
		if !ok {
			continue
		}
		w.blanks++
		cell := blank("g" + strconv.Itoa(w.blanks))
		w.g.Add(cell, ns+"first", object)
		w.g.Add(cell, ns+"rest", head)
		head = cell
	}
	return head
}

// number is the lexical form of a JSON number and its datatype: whole numbers
// below 10²¹ are xsd:integer, others xsd:double in canonical form.
func number(n json.Number, datatype string) (text, own string) {
	f, err := n.Float64()
	if err != nil || f == math.Trunc(f) && math.Abs(f) < 1e21 && datatype != xsd+"double" {
		if i, err := n.Int64(); err == nil {
			return strconv.FormatInt(i, 10), xsd + "integer"
		}
		return strconv.FormatFloat(f, 'f', 0, 64), xsd + "integer"
	}
	return ld.GetCanonicalDouble(f), xsd + "double"
}

func orElse(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

//go:embed contexts/*.jsonld
var contextFiles embed.FS

// contexts answers for every remote context out of this program, which keeps
// those of data catalogues; an unknown one is read as the terms of DCAT. The
// network is never asked: contexts are gone, moved and slow (spec §3.2).
type contexts struct{ g *Graph }

// LoadDocument is ld.DocumentLoader.
func (c contexts) LoadDocument(address string) (*ld.RemoteDocument, error) {
	name := "dcat"
	a := strings.ToLower(address)
	switch {
	case strings.Contains(a, "schema.org"):
		name = "schema"
	case strings.Contains(a, "dcat") || strings.Contains(a, "project-open-data") || strings.Contains(a, "hydra") || strings.Contains(a, "resources.data.gov"):
	default:
		c.g.repaired("the context " + address + " is not one we keep; its terms were read as those of DCAT")
	}
	b, err := contextFiles.ReadFile("contexts/" + name + ".jsonld")
	if err != nil {
		return nil, err
	}
	var document any
	if err := json.Unmarshal(b, &document); err != nil {
		return nil, err
	}
	return &ld.RemoteDocument{DocumentURL: address, Document: document}, nil
}
