package gml

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twpayne/go-geom"
)

// ErrEmpty says that a geometry has no positions.
var ErrEmpty = errors.New("empty geometry")

// A Geometry is a geometry element as it was read.
type Geometry struct {
	geom.T        // its coordinates in the order of the document, without SRID
	SRS    string // srsName of the element or, if it has none, of the first within it; "" for none
}

// Is reports whether e is a geometry element.
func Is(e *Element) bool { return readerOf(e.Name) != nil }

// Find is the first geometry element at or below e, nil if there is none: e is
// often the property that a geometry is the value of. The box of a feature
// (boundedBy) is not its geometry.
func Find(e *Element) *Element { return find(e, 0) }

func find(e *Element, depth int) *Element {
	if e == nil || depth > maxDepth || e.Name == "boundedBy" {
		return nil
	}
	if Is(e) {
		return e
	}
	for _, c := range e.Children {
		if g := find(c, depth+1); g != nil {
			return g
		}
	}
	return nil
}

// A reader reads one geometry and knows what holds for the elements within it.
type reader struct {
	root      *Element
	dimension int // that the document gives for what is being read; 0: none
	positions int
	refs      map[string]*Element // by id, once one is asked for
	depth     int
}

// New reads the geometry element e. Arcs and splines become lines: arcs within
// 0.0003 of their radius, splines through their control points. Solids become the
// faces of their outer shell. dimension is that of the coordinates where
// e itself does not say, 0 when nothing does. The error is ErrGML, or ErrEmpty
// for a geometry without positions.
func New(e *Element, dimension int) (Geometry, error) {
	r := &reader{root: e, dimension: dimension}
	p, err := r.read(e)
	if err != nil {
		return Geometry{}, err
	}
	g, err := p.geometry()
	if err != nil {
		return Geometry{}, err
	}
	return Geometry{g, srsName(e, 0)}, nil
}

func srsName(e *Element, depth int) string {
	if s := e.Attr("srsName"); s != "" || depth > maxDepth {
		return s
	}
	for _, c := range e.Children {
		if s := srsName(c, depth+1); s != "" {
			return s
		}
	}
	return ""
}

// readerOf is what reads the geometries of that name; nil for what is none. What
// stands within them only, such as Arc and PolygonPatch, is read by those.
func readerOf(name string) func(*reader, *Element) (shape, error) {
	switch name {
	case "Point":
		return (*reader).point
	case "Box", "Envelope":
		return (*reader).box
	case "LineString", "LinearRing", "Ring", "Curve", "CompositeCurve", "OrientableCurve":
		return (*reader).curveShape
	case "Polygon", "Surface", "OrientableSurface", "CompositeSurface", "PolyhedralSurface", "TriangulatedSurface", "Tin", "Shell":
		return (*reader).surfaceShape
	case "MultiPoint", "MultiLineString", "MultiCurve", "MultiPolygon", "MultiSurface", "MultiGeometry", "GeometryCollection",
		"GeometricComplex", "MultiSolid", "CompositeSolid":
		return (*reader).multi
	case "Solid":
		return (*reader).solid
	}
	return nil
}

func (r *reader) read(e *Element) (shape, error) {
	if r.depth++; r.depth > maxDepth {
		return shape{}, fmt.Errorf("%w: geometries nested deeper than %d", ErrGML, maxDepth)
	}
	defer func() { r.depth-- }()
	defer r.within(e)()
	e, err := r.resolve(e)
	if err != nil {
		return shape{}, err
	}
	f := readerOf(e.Name)
	if f == nil {
		return shape{}, fmt.Errorf("%w: <%s> is no geometry that is read", ErrGML, e.Name)
	}
	return f(r, e)
}

// within notes the dimension that e gives until what it returns is called.
func (r *reader) within(e *Element) func() {
	before := r.dimension
	if n := dimensionOf(e); n > 0 {
		r.dimension = n
	}
	return func() { r.dimension = before }
}

func dimensionOf(e *Element) int {
	for _, name := range []string{"srsDimension", "dimension"} { // the latter in GML 3.0
		switch e.Attr(name) {
		case "2":
			return 2
		case "3":
			return 3
		}
	}
	return 0
}

// resolve follows a reference to another element of the same geometry.
func (r *reader) resolve(e *Element) (*Element, error) {
	for range 4 {
		href := e.Attr("href")
		if href == "" || len(e.Children) > 0 {
			return e, nil
		}
		if r.refs == nil {
			r.refs = map[string]*Element{}
			identify(r.root, r.refs)
		}
		to := r.refs[strings.TrimPrefix(href, "#")]
		if to == nil {
			return nil, fmt.Errorf("%w: <%s> refers to %q, which is not in this geometry", ErrGML, e.Name, href)
		}
		e = to
	}
	return nil, fmt.Errorf("%w: references that lead to references", ErrGML)
}

func identify(e *Element, refs map[string]*Element) {
	for _, name := range []string{"id", "gid"} {
		if id := e.Attr(name); id != "" {
			refs[id] = e
		}
	}
	for _, c := range e.Children {
		identify(c, refs)
	}
}

// value is the element in a property such as pointMember: its only child, or
// what it refers to.
func (r *reader) value(property *Element) (*Element, error) {
	if len(property.Children) > 0 {
		return property.Children[0], nil
	}
	if property.Attr("href") == "" {
		return nil, nil // an empty member
	}
	return r.resolve(property)
}

// Flip exchanges the first two coordinates of every position of g, in place.
func Flip(g geom.T) {
	if c, ok := g.(*geom.GeometryCollection); ok {
		for _, part := range c.Geoms() {
			Flip(part)
		}
		return
	}
	c := g.FlatCoords()
	for i := 0; i+1 < len(c); i += g.Stride() {
		c[i], c[i+1] = c[i+1], c[i]
	}
}
