package file

import (
	"context"
	"fmt"
	"strconv"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openGPX reads waypoints, routes and tracks (GPX 1.0 and 1.1) as the rows of
// one layer; the column "gpx" says which a row is.
func (o *opener) openGPX(_ context.Context, b fetch.Blob) ([]*table.Table, error) {
	t := &table.Table{Name: stem(b.Name), File: b.Name, Format: "gpx", Media: "application/gpx+xml", Fields: table.NewFields("gpx", "name"),
		InferTypes: true, CRS: "GPX", SRID: geo.WGS84, Guess: catalog.Mapping{Format: "gpx"}, Found: []string{"format: gpx"}}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		out := &table.Row{}
		return scanXML(ctx, b.Path, "", map[string]bool{"wpt": true, "rte": true, "trk": true}, func(p piece) error {
			fillGPX(t, out, p)
			return f(out)
		})
	}
	return []*table.Table{t}, nil
}

var gpxKinds = map[string]string{"wpt": "waypoint", "rte": "route", "trk": "track"}

func fillGPX(t *table.Table, r *table.Row, p piece) {
	r.Reset(p.line)
	r.Raw = p.raw
	r.Set(0, table.Cell{Kind: table.Text, Text: gpxKinds[p.name]})
	for i := range p.children {
		c := &p.children[i]
		value := c.text
		if c.name == "link" {
			value = c.attr("href")
		}
		if len(c.children) > 0 && c.name != "link" || c.name == "ele" && p.name == "wpt" {
			continue
		}
		if v, ok := table.Clean(value); ok {
			if i := t.Fields.Add(c.name); i >= 0 {
				r.Set(i, table.Cell{Kind: table.Text, Text: v})
			}
		}
	}
	g, err := gpxGeometry(&p.element)
	if err != nil {
		r.Issues = append(r.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: p.name, Read: table.Excerpt(err.Error()), Expected: "lat and lon in degrees"})
		return
	}
	r.Geometry = g
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
		lon, okLon := table.ParseCoordinate(p.attr("lon"))
		lat, okLat := table.ParseCoordinate(p.attr("lat"))
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
