package table

import (
	"fmt"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// place gives a row's geometry, east before north and with its SRID, or nil
// with an issue that says why a position that is there cannot be used.
func (s *survey) place(r *Row, issues *[]catalog.Issue) geom.T {
	g, field := r.Geometry, "geometry"
	complain := func(rule, read, expected string) geom.T {
		*issues = append(*issues, catalog.Issue{Rule: rule, Field: field, Read: Excerpt(read), Expected: expected})
		return nil
	}
	if w := s.positions.chosen; w != nil {
		var state readState
		g, state = w.geometry(s, r)
		field = s.columns[w.x].name
		read := s.cleaned(r.Cell(w.x)).Text
		if w.y >= 0 {
			field += ", " + s.columns[w.y].name
			read += ", " + s.cleaned(r.Cell(w.y)).Text
		}
		switch state {
		case unreadable:
			return complain("position-unreadable", read, "coordinates")
		case halved:
			return complain("position-incomplete", read, "both coordinates, or none")
		}
	}
	if g == nil || g.Empty() {
		return nil
	}
	x, y, finite := middle(g)
	read := fmt.Sprintf("%.10g, %.10g", x, y)
	switch {
	case !finite:
		return complain("position-unreadable", read, "finite coordinates")
	case x == 0 && y == 0 && isPoint(g):
		return complain("position-zero", read, "the true position, or nothing")
	case s.judgement.SRID == 0 && s.tried(g):
		return g
	case s.judgement.SRID == 0:
		return complain("crs-unknown", read, "a CRS that is declared and known; set srid in the mapping")
	}
	if s.judgement.Italian && s.tried(g) {
		if px, py := east(s.judgement.Swapped, x, y); !geo.InItaly(s.crs.LonLat(px, py)) {
			return g
		}
	}
	if s.judgement.Swapped {
		geom.TransformInPlace(g, func(c geom.Coord) { c[0], c[1] = c[1], c[0] })
		x, y = y, x
	}
	if s.judgement.Italian {
		if lon, lat := s.crs.LonLat(x, y); !geo.InItaly(lon, lat) {
			return complain("position-outside-italy", read, outside(s.crs, x, y))
		}
	}
	out, err := geom.SetSRID(g, s.judgement.SRID)
	if err != nil {
		return complain("geometry-unreadable", fmt.Sprintf("%T", g), "a geometry of the simple features")
	}
	return out
}

// outside says what a position outside Italy should be, the other rows being inside.
func outside(c geo.CRS, x, y float64) string {
	if lon, lat := c.LonLat(y, x); geo.InItaly(lon, lat) {
		return "a position in Italy like those of the other rows; here the two coordinates are probably swapped"
	}
	return "a position in Italy like those of the other rows"
}

// tried reports whether a position that makes no sense as those of the other rows do is
// handed on as it stands, without coordinate system: that of a street number, which is
// tried in several where the boundary of its municipality is known (spec/metadata.md
// §1.9).
func (s *survey) tried(g geom.T) bool {
	return s.mapping.SRID == 0 && s.t.Guess.Kind == catalog.KindAddress && isPoint(g)
}

// east is x, y with east first.
func east(swapped bool, x, y float64) (float64, float64) {
	if swapped {
		return y, x
	}
	return x, y
}

func isPoint(g geom.T) bool {
	_, ok := g.(*geom.Point)
	return ok
}
