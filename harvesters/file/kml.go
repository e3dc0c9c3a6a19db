package file

import (
	"archive/zip"
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"
	"golang.org/x/net/html"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// openKML reads the placemarks of a KML document as one layer. Network links
// are not followed: one that holds nothing else has failed.
func (o *opener) openKML(_ context.Context, b fetch.Blob) ([]*table.Table, error) {
	t := &table.Table{Name: stem(b.Name), File: b.Name, Format: "kml", Media: "application/vnd.google-earth.kml+xml", Fields: table.NewFields("name"),
		InferTypes: true, CRS: "KML", SRID: geo.WGS84, Guess: catalog.Mapping{Format: "kml"}, Found: []string{"format: kml"}}
	t.Scan = func(ctx context.Context, f func(*table.Row) error) error {
		out, rows, elsewhere := &table.Row{}, 0, ""
		err := scanXML(ctx, b.Path, "Folder", map[string]bool{"Placemark": true, "NetworkLink": true}, func(p piece) error {
			if p.name == "NetworkLink" {
				for _, name := range []string{"Link", "Url"} {
					if link := p.child(name); link != nil {
						elsewhere = cmp.Or(strings.TrimSpace(link.childText("href")), elsewhere)
					}
				}
				return nil
			}
			rows++
			fillPlacemark(t, out, p)
			return f(out)
		})
		if err == nil && rows == 0 && elsewhere != "" {
			err = failed("%s holds nothing but a link to another file; give the address of that: %s", b.Name, table.Excerpt(elsewhere))
		}
		return err
	}
	return []*table.Table{t}, nil
}

// isKMZ: a .zip with a KML document and otherwise only pictures.
func isKMZ(z *zip.ReadCloser, name string) bool {
	if strings.HasSuffix(strings.ToLower(name), ".kmz") {
		return true
	}
	for _, e := range z.File {
		if strings.EqualFold(e.Name, "doc.kml") {
			return true
		}
	}
	return false
}

func fillPlacemark(t *table.Table, r *table.Row, p piece) {
	r.Reset(p.line)
	r.Raw, r.ID = p.raw, p.attr("id")
	put := func(name, value string) {
		if value = strings.TrimSpace(value); value != "" {
			if i := t.Fields.Add(name); i >= 0 && r.Cell(i).Kind == table.Null {
				r.Set(i, table.Cell{Kind: table.Text, Text: value})
			}
		}
	}
	put("name", p.childText("name"))
	if len(p.path) > 0 {
		put("folder", strings.Join(p.path, " / "))
	}
	extended := false
	for i := range p.children {
		switch c := &p.children[i]; c.name {
		case "ExtendedData":
			extended = extendedData(c, put) || extended
		case "description", "address", "phoneNumber", "snippet", "Snippet":
			put(c.name, c.text)
		case "TimeStamp":
			put("when", c.childText("when"))
		case "TimeSpan":
			put("begin", c.childText("begin"))
			put("end", c.childText("end"))
		default:
			kmlShape(t, r, c)
		}
	}
	if !extended {
		for _, pair := range tableCells(p.childText("description")) {
			put(pair[0], pair[1])
		}
	}
}

func kmlShape(t *table.Table, r *table.Row, e *element) {
	g, err := kmlGeometry(e, 0)
	switch {
	case errors.Is(err, table.ErrNoGeometry):
	case err != nil:
		r.Issues = append(r.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: e.name, Read: table.Excerpt(err.Error()), Expected: "coordinates as longitude,latitude[,height]"})
	case r.Geometry == nil:
		r.Geometry = g
	}
}

// extendedData reads both forms of it, and reports whether there was any.
func extendedData(e *element, put func(name, value string)) bool {
	some := false
	for i := range e.children {
		switch c := &e.children[i]; c.name {
		case "Data":
			put(c.attr("name"), c.childText("value"))
			some = true
		case "SchemaData":
			for _, d := range c.children {
				put(d.attr("name"), d.text)
				some = true
			}
		}
	}
	return some
}

// kmlGeometry reads one geometry element; errNoGeometry for any other.
func kmlGeometry(e *element, depth int) (geom.T, error) {
	if depth > 20 {
		return nil, fmt.Errorf("geometries nested deeper than 20")
	}
	switch e.name {
	case "Point", "LineString", "LinearRing":
		flat, layout, err := kmlCoordinates(e.childText("coordinates"))
		if err != nil || len(flat) == 0 {
			return nil, orNone(err)
		}
		if e.name == "Point" {
			return geom.NewPointFlat(layout, flat[:layout.Stride()]), nil
		}
		return geom.NewLineStringFlat(layout, flat), nil
	case "Polygon":
		return kmlPolygon(e)
	case "Track":
		return kmlTrack(e)
	case "MultiGeometry", "MultiTrack":
		var parts []geom.T
		for i := range e.children {
			g, err := kmlGeometry(&e.children[i], depth+1)
			if errors.Is(err, table.ErrNoGeometry) {
				continue
			}
			if err != nil {
				return nil, err
			}
			parts = append(parts, g)
		}
		return gather(parts)
	}
	return nil, table.ErrNoGeometry
}

func orNone(err error) error {
	if err == nil {
		return table.ErrNoGeometry
	}
	return err
}

func kmlPolygon(e *element) (geom.T, error) {
	var flat []float64
	var ends []int
	layout := geom.NoLayout
	for _, boundary := range e.children {
		if boundary.name != "outerBoundaryIs" && boundary.name != "innerBoundaryIs" {
			continue
		}
		for _, r := range boundary.children {
			c, l, err := kmlCoordinates(r.childText("coordinates"))
			if err != nil {
				return nil, err
			}
			if len(c) == 0 {
				continue
			}
			if layout == geom.NoLayout {
				layout = l
			}
			flat = append(flat, relayout(c, l, layout)...)
			ends = append(ends, len(flat))
		}
	}
	if len(ends) == 0 {
		return nil, table.ErrNoGeometry
	}
	return geom.NewPolygonFlat(layout, flat, ends), nil
}

// kmlTrack reads the positions of a gx:Track.
func kmlTrack(e *element) (geom.T, error) {
	var b strings.Builder
	for _, c := range e.children {
		if c.name == "coord" {
			b.WriteString(strings.Join(strings.Fields(c.text), ",") + " ")
		}
	}
	flat, layout, err := kmlCoordinates(b.String())
	if err != nil || len(flat) == 0 {
		return nil, orNone(err)
	}
	return geom.NewLineStringFlat(layout, flat), nil
}

// aroundComma is white space that does not belong there, and parts a position.
var aroundComma = regexp.MustCompile(`\s*,\s*`)

// kmlCoordinates reads "lon,lat,height lon,lat,height …", and "lon, lat" as people
// write it, where it can be nothing else.
func kmlCoordinates(s string) ([]float64, geom.Layout, error) {
	flat, layout, err := kmlTuples(s, 4)
	if err != nil {
		if again, l, tight := kmlTuples(aroundComma.ReplaceAllString(s, ","), 3); tight == nil {
			return again, l, nil
		}
	}
	return flat, layout, err
}

// kmlTuples reads positions of at most so many numbers.
func kmlTuples(s string, most int) ([]float64, geom.Layout, error) {
	layout := geom.NoLayout
	var flat []float64
	for tuple := range strings.FieldsSeq(s) {
		parts := strings.Split(strings.Trim(tuple, ","), ",")
		if len(parts) < 2 || len(parts) > most {
			return nil, layout, fmt.Errorf("%q is no position", table.Excerpt(tuple))
		}
		var c [3]float64
		for i, p := range parts[:min(3, len(parts))] {
			v, err := strconv.ParseFloat(p, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, layout, fmt.Errorf("%q is no position", table.Excerpt(tuple))
			}
			c[i] = v
		}
		if layout == geom.NoLayout {
			if layout = geom.XY; len(parts) > 2 {
				layout = geom.XYZ
			}
		}
		flat = append(flat, c[:layout.Stride()]...)
	}
	return flat, layout, nil
}

// relayout adds or drops heights so that all parts of a geometry agree.
func relayout(flat []float64, from, to geom.Layout) []float64 {
	if from == to {
		return flat
	}
	var out []float64
	for i := 0; i < len(flat); i += from.Stride() {
		out = append(out, flat[i], flat[i+1])
		if to == geom.XYZ {
			out = append(out, 0)
		}
	}
	return out
}

// gather makes one geometry of several: a multi-geometry if they are of one
// kind, else a collection.
func gather(parts []geom.T) (geom.T, error) {
	switch len(parts) {
	case 0:
		return nil, table.ErrNoGeometry
	case 1:
		return parts[0], nil
	}
	layout := parts[0].Layout()
	points, lines, areas := geom.NewMultiPoint(layout), geom.NewMultiLineString(layout), geom.NewMultiPolygon(layout)
	all := geom.NewGeometryCollection()
	for _, g := range parts {
		var err error
		switch g := g.(type) {
		case *geom.Point:
			err = points.Push(geom.NewPointFlat(layout, relayout(g.FlatCoords(), g.Layout(), layout)))
		case *geom.LineString:
			err = lines.Push(geom.NewLineStringFlat(layout, relayout(g.FlatCoords(), g.Layout(), layout)))
		case *geom.Polygon:
			if g.Layout() == layout {
				err = areas.Push(g)
			}
		}
		if err := firstError(err, all.Push(g)); err != nil {
			return nil, err
		}
	}
	switch len(parts) {
	case points.NumPoints():
		return points, nil
	case lines.NumLineStrings():
		return lines, nil
	case areas.NumPolygons():
		return areas, nil
	}
	return all, nil
}

// maxTableCells bounds what an HTML table in a description may become.
const maxTableCells = 200

// tableCells reads name and value pairs from the rows of two cells of the HTML
// tables that conversion programs put into descriptions.
func tableCells(description string) [][2]string {
	if !strings.Contains(description, "<t") {
		return nil
	}
	var pairs [][2]string
	var cells []string
	z := html.NewTokenizer(strings.NewReader(description))
	for len(pairs) < maxTableCells {
		switch z.Next() {
		case html.ErrorToken:
			return pairs
		case html.TextToken:
			if len(cells) > 0 {
				cells[len(cells)-1] += string(z.Text())
			}
		case html.StartTagToken:
			switch tag, _ := z.TagName(); string(tag) {
			case "tr":
				cells = nil
			case "td", "th":
				cells = append(cells, "")
			}
		case html.EndTagToken:
			if tag, _ := z.TagName(); string(tag) == "tr" && len(cells) == 2 {
				if name := strings.Trim(strings.TrimSpace(cells[0]), ":"); name != "" && len(name) < 100 {
					pairs = append(pairs, [2]string{name, cells[1]})
				}
			}
		}
	}
	return pairs
}
