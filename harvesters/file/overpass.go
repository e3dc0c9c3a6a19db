package file

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// overpassNodes is how many nodes of an answer are kept for the ways that lead
// through them: 100 MB. Ways through later ones have no position.
const overpassNodes = 2_000_000

// An osmElement is one of an answer of the Overpass API (OSM JSON 0.6), whichever
// of its forms "out", "out center" and "out geom" was asked for.
type osmElement struct {
	Type     string
	ID       int64
	Lat, Lon *float64
	Center   *osmPosition
	Geometry []*osmPosition // null where it is outside the box that was asked for
	Nodes    []int64
	Tags     json.RawMessage
}

type osmPosition struct{ Lat, Lon float64 }

// openOverpass reads what has tags of an answer of the Overpass API. Nodes
// without are corners of ways.
func (o *opener) openOverpass(ctx context.Context, b fetch.Blob, t *table.Table, l list) ([]*table.Table, error) {
	nodes, corners := map[int64]osmPosition{}, 0
	each := func(f func(*table.Row, osmElement) error) func(context.Context) error {
		return func(ctx context.Context) error {
			var e osmElement
			return scanJSON(ctx, b.Path, t, l, false, func(r *table.Row, v []byte) {
				e = osmElement{}
				if err := json.Unmarshal(v, &e); err != nil {
					t.Unfold.Fill(r, v) // refuses it, or shows what it is
				}
			}, func(r *table.Row) error { return f(r, e) })
		}
	}
	err := each(func(_ *table.Row, e osmElement) error {
		if e.Type == "node" && e.Lat != nil && e.Lon != nil && len(nodes) < overpassNodes {
			nodes[e.ID] = osmPosition{*e.Lat, *e.Lon}
		}
		if len(e.Tags) == 0 && e.Type == "node" {
			corners++
		}
		return nil
	})(ctx)
	if err != nil {
		return nil, err
	}
	t.CRS, t.SRID = "OpenStreetMap", geo.WGS84
	t.Found = []string{fmt.Sprintf("format: OpenStreetMap (Overpass), %d elements, %d of which are corners of others", l.count, corners)}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		return each(func(r *table.Row, e osmElement) error {
			if len(e.Tags) == 0 && e.Type == "node" {
				return nil
			}
			if len(e.Tags) > 0 {
				t.Unfold.Object(r, e.Tags)
			}
			r.ID = e.Type + "/" + strconv.FormatInt(e.ID, 10)
			r.Geometry = e.shape(nodes)
			if len(e.Geometry) == 0 && len(e.Nodes) > 0 && r.Geometry != nil { // its corners are no part of its bytes
				r.Raw = fmt.Append(slices.Clone(r.Raw), "\n", r.Geometry.FlatCoords())
			}
			return f(r)
		})(ctx)
	}
	return []*table.Table{t}, nil
}

// shape is where an element lies: a node's point, a way as line or, when it is
// closed, as area, else the middle that the answer tells.
func (e *osmElement) shape(nodes map[int64]osmPosition) geom.T {
	if e.Lat != nil && e.Lon != nil {
		return geom.NewPointFlat(geom.XY, []float64{*e.Lon, *e.Lat})
	}
	var flat []float64
	for _, p := range e.Geometry {
		if p != nil {
			flat = append(flat, p.Lon, p.Lat)
		}
	}
	whole := len(flat) == 2*len(e.Geometry)
	if len(e.Geometry) == 0 {
		for _, id := range e.Nodes {
			if p, ok := nodes[id]; ok {
				flat = append(flat, p.Lon, p.Lat)
			}
		}
		whole = len(flat) == 2*len(e.Nodes)
	}
	switch n := len(flat); {
	case whole && n >= 8 && flat[0] == flat[n-2] && flat[1] == flat[n-1] && !e.linear():
		return geom.NewPolygonFlat(geom.XY, flat, []int{n})
	case whole && n >= 4:
		return geom.NewLineStringFlat(geom.XY, flat)
	case e.Center != nil:
		return geom.NewPointFlat(geom.XY, []float64{e.Center.Lon, e.Center.Lat})
	}
	return nil
}

// linear reports whether a way that is closed is a line all the same: a ring road.
func (e *osmElement) linear() bool {
	return string(table.Member(e.Tags, "area")) != `"yes"` && (len(table.Member(e.Tags, "highway")) > 0 || len(table.Member(e.Tags, "barrier")) > 0)
}
