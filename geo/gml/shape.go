package gml

import (
	"fmt"

	"github.com/twpayne/go-geom"
)

// A shape is what was read, in lists from which go-geom's types are made.
type shape struct {
	points []position
	lines  [][]position
	faces  [][][]position // polygons, each of its rings
	many   bool           // it is of several by its name, even if it has one
	mixed  bool           // it may hold kinds beside each other
}

// layout is XY, or XYZ when any position has a height; others get 0.
func (s shape) layout() geom.Layout {
	z := false
	s.each(func(p position) { z = z || p.z })
	if z {
		return geom.XYZ
	}
	return geom.XY
}

func (s shape) each(f func(position)) {
	for _, p := range s.points {
		f(p)
	}
	for _, l := range s.lines {
		for _, p := range l {
			f(p)
		}
	}
	for _, face := range s.faces {
		for _, ring := range face {
			for _, p := range ring {
				f(p)
			}
		}
	}
}

// geometry makes the simplest type that holds the shape.
func (s shape) geometry() (geom.T, error) {
	layout := s.layout()
	var parts []geom.T
	switch n := len(s.points); {
	case n == 1 && (!s.many || s.mixed):
		parts = append(parts, geom.NewPointFlat(layout, flat(layout, s.points)))
	case n > 0:
		parts = append(parts, geom.NewMultiPointFlat(layout, flat(layout, s.points)))
	}
	switch n := len(s.lines); {
	case n == 1 && (!s.many || s.mixed):
		parts = append(parts, geom.NewLineStringFlat(layout, flat(layout, s.lines[0])))
	case n > 0:
		coordinates, ends := flats(layout, nil, s.lines)
		parts = append(parts, geom.NewMultiLineStringFlat(layout, coordinates, ends))
	}
	if len(s.faces) > 0 {
		var coordinates []float64
		var endss [][]int
		for _, face := range s.faces {
			var ends []int
			coordinates, ends = flats(layout, coordinates, face)
			endss = append(endss, ends)
		}
		if len(endss) == 1 && (!s.many || s.mixed) {
			parts = append(parts, geom.NewPolygonFlat(layout, coordinates, endss[0]))
		} else {
			parts = append(parts, geom.NewMultiPolygonFlat(layout, coordinates, endss))
		}
	}
	switch len(parts) {
	case 0:
		return nil, fmt.Errorf("%w: %w", ErrGML, ErrEmpty)
	case 1:
		return parts[0], nil
	}
	c := geom.NewGeometryCollection()
	if err := c.Push(parts...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGML, err)
	}
	return c, nil
}

func flat(layout geom.Layout, list []position) []float64 {
	out := make([]float64, 0, len(list)*layout.Stride())
	for _, p := range list {
		out = append(out, p.at[:layout.Stride()]...)
	}
	return out
}

// flats adds lists of positions to coordinates and tells where each ends.
func flats(layout geom.Layout, coordinates []float64, lists [][]position) ([]float64, []int) {
	var ends []int
	for _, list := range lists {
		coordinates = append(coordinates, flat(layout, list)...)
		ends = append(ends, len(coordinates))
	}
	return coordinates, ends
}
