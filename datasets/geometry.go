package datasets

import (
	"fmt"
	"strconv"
	"unsafe"

	"github.com/paulmach/orb"
)

// maxNesting is how deep collections of geometries may lie in one another;
// RFC 7946 advises against any.
const maxNesting = 8

// parseGeometry reads a GeoJSON geometry, longitude before latitude in degrees;
// heights are dropped. Null and empty ones are nil.
func parseGeometry(b []byte) (orb.Geometry, error) { return parseNested(b, 0) }

func parseNested(b []byte, depth int) (orb.Geometry, error) {
	if len(b) == 0 || string(b) == "null" {
		return nil, nil
	}
	if depth > maxNesting {
		return nil, fmt.Errorf("%w: geometries more than %d deep", errFeature, maxNesting)
	}
	var kind string
	var coordinates, geometries []byte
	_, err := object(b, 0, func(name []byte, at int) (int, error) {
		end, err := skipValue(b, at)
		if err != nil {
			return 0, err
		}
		switch string(name) {
		case "type":
			kind = geometryKind(b[at:end])
		case "coordinates":
			coordinates = b[at:end]
		case "geometries":
			geometries = b[at:end]
		}
		return end, nil
	})
	if err != nil {
		return nil, err
	}
	if kind == "GeometryCollection" {
		return parseCollection(geometries, depth)
	}
	p := &positions{b: coordinates}
	g := p.geometry(kind)
	if p.err == nil && space(p.b, p.i) != len(p.b) {
		p.fail()
	}
	if p.err != nil {
		return nil, p.err
	}
	return g, nil
}

// geometryKind is the type that raw writes, without an allocation.
func geometryKind(raw []byte) string {
	for _, k := range []string{"Point", "Polygon", "MultiPolygon", "LineString", "MultiLineString", "MultiPoint", "GeometryCollection"} {
		if len(raw) == len(k)+2 && string(raw[1:len(raw)-1]) == k {
			return k
		}
	}
	return ""
}

func parseCollection(b []byte, depth int) (orb.Geometry, error) {
	var c orb.Collection
	err := elements(b, func(value []byte) error {
		g, err := parseNested(value, depth+1)
		if g != nil {
			c = append(c, g)
		}
		return err
	})
	if err != nil || len(c) == 0 {
		return nil, err
	}
	return c, nil
}

// elements calls yield for each element of the JSON array b, raw.
func elements(b []byte, yield func(value []byte) error) error {
	p := &positions{b: b}
	var err error
	p.list(func() {
		end, e := skipValue(p.b, p.i)
		if e == nil {
			e = yield(p.b[p.i:end])
		}
		if e != nil {
			err = e
			p.fail()
			return
		}
		p.i = end
	})
	if err == nil {
		err = p.err
	}
	return err
}

// positions reads the arrays of arrays of numbers of which coordinates are made.
type positions struct {
	b   []byte
	i   int
	err error
}

func (p *positions) geometry(kind string) orb.Geometry {
	switch kind {
	case "Point":
		if xy, ok := p.position(); ok {
			return xy
		}
		return nil
	case "MultiPoint":
		return nonEmpty(orb.MultiPoint(p.line()))
	case "LineString":
		return nonEmpty(orb.LineString(p.line()))
	case "MultiLineString":
		return nonEmpty(orb.MultiLineString(lines[orb.LineString](p)))
	case "Polygon":
		return nonEmpty(orb.Polygon(lines[orb.Ring](p)))
	case "MultiPolygon":
		var polygons orb.MultiPolygon
		p.list(func() {
			if rings := lines[orb.Ring](p); len(rings) > 0 {
				polygons = append(polygons, rings)
			}
		})
		return nonEmpty(polygons)
	}
	p.fail()
	return nil
}

// nonEmpty is g, or nil when there is nothing in it.
func nonEmpty[E any, G interface {
	~[]E
	orb.Geometry
}](g G) orb.Geometry {
	if len(g) == 0 {
		return nil
	}
	return g
}

func lines[L ~[]orb.Point](p *positions) []L {
	var all []L
	p.list(func() {
		if l := p.line(); len(l) > 0 {
			all = append(all, L(l))
		}
	})
	return all
}

func (p *positions) line() []orb.Point {
	var all []orb.Point
	p.list(func() {
		if xy, ok := p.position(); ok {
			all = append(all, xy)
		}
	})
	return all
}

// position reads [lon, lat, …]; false for an empty one.
func (p *positions) position() (xy orb.Point, ok bool) {
	n := 0
	p.list(func() {
		end := p.i
		for end < len(p.b) && p.b[end] != ',' && p.b[end] != ']' && p.b[end] > ' ' {
			end++
		}
		v, err := strconv.ParseFloat(text(p.b[p.i:end]), 64)
		if err != nil {
			p.fail()
			return
		}
		if n < 2 {
			xy[n] = v
		}
		n++
		p.i = end
	})
	if n == 1 {
		p.fail()
	}
	return xy, n >= 2
}

// list reads an array whose elements element reads, standing on their first byte.
func (p *positions) list(element func()) {
	if p.err != nil {
		return
	}
	p.i = space(p.b, p.i)
	if p.i >= len(p.b) || p.b[p.i] != '[' {
		p.fail()
		return
	}
	p.i = space(p.b, p.i+1)
	if p.i < len(p.b) && p.b[p.i] == ']' {
		p.i++
		return
	}
	for {
		element()
		if p.err != nil {
			return
		}
		p.i = space(p.b, p.i)
		if p.i < len(p.b) && p.b[p.i] == ']' {
			p.i++
			return
		}
		if p.i >= len(p.b) || p.b[p.i] != ',' {
			p.fail()
			return
		}
		p.i = space(p.b, p.i+1)
	}
}

func (p *positions) fail() {
	p.err = fmt.Errorf("%w: coordinates that are none at byte %d of %.60q", errFeature, p.i, p.b)
}

// text is b as a string without a copy, for functions that do not keep it.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
