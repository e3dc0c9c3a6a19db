package table

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/geo"
)

// positions finds where a table keeps its geometry: in the format itself, in
// a column of text (WKT, GeoJSON, EWKB in hexadecimal), in two columns of
// coordinates, or in one with both.
type positions struct {
	lon, lat, geometry string // columns named by the mapping

	native geo.Votes
	shapes int // rows whose format has a geometry
	ways   []*way
	chosen *way // nil: native, or none
}

// A way is one or two columns that may hold positions.
type way struct {
	x, y   int // columns; y is -1 when x holds both or a whole geometry
	mapped bool
	both   bool // x holds "43.88, 11.09"
	read   int  // values understood
	failed int
	votes  geo.Votes
}

func (p *positions) prepare(m catalog.Mapping) {
	p.lon, p.lat, p.geometry = m.Fields["lon"], m.Fields["lat"], m.Fields["geometry"]
}

func (p *positions) byMapping() bool { return p.lon != "" && p.lat != "" || p.geometry != "" }

const maxWays = 6 // pairs of columns that are tried

// column considers a new column of the table.
func (p *positions) column(f *Fields, i int, name string) {
	if p.byMapping() {
		switch {
		case p.geometry != "" && catalog.SameName(name, p.geometry):
			p.ways = append(p.ways, &way{x: i, y: -1, mapped: true})
		case p.lon != "" && p.lat != "" && (catalog.SameName(name, p.lon) || catalog.SameName(name, p.lat)):
			if x, y := f.find(p.lon), f.find(p.lat); x >= 0 && y >= 0 && max(x, y) == i {
				p.ways = append(p.ways, &way{x: x, y: y, mapped: true})
			}
		}
		return
	}
	if len(p.ways) >= maxWays {
		return
	}
	mine, rest := axis(name)
	if mine != 0 {
		for j, other := range f.Names[:i] {
			if a, r := axis(other); a == -mine && r == rest {
				x, y := i, j
				if mine < 0 {
					x, y = j, i
				}
				p.ways = append(p.ways, &way{x: x, y: y})
				return
			}
		}
	}
	switch n := plain(name); {
	case slices.Contains([]string{"coordinate", "coordinates", "posizione", "position", "latlon", "lat lon", "lat long", "latlong", "lat lng", "latlng", "geo point 2d", "geo point", "geopoint", "gps", "coordinate gps", "georeferenziazione"}, n):
		p.ways = append(p.ways, &way{x: i, y: -1, both: true})
	case slices.Contains([]string{"geom", "the geom", "geometry", "geometria", "wkb geometry", "shape", "geojson", "location", "geo shape"}, n),
		slices.ContainsFunc(words(name), func(w string) bool { return w == "wkt" || w == "aswkt" }): // "hasGeometry.asWKT" of GeoSPARQL
		p.ways = append(p.ways, &way{x: i, y: -1})
	}
}

var axisWords = map[string]int{
	"lon": 1, "long": 1, "lng": 1, "longitudine": 1, "longitude": 1, "x": 1, "est": 1, "east": 1, "easting": 1,
	"lat": -1, "latitudine": -1, "latitude": -1, "y": -1, "nord": -1, "north": -1, "northing": -1,
}

// axis tells east (1) from north (-1) by a column's name, and what else is in
// the name, which must be the same for both: "X_coord", "coordX", "GB_X".
func axis(name string) (int, string) {
	w := words(name)
	for i, s := range w {
		if a := axisWords[s]; a != 0 {
			return a, strings.Join(slices.Delete(slices.Clone(w), i, i+1), " ")
		}
	}
	for i, s := range w {
		for _, stem := range []string{"coord", "coordinata", "point", "utm", "gb", "pos", "wgs", "wgs84", "centroid", "centroide"} {
			for letter, a := range map[string]int{"x": 1, "y": -1, "est": 1, "nord": -1, "lon": 1, "lat": -1} {
				if s == stem+letter || s == letter+stem {
					w[i] = stem
					return a, strings.Join(w, " ")
				}
			}
		}
	}
	return 0, ""
}

// see takes note of where a row lies, by every way.
func (p *positions) see(s *survey, r *Row) {
	if r.Geometry != nil && !p.byMapping() {
		if x, y, ok := middle(r.Geometry); ok {
			p.shapes++
			p.native.Add(x, y)
		}
		return
	}
	if p.shapes > 0 {
		return
	}
	for _, w := range p.ways {
		g, state := w.geometry(s, r)
		switch state {
		case unreadable:
			w.failed++
		case readable:
			if x, y, ok := middle(g); ok {
				w.read++
				w.votes.Add(x, y)
			}
		}
	}
}

// middle is the middle of the geometry's box; false if it is empty or not finite.
func middle(g geom.T) (x, y float64, ok bool) {
	if g == nil || g.Empty() {
		return 0, 0, false
	}
	b := g.Bounds()
	x, y = (b.Min(0)+b.Max(0))/2, (b.Min(1)+b.Max(1))/2
	return x, y, !math.IsNaN(x-x) && !math.IsNaN(y-y)
}

type readState int

const (
	absent readState = iota
	readable
	unreadable
	halved // one of two coordinates is missing
)

// geometry reads a row's position by this way, in the order of the file's axes.
func (w *way) geometry(s *survey, r *Row) (geom.T, readState) {
	x := s.cleaned(r.Cell(w.x))
	if w.y >= 0 {
		y := s.cleaned(r.Cell(w.y))
		switch {
		case x.Kind == Null && y.Kind == Null:
			return nil, absent
		case x.Kind == Null || y.Kind == Null:
			return nil, halved
		}
		if px, py, ok := parsePair(x.Text, y.Text); ok {
			return geom.NewPointFlat(geom.XY, []float64{px, py}), readable
		}
		return nil, unreadable
	}
	if x.Kind == Null {
		return nil, absent
	}
	if w.both || w.mapped {
		if lat, lon, ok := splitPair(x.Text); ok {
			return geom.NewPointFlat(geom.XY, []float64{lon, lat}), readable
		}
	}
	if g, err := textGeometry(x.Text); err == nil && g != nil {
		return g, readable
	}
	return nil, unreadable
}

// decide chooses a way and the CRS of what it gives.
func (p *positions) decide(s *survey) {
	votes := &p.native
	crs, srid := s.t.CRS, s.t.SRID
	if p.shapes == 0 {
		var best geo.Judgement
		for _, w := range p.ways {
			if w.read == 0 || !w.mapped && w.failed > w.read/10 {
				continue
			}
			j := w.votes.Judge(s.mapping.SRID, "")
			if !w.mapped && j.SRID == 0 && s.t.Guess.Kind != catalog.KindAddress { // of numbers each is tried (place.go)
				s.t.Found = append(s.t.Found, fmt.Sprintf("positions: %s: %s", w.columns(s), j.Found[0]))
				continue
			}
			if p.chosen == nil || j.Italian && !best.Italian {
				p.chosen, best = w, j
			}
		}
		if p.chosen == nil {
			if s.t.CRS != "" || s.t.SRID != 0 {
				s.judgement = votes.Judge(srid, crs)
			}
			return
		}
		votes, crs, srid = &p.chosen.votes, "", 0
	}
	s.judgement = votes.Judge(srid, crs)
	if code := s.mapping.SRID; code != 0 {
		s.judgement = votes.Judge(code, "")
		s.judgement.SRID = code
		s.judgement.Found = []string{fmt.Sprintf("crs: EPSG:%d, as the mapping says", code)}
		if _, known := geo.Lookup(code); !known {
			s.judgement.Italian, s.judgement.Swapped = false, false
		}
	}
	if swap := s.mapping.SwapAxes; swap != nil {
		s.judgement.Swapped = *swap
		s.judgement.Found = append(s.judgement.Found, fmt.Sprintf("crs: axes swapped: %v, as the mapping says", *swap))
	}
	s.crs, _ = geo.Lookup(s.judgement.SRID)
}

func (w *way) columns(s *survey) string {
	if w.y < 0 {
		return fmt.Sprintf("column %q", s.columns[w.x].name)
	}
	return fmt.Sprintf("columns %q (east) and %q (north)", s.columns[w.x].name, s.columns[w.y].name)
}

// fields adds the columns of positions to the guessed mapping.
func (p *positions) fields(s *survey, found map[string]string) {
	switch w := p.chosen; {
	case w == nil:
	case w.y >= 0:
		found["lon"], found["lat"] = s.columns[w.x].name, s.columns[w.y].name
	default:
		found["geometry"] = s.columns[w.x].name
	}
}

// columns are those that positions were found in.
func (p *positions) columns() []int {
	switch w := p.chosen; {
	case w == nil:
		return nil
	case w.y >= 0:
		return []int{w.x, w.y}
	default:
		return []int{w.x}
	}
}

func (p *positions) describe(s *survey, l *catalog.Layer) {
	switch {
	case p.shapes > 0:
		l.Found = append(l.Found, fmt.Sprintf("positions: %d rows have a geometry, %d at 0, 0", p.shapes, p.native.Zero))
	case p.chosen == nil:
		l.Found = append(l.Found, "positions: none")
		return
	default:
		w := p.chosen
		line := fmt.Sprintf("positions: %s, %d rows, %d at 0, 0", w.columns(s), w.read, w.votes.Zero)
		if w.failed > 0 {
			line += fmt.Sprintf(", %d not understood", w.failed)
		}
		l.Found = append(l.Found, line)
	}
	l.Found = append(l.Found, s.judgement.Found...)
	l.SRID, l.Accuracy = s.judgement.SRID, s.crs.AccuracyMetres
	l.Guess.SRID = l.SRID
	if s.judgement.Swapped {
		swapped := true
		l.Guess.SwapAxes = &swapped
	}
}
