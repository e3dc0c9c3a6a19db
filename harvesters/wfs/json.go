package wfs

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// readJSON reads a GeoJSON answer. Its coordinates are east, north, whatever the
// member crs, which GeoJSON had before RFC 7946, says of axes.
func readJSON(in io.Reader, f func(feature) error) (answer, error) {
	a := answer{matched: -1, json: true}
	c, err := table.ReadCollection(in, func(raw []byte) error {
		a.got++
		return f(ofJSON(raw))
	})
	if err != nil {
		return a, err
	}
	for _, name := range []string{"numberMatched", "totalFeatures", "numberOfFeatures"} {
		if n, err := strconv.Atoi(string(c.Members[name])); err == nil && n >= 0 && a.matched < 0 {
			a.matched = n
		}
	}
	var crs struct {
		Properties struct{ Name string }
	}
	if json.Unmarshal(c.Members["crs"], &crs) == nil {
		a.srs = crs.Properties.Name
	}
	if !c.Listed {
		return a, jsonException(c.Members)
	}
	return a, nil
}

// ofJSON is a feature of a GeoJSON answer.
func ofJSON(raw []byte) feature {
	f := feature{raw: raw, media: "application/geo+json", properties: []byte("{}")}
	table.Members(raw, func(name string, v []byte) {
		switch name {
		case "id":
			if s := table.Unquote(v); s != "null" {
				f.id = s
			}
		case "properties":
			if len(v) > 0 && v[0] == '{' {
				f.properties = v
			}
		case "geometry":
			if len(v) > 0 && v[0] == '{' {
				f.geometry, f.unread = table.GeoJSON(v)
			}
		}
	})
	if errors.Is(f.unread, table.ErrEmptyGeometry) {
		f.unread = nil
	}
	return f
}

// jsonException is the error report in an object that has no features.
func jsonException(members map[string]json.RawMessage) error {
	var list []struct{ Code, ExceptionCode, Text, ExceptionText string }
	if json.Unmarshal(members["exceptions"], &list) == nil && len(list) > 0 {
		x := list[0]
		return &exception{code: x.Code + x.ExceptionCode, text: catalog.Excerpt(x.Text + x.ExceptionText)}
	}
	return failed("the answer is JSON without features")
}
