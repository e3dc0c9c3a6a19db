package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ohler55/ojg/jp"
	"golang.org/x/net/html/charset"

	"po-net.prato.it/ponet/harvesters/table"
)

// A jsonPage is a page in JSON. It is taken apart only where somebody looks.
type jsonPage struct{ root any }

// newJSONPage reads a document of JSON. UTF-8 is what JSON is written in; of
// another encoding, declared or not, the words are saved.
func newJSONPage(doc []byte, declared string) (*jsonPage, error) {
	doc = bytes.TrimSpace(bytes.TrimPrefix(doc, []byte("\xef\xbb\xbf")))
	if !utf8.Valid(doc) || bytes.IndexByte(doc, 0) >= 0 {
		if e, _ := charset.Lookup(declared); e == nil || strings.EqualFold(declared, "utf-8") {
			declared = "windows-1252"
			if len(doc) > 1 && doc[0] == 0xff && doc[1] == 0xfe {
				declared = "utf-16le"
			}
		}
		e, _ := charset.Lookup(declared)
		if decoded, err := e.NewDecoder().Bytes(doc); err == nil {
			doc = bytes.TrimPrefix(decoded, []byte("\xef\xbb\xbf"))
		}
	}
	if len(doc) == 0 {
		return nil, failed("an empty answer in the place of JSON")
	}
	if !json.Valid(doc) {
		return nil, failed("not valid JSON: %s", whyInvalid(doc))
	}
	return &jsonPage{node(doc, nil)}, nil
}

// whyInvalid says what is wrong with a document, and where.
func whyInvalid(doc []byte) string {
	err := json.Unmarshal(doc, new(json.RawMessage))
	var syntax *json.SyntaxError
	if s, ok := err.(*json.SyntaxError); ok {
		syntax = s
	}
	if syntax == nil {
		return fmt.Sprint(err)
	}
	at := min(int(syntax.Offset), len(doc))
	return fmt.Sprintf("%v at byte %d, after %q", err, at, doc[max(0, at-30):at])
}

// An object of a page; it is a jp.Keyed. Its members are read when first asked for.
type object struct {
	raw     []byte
	in      any // the *array or *object around it, nil for the root
	members map[string]json.RawMessage
	scalars []scalar // of o, when it is around rows
}

// A scalar is a member that is neither object nor array.
type scalar struct {
	name string
	json []byte // name and value, as they stand in an object
}

// An array of a page; it is a jp.Indexed.
type array struct {
	raw      []byte
	in       any
	elements []json.RawMessage
	read     bool
}

// node is a JSON value: an *object, an *array, or what encoding/json makes of a
// scalar.
func node(raw []byte, in any) any {
	raw = bytes.TrimSpace(raw)
	switch raw[0] {
	case '{':
		return &object{raw: raw, in: in}
	case '[':
		return &array{raw: raw, in: in}
	}
	var v any
	_ = json.Unmarshal(raw, &v) // valid, since the whole document is; a number out of range is nil
	return v
}

func (o *object) read() map[string]json.RawMessage {
	if o.members == nil {
		o.members = map[string]json.RawMessage{}
		_ = json.Unmarshal(o.raw, &o.members) // valid
	}
	return o.members
}

// ValueForKey is a member of o.
func (o *object) ValueForKey(name string) (any, bool) {
	raw, ok := o.read()[name]
	if !ok {
		return nil, false
	}
	return node(raw, o), true
}

// Keys are the names of the members, in the order of the document.
func (o *object) Keys() []string {
	var names []string
	d := json.NewDecoder(bytes.NewReader(o.raw))
	_, _ = d.Token()
	for d.More() {
		name, _ := d.Token()
		names = append(names, fmt.Sprint(name))
		var skip json.RawMessage
		if d.Decode(&skip) != nil {
			break
		}
	}
	return names
}

// SetValueForKey does nothing: pages are only read.
func (o *object) SetValueForKey(string, any) {}

// RemoveValueForKey does nothing.
func (o *object) RemoveValueForKey(string) {}

func (a *array) list() []json.RawMessage {
	if !a.read {
		a.read = true
		_ = json.Unmarshal(a.raw, &a.elements) // valid
	}
	return a.elements
}

// ValueAtIndex is an element of a, nil beyond its end.
func (a *array) ValueAtIndex(i int) any {
	if list := a.list(); i >= 0 && i < len(list) {
		return node(list[i], a)
	}
	return nil
}

// SetValueAtIndex does nothing: pages are only read.
func (a *array) SetValueAtIndex(int, any) {}

// Size is how many elements a has.
func (a *array) Size() int { return len(a.list()) }

// find is what a path leads to: a JSONPath (RFC 9535) when it begins with $,
// else the names of members with points between them.
func (p *jsonPage) find(path string) ([]any, error) {
	if strings.HasPrefix(path, "$") {
		x, err := jp.ParseString(path)
		if err != nil {
			return nil, fmt.Errorf("%q is no JSONPath: %w", path, err)
		}
		return x.Get(p.root), nil
	}
	if v, ok := member(p.root, path); ok {
		return []any{v}, nil
	}
	return nil, nil
}

// member follows names of members parted by points. A name may hold points
// itself, as @odata.nextLink does.
func member(v any, path string) (any, bool) {
	o, ok := v.(*object)
	if !ok {
		return nil, false
	}
	if found, ok := o.ValueForKey(path); ok {
		return found, true
	}
	for i := range len(path) {
		if path[i] != '.' {
			continue
		}
		if inner, ok := o.ValueForKey(path[:i]); ok {
			if found, ok := member(inner, path[i+1:]); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// text is the scalar that a path leads to, as text; false when there is none, or null.
func (p *jsonPage) text(path string) (string, bool) {
	list, err := p.find(path)
	if err != nil || len(list) == 0 {
		return "", false
	}
	switch v := list[0].(type) {
	case string:
		return v, true
	case bool:
		return strconv.FormatBool(v), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// rows are the objects that a path leads to, or those in the one list it leads to.
func (p *jsonPage) rows(path string) ([]row, error) {
	found, err := p.find(path)
	if err != nil {
		return nil, err
	}
	if len(found) == 1 {
		if a, ok := found[0].(*array); ok {
			found = found[:0]
			for i := range a.Size() {
				found = append(found, a.ValueAtIndex(i))
			}
		}
	} else if len(found) == 0 && !strings.HasPrefix(path, "$") {
		return nil, failed("%q leads to nothing%s", path, p.instead())
	}
	rows := make([]row, 0, len(found))
	for _, v := range found {
		rows = append(rows, jsonRow(v))
	}
	return rows, nil
}

func jsonRow(v any) row {
	o, ok := v.(*object)
	if !ok {
		raw, _ := json.Marshal(plain(v))
		return row{raw: raw, media: jsonMedia}
	}
	r := row{raw: o.raw, media: jsonMedia, properties: o.raw, pick: o.pick}
	if around := o.around(); len(around) > 0 {
		r.properties = append(bytes.TrimRight(bytes.TrimSuffix(bytes.TrimSpace(o.raw), []byte("}")), " \t\r\n"), around...)
		if len(o.read()) == 0 {
			r.properties = append([]byte("{"), around[1:]...)
		}
		r.raw = r.properties
	}
	table.Members(o.raw, func(name string, _ []byte) {
		r.identified = r.identified || slices.Contains(identifiers, name)
	})
	return r
}

// plain is a node as encoding/json would have it.
func plain(v any) any {
	if a, ok := v.(*array); ok {
		return json.RawMessage(a.raw)
	}
	return v
}

// around is the scalar members of the rows that o lies in, which say what it
// belongs to: of a measured value the counter that measured it. The nearest
// counts, and o's own before all. It is the end of o's own JSON, with a comma
// before and a brace behind, or nothing.
func (o *object) around() []byte {
	if outer(o) == nil {
		return nil
	}
	var b []byte
	taken := map[string]bool{}
	for name := range o.read() {
		taken[name] = true
	}
	for in := outer(o); in != nil; in = outer(in) {
		for _, s := range in.ownScalars() {
			if !taken[s.name] {
				taken[s.name] = true
				b = append(append(b, ','), s.json...)
			}
		}
	}
	if len(b) == 0 {
		return nil
	}
	return append(b, '}')
}

func (o *object) ownScalars() []scalar {
	if o.scalars != nil {
		return o.scalars
	}
	o.scalars = []scalar{}
	for _, name := range o.Keys() {
		raw := bytes.TrimSpace(o.read()[name])
		if raw[0] == '{' || raw[0] == '[' {
			continue
		}
		quoted, _ := json.Marshal(name)
		o.scalars = append(o.scalars, scalar{name, append(append(quoted, ':'), raw...)})
	}
	return o.scalars
}

// outer is the nearest object around o that is itself an element of a list.
func outer(o *object) *object {
	for in := o.in; in != nil; {
		switch around := in.(type) {
		case *array:
			in = around.in
		case *object:
			if _, listed := around.in.(*array); listed {
				return around
			}
			in = around.in
		}
	}
	return nil
}

// identifiers are members that tell rows apart.
var identifiers = []string{"id", "@id", "_id", "ID", "Id", "uuid", "guid", "identifier", "objectid", "OBJECTID", "UID", ":id"}
