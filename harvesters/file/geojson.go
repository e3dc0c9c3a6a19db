package file

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/twpayne/go-geom"
)

var (
	errEmptyGeometry = errors.New("empty")
	errGeoJSON       = errors.New("not a GeoJSON geometry")
)

// geoJSONGeometry reads a geometry object (RFC 7946 §3.1). Rings that are not
// closed or cross themselves are passed on: PostGIS repairs them.
func geoJSONGeometry(v []byte) (geom.T, error) { return geoJSONAt(v, 0) }

func geoJSONAt(v []byte, depth int) (geom.T, error) {
	var typ string
	var coordinates, geometries []byte
	if len(v) == 0 || v[0] != '{' || depth > 8 {
		return nil, errGeoJSON
	}
	// Cheap refusal: most objects that are asked about are none.
	if !bytes.Contains(v, []byte(`"coordinates"`)) && !bytes.Contains(v, []byte(`"geometries"`)) {
		return nil, errGeoJSON
	}
	members(v, func(name string, m []byte) {
		switch name {
		case "type":
			typ = unquote(m)
		case "coordinates":
			coordinates = m
		case "geometries":
			geometries = m
		}
	})
	if typ == "GeometryCollection" && len(geometries) > 0 {
		return geoJSONCollection(geometries, depth)
	}
	if len(coordinates) == 0 || coordinates[0] != '[' {
		return nil, errGeoJSON
	}
	levels, ok := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}[typ]
	if !ok {
		return nil, errGeoJSON
	}
	p := positionParser{b: coordinates, stride: firstStride(coordinates)}
	if p.stride == 0 {
		return nil, errEmptyGeometry
	}
	if err := p.parse(levels); err != nil {
		return nil, err
	}
	return p.geometry(typ), nil
}

func geoJSONCollection(geometries []byte, depth int) (geom.T, error) {
	c := geom.NewGeometryCollection()
	var broken error
	elements(geometries, func(v []byte) bool {
		g, err := geoJSONAt(v, depth+1)
		if errors.Is(err, errEmptyGeometry) {
			return true
		}
		if err == nil {
			err = c.Push(g)
		}
		broken = err
		return err == nil
	})
	if broken == nil && c.NumGeoms() == 0 {
		broken = errEmptyGeometry
	}
	return c, broken
}

// firstStride is how many numbers the first position has: 2, or 3 with a
// height; more are dropped. 0 when there is no position.
func firstStride(b []byte) int {
	i := 0
	for i < len(b) && (b[i] == '[' || b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t') {
		i++
	}
	if i >= len(b) || b[i] == ']' {
		return 0
	}
	n := 1
	for ; i < len(b) && b[i] != ']'; i++ {
		if b[i] == ',' {
			n++
		}
	}
	return min(n, 3)
}

// A positionParser reads nested arrays of positions into one flat list.
type positionParser struct {
	b      []byte
	i      int
	stride int
	flat   []float64
	ends   []int
	endss  [][]int
}

// parse reads arrays nested levels deep around positions.
func (p *positionParser) parse(levels int) error {
	if levels == 0 {
		return p.position()
	}
	p.i = space(p.b, p.i)
	if p.i >= len(p.b) || p.b[p.i] != '[' {
		return fmt.Errorf("%w: an array is due at byte %d of the coordinates", errGeoJSON, p.i)
	}
	p.i++
	for first := true; ; first = false {
		if p.i = space(p.b, p.i); p.i >= len(p.b) {
			return errGeoJSON
		}
		if p.b[p.i] == ']' {
			p.i++
			break
		}
		if !first {
			if p.b[p.i] != ',' {
				return errGeoJSON
			}
			p.i++
		}
		if err := p.parse(levels - 1); err != nil {
			return err
		}
		switch levels {
		case 2:
			p.ends = append(p.ends, len(p.flat))
		case 3:
			p.endss = append(p.endss, p.ends)
			p.ends = nil
		}
	}
	return nil
}

func (p *positionParser) position() error {
	p.i = space(p.b, p.i)
	if p.i >= len(p.b) || p.b[p.i] != '[' {
		return fmt.Errorf("%w: a position is due at byte %d of the coordinates", errGeoJSON, p.i)
	}
	p.i++
	n := 0
	for {
		p.i = space(p.b, p.i)
		from := p.i
		for p.i < len(p.b) && p.b[p.i] != ',' && p.b[p.i] != ']' && p.b[p.i] != ' ' && p.b[p.i] != '\n' && p.b[p.i] != '\r' && p.b[p.i] != '\t' {
			p.i++
		}
		v, err := strconv.ParseFloat(string(p.b[from:p.i]), 64)
		if err != nil {
			return fmt.Errorf("%w: %q is no coordinate", errGeoJSON, p.b[from:min(p.i, from+40)])
		}
		if n++; n <= p.stride {
			p.flat = append(p.flat, v)
		}
		p.i = space(p.b, p.i)
		if p.i >= len(p.b) {
			return errGeoJSON
		}
		if p.b[p.i] == ']' {
			p.i++
			break
		}
		p.i++
	}
	if n < 2 {
		return fmt.Errorf("%w: a position of %d number", errGeoJSON, n)
	}
	for ; n < p.stride; n++ { // a position without the height that the first had
		p.flat = append(p.flat, math.NaN())
	}
	return nil
}

func (p *positionParser) geometry(typ string) geom.T {
	layout := geom.XY
	if p.stride == 3 {
		layout = geom.XYZ
		for i := 2; i < len(p.flat); i += 3 {
			if math.IsNaN(p.flat[i]) {
				p.flat[i] = 0
			}
		}
	}
	switch typ {
	case "Point":
		return geom.NewPointFlat(layout, p.flat)
	case "MultiPoint":
		return geom.NewMultiPointFlat(layout, p.flat)
	case "LineString":
		return geom.NewLineStringFlat(layout, p.flat)
	case "MultiLineString":
		return geom.NewMultiLineStringFlat(layout, p.flat, p.ends)
	case "Polygon":
		return geom.NewPolygonFlat(layout, p.flat, p.ends)
	}
	return geom.NewMultiPolygonFlat(layout, p.flat, p.endss)
}
