package file

import (
	"context"
	"fmt"
	"strconv"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// openGPX reads waypoints, routes and tracks (GPX 1.0 and 1.1) as the rows of
// one layer; the column "gpx" says which a row is.
func (o *opener) openGPX(_ context.Context, b blob) ([]*table, error) {
	t := &table{name: stem(b.name), file: b.name, format: "gpx", media: "application/gpx+xml", fields: newFields("gpx", "name"),
		inferTypes: true, crs: "GPX", srid: geo.WGS84, guess: catalog.Mapping{Format: "gpx"}, found: []string{"format: gpx"}}
	t.scan = func(ctx context.Context, f func(*row) error) error {
		out := &row{}
		return scanXML(ctx, b.path, "", map[string]bool{"wpt": true, "rte": true, "trk": true}, func(p piece) error {
			t.fillGPX(out, p)
			return f(out)
		})
	}
	return []*table{t}, nil
}

var gpxKinds = map[string]string{"wpt": "waypoint", "rte": "route", "trk": "track"}

func (t *table) fillGPX(r *row, p piece) {
	r.reset(p.line)
	r.raw = p.raw
	r.set(0, cell{text, gpxKinds[p.name]})
	for i := range p.children {
		c := &p.children[i]
		value := c.text
		if c.name == "link" {
			value = c.attr("href")
		}
		if len(c.children) > 0 && c.name != "link" || c.name == "ele" && p.name == "wpt" {
			continue
		}
		if v, ok := clean(value); ok {
			if i := t.fields.add(c.name); i >= 0 {
				r.set(i, cell{text, v})
			}
		}
	}
	g, err := gpxGeometry(&p.element)
	if err != nil {
		r.issues = append(r.issues, catalog.Issue{Rule: "geometry-unreadable", Field: p.name, Read: short(err.Error()), Expected: "lat and lon in degrees"})
		return
	}
	r.geometry = g
}

func gpxGeometry(e *element) (geom.T, error) {
	switch e.name {
	case "wpt":
		flat, layout, err := gpxLine([]*element{e})
		if err != nil {
			return nil, err
		}
		return geom.NewPointFlat(layout, flat), nil
	case "rte":
		flat, layout, err := gpxLine(named(e, "rtept"))
		if err != nil || len(flat) == 0 {
			return nil, err
		}
		return geom.NewLineStringFlat(layout, flat), nil
	}
	var parts []geom.T
	for _, segment := range named(e, "trkseg") {
		flat, layout, err := gpxLine(named(segment, "trkpt"))
		if err != nil {
			return nil, err
		}
		if len(flat) > 0 {
			parts = append(parts, geom.NewLineStringFlat(layout, flat))
		}
	}
	if len(parts) == 0 {
		return nil, nil
	}
	return gather(parts)
}

func named(e *element, name string) []*element {
	var all []*element
	for i := range e.children {
		if e.children[i].name == name {
			all = append(all, &e.children[i])
		}
	}
	return all
}

// gpxLine reads points; heights are kept if every point has one.
func gpxLine(points []*element) ([]float64, geom.Layout, error) {
	var flat []float64
	layout := geom.XYZ
	for _, p := range points {
		if _, err := strconv.ParseFloat(p.childText("ele"), 64); err != nil {
			layout = geom.XY
		}
	}
	for _, p := range points {
		lon, okLon := parseCoordinate(p.attr("lon"))
		lat, okLat := parseCoordinate(p.attr("lat"))
		if !okLon || !okLat {
			return nil, layout, fmt.Errorf("lat=%q lon=%q", p.attr("lat"), p.attr("lon"))
		}
		flat = append(flat, lon, lat)
		if layout == geom.XYZ {
			ele, err := strconv.ParseFloat(p.childText("ele"), 64)
			if err != nil {
				return nil, layout, err
			}
			flat = append(flat, ele)
		}
	}
	return flat, layout, nil
}
