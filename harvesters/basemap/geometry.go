package basemap

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
)

// flat is g in two dimensions, nil for what a base map cannot draw: nothing,
// or something that is broken. Parts that are broken are left out.
func flat(g geom.T) orb.Geometry {
	switch g := g.(type) {
	case *geom.Point:
		if !g.Empty() && finite(g.X()) && finite(g.Y()) {
			return orb.Point{g.X(), g.Y()}
		}
	case *geom.MultiPoint:
		if g.NumPoints() > 0 {
			return flat(g.Point(0))
		}
	case *geom.LineString:
		if l := line(g.FlatCoords(), g.Stride()); l != nil {
			return l
		}
	case *geom.MultiLineString:
		var lines orb.MultiLineString
		for i := range g.NumLineStrings() {
			if l, ok := flat(g.LineString(i)).(orb.LineString); ok {
				lines = append(lines, l)
			}
		}
		if len(lines) > 0 {
			return lines
		}
	case *geom.Polygon:
		if p := polygon(g); p != nil {
			return p
		}
	case *geom.MultiPolygon:
		var polygons orb.MultiPolygon
		for i := range g.NumPolygons() {
			if p := polygon(g.Polygon(i)); p != nil {
				polygons = append(polygons, p)
			}
		}
		if len(polygons) > 0 {
			return polygons
		}
	case *geom.GeometryCollection:
		if g.NumGeoms() > 0 {
			return flat(g.Geom(0))
		}
	}
	return nil
}

func polygon(g *geom.Polygon) orb.Polygon {
	var p orb.Polygon
	for i := range g.NumLinearRings() {
		r := orb.Ring(line(g.LinearRing(i).FlatCoords(), g.Stride()))
		if len(r) > 0 && !r.Closed() {
			r = append(r, r[0])
		}
		if len(r) < 4 {
			if i == 0 {
				return nil // without its outside it is nothing
			}
			continue
		}
		p = append(p, r)
	}
	return p
}

// line is the points of coords, nil if they are fewer than two or not numbers.
func line(coords []float64, stride int) orb.LineString {
	if stride < 2 || len(coords) < 2*stride {
		return nil
	}
	l := make(orb.LineString, 0, len(coords)/stride)
	for i := 0; i+1 < len(coords); i += stride {
		if !finite(coords[i]) || !finite(coords[i+1]) {
			return nil
		}
		l = append(l, orb.Point{coords[i], coords[i+1]})
	}
	return l
}

func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// suits reports whether a layer draws shapes of dimension dim.
func suits(layer string, dim int) bool {
	switch layer {
	case "toponimi":
		return true
	case "edifici", "verde", "confini":
		return dim == dimArea
	case "acque":
		return dim != dimPoint
	}
	return dim == dimLine
}
