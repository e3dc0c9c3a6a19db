package gml

import (
	"fmt"
	"slices"
	"strings"
)

func (r *reader) point(e *Element) (shape, error) {
	list, err := r.positionsOf(e)
	if err != nil {
		return shape{}, err
	}
	return shape{points: list[:min(1, len(list))]}, nil
}

// box is an Envelope, or a Box of GML 2, as the polygon that it is.
func (r *reader) box(e *Element) (shape, error) {
	list, err := r.positionsOf(e)
	if err != nil || len(list) == 0 {
		return shape{}, err
	}
	if len(list) != 2 {
		return shape{}, fmt.Errorf("%w: <%s> of %d corners, there are two", ErrGML, e.Name, len(list))
	}
	a, b := list[0].at, list[1].at
	corner := func(x, y float64) position { return position{at: [3]float64{x, y}} }
	return shape{faces: [][][]position{{{corner(a[0], a[1]), corner(b[0], a[1]), corner(b[0], b[1]), corner(a[0], b[1]), corner(a[0], a[1])}}}}, nil
}

func (r *reader) curveShape(e *Element) (shape, error) {
	line, err := r.curve(e)
	switch {
	case err != nil || len(line) == 0:
		return shape{}, err
	case len(line) == 1:
		return shape{}, fmt.Errorf("%w: <%s> of one position", ErrGML, e.Name)
	}
	return shape{lines: [][]position{line}}, nil
}

// curve is any curve as one line.
func (r *reader) curve(e *Element) ([]position, error) {
	if r.depth++; r.depth > maxDepth {
		return nil, fmt.Errorf("%w: curves nested deeper than %d", ErrGML, maxDepth)
	}
	defer func() { r.depth-- }()
	e, err := r.resolve(e)
	if err != nil {
		return nil, err
	}
	defer r.within(e)()
	switch e.Name {
	case "LineString", "LinearRing":
		return r.positionsOf(e)
	case "Curve":
		return r.segments(e)
	case "OrientableCurve":
		return r.oriented(e)
	case "CompositeCurve", "Ring":
		return r.joined(e)
	}
	return nil, fmt.Errorf("%w: <%s> is no curve that is read", ErrGML, e.Name)
}

func (r *reader) oriented(e *Element) ([]position, error) {
	base := e.Child("baseCurve")
	if base == nil {
		return nil, nil
	}
	of, err := r.value(base)
	if err != nil || of == nil {
		return nil, err
	}
	line, err := r.curve(of)
	if e.Attr("orientation") == "-" {
		line = slices.Clone(line)
		slices.Reverse(line)
	}
	return line, err
}

// joined are the members of a composite, one after the other.
func (r *reader) joined(e *Element) ([]position, error) {
	var line []position
	for _, member := range e.Children {
		if !strings.HasPrefix(member.Name, "curveMember") {
			continue
		}
		curves := member.Children
		if len(curves) == 0 {
			c, err := r.value(member)
			if err != nil {
				return nil, err
			}
			if c != nil {
				curves = []*Element{c}
			}
		}
		for _, c := range curves {
			more, err := r.curve(c)
			if err != nil {
				return nil, err
			}
			line = join(line, more)
		}
	}
	return line, nil
}

// join appends a line, without the position that ends the one and begins the other.
func join(line, more []position) []position {
	if len(line) > 0 && len(more) > 0 && line[len(line)-1] == more[0] {
		more = more[1:]
	}
	return append(line, more...)
}

func (r *reader) segments(e *Element) ([]position, error) {
	var line []position
	for _, list := range e.Children {
		if list.Name != "segments" {
			continue
		}
		for _, s := range list.Children {
			more, err := r.segment(s)
			if err != nil {
				return nil, err
			}
			line = join(line, more)
		}
	}
	return line, nil
}

// segment is a part of a Curve (GML 3.2.1 §10.4.7). Splines and geodesics are
// taken for the line through their positions.
func (r *reader) segment(e *Element) ([]position, error) {
	if e.Name == "CircleByCenterPoint" || e.Name == "ArcByCenterPoint" {
		return r.arcByCentre(e)
	}
	list, err := r.positionsOf(e)
	if err != nil {
		return nil, err
	}
	switch e.Name {
	case "Arc", "ArcString":
		if len(list) < 3 || len(list)%2 == 0 {
			return nil, fmt.Errorf("%w: <%s> of %d positions", ErrGML, e.Name, len(list))
		}
		var line []position
		for i := 0; i+2 < len(list); i += 2 {
			line = join(line, arc(list[i], list[i+1], list[i+2]))
		}
		return line, nil
	case "Circle":
		if len(list) != 3 {
			return nil, fmt.Errorf("%w: <Circle> of %d positions, there are three", ErrGML, len(list))
		}
		return circle(list[0], list[1], list[2]), nil
	case "LineStringSegment", "GeodesicString", "Geodesic", "CubicSpline", "BSpline", "Bezier", "PolynomialSpline":
		return list, nil
	}
	return nil, fmt.Errorf("%w: segments of type <%s> are not read", ErrGML, e.Name)
}
