package gml

import (
	"fmt"
	"math"
	"strings"
)

func (r *reader) surfaceShape(e *Element) (shape, error) {
	faces, err := r.surface(e)
	return shape{faces: faces}, err
}

// surface is any surface as polygons.
func (r *reader) surface(e *Element) ([][][]position, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, fmt.Errorf("%w: surfaces nested deeper than %d", ErrGML, maxDepth)
	}
	defer func() { r.depth-- }()
	e, err := r.resolve(e)
	if err != nil {
		return nil, err
	}
	defer r.within(e)()
	switch e.Name {
	case "Polygon", "PolygonPatch", "Triangle", "Rectangle":
		face, err := r.polygon(e)
		if err != nil || face == nil {
			return nil, err
		}
		return [][][]position{face}, nil
	case "Surface", "PolyhedralSurface", "TriangulatedSurface", "Tin":
		return r.parts(e, "patches", "polygonPatches", "trianglePatches")
	case "CompositeSurface", "Shell":
		return r.parts(e, "surfaceMember", "surfaceMembers")
	case "OrientableSurface":
		return r.parts(e, "baseSurface")
	}
	return nil, fmt.Errorf("%w: <%s> is no surface that is read", ErrGML, e.Name)
}

// parts are the surfaces in the properties of one of the names.
func (r *reader) parts(e *Element, names ...string) ([][][]position, error) {
	var all [][][]position
	err := r.members(e, func(name string) bool {
		for _, n := range names {
			if n == name {
				return true
			}
		}
		return false
	}, func(c *Element) error {
		faces, err := r.surface(c)
		all = append(all, faces...)
		return err
	})
	return all, err
}

// members calls f with every element in the properties of e that are wanted.
func (r *reader) members(e *Element, wanted func(name string) bool, f func(*Element) error) error {
	for _, property := range e.Children {
		if !wanted(property.Name) {
			continue
		}
		values := property.Children
		if len(values) == 0 {
			v, err := r.value(property)
			if err != nil {
				return err
			}
			if v != nil {
				values = []*Element{v}
			}
		}
		for _, v := range values {
			if err := f(v); err != nil {
				return err
			}
		}
	}
	return nil
}

// polygon is the outer ring and the inner ones; nil when it is empty.
func (r *reader) polygon(e *Element) ([][]position, error) {
	var outer, inner [][]position
	for _, c := range e.Children {
		var into *[][]position
		switch c.Name {
		case "exterior", "outerBoundaryIs":
			into = &outer
		case "interior", "innerBoundaryIs":
			into = &inner
		default:
			continue
		}
		for _, ring := range c.Children {
			line, err := r.curve(ring)
			if err != nil {
				return nil, err
			}
			if line = closed(line); line != nil {
				*into = append(*into, line)
			}
		}
	}
	if len(outer) == 0 {
		return nil, nil
	}
	if len(outer) > 1 {
		return nil, fmt.Errorf("%w: <%s> with %d outer rings", ErrGML, e.Name, len(outer))
	}
	return append(outer, inner...), nil
}

// closed is a ring that ends where it begins; nil if it is none: fewer than
// three positions, without the last.
func closed(line []position) []position {
	if len(line) == 0 {
		return nil
	}
	first, last := line[0].at, line[len(line)-1].at
	if first[0] != last[0] || first[1] != last[1] {
		line = append(line, line[0])
	}
	if len(line) < 4 {
		return nil
	}
	return line
}

// multi is an aggregate: everything in its members.
func (r *reader) multi(e *Element) (shape, error) {
	all := shape{many: true, mixed: !strings.HasPrefix(e.Name, "Multi") || e.Name == "MultiGeometry"}
	err := r.members(e, func(name string) bool {
		return strings.HasSuffix(name, "Member") || strings.HasSuffix(name, "Members") || name == "element"
	}, func(c *Element) error {
		s, err := r.read(c)
		if err != nil {
			return err
		}
		all.points = append(all.points, s.points...)
		all.lines = append(all.lines, s.lines...)
		all.faces = append(all.faces, s.faces...)
		return nil
	})
	return all, err
}

// solid is the outer shell, without the faces that are upright: on a map they
// are lines.
func (r *reader) solid(e *Element) (shape, error) {
	s := shape{many: true}
	err := r.members(e, func(name string) bool { return name == "exterior" }, func(c *Element) error {
		faces, err := r.surface(c)
		for _, f := range faces {
			if !upright(f[0]) {
				s.faces = append(s.faces, f)
			}
		}
		return err
	})
	return s, err
}

// upright reports whether a ring has no area on the map.
func upright(ring []position) bool {
	sum, size := 0.0, 0.0
	for i := 1; i < len(ring); i++ {
		ax, ay := ring[i-1].at[0]-ring[0].at[0], ring[i-1].at[1]-ring[0].at[1]
		bx, by := ring[i].at[0]-ring[0].at[0], ring[i].at[1]-ring[0].at[1]
		sum += ax*by - bx*ay
		size = max(size, bx*bx+by*by)
	}
	return math.Abs(sum) <= 1e-9*size
}
