package datasets

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// What is read of a Feature is what encoding/json reads.
func FuzzFeature(f *testing.F) {
	f.Add([]byte(`{"type":"Feature","id":"a","geometry":null,"properties":{"a":1}}`))
	f.Add([]byte(` { "properties" : { "\u00e0\ud83d\udcda" : "x\"\\\/\b\f\n\r\t" , "b" : [ { } , "]" ] } } `))
	f.Add([]byte(`{"properties":{"a":"\ud83d","b":"\udcda\u00"}}`))
	f.Add([]byte(`{"properties":{"a":"\`))
	f.Add([]byte(`{"properties":[1]}`))
	f.Add(appendSynthetic(nil, 6))
	f.Fuzz(func(t *testing.T, b []byte) {
		ft, err := parseFeature(b)
		if err != nil {
			if hasMember(b, "properties") {
				t.Errorf("parseFeature(%q): %v", b, err)
			}
			return
		}
		got := map[string]string{}
		var buf []byte
		err = members(ft.properties, func(name, value []byte) error {
			if value[0] == '"' {
				got[string(name)] = string(unquote(&buf, value))
			} else {
				delete(got, string(name))
			}
			return nil
		})
		if !json.Valid(b) || !utf8.Valid(b) || err != nil {
			return
		}
		var want map[string]any
		if err := json.Unmarshal(ft.properties, &want); err != nil {
			t.Fatalf("properties %q: %v", ft.properties, err)
		}
		for name, value := range want {
			if s, ok := value.(string); ok && got[name] != s {
				t.Errorf("%q: property %q = %q; want %q", b, name, got[name], s)
			}
		}
	})
}

// hasMember reports whether b is a JSON object with such a member.
func hasMember(b []byte, name string) bool {
	var m map[string]json.RawMessage
	return json.Unmarshal(b, &m) == nil && m[name] != nil
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
