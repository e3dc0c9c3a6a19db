package ckan

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// temporal are the periods that the data cover.
func (p pkg) temporal() []catalog.Period {
	var list []catalog.Period
	add := func(start, end string) {
		if start != "" || end != "" {
			list = append(list, catalog.Period{Start: start, End: end})
		}
	}
	for _, f := range p.objects("temporal_coverage") {
		add(f.text("temporal_start", "start"), f.text("temporal_end", "end"))
	}
	if list == nil {
		add(p.text("temporal_start", "temporal_coverage-from", "temporal-extent-begin"), p.text("temporal_end", "temporal_coverage-to", "temporal-extent-end"))
	}
	return list
}

// spatial are the places that the data cover. Boxes come as GeoJSON or as four
// extras, longitude and latitude in degrees.
func (p pkg) spatial() []catalog.Spatial {
	var list []catalog.Spatial
	for _, f := range p.objects("spatial_coverage") {
		list = append(list, catalog.Spatial{Name: f.text("text", "geographical_name"), URI: f.text("uri", "geographical_geonames_url"), BBox: geoJSONBox(f, "bbox", "geom")})
	}
	s := catalog.Spatial{
		Name: p.text("geographical_name", "spatial_text"),
		URI:  p.text("geographical_geonames_url", "spatial_uri"),
		BBox: geoJSONBox(p.fields, "spatial", "spatial_bbox"),
	}
	if s.BBox == nil {
		s.BBox = p.cornerBox()
	}
	list = append(list, s)
	var said []catalog.Spatial
	for _, s := range list {
		if s.Name != "" || s.URI != "" || s.BBox != nil {
			said = append(said, s)
		}
	}
	return said
}

// cornerBox is the box of the spatial extension's four extras.
func (p pkg) cornerBox() []float64 {
	var box []float64
	for _, name := range []string{"bbox-west-long", "bbox-south-lat", "bbox-east-long", "bbox-north-lat"} {
		v, err := strconv.ParseFloat(strings.Replace(p.text(name), ",", ".", 1), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
		box = append(box, v)
	}
	return box
}

// geoJSONBox is the box, west south east north, around the GeoJSON geometry of
// the first of names that holds one.
func geoJSONBox(f fields, names ...string) []float64 {
	for _, g := range f.objects(names...) {
		box := []float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		if grow(box, g.top["coordinates"], 0); box[0] <= box[2] {
			return box
		}
	}
	return nil
}

// maxNesting is how deep the coordinates of a GeoJSON geometry lie: those of a
// MultiPolygon, 4.
const maxNesting = 4

// grow makes box hold the positions of a coordinates member.
func grow(box []float64, coordinates json.RawMessage, depth int) {
	var position []float64
	if json.Unmarshal(coordinates, &position) == nil {
		if len(position) >= 2 {
			box[0], box[1] = min(box[0], position[0]), min(box[1], position[1])
			box[2], box[3] = max(box[2], position[0]), max(box[3], position[1])
		}
		return
	}
	var parts []json.RawMessage
	if depth == maxNesting || json.Unmarshal(coordinates, &parts) != nil {
		return
	}
	for _, part := range parts {
		grow(box, part, depth+1)
	}
}
