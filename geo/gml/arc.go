package gml

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// arcStep is the angle between two positions of an arc: 32 for a quarter, as
// PostGIS has by default, which keeps the line within 0.0003 of the radius.
const arcStep = math.Pi / 2 / 32

// arc goes from a through b to c; on one line, straight.
func arc(a, b, c position) []position {
	if a.at[0] == c.at[0] && a.at[1] == c.at[1] && (a.at[0] != b.at[0] || a.at[1] != b.at[1]) {
		// a whole circle of which b is opposite to a (SQL/MM 4.1.7)
		x, y := (a.at[0]+b.at[0])/2, (a.at[1]+b.at[1])/2
		return sweep(x, y, a, c, math.Hypot(a.at[0]-x, a.at[1]-y), angle(x, y, a), 2*math.Pi)
	}
	x, y, ok := centre(a, b, c)
	if !ok {
		return []position{a, b, c}
	}
	from, by := angle(x, y, a), turn(angle(x, y, c)-angle(x, y, a))
	if turn(angle(x, y, b)-from) > by { // b lies on the other way round
		by -= 2 * math.Pi
	}
	line := sweep(x, y, a, c, math.Hypot(a.at[0]-x, a.at[1]-y), from, by)
	return line
}

// circle goes through three positions and ends where it begins.
func circle(a, b, c position) []position {
	x, y, ok := centre(a, b, c)
	if !ok {
		return []position{a, b, c, a}
	}
	by := 2 * math.Pi
	if turn(angle(x, y, b)-angle(x, y, a)) > turn(angle(x, y, c)-angle(x, y, a)) {
		by = -by
	}
	return sweep(x, y, a, a, math.Hypot(a.at[0]-x, a.at[1]-y), angle(x, y, a), by)
}

// sweep goes from the position first, at the angle from, round x, y to last.
func sweep(x, y float64, first, last position, radius, from, by float64) []position {
	n := max(1, int(math.Ceil(math.Abs(by)/arcStep)))
	line := make([]position, 0, n+1)
	line = append(line, first)
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		p := position{z: first.z && last.z}
		p.at[0], p.at[1] = x+radius*math.Cos(from+by*t), y+radius*math.Sin(from+by*t)
		if p.z {
			p.at[2] = first.at[2] + t*(last.at[2]-first.at[2])
		}
		line = append(line, p)
	}
	return append(line, last)
}

// centre is that of the circle through three positions; false on one line.
func centre(a, b, c position) (x, y float64, ok bool) {
	bx, by := b.at[0]-a.at[0], b.at[1]-a.at[1]
	cx, cy := c.at[0]-a.at[0], c.at[1]-a.at[1]
	d := 2 * (bx*cy - by*cx)
	if math.Abs(d) <= 1e-12*(bx*bx+by*by+cx*cx+cy*cy) {
		return 0, 0, false
	}
	b2, c2 := bx*bx+by*by, cx*cx+cy*cy
	x, y = a.at[0]+(cy*b2-by*c2)/d, a.at[1]+(bx*c2-cx*b2)/d
	return x, y, !math.IsNaN(x-x) && !math.IsNaN(y-y)
}

func angle(x, y float64, p position) float64 { return math.Atan2(p.at[1]-y, p.at[0]-x) }

// turn is an angle between 0 and a full turn.
func turn(a float64) float64 {
	a = math.Mod(a, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	return a
}

// arcByCentre reads CircleByCenterPoint and ArcByCenterPoint, whose angles count
// from the first axis towards the second. A radius in metres round a centre in
// degrees is not read.
func (r *reader) arcByCentre(e *Element) ([]position, error) {
	list, err := r.positionsOf(e)
	if err != nil {
		return nil, err
	}
	radius, unit, err := measure(e, "radius")
	if err != nil {
		return nil, err
	}
	if len(list) != 1 || !(radius > 0) || radius > 1e9 {
		return nil, fmt.Errorf("%w: <%s> needs a centre and a radius", ErrGML, e.Name)
	}
	c := list[0]
	if strings.Contains(strings.ToLower(unit), "m") && math.Abs(c.at[0]) <= 180 && math.Abs(c.at[1]) <= 180 {
		return nil, fmt.Errorf("%w: <%s> has a radius in %q and a centre in degrees", ErrGML, e.Name, unit)
	}
	from, by := 0.0, 2*math.Pi
	if e.Name == "ArcByCenterPoint" {
		start, startUnit, err := measure(e, "startAngle")
		if err != nil {
			return nil, err
		}
		end, endUnit, err := measure(e, "endAngle")
		if err != nil {
			return nil, err
		}
		from = radians(start, startUnit)
		if by = math.Mod(radians(end, endUnit)-from, 2*math.Pi); by == 0 && start != end {
			by = 2 * math.Pi
		}
	}
	at := func(a float64) position {
		p := c
		p.at[0], p.at[1] = c.at[0]+radius*math.Cos(a), c.at[1]+radius*math.Sin(a)
		return p
	}
	last := at(from + by)
	if math.Abs(by) == 2*math.Pi {
		last = at(from)
	}
	return sweep(c.at[0], c.at[1], at(from), last, radius, from, by), nil
}

func measure(e *Element, name string) (float64, string, error) {
	c := e.Child(name)
	if c == nil {
		return 0, "", nil
	}
	v, err := numbers(strings.Fields(c.Text))
	if err != nil || len(v) != 1 {
		return 0, "", fmt.Errorf("%w: %s %q", ErrGML, name, excerpt(c.Text))
	}
	return v[0], c.Attr("uom"), nil
}

// radians are of an angle in degrees, unless its unit says otherwise.
func radians(v float64, unit string) float64 {
	if strings.Contains(strings.ToLower(unit), "rad") || strings.HasSuffix(unit, strconv.Itoa(9101)) { // EPSG::9101
		return v
	}
	return v * math.Pi / 180
}
