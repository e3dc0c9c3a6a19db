package basemap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"

	"po-net.prato.it/ponet/catalog"
)

const (
	// decoders is how many blocks of an extract are unpacked at a time.
	decoders = 2
	// sortedFeature is what an extract says whose nodes come before its ways and
	// these before its relations; all published ones do.
	sortedFeature = "Sort.Type_then_ID"
)

// OSM turns an OpenStreetMap extract (.osm.pbf) into shapes of the base map:
// roads, railways, water, green, buildings, administrative boundaries and place
// names. It is read three times: for the relations, for the ways, which say
// what is needed, and for where that is. In memory are only the positions of
// the nodes of needed ways (see MaxNodes) and the ways of relations. What lies
// across the edge of the extract is counted in report and left out. An error is
// the last pair. The file must be whole and come from a trusted hand: its
// decoder does not survive every damage.
func OSM(ctx context.Context, r io.ReadSeeker, report *Report) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		e := &extract{report: report, relations: map[osm.RelationID]*relation{}, members: map[osm.WayID]*memberWay{}}
		err := e.survey(ctx, r)
		if err == nil {
			err = e.draw(ctx, r, yield)
		}
		if err != nil && !errors.Is(err, errEnough) {
			yield(catalog.BasemapShape{}, fmt.Errorf("OpenStreetMap extract: %w", err))
		}
	}
}

// errEnough: the caller has enough shapes.
var errEnough = errors.New("enough")

// An extract is what is known of the file between and during the two readings.
type extract struct {
	report    *Report
	nodes     nodeStore
	relations map[osm.RelationID]*relation
	members   map[osm.WayID]*memberWay
}

// A relation is an area made of several ways.
type relation struct {
	layer, class, name string
	outer, inner       []osm.WayID
}

// A memberWay is a way that relations need; line is nil until it has been read.
type memberWay struct{ line orb.LineString }

// survey notes which ways and nodes are needed. Relations come last in a file
// but say which ways they need, so they are read first, on their own; unpacking
// the file once more costs seconds, keeping every untagged way would cost memory.
func (e *extract) survey(ctx context.Context, r io.ReadSeeker) error {
	onlyRelations := func(s *osmpbf.Scanner) {
		s.SkipNodes, s.SkipWays = true, true
		s.FilterRelation = func(r *osm.Relation) bool { return ofRelation(r) != nil }
	}
	err := scan(ctx, r, onlyRelations, func(o osm.Object) error {
		e.noteRelation(o.(*osm.Relation))
		return nil
	})
	if err != nil {
		return err
	}
	onlyWays := func(s *osmpbf.Scanner) {
		s.SkipNodes, s.SkipRelations = true, true
		s.FilterWay = e.wanted
	}
	return scan(ctx, r, onlyWays, func(o osm.Object) error { return e.nodes.need(o.(*osm.Way).Nodes) })
}

// wanted: the way is drawn, or a relation needs it. It is called from several
// goroutines, when members no longer changes.
func (e *extract) wanted(w *osm.Way) bool {
	_, _, ok := ofWay(w)
	return ok || e.members[w.ID] != nil
}

// ofRelation is the area that a relation describes, nil if it is none of ours.
func ofRelation(r *osm.Relation) *relation {
	if t := r.Tags.Find("type"); t != "multipolygon" && t != "boundary" {
		return nil
	}
	layer, class, ok := classify(r.Tags.Find, dimArea)
	if !ok {
		return nil
	}
	return &relation{layer: layer, class: class, name: nameOf(r.Tags)}
}

func (e *extract) noteRelation(r *osm.Relation) {
	rel := ofRelation(r)
	for _, m := range r.Members {
		if m.Type != osm.TypeWay {
			continue
		}
		id := osm.WayID(m.Ref)
		switch m.Role {
		case "inner":
			rel.inner = append(rel.inner, id)
		case "outer", "":
			rel.outer = append(rel.outer, id)
		default:
			continue
		}
		if e.members[id] == nil {
			e.members[id] = &memberWay{}
		}
	}
	e.relations[r.ID] = rel
}

// draw reads the nodes, then the ways, and yields what can be drawn; the areas
// of relations come last.
func (e *extract) draw(ctx context.Context, r io.ReadSeeker, yield func(catalog.BasemapShape, error) bool) error {
	if err := e.nodes.seal(); err != nil {
		return err
	}
	e.report.Nodes = int64(len(e.nodes.ids))
	filter := func(s *osmpbf.Scanner) {
		s.SkipRelations = true
		s.FilterNode = func(n *osm.Node) bool { return e.nodes.needed(n.ID) || n.Tags.Find("place") != "" }
		s.FilterWay = e.wanted
	}
	err := scan(ctx, r, filter, func(o osm.Object) error {
		switch o := o.(type) {
		case *osm.Node:
			e.nodes.put(o.ID, o.Lon, o.Lat)
			return e.place(o, yield)
		case *osm.Way:
			return e.way(o, yield)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(keys(e.relations)) {
		if err := e.area(e.relations[id], yield); err != nil {
			return err
		}
	}
	return nil
}

// place yields a named place.
func (e *extract) place(n *osm.Node, yield func(catalog.BasemapShape, error) bool) error {
	layer, class, ok := classify(n.Tags.Find, dimPoint)
	name := nameOf(n.Tags)
	if !ok || name == "" {
		return nil
	}
	e.report.Read++
	return e.yield(catalog.BasemapShape{Layer: layer, Class: class, Name: name, Geometry: orb.Point{n.Lon, n.Lat}}, yield)
}

// way yields a way that stands for itself and remembers one of a relation.
func (e *extract) way(w *osm.Way, yield func(catalog.BasemapShape, error) bool) error {
	line, err := e.nodes.line(w.Nodes)
	if m := e.members[w.ID]; m != nil && err == nil {
		m.line = line
	}
	dim, shape, ok := ofWay(w)
	if !ok {
		return nil
	}
	e.report.Read++
	if err != nil || len(line) < 2 {
		e.report.skip("across the edge")
		return nil
	}
	shape.Geometry = line
	if dim == dimArea {
		shape.Geometry = orb.Polygon{orb.Ring(line)}
	}
	return e.yield(shape, yield)
}

// area yields the area of a relation.
func (e *extract) area(r *relation, yield func(catalog.BasemapShape, error) bool) error {
	e.report.Read++
	lines := func(ids []osm.WayID) ([]orb.LineString, bool) {
		var ls []orb.LineString
		for _, id := range ids {
			if e.members[id].line == nil {
				return nil, false
			}
			ls = append(ls, e.members[id].line)
		}
		return ls, true
	}
	outer, whole := lines(r.outer)
	inner, _ := lines(r.inner)
	if !whole {
		e.report.skip("across the edge")
		return nil
	}
	polygons, err := assemble(outer, inner)
	if err != nil {
		e.report.skip("with an open outline")
		return nil
	}
	return e.yield(catalog.BasemapShape{Layer: r.layer, Class: r.class, Name: r.name, Geometry: polygons}, yield)
}

func (e *extract) yield(s catalog.BasemapShape, yield func(catalog.BasemapShape, error) bool) error {
	e.report.keep(s.Layer)
	if !yield(s, nil) {
		return errEnough
	}
	return nil
}

// ofWay classifies a way: closed ones as areas first. Its shape has no geometry yet.
func ofWay(w *osm.Way) (dim int, s catalog.BasemapShape, ok bool) {
	if len(w.Tags) == 0 || len(w.Nodes) < 2 {
		return 0, s, false
	}
	closed := len(w.Nodes) >= 4 && w.Nodes[0].ID == w.Nodes[len(w.Nodes)-1].ID
	if closed && w.Tags.Find("area") != "no" {
		if s.Layer, s.Class, ok = classify(w.Tags.Find, dimArea); ok {
			s.Name = nameOf(w.Tags)
			return dimArea, s, true
		}
	}
	if s.Layer, s.Class, ok = classify(w.Tags.Find, dimLine); ok {
		s.Name = nameOf(w.Tags)
	}
	return dimLine, s, ok
}

// nameOf is the Italian name, else the local one.
func nameOf(tags osm.Tags) string {
	if n := tags.Find("name:it"); n != "" {
		return n
	}
	return tags.Find("name")
}

func keys[K comparable, V any](m map[K]V) iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// scan reads r from its start.
func scan(ctx context.Context, r io.ReadSeeker, set func(*osmpbf.Scanner), each func(osm.Object) error) (err error) {
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return err
	}
	s := osmpbf.New(ctx, r, decoders)
	set(s)
	defer s.Close()
	header, err := s.Header()
	if err != nil {
		return fmt.Errorf("%w: %w", err, catalog.ErrInvalid)
	}
	if header == nil {
		return fmt.Errorf("it does not begin with the header of an .osm.pbf: %w", catalog.ErrInvalid)
	}
	if f := header.OptionalFeatures; len(f) > 0 && !slices.Contains(f, sortedFeature) && !sortedBy(header.WritingProgram) {
		return fmt.Errorf("it is not sorted by type and id (it says %s); sort it first (osmium sort): %w", strings.Join(f, ", "), catalog.ErrInvalid)
	}
	for s.Scan() {
		if err := each(s.Object()); err != nil {
			return err
		}
	}
	return s.Err()
}

// sortedBy: programs that sort without saying so.
func sortedBy(program string) bool { return strings.HasPrefix(program, "osmium") }
