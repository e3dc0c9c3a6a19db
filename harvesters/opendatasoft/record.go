package opendatasoft

import (
	"encoding/json"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/table"
)

// record is a row of a dataset as API 1 (recordid, fields, geometry) and API 2.0
// (record with id and fields) have it; false for what is none. Its geometry is in
// longitude and latitude; of a field of type geo_point_2d API 1 has latitude first,
// API 2 lat and lon.
func record(raw []byte) (table.Feature, bool) {
	var r struct {
		Record *struct {
			ID     string          `json:"id"`
			Fields json.RawMessage `json:"fields"`
		} `json:"record"`
		ID       string          `json:"recordid"`
		Fields   json.RawMessage `json:"fields"`
		Geometry json.RawMessage `json:"geometry"`
	}
	if json.Unmarshal(raw, &r) != nil {
		return table.Feature{}, false
	}
	f := table.Feature{ID: r.ID, Properties: r.Fields}
	if r.Record != nil {
		f.ID, f.Properties = r.Record.ID, r.Record.Fields
	}
	if f.ID == "" || len(f.Properties) == 0 || f.Properties[0] != '{' {
		return f, false
	}
	if len(r.Geometry) > 0 {
		if g, err := table.GeoJSON(r.Geometry); err == nil {
			f.Geometry = g
		}
	}
	if f.Geometry == nil {
		f.Geometry = point(f.Properties)
	}
	return f, true
}

// point is the first field that is a geo_point_2d of API 2, nil for none.
func point(fields []byte) geom.T {
	var g geom.T
	table.Members(fields, func(_ string, v []byte) {
		var p struct{ Lat, Lon *float64 }
		if g == nil && len(v) > 0 && v[0] == '{' && json.Unmarshal(v, &p) == nil && p.Lat != nil && p.Lon != nil {
			g = geom.NewPointFlat(geom.XY, []float64{*p.Lon, *p.Lat}).SetSRID(4326)
		}
	})
	return g
}
