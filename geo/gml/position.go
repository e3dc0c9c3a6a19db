package gml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A position is two coordinates in the order of the document, and a height.
type position struct {
	at [3]float64
	z  bool
}

const maxPositions = 10_000_000 // of one geometry

// positions reads all positions that stand directly in e, in whichever of the
// five notations: pos, posList, coordinates, coord, and points as members.
func (r *reader) positionsOf(e *Element) ([]position, error) {
	defer r.within(e)()
	var all []position
	for _, c := range e.Children {
		list, err := r.positionsIn(c)
		if err != nil {
			return nil, err
		}
		all = append(all, list...)
	}
	if r.positions += len(all); r.positions > maxPositions {
		return nil, fmt.Errorf("%w: more than %d positions", ErrGML, maxPositions)
	}
	return all, nil
}

func (r *reader) positionsIn(c *Element) ([]position, error) {
	defer r.within(c)()
	switch c.Name {
	case "pos", "lowerCorner", "upperCorner":
		return r.pos(c)
	case "posList":
		return r.posList(c)
	case "coordinates":
		return coordinates(c)
	case "coord":
		return coord(c)
	case "pointProperty", "pointRep", "pointMember":
		point, err := r.value(c)
		if err != nil || point == nil {
			return nil, err
		}
		s, err := r.read(point)
		return s.points, err
	}
	return nil, nil
}

// pos is one position: as many numbers as there are, heights with it.
func (r *reader) pos(e *Element) ([]position, error) {
	v, err := numbers(strings.Fields(e.Text))
	switch {
	case err != nil || len(v) == 0:
		return nil, err
	case len(v) == 1:
		return nil, fmt.Errorf("%w: a position of one number: %q", ErrGML, excerpt(e.Text))
	}
	return []position{of(v)}, nil
}

// posList is a list of positions; how many numbers each has is said by
// srsDimension, by count, or seen.
func (r *reader) posList(e *Element) ([]position, error) {
	v, err := numbers(strings.Fields(e.Text))
	if err != nil || len(v) == 0 {
		return nil, err
	}
	n := r.dimension
	if count, err := strconv.Atoi(e.Attr("count")); err == nil && n == 0 && count > 0 && len(v)%count == 0 {
		n = len(v) / count
	}
	if n != 2 && n != 3 || len(v)%n != 0 {
		n = seen(v)
	}
	if len(v)%n != 0 {
		return nil, fmt.Errorf("%w: %d numbers are no list of positions", ErrGML, len(v))
	}
	all := make([]position, 0, len(v)/n)
	for ; len(v) > 0; v = v[n:] {
		all = append(all, of(v[:n]))
	}
	return all, nil
}

// seen is how many numbers the positions of a list have of which nobody says:
// two, unless it only comes out even, or closes, with three.
func seen(v []float64) int {
	closes := func(n int) bool {
		for i := range n {
			if v[i] != v[len(v)-n+i] {
				return false
			}
		}
		return len(v) >= 4*n
	}
	if len(v)%3 == 0 && (len(v)%2 != 0 || closes(3) && !closes(2)) {
		return 3
	}
	return 2
}

// coordinates reads the notation of GML 2 (02-069 §4.3.1), whose decimal mark and
// separators can be any. Blanks around a comma are put up with.
func coordinates(e *Element) ([]position, error) {
	decimal, cs, ts := separator(e, "decimal", "."), separator(e, "cs", ","), separator(e, "ts", " ")
	text := e.Text
	if blank(ts) && !blank(cs) {
		text = withoutBlanks(text, cs)
	}
	var all []position
	for _, tuple := range parted(text, ts) {
		parts := parted(tuple, cs)
		if decimal != "." {
			for i, p := range parts {
				parts[i] = strings.Replace(p, decimal, ".", 1)
			}
		}
		v, err := numbers(parts)
		if err != nil {
			return nil, err
		}
		if len(v) < 2 {
			return nil, fmt.Errorf("%w: a position of %d numbers: %q", ErrGML, len(v), excerpt(tuple))
		}
		all = append(all, of(v))
	}
	return all, nil
}

// separator is an attribute that may be a blank, which Attr would lose.
func separator(e *Element, name, otherwise string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name && a.Value != "" {
			return a.Value
		}
	}
	return otherwise
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// parted splits s; blank separators may be several.
func parted(s, by string) []string {
	if blank(by) {
		return strings.Fields(s)
	}
	var parts []string
	for p := range strings.SplitSeq(s, by) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// withoutBlanks takes away the white space around every mark.
func withoutBlanks(s, mark string) string {
	parts := strings.Split(s, mark)
	for i := range parts {
		if i > 0 {
			parts[i] = strings.TrimLeft(parts[i], " \t\r\n")
		}
		if i < len(parts)-1 {
			parts[i] = strings.TrimRight(parts[i], " \t\r\n")
		}
	}
	return strings.Join(parts, mark)
}

// coord is a position of GML 2 as elements X, Y and Z.
func coord(e *Element) ([]position, error) {
	var parts []string
	for _, name := range []string{"X", "Y", "Z"} {
		if c := e.Child(name); c != nil {
			parts = append(parts, strings.TrimSpace(c.Text))
		}
	}
	v, err := numbers(parts)
	if err == nil && len(v) < 2 {
		err = fmt.Errorf("%w: a coord of %d numbers", ErrGML, len(v))
	}
	if err != nil {
		return nil, err
	}
	return []position{of(v)}, nil
}

func of(v []float64) position {
	p := position{at: [3]float64{v[0], v[1]}}
	if len(v) > 2 {
		p.at[2], p.z = v[2], true
	}
	return p
}

// numbers reads finite numbers; XML Schema's NaN and INF are no coordinates.
func numbers(fields []string) ([]float64, error) {
	v := make([]float64, len(fields))
	for i, f := range fields {
		n, err := strconv.ParseFloat(f, 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, fmt.Errorf("%w: %q is no coordinate", ErrGML, excerpt(f))
		}
		v[i] = n
	}
	return v, nil
}

func excerpt(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}
