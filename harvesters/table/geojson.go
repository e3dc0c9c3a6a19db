package table

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/twpayne/go-geom"
)

var (
	// ErrEmptyGeometry: there is a geometry without positions, which says as much as none.
	ErrEmptyGeometry = errors.New("empty")
	// ErrGeoJSON: a value is not what RFC 7946 calls a geometry.
	ErrGeoJSON = errors.New("not a GeoJSON geometry")
)

// GeoJSON reads a geometry object (RFC 7946 §3.1). Rings that are not
// closed or cross themselves are passed on: PostGIS repairs them.
func GeoJSON(v []byte) (geom.T, error) { return geoJSONAt(v, 0) }

func geoJSONAt(v []byte, depth int) (geom.T, error) {
	var typ string
	var coordinates, geometries []byte
	if len(v) == 0 || v[0] != '{' || depth > 8 {
		return nil, ErrGeoJSON
	}
	// Cheap refusal: most objects that are asked about are none.
	if !bytes.Contains(v, []byte(`"coordinates"`)) && !bytes.Contains(v, []byte(`"geometries"`)) {
		return nil, ErrGeoJSON
	}
	Members(v, func(name string, m []byte) {
		switch name {
		case "type":
			typ = Unquote(m)
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
		return nil, ErrGeoJSON
	}
	levels, ok := map[string]int{"Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}[typ]
	if !ok {
		return nil, ErrGeoJSON
	}
	p, err := ParseCoordinates(coordinates, levels, 3)
	if err != nil {
		return nil, err
	}
	return p.Geometry(typ), nil
}

func geoJSONCollection(geometries []byte, depth int) (geom.T, error) {
	c := geom.NewGeometryCollection()
	var broken error
	Elements(geometries, func(v []byte) bool {
		g, err := geoJSONAt(v, depth+1)
		if errors.Is(err, ErrEmptyGeometry) {
			return true
		}
		if err == nil {
			err = c.Push(g)
		}
		broken = err
		return err == nil
	})
	if broken == nil && c.NumGeoms() == 0 {
		broken = ErrEmptyGeometry
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

// Coordinates are the positions of one geometry in a flat list, as go-geom has them.
type Coordinates struct {
	Stride int // numbers of a position
	Flat   []float64
	Ends   []int   // where lines or rings end
	Endss  [][]int // ends of the rings of each polygon
}

// ParseCoordinates reads arrays nested levels deep around positions, of which
// each keeps at most that many numbers; ErrEmptyGeometry when there is none.
func ParseCoordinates(b []byte, levels, most int) (Coordinates, error) {
	p := positionParser{b: b, Coordinates: Coordinates{Stride: min(firstStride(b), most)}}
	if p.Stride == 0 {
		return p.Coordinates, ErrEmptyGeometry
	}
	err := p.parse(levels)
	return p.Coordinates, err
}

// A positionParser reads nested arrays of positions into one flat list.
type positionParser struct {
	Coordinates
	b []byte
	i int
}

// parse reads arrays nested levels deep around positions.
func (p *positionParser) parse(levels int) error {
	if levels == 0 {
		return p.position()
	}
	p.i = space(p.b, p.i)
	if p.i >= len(p.b) || p.b[p.i] != '[' {
		return fmt.Errorf("%w: an array is due at byte %d of the coordinates", ErrGeoJSON, p.i)
	}
	p.i++
	for first := true; ; first = false {
		if p.i = space(p.b, p.i); p.i >= len(p.b) {
			return ErrGeoJSON
		}
		if p.b[p.i] == ']' {
			p.i++
			break
		}
		if !first {
			if p.b[p.i] != ',' {
				return ErrGeoJSON
			}
			p.i++
		}
		if err := p.parse(levels - 1); err != nil {
			return err
		}
		switch levels {
		case 2:
			p.Ends = append(p.Ends, len(p.Flat))
		case 3:
			p.Endss = append(p.Endss, p.Ends)
			p.Ends = nil
		}
	}
	return nil
}

func (p *positionParser) position() error {
	p.i = space(p.b, p.i)
	if p.i >= len(p.b) || p.b[p.i] != '[' {
		return fmt.Errorf("%w: a position is due at byte %d of the coordinates", ErrGeoJSON, p.i)
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
			return fmt.Errorf("%w: %q is no coordinate", ErrGeoJSON, p.b[from:min(p.i, from+40)])
		}
		if n++; n <= p.Stride {
			p.Flat = append(p.Flat, v)
		}
		p.i = space(p.b, p.i)
		if p.i >= len(p.b) {
			return ErrGeoJSON
		}
		if p.b[p.i] == ']' {
			p.i++
			break
		}
		p.i++
	}
	if n < 2 {
		return fmt.Errorf("%w: a position of %d number", ErrGeoJSON, n)
	}
	for ; n < p.Stride; n++ { // a position without the height that the first had
		p.Flat = append(p.Flat, math.NaN())
	}
	return nil
}

// Geometry makes a geometry of a GeoJSON type other than GeometryCollection.
func (p *Coordinates) Geometry(typ string) geom.T {
	layout := geom.XY
	if p.Stride == 3 {
		layout = geom.XYZ
		for i := 2; i < len(p.Flat); i += 3 {
			if math.IsNaN(p.Flat[i]) {
				p.Flat[i] = 0
			}
		}
	}
	switch typ {
	case "Point":
		return geom.NewPointFlat(layout, p.Flat)
	case "MultiPoint":
		return geom.NewMultiPointFlat(layout, p.Flat)
	case "LineString":
		return geom.NewLineStringFlat(layout, p.Flat)
	case "MultiLineString":
		return geom.NewMultiLineStringFlat(layout, p.Flat, p.Ends)
	case "Polygon":
		return geom.NewPolygonFlat(layout, p.Flat, p.Ends)
	}
	return geom.NewMultiPolygonFlat(layout, p.Flat, p.Endss)
}
