package portal

import (
	"net/url"
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"po-net.prato.it/ponet/catalog"
)

// A row is one line of a list.
type row struct {
	N          int // on its page, from 1; what ties the line to its symbol
	ID         string
	Path       string
	Title      string
	Theme      string // "altro" when it has none
	Sub        string // "Museo · Via Puccetti 3, Prato"
	Distance   string
	Opening    opening
	Hours      string
	Phone      string // for paper
	Accessible bool
	Place      *orb.Point // lon, lat; where its symbol stands
	geometry   orb.Geometry
}

// newRow is the line of hit.
func (s *server) newRow(n int, hit catalog.Hit) row {
	r := hit.Record
	out := row{
		N: n, ID: r.ID, Path: recordPath(r), Title: r.Title, Theme: themeName(r.Theme), Sub: s.sub(r),
		Distance: distance(hit.DistanceMetres), Opening: s.opening(r, s.now()), Hours: s.secondLine(r), Phone: catalog.SpokenPhone(r.Phone), Accessible: accessible(r.Accessibility) == "si",
		Place: symbolPlace(r.Geometry), geometry: r.Geometry,
	}
	return out
}

// themeName is t as class names and icons have it.
func themeName(t catalog.Theme) string {
	if slices.Contains(catalog.Themes, t) {
		return string(t)
	}
	return "altro"
}

// sub says what a record is and where: kind · address, municipality.
func (s *server) sub(r *catalog.Record) string {
	address := r.Address
	if address == r.Title { // of a street number
		address = ""
	}
	return join(" · ", s.kindOf(r), join(", ", address, or(r.Municipality, r.Locality)))
}

// kindOf is the record's type in words, or else its kind.
func (s *server) kindOf(r *catalog.Record) string {
	return or(r.TypeLabel, s.texts.t("genere."+string(r.Kind)))
}

// secondLine is what matters most for the kind: when an event takes place next,
// until when one may enrol in a course, the hours of a place.
func (s *server) secondLine(r *catalog.Record) string {
	switch r.Kind {
	case catalog.KindEvent:
		return s.eventLine(r, s.now())
	case catalog.KindCourse:
		return s.courseLine(r, s.now())
	}
	return hoursText(r.OpeningHours)
}

// when says the days of a record: "21 novembre 2026 – 3 dicembre 2026".
func when(r *catalog.Record) string {
	if r.Start == r.End {
		return dayOf(r.Start)
	}
	return join(" – ", dayOf(r.Start), dayOf(r.End))
}

// recordPath is the address of the record's page.
func recordPath(r *catalog.Record) string {
	if r.Kind == catalog.KindFeature {
		return "/dati/" + url.PathEscape(r.Collection) + "/" + r.ID
	}
	if r.Slug == "" {
		return "/" + r.Kind.Path() + "/" + r.ID
	}
	return "/" + r.Kind.Path() + "/" + url.PathEscape(r.Slug) + "-" + r.ID
}

// symbolPlace is where the symbol of a geometry stands: the point itself, the
// middle of a line, a point of an area.
func symbolPlace(g orb.Geometry) *orb.Point {
	switch g := g.(type) {
	case nil:
		return nil
	case orb.Point:
		return &g
	case orb.LineString:
		if len(g) == 0 {
			return nil
		}
		p := g[len(g)/2]
		return &p
	case orb.MultiLineString:
		if len(g) == 0 {
			return nil
		}
		return symbolPlace(slices.MaxFunc(g, func(a, b orb.LineString) int { return len(a) - len(b) }))
	case orb.MultiPoint:
		if len(g) == 0 {
			return nil
		}
		return &g[0]
	case orb.Collection:
		for _, part := range g {
			if p := symbolPlace(part); p != nil {
				return p
			}
		}
		return nil
	}
	p, _ := planar.CentroidArea(g)
	if p != p { // NaN: an empty area
		return nil
	}
	return &p
}

// accessible is "si", "limitata", "no" or "" for what sources write about
// wheelchairs; "" also when they write a sentence, which is shown as it is.
func accessible(text string) string {
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "si", "sì", "yes", "true", "1", "totale", "accessibile", "full", "designated":
		return "si"
	case "limited", "limitata", "parziale", "partial":
		return "limitata"
	case "no", "false", "0", "non accessibile", "none":
		return "no"
	}
	return ""
}

// join is the parts that are not empty, with sep between.
func join(sep string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), sep)
}

// or is the first that is not empty.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// description is what rec says of itself: the short text, or else the long one.
func description(rec *catalog.Record) string {
	if rec.Summary != "" {
		return rec.Summary
	}
	text, _ := rec.Properties.Get("description").(string)
	return text
}
