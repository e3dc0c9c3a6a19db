package arcgis

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/table"
)

// reference notes the coordinate system of an answer, which should be the one
// that was asked for, WGS 84, and is not with every server.
func (q *query) reference(a answer) {
	if q.crs != "" || len(a.Features) == 0 {
		return
	}
	switch name := table.Unquote(table.Member(table.Member(a.CRS, "properties"), "name")); {
	case name != "":
		q.crs, q.srid = name, geo.Recognise(name)
	case a.Reference.LatestWKID != 0:
		q.crs = strconv.Itoa(a.Reference.LatestWKID)
	case a.Reference.WKID != 0:
		q.crs = strconv.Itoa(a.Reference.WKID)
	case a.Reference.WKT != "":
		q.crs, q.srid = a.Reference.WKT, geo.Recognise(a.Reference.WKT)
	default:
		q.crs, q.srid = "EPSG:4326", 4326
	}
	if n, err := strconv.Atoi(q.crs); err == nil {
		q.srid = geo.Recognise("EPSG:" + q.crs)
		if epsg, esri := esriCodes[n]; esri {
			q.srid = epsg
		}
		q.crs = "wkid " + q.crs
	}
}

// esriCodes are the codes of Esri for systems that EPSG numbers otherwise, as
// far as Italian servers use them.
var esriCodes = map[int]int{102091: 3003, 102092: 3004, 102100: 3857, 102113: 3857, 104199: 4326}

// feature makes a row of one feature, and tells the id of its object.
func (q *query) feature(raw json.RawMessage) (table.Feature, string) {
	f := table.Feature{Raw: raw, Media: "application/json"}
	attributes, shape := table.Member(raw, "attributes"), table.Member(raw, "geometry")
	if table.Unquote(table.Member(raw, "type")) == "Feature" {
		f.Media, attributes = "application/geo+json", table.Member(raw, "properties")
	}
	if len(attributes) == 0 || attributes[0] != '{' {
		f.Properties = []byte("{}")
		f.Issues = []catalog.Issue{{Rule: "row-not-object", Read: catalog.Excerpt(string(raw)), Expected: "a feature with attributes", Refused: true}}
		return f, ""
	}
	f.Properties = q.properties(attributes)
	if len(shape) > 0 && shape[0] == '{' {
		g, err := geometry(shape)
		if err != nil {
			f.Issues = append(f.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: catalog.Excerpt(string(shape)), Expected: err.Error()})
		}
		f.Geometry = g
	}
	id := table.Member(attributes, q.ObjectID)
	if q.ObjectID == "" || len(id) == 0 || id[0] == 'n' {
		return f, ""
	}
	return f, table.CellOf(id).Text
}

// properties are the attributes with labels for codes and times for the numbers
// that stand for them.
func (q *query) properties(attributes json.RawMessage) []byte {
	subtype := table.Member(attributes, q.TypeID)
	out := []byte{'{'}
	table.Members(attributes, func(name string, v []byte) {
		if len(out) > 1 {
			out = append(out, ',')
		}
		n, _ := json.Marshal(name) // a text
		out = append(append(append(out, n...), ':'), q.value(name, v, subtype)...)
	})
	return append(out, '}')
}

func (q *query) value(name string, v, subtype []byte) []byte {
	if len(v) == 0 || v[0] == 'n' {
		return v
	}
	for _, f := range q.Fields {
		if f.Name != name {
			continue
		}
		if f.Type == "esriFieldTypeDate" {
			return instant(v)
		}
		if label, ok := q.label(f, v, subtype); ok {
			text, _ := json.Marshal(label) // a text
			return text
		}
	}
	return v
}

// label is what a code stands for: in the domain of the row's subtype, or else of
// its field; the subtype itself has a name.
func (q *query) label(f field, code, subtype []byte) (string, bool) {
	for _, t := range q.Types {
		if !bytes.Equal(t.ID, subtype) {
			continue
		}
		if f.Name == q.TypeID && t.Name != "" {
			return t.Name, true
		}
		if label, ok := t.Domains[f.Name].label(code); ok {
			return label, true
		}
	}
	return f.Domain.label(code)
}

// instant is a time in milliseconds since 1970 as a text in UTC; what is none
// stays as it is.
func instant(v []byte) []byte {
	ms, err := strconv.ParseFloat(string(v), 64)
	if err != nil || ms < -62135596800000 || ms > 253402300799999 { // the years 1 to 9999
		return v
	}
	return []byte(strconv.Quote(time.UnixMilli(int64(ms)).UTC().Format(time.RFC3339)))
}

// plainName is a layer's name for people and addresses.
func (l *layer) plainName() string {
	if name := strings.TrimSpace(l.Name); name != "" {
		return name
	}
	return strconv.Itoa(l.ID)
}
