package wfs

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"po-net.prato.it/ponet/geo/gml"
)

// ofElement is the feature that an element is. Complex features, such as those
// of INSPIRE, become flat: an object that is the one value of a property (GML 3.2.1
// §9.9 has properties and objects alternate) leaves no name of its own.
func ofElement(e *gml.Element, raw []byte, kinds schema) feature {
	f := feature{layer: e.Name, raw: raw, media: "application/gml+xml"}
	for _, name := range []string{"id", "fid"} {
		if f.id == "" {
			f.id = e.Attr(name)
		}
	}
	var o object
	var shapes []*gml.Element
	var box *gml.Element
	for _, c := range e.Children {
		if c.Name == "boundedBy" {
			box = c
			continue
		}
		if g := gml.Find(c); g != nil {
			shapes = append(shapes, c)
			if isShape(c, g) {
				continue
			}
		}
		o.add(c, kinds)
	}
	f.properties = o.json()
	if shape := best(shapes); shape != nil {
		f.place(shape)
	}
	if f.srs == "" && box != nil && len(box.Children) > 0 {
		f.srs = box.Children[0].Attr("srsName")
	}
	return f
}

// isShape: the property is a geometry and nothing else.
func isShape(property, g *gml.Element) bool {
	return len(property.Children) == 1 && property.Children[0] == g
}

// best is the property that is the geometry of a feature with several: one that
// is called so, else the first.
func best(shapes []*gml.Element) *gml.Element {
	for _, s := range shapes {
		switch strings.ToLower(s.Name) {
		case "geometry", "geom", "the_geom", "wkb_geometry", "msgeometry", "shape", "geometria", "geometryproperty", "omrade", "område", "posisjon", "position":
			return s
		}
	}
	if len(shapes) == 0 {
		return nil
	}
	return shapes[0]
}

func (f *feature) place(property *gml.Element) {
	g, err := gml.New(gml.Find(property), 0)
	switch {
	case err == nil:
		f.geometry, f.srs = g.T, g.SRS
	case !errors.Is(err, gml.ErrEmpty):
		f.unread = err
	}
}

// An object is a JSON object under way.
type object struct {
	names  []string
	values [][]json.RawMessage
}

func (o *object) put(name string, v json.RawMessage) {
	i := slices.Index(o.names, name)
	if i < 0 {
		o.names, o.values = append(o.names, name), append(o.values, []json.RawMessage{v})
		return
	}
	o.values[i] = append(o.values[i], v)
}

// add puts the value of a property, and its unit of measure beside it.
func (o *object) add(e *gml.Element, kinds schema) {
	o.put(e.Name, value(e, kinds.kind(e.Name), 0))
	if unit := e.Attr("uom"); unit != "" && len(e.Children) == 0 {
		o.put(e.Name+"_uom", quoted(unit))
	}
}

func (o *object) json() json.RawMessage {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range o.names {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quoted(name))
		b.WriteByte(':')
		if values := o.values[i]; len(values) == 1 {
			b.Write(values[0])
		} else {
			b.WriteByte('[')
			b.Write(bytes.Join(rawBytes(values), []byte(",")))
			b.WriteByte(']')
		}
	}
	b.WriteByte('}')
	return b.Bytes()
}

func rawBytes(values []json.RawMessage) [][]byte {
	out := make([][]byte, len(values))
	for i, v := range values {
		out[i] = v
	}
	return out
}

const flattenDepth = 30 // objects in objects

// value is a property's as JSON.
func value(e *gml.Element, kind attributeKind, depth int) json.RawMessage {
	if e.Attr("nil") == "true" || e.Attr("nil") == "1" || depth > flattenDepth {
		return json.RawMessage("null")
	}
	if len(e.Children) == 0 {
		return leaf(e, kind)
	}
	if t := timePosition(e); t != nil {
		return quoted(strings.TrimSpace(t.Text))
	}
	inner := e
	if len(e.Children) == 1 && isObject(e.Children[0]) {
		inner = e.Children[0]
		if len(inner.Children) == 0 {
			return leaf(inner, textual)
		}
	}
	var o object
	for _, c := range inner.Children {
		if c.Name == "boundedBy" || gml.Is(c) || len(c.Children) == 1 && gml.Is(c.Children[0]) {
			continue
		}
		o.put(c.Name, value(c, textual, depth+1))
	}
	if len(o.names) == 0 {
		return json.RawMessage("null")
	}
	return o.json()
}

// isObject: objects of GML begin with a capital, properties do not.
func isObject(e *gml.Element) bool {
	for _, r := range e.Name {
		return unicode.IsUpper(r)
	}
	return false
}

// timePosition is the instant that a property is, as MapServer writes dates.
func timePosition(e *gml.Element) *gml.Element {
	if len(e.Children) != 1 {
		return nil
	}
	switch c := e.Children[0]; c.Name {
	case "timePosition":
		return c
	case "TimeInstant":
		return timePosition(c)
	}
	return nil
}

var jsonNumber = regexp.MustCompile(`^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$`)

// leaf is a value without elements: its text, or what it refers to.
func leaf(e *gml.Element, kind attributeKind) json.RawMessage {
	s := strings.TrimSpace(e.Text)
	if s == "" {
		for _, name := range []string{"href", "title"} {
			if s == "" {
				s = e.Attr(name)
			}
		}
		if s == "" {
			return json.RawMessage("null")
		}
		return quoted(s)
	}
	switch kind {
	case numeric, whole:
		if v, err := strconv.ParseFloat(s, 64); err == nil && jsonNumber.MatchString(s) && !math.IsInf(v, 0) {
			return json.RawMessage(s)
		}
	case boolean:
		switch strings.ToLower(s) {
		case "true", "1":
			return json.RawMessage("true")
		case "false", "0":
			return json.RawMessage("false")
		}
	}
	return quoted(s)
}

func quoted(s string) json.RawMessage {
	b, err := json.Marshal(s)
	if err != nil {
		return json.RawMessage("null") // never: any string is JSON
	}
	return b
}
