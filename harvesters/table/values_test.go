package table

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Members and elements of valid JSON are those that encoding/json finds.
func FuzzJSONValue(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"\"}"}],"c" : null }`))
	f.Add([]byte(`["x", [ ], -1.5e3]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if !json.Valid(b) {
			return
		}
		var list []json.RawMessage
		if json.Unmarshal(b, &list) == nil && list != nil {
			i := 0
			Elements(b, func(v []byte) bool {
				if i >= len(list) || !bytes.Equal(v, list[i]) {
					t.Fatalf("element %d of %q is %q", i, b, v)
				}
				i++
				return true
			})
			if i != len(list) {
				t.Fatalf("%d elements of %q; want %d", i, b, len(list))
			}
		}
		var object map[string]json.RawMessage
		if json.Unmarshal(b, &object) == nil && object != nil {
			last := map[string][]byte{}
			Members(b, func(name string, v []byte) { last[name] = v })
			if len(last) != len(object) {
				t.Fatalf("%d members of %q; want %d", len(last), b, len(object))
			}
			for name, v := range object {
				if !bytes.Equal(last[name], v) {
					t.Fatalf("member %q of %q is %q; want %q", name, b, last[name], v)
				}
			}
		}
	})
}

func FuzzTextGeometry(f *testing.F) {
	f.Add("SRID=4326;POINT (11 43)")
	f.Add("MULTIPOLYGON (((0 0, 1 0, 0 1, 0 0)))")
	f.Add(`{"type":"Point","coordinates":[11,43]}`)
	f.Add(`{"type":"Point","coordinates"`) // cut short
	f.Add("0101000020E6100000AE47E17A142E2640713D0AD7A3F04540")
	f.Fuzz(func(t *testing.T, s string) {
		if g, err := textGeometry(s); err == nil && g != nil {
			_ = g.Bounds()
		}
	})
}

// A text that a notation takes is what the notation writes: the same number or day.
func FuzzNotation(f *testing.F) {
	f.Add("1.234,50")
	f.Add("-0")
	f.Add("31/12/1999")
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range notations {
			v, ok := n.read(s)
			if !ok {
				continue
			}
			if n.typ == catalog.ColumnInteger {
				if again, ok := plainInteger(strings.ReplaceAll(s, ".", "")); !ok || again != v {
					t.Fatalf("%s reads %q as %v", n.name, s, v)
				}
			}
			if n.typ == catalog.ColumnDate {
				if again, ok := day("2006-01-02")(v.(string)); !ok || again != v {
					t.Fatalf("%s reads %q as %v", n.name, s, v)
				}
			}
		}
	})
}
