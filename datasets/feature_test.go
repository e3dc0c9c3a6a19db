package datasets

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
)

// What is read of a Feature is what encoding/json reads.
func FuzzFeature(f *testing.F) {
	f.Add([]byte(`{"type":"Feature","id":"a","geometry":null,"properties":{"a":1}}`))
	f.Add([]byte(` { "properties" : { "\u00e0\ud83d\udcda" : "x\"\\\/\b\f\n\r\t" , "b" : [ { } , "]" ] } } `))
	f.Add([]byte(`{"properties":{"a":"\ud83d","b":"\udcda\u00","a":null}}`))
	f.Add([]byte(`{"properties":{"a":"\`))
	f.Add([]byte(`{"properties":[1]}`))
	f.Add(appendSynthetic(nil, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		var want struct{ Properties map[string]any }
		valid := json.Unmarshal(b, &want) == nil && utf8.Valid(b) && hasMember(b, "properties")
		var c catalog.Collection
		for name := range want.Properties {
			c.Columns = append(c.Columns, catalog.Column{Name: name})
		}
		table := newTable(c)
		_, _, err := table.read(b)
		if !valid || want.Properties == nil {
			return
		}
		if err != nil {
			t.Fatalf("read(%q): %v", b, err)
		}
		var buf []byte
		for i, column := range table.columns {
			switch value := want.Properties[column.Name].(type) {
			case nil:
				if table.values[i] != nil {
					t.Errorf("%q: property %q = %s; want none", b, column.Name, table.values[i])
				}
			case string:
				if raw := table.values[i]; len(raw) < 2 || string(unquote(&buf, raw)) != value {
					t.Errorf("%q: property %q = %s; want %q", b, column.Name, raw, value)
				}
			default:
				var got any
				if err := json.Unmarshal(table.values[i], &got); err != nil || !reflect.DeepEqual(got, value) {
					t.Errorf("%q: property %q = %s; want %v", b, column.Name, table.values[i], value)
				}
			}
		}
	})
}

// hasMember reports whether b is a JSON object with one member called name,
// and no other that encoding/json would take for it.
func hasMember(b []byte, name string) bool {
	var m map[string]json.RawMessage
	if json.Unmarshal(b, &m) != nil {
		return false
	}
	same := 0
	for k := range m {
		if strings.EqualFold(k, name) {
			same++
		}
	}
	return same == 1 && m[name] != nil && bytes.Count(bytes.ToLower(b), []byte(name)) == 1
}

func TestParseGeometry(t *testing.T) {
	for in, want := range map[string]orb.Geometry{
		`null`: nil,
		`{"type":"Point","coordinates":[11.5,43]}`:                                                 orb.Point{11.5, 43},
		`{"coordinates":[[11,43],[12,44,100.5]],"type":"LineString"}`:                              orb.LineString{{11, 43}, {12, 44}},
		`{"type":"Point","coordinates":[]}`:                                                        nil,
		`{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]],[]]}`:                   orb.MultiPolygon{{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		`{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}, null ]}`: orb.Collection{orb.Point{1, 2}},
	} {
		got, err := parseGeometry([]byte(in))
		if err != nil || !orb.Equal(got, want) {
			t.Errorf("parseGeometry(%s) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{`{`, `{}`, `{"type":"Point"}`, `{"type":"Point","coordinates":[1]}`, `{"type":"Point","coordinates":[1,"2"]}`,
		`{"type":"Circle","coordinates":[1,2]}`, `{"type":"Point","coordinates":[1,2]x}`, `{"type":"LineString","coordinates":[[1,2],3]}`} {
		if got, err := parseGeometry([]byte(in)); err == nil {
			t.Errorf("parseGeometry(%s) = %v; want an error", in, got)
		}
	}
}

// A geometry that we read is the one that orb reads.
func FuzzGeometry(f *testing.F) {
	f.Add([]byte(`{"type":"Point","coordinates":[11.5,-4.3e1]}`))
	f.Add([]byte(`{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}`))
	f.Add([]byte(`{"type":"GeometryCollection","geometries":[{"type":"MultiPoint","coordinates":[[1,2],[3,4]]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := parseGeometry(b)
		if err != nil || got == nil || !json.Valid(b) || bytes.Contains(b, []byte("[]")) || bytes.Contains(b, []byte("null")) {
			return
		}
		want, err := geojson.UnmarshalGeometry(b)
		if err != nil || !orb.Equal(got, want.Geometry()) {
			t.Errorf("parseGeometry(%s) = %v; orb reads %v, %v", b, got, want, err)
		}
	})
}
