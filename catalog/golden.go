package catalog

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/twpayne/go-geom"
)

// Golden is the one record of what several sources say of one thing, and the
// contribution that it is shown as: whose page, body and licence it has. It is a
// function of the set; the order of list means nothing.
func Golden(list []Contribution) (Record, Contribution) {
	list = slices.Clone(list)
	slices.SortFunc(list, inRank)
	best := list[0]
	switch {
	case len(list) == 1:
		r := best.Record
		r.SourceGeometry = best.Place
		return r, best
	case best.Record.Kind == KindDataset:
		r := goldenDataset(list)
		r.SourceGeometry = best.Place
		return r, best
	}
	return goldenFields(list), best
}

// inRank orders contributions, the one that is believed most first; of equals, the one of
// the source that was there first.
func inRank(a, b Contribution) int {
	rank := func(c Contribution) int { return c.Source.Standing.rank(c) }
	if a.Record.Kind == KindDataset {
		rank = catalogueRank
	}
	return cmp.Or(
		cmp.Compare(rank(a), rank(b)),
		a.Source.Added.Truncate(time.Second).Compare(b.Source.Added.Truncate(time.Second)),
		strings.Compare(a.Source.ID, b.Source.ID),
		strings.Compare(a.Layer, b.Layer),
		strings.Compare(a.Key, b.Key),
	)
}

// Standing is with what right a source speaks of what it describes.
type Standing string

// The standings. Without one, a source that belongs to a body speaks of what is
// that body's own; one that belongs to none is like a collection.
const (
	StandingOwner      Standing = "owner"      // the system of who answers for the things
	StandingRegister   Standing = "register"   // the national register of that kind
	StandingRegional   Standing = "regional"   // a regional portal
	StandingCollection Standing = "collection" // gathers what others know, as OpenStreetMap does
)

// Standings are all of them, the one that is believed most first.
var Standings = []Standing{StandingOwner, StandingRegister, StandingRegional, StandingCollection}

// rank is that of spec/metadata.md §0.2 for what c says.
func (s Standing) rank(c Contribution) int {
	if s == "" {
		s = StandingCollection
		if c.Source.BodyID != "" && c.Source.BodyID == c.Record.BodyID {
			s = StandingOwner
		}
	}
	return slices.Index(Standings, s)
}

// A Provenance is what one source contributes to a record that several describe.
type Provenance struct {
	Source string `json:"source"`
	Title  string `json:"title"`
	URL    string `json:"url,omitempty"` // of its page there
	// Fields are the properties whose value is the one that the source gives, "geometry" among them.
	Fields []string `json:"fields"`
}

// provenance is the property that tells it.
const provenance = "provenance"

// Provenance tells who says what of r; nothing when one source alone describes it.
func (r *Record) Provenance() []Provenance {
	var list []Provenance
	if raw, ok := r.Properties.Get(provenance).(json.RawMessage); !ok || json.Unmarshal(raw, &list) != nil {
		return nil // none, or a column of a source that is called so
	}
	return list
}

// together are the properties that one source gives or another, not each a part:
// a street of one and a postcode of another are no address. The first of them that a
// source has says that it gives them.
var together = [][]string{
	{"address", "municipality", "istat_code", "postcode", "locality", "province"},
	{"start", "end", "occurrences", "rrule", "exdates", "event_status"},
	{"type", "type_label", "place_type", "poi_category", "accommodation_type", "event_type", "activity_area", "theme"},
	{"opening_hours", "closures"},
	{"phone", "phones", "fax"},
	{"email", "emails"},
	{"certified_email", "certified_emails", "pec"},
}

// shownOnly are the properties that speak of a description, not of the thing.
var shownOnly = []string{"kind", "body", "body_name", "licence", "source", "source_key", "source_modified", "url", "code", "updated", "accuracy_metres", "geometry_source", "rights_note", provenance}

// goldenFields takes each field of the best source that has it (spec/metadata.md
// §0.2), of list in their rank. Columns that the model does not know are those of the
// first alone: under one name two sources may mean two things. A value enters only
// where its licence lets it stand under that of the record.
func goldenFields(list []Contribution) Record {
	g := golden{Record: list[0].Record, given: make([][]string, len(list))}
	g.Properties = slices.Clone(g.Properties)
	for _, p := range g.Properties {
		if !slices.Contains(shownOnly, p.Name) {
			g.given[0] = append(g.given[0], p.Name)
		}
	}
	for i, c := range list[1:] {
		if g.may(c.Record) {
			g.add(i+1, c.Record)
		}
	}
	g.names(list)
	g.place(list)
	var said []Provenance
	for i, c := range list {
		slices.Sort(g.given[i])
		said = append(said, Provenance{Source: c.Source.ID, Title: cmp.Or(c.Source.Title, c.Source.ID), URL: c.Record.SourceURL, Fields: slices.Compact(append([]string{}, g.given[i]...))})
	}
	g.Properties = with(g.Properties, provenance, jsonOf(said))
	g.typed()
	return g.Record
}

// A golden record in the making.
type golden struct {
	Record
	given [][]string // the properties that each contribution gives
}

// may reports whether what r says may stand under the licence of the record.
func (g *golden) may(r Record) bool {
	ok, _ := r.Terms.MayEnter(g.Terms)
	return ok
}

// add takes from r, contribution i, what those before do not say.
func (g *golden) add(i int, r Record) {
	taken := map[string]bool{} // groups that r gives, by their first member
	for _, p := range r.Properties {
		if p.Value == nil || slices.Contains(shownOnly, p.Name) || fieldOf(r.Kind, p.Name) == nil || p.Name == "external_ids" || p.Name == "alt_names" {
			continue
		}
		if group := groupOf(p.Name); group != nil {
			if _, decided := taken[group[0]]; !decided {
				taken[group[0]] = g.leaves(group, r)
			}
			if !taken[group[0]] {
				continue
			}
		} else if g.Properties.Get(p.Name) != nil {
			continue
		}
		g.Properties = with(g.Properties, p.Name, p.Value)
		g.given[i] = append(g.given[i], p.Name)
		if p.Name == "description" {
			g.Summary = r.Summary
		}
	}
}

// leaves reports whether r gives a group of properties: nobody has given it, or only parts
// without the first, which r has. Those parts are then taken out.
func (g *golden) leaves(group []string, r Record) bool {
	of := func(name string) bool { return slices.Contains(group, strings.TrimSuffix(name, declared)) }
	there := slices.ContainsFunc(g.Properties, func(p Property) bool { return of(p.Name) && p.Value != nil })
	if there && (g.Properties.Get(group[0]) != nil || r.Properties.Get(group[0]) == nil) {
		return false
	}
	g.Properties = slices.DeleteFunc(g.Properties, func(p Property) bool { return of(p.Name) })
	for i := range g.given {
		g.given[i] = slices.DeleteFunc(g.given[i], of)
	}
	return true
}

// groupOf is the group of properties that name belongs to, with or without the mark of the source's words.
func groupOf(name string) []string {
	name = strings.TrimSuffix(name, declared)
	for _, group := range together {
		if slices.Contains(group, name) {
			return group
		}
	}
	return nil
}

// names adds what the others call the thing, and by which numbers they know it.
func (g *golden) names(list []Contribution) {
	names, ids := texts(g.Properties.Get("alt_names")), g.externalIDs()
	known := map[string]bool{Plain(g.Title): true}
	for _, n := range names {
		known[Plain(n)] = true
	}
	for i, c := range list[1:] {
		if !g.may(c.Record) {
			continue
		}
		for _, n := range append([]string{c.Record.Title}, texts(c.Record.Properties.Get("alt_names"))...) {
			if plain := Plain(n); g.Kind == KindPlace && plain != "" && !known[plain] {
				known[plain] = true
				names = append(names, n)
				g.given[i+1] = append(g.given[i+1], "alt_names")
			}
		}
		for _, id := range append(c.Record.Identifiers(), c.Record.externalIDs()...) {
			if id.Value != "" && !slices.Contains(ids, id) && !slices.Contains(g.Identifiers(), id) {
				ids = append(ids, id)
				g.given[i+1] = append(g.given[i+1], "external_ids")
			}
		}
	}
	if len(names) > 0 {
		g.Properties = with(g.Properties, "alt_names", names)
	}
	if len(ids) > 0 {
		g.Properties = with(g.Properties, "external_ids", jsonOf(ids))
	}
}

// texts are the texts of a property that may have several.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return slices.Clone(v)
	case json.RawMessage:
		var list []string
		if json.Unmarshal(v, &list) == nil {
			return list
		}
	}
	return nil
}

// found orders how positions are found, the best first (spec/metadata.md §4.3, rule 5).
var found = []string{"surveyed", "", "harvested", "geocoded_number", "geocoded_street", "inherited", "centroid"}

// place gives the record the position of the contribution that knows it best.
func (g *golden) place(list []Contribution) {
	best, at := -1, 0
	for i, c := range list {
		if c.Place == nil || i > 0 && !g.may(c.Record) {
			continue
		}
		if how := slices.Index(found, Text(c.Record.Properties.Get("geometry_source"))); best < 0 || how < at {
			best, at = i, how
		}
	}
	g.SourceGeometry, g.AccuracyMetres = geom.T(nil), 0
	for _, name := range []string{"geometry_source", "accuracy_metres"} {
		g.Properties = with(g.Properties, name, nil)
		if best >= 0 {
			g.Properties = with(g.Properties, name, list[best].Record.Properties.Get(name))
		}
	}
	g.Properties = slices.DeleteFunc(g.Properties, func(p Property) bool {
		return p.Value == nil && (p.Name == "geometry_source" || p.Name == "accuracy_metres")
	})
	if best >= 0 {
		g.SourceGeometry, g.AccuracyMetres = list[best].Place, list[best].Record.AccuracyMetres
		g.given[best] = append(g.given[best], "geometry")
	}
}

// typed brings the fields of the record to what its properties say.
func (g *golden) typed() {
	g.Type, g.Theme = Text(g.Properties.Get("type")), Theme(Text(g.Properties.Get("theme")))
	g.Municipality, g.ISTATCode = Text(g.Properties.Get("municipality")), Text(g.Properties.Get("istat_code"))
	g.Occurrences = nil
	g.FromProperties()
}
