package portal

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"
	"github.com/paulmach/orb/simplify"

	"po-net.prato.it/ponet/catalog"
)

// A still is the map that the server draws: what shows first, without script
// and in print. Units are those of its viewBox.
type still struct {
	Width, Height int
	Slice         bool   // fill the place, even if the edges are cut
	Label         string // for those who do not see it
	Shapes        []stillShape
	Names         []stillName
	Objects       []stillShape // geometries of the records that are more than points
	Points        []stillPoint
}

type stillShape struct{ Class, Path string }
type stillName struct {
	X, Y int
	Text string
}
type stillPoint struct {
	ID, Theme string
	X, Y      int
}

const (
	stillPad    = 0.18 // of the size, round what is shown
	minSpan     = 0.012
	maxObject   = 400 // parts of lines of one record
	stillDetail = 0.8 // units; finer wiggles are left out
	roughDetail = 2.5 // the same, of the neighbouring territory
)

// A view is a part of the earth on a sheet of Width × Height units, in
// spherical mercator.
type view struct {
	box           orb.Bound // lon, lat
	width, height int
	origin        orb.Point // mercator metres of the upper left corner
	scale         float64   // units a metre
}

// newView shows box, with a margin, on a sheet of width × height.
func newView(box orb.Bound, width, height int) view {
	if span := box.Max[0] - box.Min[0]; span < minSpan {
		box.Min[0], box.Max[0] = box.Min[0]-(minSpan-span)/2, box.Max[0]+(minSpan-span)/2
	}
	if span := box.Max[1] - box.Min[1]; span < minSpan {
		box.Min[1], box.Max[1] = box.Min[1]-(minSpan-span)/2, box.Max[1]+(minSpan-span)/2
	}
	box.Min[1], box.Max[1] = max(box.Min[1], -85), min(box.Max[1], 85)
	low, high := project.WGS84.ToMercator(box.Min), project.WGS84.ToMercator(box.Max)
	w, h := high[0]-low[0], high[1]-low[1]
	scale := min(float64(width)/(w*(1+2*stillPad)), float64(height)/(h*(1+2*stillPad)))
	middle := orb.Point{(low[0] + high[0]) / 2, (low[1] + high[1]) / 2}
	v := view{width: width, height: height, scale: scale, origin: orb.Point{middle[0] - float64(width)/2/scale, middle[1] + float64(height)/2/scale}}
	v.box = v.bound(0)
	return v
}

// bound is what the sheet shows, and grow times its size more on each side:
// the page may show the sheet in a wider or higher place.
func (v view) bound(grow float64) orb.Bound {
	w, h := float64(v.width)/v.scale, float64(v.height)/v.scale
	low := project.Mercator.ToWGS84(orb.Point{v.origin[0] - grow*w, v.origin[1] - (1+grow)*h})
	high := project.Mercator.ToWGS84(orb.Point{v.origin[0] + (1+grow)*w, v.origin[1] + grow*h})
	return orb.Bound{Min: low, Max: high}
}

// at is where a lon, lat lies on the sheet.
func (v view) at(p orb.Point) (x, y float64) {
	p[1] = max(min(p[1], 85), -85)
	m := project.WGS84.ToMercator(p)
	return (m[0] - v.origin[0]) * v.scale, (v.origin[1] - m[1]) * v.scale
}

// unitDegrees is how many degrees of longitude one unit is.
func (v view) unitDegrees() float64 { return (v.box.Max[0] - v.box.Min[0]) / float64(v.width) }

// place puts the symbols of rows on the sheet.
func (v view) place(rows []row) []stillPoint {
	var points []stillPoint
	for _, r := range slices.Backward(rows) { // the first row on top
		if r.Place == nil {
			continue
		}
		x, y := v.at(*r.Place)
		points = append(points, stillPoint{ID: r.ID, Theme: r.Theme, X: int(x), Y: int(y)})
	}
	return points
}

// objects draws the geometries of rows that are more than points.
func (v view) objects(rows []row) []stillShape {
	var shapes []stillShape
	for _, r := range rows {
		if r.geometry == nil || r.geometry.Dimensions() == 0 {
			continue
		}
		class := "t-" + r.Theme
		if r.geometry.Dimensions() == 1 {
			class = "linea " + class
		}
		if d := v.path(r.geometry, maxObject, stillDetail); d != "" {
			shapes = append(shapes, stillShape{Class: class, Path: d})
		}
	}
	return shapes
}

// layerClass is the class of a shape of the base map, and where in the pile it
// is drawn; "" for what a still map leaves out.
func layerClass(s catalog.BasemapShape) (class string, order int) {
	switch s.Layer {
	case "confini":
		switch {
		case s.Geometry.Dimensions() == 2 && s.Class == "neighbour":
			return "vicino", 0
		case s.Geometry.Dimensions() == 2:
			return "area", 1
		case s.Class == "province":
			return "confine-grande", 11
		}
		return "confine", 10
	case "verde":
		return "verde", 2
	case "acque":
		if s.Geometry.Dimensions() == 2 {
			return "lago", 3
		}
		return "acqua", 3
	case "edifici":
		return "edifici", 4
	case "strade":
		if slices.Contains([]string{"motorway", "trunk", "primary"}, s.Class) {
			return "grande", 7
		}
		return "strada", 5
	case "ferrovie":
		return "ferrovia", 8
	case "ciclabili":
		return "ciclabile", 9
	}
	return "", 0
}

// base draws the base map, one path for each class: a browser draws ten paths
// quicker than a thousand, and they compress better.
func (v view) base(shapes []catalog.BasemapShape) ([]stillShape, []stillName) {
	type pile struct {
		order int
		path  strings.Builder
	}
	piles := map[string]*pile{}
	shapes = slices.Clone(shapes)
	slices.SortStableFunc(shapes, func(a, b catalog.BasemapShape) int { // large places get their names first
		return cmp.Compare(widest(b.Class), widest(a.Class))
	})
	var names []stillName
	for _, s := range shapes {
		if s.Geometry == nil {
			continue
		}
		if s.Layer == "toponimi" && v.unitDegrees() <= widest(s.Class) {
			if p := symbolPlace(s.Geometry); p != nil {
				names = v.name(names, *p, s.Name)
			}
		}
		class, order := layerClass(s)
		if class == "" {
			continue
		}
		if piles[class] == nil {
			piles[class] = &pile{order: order}
		}
		detail := stillDetail
		if class == "vicino" {
			detail = roughDetail
		}
		piles[class].path.WriteString(v.path(s.Geometry, math.MaxInt, detail))
	}
	var out []stillShape
	var order []int
	for class, p := range piles {
		at, _ := slices.BinarySearch(order, p.order)
		order = slices.Insert(order, at, p.order)
		out = slices.Insert(out, at, stillShape{Class: class, Path: p.path.String()})
	}
	// roads have an edge: the same path, wider, below
	var edged []stillShape
	for _, s := range out {
		if edge, ok := edges[s.Class]; ok {
			edged = append(edged, stillShape{Class: edge, Path: s.Path})
		}
		edged = append(edged, s)
	}
	return edged, names
}

// edges are the classes of what is drawn with an edge, and of the edge.
var edges = map[string]string{"strada": "strada-bordo", "grande": "grande-bordo"}

// widest is the scale, in degrees a unit, down from which a place of a class
// has its name on the map.
func widest(class string) float64 {
	switch class {
	case "city":
		return 0.01
	case "town":
		return 0.0012
	case "village":
		return 0.0003
	}
	return 0.0001
}

// name adds text at p if it is on the sheet and covers no other name.
func (v view) name(names []stillName, p orb.Point, text string) []stillName {
	const letter, line = 8, 20 // units, of the font in the style sheet
	x, y := v.at(p)
	half := float64(len([]rune(text))) * letter / 2
	if text == "" || x < half || x > float64(v.width)-half || y < line || y > float64(v.height)-line {
		return names
	}
	for _, n := range names {
		other := float64(len([]rune(n.Text))) * letter / 2
		if n.Text == text || (math.Abs(float64(n.X)-x) < half+other && math.Abs(float64(n.Y)-y) < line) {
			return names
		}
	}
	return append(names, stillName{X: int(x), Y: int(y), Text: text})
}

// path is the d attribute of g on the sheet, at most limit parts, simplified to
// detail, in units. Points have none: they are symbols.
func (v view) path(g orb.Geometry, limit int, detail float64) string {
	var b strings.Builder
	parts := 0
	line := func(points []orb.Point, closed bool) {
		if parts++; parts > limit || len(points) < 2 {
			return
		}
		flat := make(orb.LineString, len(points))
		for i, p := range points {
			flat[i][0], flat[i][1] = v.at(p)
		}
		flat = simplify.DouglasPeucker(detail).LineString(flat)
		writePath(&b, flat, closed)
	}
	var draw func(orb.Geometry)
	draw = func(g orb.Geometry) {
		switch g := g.(type) {
		case orb.LineString:
			line(g, false)
		case orb.MultiLineString:
			for _, l := range g {
				draw(l)
			}
		case orb.Ring:
			line(g, true)
		case orb.Polygon:
			for _, r := range g {
				draw(r)
			}
		case orb.MultiPolygon:
			for _, p := range g {
				draw(p)
			}
		case orb.Collection:
			for _, part := range g {
				draw(part)
			}
		}
	}
	draw(g)
	return b.String()
}

// writePath writes one line in whole units, relative to the point before:
// half the bytes of absolute ones. What is smaller than a unit is left out.
func writePath(b *strings.Builder, line orb.LineString, closed bool) {
	x, y := int(math.Round(line[0][0])), int(math.Round(line[0][1]))
	var steps strings.Builder
	for _, p := range line[1:] {
		nx, ny := int(math.Round(p[0])), int(math.Round(p[1]))
		if nx == x && ny == y {
			continue
		}
		if steps.Len() == 0 {
			fmt.Fprintf(b, "M%d %dl", x, y)
		} else if nx-x >= 0 {
			steps.WriteByte(' ')
		}
		fmt.Fprintf(&steps, "%d", nx-x)
		if ny-y >= 0 {
			steps.WriteByte(' ')
		}
		fmt.Fprintf(&steps, "%d", ny-y)
		x, y = nx, ny
	}
	if steps.Len() == 0 {
		return
	}
	b.WriteString(steps.String())
	if closed {
		b.WriteByte('z')
	}
}
