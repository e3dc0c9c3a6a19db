package wfs

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"regexp"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
	"po-net.prato.it/ponet/geo/gml"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

// A walk is one reading of a layer by a plan.
type walk struct {
	plan
	layer *layer
	spool *table.Spool
	guard fetch.Guard
	n     int  // features read
	pages int  // asked for
	short bool // the last page was not full
	total int  // that the layer has by the server's count

	seen    set            // of what tells the features apart
	keys    map[string]set // values of each attribute that may be a key; one that is none is removed
	ids     set            // of the features' own
	sameID  bool           // an id came twice
	random  bool           // ids are made anew for every answer
	srs     string         // of the geometries
	metres  bool           // some coordinates are no degrees
	answers answer         // of the last page

	least, greatest string // values of the attribute that pages are sorted by, as JSON

	inside, turned, placed int // positions in the layer's box; only when turned; all
}

// A set of hashes; 8 bytes and a bit for each, for up to table.MaxRows.
type set map[uint64]struct{}

var seed = maphash.MakeSeed()

// add reports whether the value was not in the set.
func (s set) add(value string) bool {
	before := len(s)
	s[maphash.String(seed, value)] = struct{}{}
	return len(s) > before
}

func newWalk(l *layer, p plan) (*walk, error) {
	spool, err := table.NewSpool()
	if err != nil {
		return nil, err
	}
	w := &walk{plan: p, layer: l, spool: spool, total: l.total, seen: set{}, ids: set{}, keys: map[string]set{}}
	for _, a := range l.schema.identifying() {
		w.keys[a] = set{}
	}
	return w, nil
}

func (w *walk) close() {
	if w != nil {
		_ = w.spool.Close() // a temporary file
	}
}

// page asks for features and keeps them.
func (w *walk) page(ctx context.Context, parameters ...string) error {
	at := w.layer.request(w.variant, parameters...)
	if err := w.guard.Ask(at); err != nil {
		return err
	}
	w.pages++
	sum := sha256.New()
	before := w.n
	a, err := w.layer.ask(ctx, at, func(f feature) error {
		fmt.Fprintf(sum, "%d %s", len(f.raw), f.raw)
		return w.keep(f)
	})
	w.answers = a
	w.layer.most = max(w.layer.most, a.got)
	if w.srs == "" {
		w.srs = a.srs
	}
	var network *fetch.StatusError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil && !errors.As(err, &network) && a.reached:
		return &answerError{err}
	case err != nil:
		return err
	case w.n > before && w.paged:
		if err := w.guard.Got(sum.Sum(nil)); err != nil {
			return &answerError{err}
		}
	}
	return nil
}

// has reports whether a feature was read already.
func (w *walk) has(f feature) bool {
	identity, _ := w.identity(f)
	_, seen := w.seen[maphash.String(seed, identity)]
	return seen
}

// identity is what tells a feature from the others: the value of the attribute
// that pages are sorted by; else its id; else all of it. false: the attribute
// is empty.
func (w *walk) identity(f feature) (string, bool) {
	switch {
	case w.sort != "":
		v := table.Member(f.properties, w.sort)
		return string(v), len(v) > 0 && string(v) != "null"
	case f.id != "" && !w.random && !unstable(f.id):
		return f.id, true
	}
	return string(settled(f.raw)), true
}

// keep takes a feature in, unless it shows that the plan does not work.
func (w *walk) keep(f feature) error {
	if w.n == 0 {
		w.random = unstable(f.id)
	}
	identity, ok := w.identity(f)
	again := !w.seen.add(identity)
	switch {
	case w.sort != "" && !ok:
		return &answerError{failed("%s is empty in some features, so pages sorted by it may lose some", w.sort)}
	case w.sort != "" && again:
		return &answerError{failed("%s is not different in every feature, or pages overlap: %q came twice", w.sort, catalog.Excerpt(identity))}
	case w.boxes > 0 && again:
		return nil // on an edge
	case w.after:
		if err := w.rises(identity); err != nil {
			return err
		}
	case w.paged && again:
		return &answerError{failed("a feature came twice: paging does not work there")}
	}
	w.n++
	w.note(f)
	raw := f.raw
	if w.random {
		raw = settled(raw)
	}
	out := table.Feature{ID: f.id, Raw: raw, Media: f.media, Properties: f.properties, Geometry: w.placedAt(f)}
	if w.random {
		out.ID = ""
	}
	if f.unread != nil {
		out.Issues = append(out.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "geometry", Read: catalog.Excerpt(f.unread.Error()), Expected: "a geometry of GML or GeoJSON; the record is kept without"})
	}
	return w.spool.Add(out)
}

// note looks for what may be the key.
func (w *walk) note(f feature) {
	if f.id != "" && !w.sameID {
		w.sameID = !w.ids.add(f.id)
	}
	for name, values := range w.keys {
		v := table.Member(f.properties, name)
		if len(v) == 0 || string(v) == "null" || !values.add(string(v)) {
			delete(w.keys, name)
		}
	}
}

// placedAt is the geometry of f, east first if its declaration is right, and counted.
func (w *walk) placedAt(f feature) geom.T {
	if f.geometry == nil {
		return nil
	}
	srs := f.srs
	if srs == "" && !w.json {
		srs = w.layer.crs
		if w.variant.srs != "" {
			srs = w.variant.srs
		}
	}
	if w.srs == "" {
		w.srs = srs
	}
	if !w.json && w.layer.src.Mapping.SwapAxes == nil && geo.NorthFirst(srs) {
		gml.Flip(f.geometry)
	}
	x, y, ok := middle(f.geometry)
	if w.metres = w.metres || ok && (math.Abs(x) > 180 || math.Abs(y) > 90); ok {
		if b := w.layer.box; b != nil {
			w.placed++
			switch {
			case x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]:
				w.inside++
			case y >= b[0] && y <= b[2] && x >= b[1] && x <= b[3]:
				w.turned++
			}
		}
	}
	return f.geometry
}

func middle(g geom.T) (x, y float64, ok bool) {
	if g.Empty() {
		return 0, 0, false
	}
	b := g.Bounds()
	return (b.Min(0) + b.Max(0)) / 2, (b.Min(1) + b.Max(1)) / 2, true
}

// random ids are made by GeoServer for views without a primary key: states.fid--24c9db69_17b1184059d_491d.
var randomID = regexp.MustCompile(`[\w:.-]*\bfid-{1,2}[0-9a-f]+_[0-9a-f]+_-?[0-9a-f]+`)

func unstable(id string) bool { return randomID.MatchString(id) }

// settled is a feature without the ids that are made anew for every answer, so
// that it can be seen whether it has changed.
func settled(raw []byte) []byte { return randomID.ReplaceAll(raw, nil) }
