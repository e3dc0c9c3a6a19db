package feed

import (
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/twpayne/go-geom"
)

// gml reads a Point, LineString, Polygon (its outer ring) or Envelope.
func gml(x ext.Extension) geom.T {
	p := gmlPositions{swapped: strings.Contains(x.Attrs["srsName"], "CRS84"), dimension: 2}
	switch x.Name {
	case "Point":
		return pointOf(p.of(x, 0))
	case "LineString":
		return lineOf(p.of(x, 0))
	case "Polygon":
		return polygonOf(p.of(x, 0))
	case "Envelope":
		if low, high := x.Children["lowerCorner"], x.Children["upperCorner"]; len(low) > 0 && len(high) > 0 {
			return boxOf(append(flat(numbers(low[0].Value, p.swapped)), flat(numbers(high[0].Value, p.swapped))...))
		}
	}
	return nil
}

// gmlPositions reads the positions of a geometry, whose heights are dropped.
type gmlPositions struct {
	swapped   bool // longitude first
	dimension int  // numbers of a position in a list
}

// of is the pairs of longitude and latitude below x.
func (p gmlPositions) of(x ext.Extension, depth int) []float64 {
	p.declared(x)
	for _, name := range []string{"pos", "posList", "coordinates"} {
		list := x.Children[name]
		switch {
		case len(list) == 1 && name == "posList":
			p.declared(list[0])
			return p.pairs(list[0].Value)
		case len(list) == 1:
			return numbers(list[0].Value, p.swapped)
		case len(list) > 1: // a line or ring of single positions
			var all []float64
			for _, c := range list {
				all = append(all, flat(numbers(c.Value, p.swapped))...)
			}
			return all
		}
	}
	for _, name := range []string{"exterior", "outerBoundaryIs", "LinearRing"} {
		if c := x.Children[name]; len(c) > 0 && depth < 4 {
			return p.of(c[0], depth+1)
		}
	}
	return nil
}

func (p *gmlPositions) declared(x ext.Extension) {
	if n, err := strconv.Atoi(strings.TrimSpace(x.Attrs["srsDimension"])); err == nil && (n == 2 || n == 3) {
		p.dimension = n
	}
}

// pairs reads the list of positions s.
func (p gmlPositions) pairs(s string) []float64 {
	if p.dimension == 2 {
		return numbers(s, p.swapped)
	}
	var all []float64
	fields := strings.Fields(s)
	for ; len(fields) >= p.dimension; fields = fields[p.dimension:] {
		all = append(all, numbers(fields[0]+" "+fields[1], p.swapped)...)
	}
	return all
}

// flat is a position without its height.
func flat(position []float64) []float64 { return position[:min(2, len(position))] }
