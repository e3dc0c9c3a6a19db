package file

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// A topology holds the arcs that the geometries of a TopoJSON file share, in
// the file's CRS, deltas and quantisation undone.
type topology struct {
	flat []float64
	ends []int // of each arc, in flat
	// For points, which are quantised but have no arcs.
	scale, translate [2]float64
}

// openTopoJSON makes a layer of every object of the topology.
func (o *opener) openTopoJSON(ctx context.Context, b fetch.Blob, out outline) ([]*table.Table, error) {
	arcs, _ := out.find("arcs")
	topo, err := readTopology(ctx, b.Path, arcs, out.members["transform"])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.Name, err)
	}
	crs, srid := declaredCRS(out.members)
	var tables []*table.Table
	for _, l := range out.lists {
		name, ok := strings.CutPrefix(l.path, "objects.")
		if !ok {
			continue
		}
		collection := false
		if name, collection = strings.CutSuffix(name, ".geometries"); !collection {
			if _, many := out.find(l.path + ".geometries"); many || strings.Contains(name, ".arcs") || strings.Contains(name, ".properties") {
				continue
			}
		}
		if l.first != '{' && l.count > 0 {
			continue
		}
		t := &table.Table{Name: name, File: b.Name, Format: "topojson", Media: "application/geo+json", Fields: table.NewFields(), CRS: crs, SRID: srid,
			Guess: catalog.Mapping{Format: "topojson"}, Found: []string{fmt.Sprintf("format: topojson, object %q, %d arcs", name, len(topo.ends))}}
		t.Unfold = table.NewUnfolder(t.Fields)
		t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
			return scanJSON(ctx, b.Path, t, l, !collection, func(r *table.Row, v []byte) { fillTopo(t, r, v, topo) }, f)
		}
		tables = append(tables, t)
	}
	return tables, nil
}

// readTopology reads the arcs, one at a time.
func readTopology(ctx context.Context, path string, arcs list, transform string) (*topology, error) {
	topo := &topology{scale: [2]float64{1, 1}}
	quantised := transform != ""
	if quantised {
		var tr struct{ Scale, Translate [2]float64 }
		if err := json.Unmarshal([]byte(transform), &tr); err != nil {
			return nil, failed("the transform %.80q cannot be read", transform)
		}
		topo.scale, topo.translate = tr.Scale, tr.Translate
	}
	if arcs.count == 0 {
		return topo, nil
	}
	t := &table.Table{File: "arcs"}
	var broken error
	err := scanJSON(ctx, path, t, arcs, false, func(_ *table.Row, v []byte) { broken = topo.add(v, quantised) }, func(*table.Row) error {
		if len(topo.flat) > 2*maxVertices {
			return failed("more than %d vertices in the arcs", int(maxVertices))
		}
		return broken
	})
	return topo, err
}

func (topo *topology) add(arc []byte, quantised bool) error {
	p, err := table.ParseCoordinates(arc, 1, 2)
	if err != nil && !(errors.Is(err, table.ErrEmptyGeometry) && bytes.Count(arc, []byte("[")) == 1) {
		return failed("arc %d: %v", len(topo.ends), err)
	}
	x, y := 0.0, 0.0
	for i := 0; i < len(p.Flat); i += 2 {
		if !quantised {
			topo.flat = append(topo.flat, p.Flat[i], p.Flat[i+1])
			continue
		}
		x, y = x+p.Flat[i], y+p.Flat[i+1]
		topo.flat = append(topo.flat, x*topo.scale[0]+topo.translate[0], y*topo.scale[1]+topo.translate[1])
	}
	topo.ends = append(topo.ends, len(topo.flat))
	return nil
}

// fillTopo makes a row of one geometry object. Its raw bytes are the feature
// written out: those of the file would not change when an arc does.
func fillTopo(t *table.Table, r *table.Row, v []byte, topo *topology) {
	id, props := table.Member(v, "id"), table.Member(v, "properties")
	if len(props) > 0 && props[0] == '{' {
		t.Unfold.Object(r, props)
	} else {
		props = []byte("null")
	}
	if len(id) > 0 {
		if c := table.CellOf(id); c.Kind == table.Text || c.Kind == table.Number {
			r.ID = c.Text
		}
	}
	g, err := topo.geometry(v, 0)
	switch {
	case err == nil:
		r.Geometry = g
	case !errors.Is(err, table.ErrEmptyGeometry):
		r.Geometry = nil
		r.Issues = append(r.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "arcs", Read: err.Error(), Expected: "a TopoJSON geometry"})
	}
	var b bytes.Buffer
	b.WriteString(`{"type":"Feature",`)
	if len(id) > 0 {
		fmt.Fprintf(&b, `"id":%s,`, id)
	}
	fmt.Fprintf(&b, `"properties":%s,"geometry":`, props)
	writeGeoJSON(&b, r.Geometry)
	b.WriteByte('}')
	r.Raw = b.Bytes()
}

// geometry builds a geometry of the topology (TopoJSON specification 1.0, §2.2).
func (topo *topology) geometry(v []byte, depth int) (geom.T, error) {
	typ, arcs := table.Unquote(table.Member(v, "type")), table.Member(v, "arcs")
	if depth > 8 {
		return nil, table.ErrGeoJSON
	}
	switch typ {
	case "Point", "MultiPoint":
		return topo.points(typ, table.Member(v, "coordinates"))
	case "GeometryCollection":
		return topo.collection(table.Member(v, "geometries"), depth)
	case "LineString", "MultiLineString", "Polygon", "MultiPolygon":
	case "", "null":
		return nil, table.ErrEmptyGeometry
	default:
		return nil, fmt.Errorf("%w: type %.40q", table.ErrGeoJSON, typ)
	}
	p := table.Coordinates{}
	var err error
	switch typ {
	case "LineString":
		p.Flat, err = topo.line(p.Flat, arcs)
	case "MultiPolygon":
		table.Elements(arcs, func(polygon []byte) bool {
			p.Ends = nil
			err = topo.rings(&p, polygon)
			p.Endss = append(p.Endss, p.Ends)
			return err == nil
		})
	default:
		err = topo.rings(&p, arcs)
	}
	if err == nil && len(p.Flat) == 0 {
		err = table.ErrEmptyGeometry
	}
	if err != nil {
		return nil, err
	}
	p.Stride = 2
	return p.Geometry(typ), nil
}

func (topo *topology) rings(p *table.Coordinates, arcs []byte) (err error) {
	table.Elements(arcs, func(ring []byte) bool {
		p.Flat, err = topo.line(p.Flat, ring)
		p.Ends = append(p.Ends, len(p.Flat))
		return err == nil && len(p.Flat) <= 2*maxVertices
	})
	return err
}

// line appends the arcs of a line; ~i is arc i backwards. Where arcs meet, the
// common point is there once.
func (topo *topology) line(flat []float64, arcs []byte) (out []float64, err error) {
	from := len(flat)
	table.Elements(arcs, func(v []byte) bool {
		var i int
		if i, err = strconv.Atoi(string(v)); err != nil {
			err = fmt.Errorf("%w: arc %.40q", table.ErrGeoJSON, v)
			return false
		}
		arc, backwards := i, i < 0
		if backwards {
			arc = ^i
		}
		if arc >= len(topo.ends) {
			err = fmt.Errorf("%w: arc %d of %d", table.ErrGeoJSON, arc, len(topo.ends))
			return false
		}
		begin := 0
		if arc > 0 {
			begin = topo.ends[arc-1]
		}
		points := topo.flat[begin:topo.ends[arc]]
		for k := 0; k < len(points); k += 2 {
			at := k
			if backwards {
				at = len(points) - 2 - k
			}
			if k == 0 && len(flat) > from {
				continue
			}
			flat = append(flat, points[at], points[at+1])
		}
		return len(flat) <= 2*maxVertices
	})
	return flat, err
}

func (topo *topology) points(typ string, coordinates []byte) (geom.T, error) {
	levels := 0
	if typ == "MultiPoint" {
		levels = 1
	}
	p, err := table.ParseCoordinates(coordinates, levels, 2)
	if err != nil {
		return nil, err
	}
	for i := range p.Flat {
		p.Flat[i] = p.Flat[i]*topo.scale[i%2] + topo.translate[i%2]
	}
	return p.Geometry(typ), nil
}

func (topo *topology) collection(geometries []byte, depth int) (geom.T, error) {
	c := geom.NewGeometryCollection()
	var err error
	table.Elements(geometries, func(v []byte) bool {
		var g geom.T
		if g, err = topo.geometry(v, depth+1); errors.Is(err, table.ErrEmptyGeometry) {
			err = nil
			return true
		}
		if err == nil {
			err = c.Push(g)
		}
		return err == nil
	})
	if err == nil && c.NumGeoms() == 0 {
		err = table.ErrEmptyGeometry
	}
	return c, err
}

// writeGeoJSON writes a geometry with as many digits as it has.
func writeGeoJSON(b *bytes.Buffer, g geom.T) {
	if c, ok := g.(*geom.GeometryCollection); ok {
		b.WriteString(`{"type":"GeometryCollection","geometries":[`)
		for i, part := range c.Geoms() {
			if i > 0 {
				b.WriteByte(',')
			}
			writeGeoJSON(b, part)
		}
		b.WriteString(`]}`)
		return
	}
	var coordinates any
	typ := ""
	switch g := g.(type) {
	case *geom.Point:
		typ, coordinates = "Point", g.Coords()
	case *geom.MultiPoint:
		typ, coordinates = "MultiPoint", g.Coords()
	case *geom.LineString:
		typ, coordinates = "LineString", g.Coords()
	case *geom.MultiLineString:
		typ, coordinates = "MultiLineString", g.Coords()
	case *geom.Polygon:
		typ, coordinates = "Polygon", g.Coords()
	case *geom.MultiPolygon:
		typ, coordinates = "MultiPolygon", g.Coords()
	default:
		b.WriteString("null")
		return
	}
	text, err := json.Marshal(coordinates)
	if err != nil { // NaN, which TopoJSON cannot spell
		b.WriteString("null")
		return
	}
	fmt.Fprintf(b, `{"type":%q,"coordinates":%s}`, typ, text)
}
