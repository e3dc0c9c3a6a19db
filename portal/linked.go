package portal

import (
	"context"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

const (
	linkedRows                = 6 // of a group that a search can show whole
	linkedWidth, linkedHeight = 640, 260
	apart                     = 2e-4 // degrees, some 20 m: nearer things are under one symbol
	mostSymbols               = 40   // on the map of related places
	ofPlace, ofOthers         = "collegati.luogo", "scheda.collegati"
)

// A linkedSection is what has to do with a record: «Tutto su questo luogo».
type linkedSection struct {
	LinkedTitle string
	Linked      []linkedGroup
	LinkedStill *still
	LinkedURL   string // all of them on the live map
}

// A linkedGroup are the records to which one relation leads.
type linkedGroup struct {
	Title string
	How   string // how all of them were found, where that is not certain
	Rows  []linkedRow
	More  int64  // how many there are
	All   string // address of all of them, when there are more than Rows
}

// A linkedRow is one of them.
type linkedRow struct {
	URL, Label, Sub string
	How             string // how it was found, where that is not certain
}

// linked fills what has to do with rec. Of what is shown there by its name, the
// property is left out of details. related is given back for JSON-LD.
func (s *server) linked(ctx context.Context, p *linkedSection, rec *catalog.Record, details *[]detail) ([]catalog.RelationGroup, error) {
	groups, err := s.store.Relations(ctx, rec.ID, catalog.RelationQuery{Limit: linkedRows})
	if err != nil {
		return nil, err
	}
	p.LinkedTitle = s.texts.t(ofOthers)
	if rec.Kind == catalog.KindPlace {
		p.LinkedTitle = s.texts.t(ofPlace)
	}
	var placed []row
	for _, g := range groups {
		if name := g.Name(); name == "describes" || rec.Kind != catalog.KindFeature && name == catalog.Documents {
			continue // the page has them elsewhere: the table, «Scarica»
		}
		group := s.linkedGroup(rec, g)
		for _, r := range g.Related {
			if each := s.newRow(len(placed)+1, catalog.Hit{Record: r.Record, DistanceMetres: -1}); each.Place != nil && r.Record.Kind != catalog.KindAdminArea {
				each.geometry = nil
				placed = append(placed, each)
			}
		}
		if g.Count > int64(len(group.Rows)) {
			group.All = search{Page: 1, Related: rec.ID, Relation: g.Name()}.URL("/mappa")
		}
		p.Linked = append(p.Linked, group)
	}
	s.linkedDetails(rec, groups, details)
	return groups, s.linkedMap(ctx, p, rec, placed)
}

// linkedGroup are the lines of a relation. What all of them have in common is said once.
func (s *server) linkedGroup(rec *catalog.Record, g catalog.RelationGroup) linkedGroup {
	group := linkedGroup{Title: g.Words(s.texts.t("lingua")), More: g.Count}
	first := g.Related[0]
	mixed := func(differs func(catalog.Relation) bool) bool { return slices.ContainsFunc(g.Related, differs) }
	kinds := mixed(func(r catalog.Relation) bool { return r.Record.Kind != first.Record.Kind })
	ways := mixed(func(r catalog.Relation) bool { return r.How != first.How })
	if !ways {
		group.How = s.howFound(first.How)
	}
	for _, r := range g.Related {
		line := linkedRow{URL: recordPath(r.Record), Label: r.Record.Title}
		kind := r.Record.TypeLabel
		if kinds {
			kind = s.kindOf(r.Record)
		}
		town := ""
		if r.Record.Municipality != rec.Municipality && !strings.Contains(catalog.Plain(r.Record.Title), catalog.Plain(r.Record.Municipality)) {
			town = r.Record.Municipality
		}
		line.Sub = join(" · ", kind, town, s.whenNext(r.Record))
		if ways {
			line.How = s.howFound(r.How)
		}
		group.Rows = append(group.Rows, line)
	}
	return group
}

// howFound says how a relation was found, "" where that is certain.
func (s *server) howFound(how string) string {
	switch how {
	case catalog.ByName:
		return s.texts.t("collegati.trovato.name")
	case catalog.ByAddress:
		return s.texts.t("collegati.trovato.address")
	}
	return ""
}

// whenNext is when an event or course takes place.
func (s *server) whenNext(r *catalog.Record) string {
	if r.Kind == catalog.KindEvent || r.Kind == catalog.KindCourse {
		return s.secondLine(r)
	}
	return ""
}

// linkedDetails takes out of details the properties all of whose things are linked.
func (s *server) linkedDetails(rec *catalog.Record, groups []catalog.RelationGroup, details *[]detail) {
	named, found := map[string][]string{}, map[string]int64{}
	for _, f := range rec.References() {
		if !slices.Contains(named[f.Property], f.Said) {
			named[f.Property] = append(named[f.Property], f.Said)
		}
		for _, g := range groups {
			if g.RelationType.Name == f.Type && g.Back == f.Back && len(named[f.Property]) == 1 {
				found[f.Property] += g.Count
			}
		}
	}
	for property, said := range named {
		if property == "instances" || property == "channels" || found[property] < int64(len(said)) {
			continue // more stands there than names, or nobody is known by one
		}
		*details = slices.DeleteFunc(*details, func(d detail) bool { return d.Name == s.texts["campo."+property] })
	}
}

// linkedMap draws the related places, and rec among them, if they are not all where
// it is itself.
func (s *server) linkedMap(ctx context.Context, p *linkedSection, rec *catalog.Record, placed []row) error {
	own := symbolPlace(rec.Geometry)
	if own != nil && rec.Kind != catalog.KindDataset && rec.Kind != catalog.KindAdminArea {
		placed = slices.DeleteFunc(placed, func(r row) bool { return near(*r.Place, *own) })
	} else {
		own = nil
	}
	if len(placed) == 0 {
		return nil
	}
	placed = placed[:min(len(placed), mostSymbols)]
	p.LinkedURL = search{Page: 1, Related: rec.ID, MapView: true}.URL("/mappa")
	label := s.texts.t("collegati.mappa", len(placed), rec.Title)
	if own != nil {
		placed = append([]row{{ID: rec.ID, Theme: themeName(rec.Theme), Place: own}}, placed...)
	}
	box := placed[0].Place.Bound()
	for _, r := range placed {
		box = box.Extend(*r.Place)
	}
	var err error
	p.LinkedStill, err = s.still(ctx, box, placed, label, linkedWidth, linkedHeight)
	return err
}

func near(a, b orb.Point) bool {
	return max(a[0]-b[0], b[0]-a[0]) < apart && max(a[1]-b[1], b[1]-a[1]) < apart
}

// lines are the rows of a group for paper.
func (g linkedGroup) lines() []string {
	var list []string
	for _, r := range g.Rows {
		list = append(list, join(" · ", r.Label, r.Sub))
	}
	return list
}

// has reports whether the page at path is among the links.
func (p *linkedSection) has(path string) bool {
	return slices.ContainsFunc(p.Linked, func(g linkedGroup) bool {
		return slices.ContainsFunc(g.Rows, func(r linkedRow) bool { return r.URL == path })
	})
}

// ldRelations adds to the schema.org description of a record what it has to do with.
// What is described there without an address, such as the place of an event, gets the one
// of its record.
func (s *server) ldRelations(out map[string]any, absolute func(path string) string, groups []catalog.RelationGroup) {
	for _, g := range groups {
		name := g.Property()
		if name == "" || g.Name() == "contains" && g.Count > maxLinkedLD {
			continue // a search tells those
		}
		var list []any
		for _, r := range g.Related {
			list = append(list, map[string]any{"@id": absolute("/id/" + r.Record.ID), "@type": schemaType(r.Record), "name": r.Record.Title})
		}
		switch there := out[name].(type) {
		case map[string]any:
			if len(list) == 1 && there["@id"] == nil {
				there["@id"] = list[0].(map[string]any)["@id"]
				continue
			}
			out[name] = append([]any{there}, list...)
		case []any:
			out[name] = append(there, list...)
		case nil:
			out[name] = list
			if len(list) == 1 {
				out[name] = list[0]
			}
		}
	}
}

// ldTerms tells the same in the terms of DCMI and DCAT, which have a word for every
// relation: who reads RDF need not know schema.org.
func ldTerms(out map[string]any, absolute func(path string) string, groups []catalog.RelationGroup) {
	if len(groups) == 0 {
		return
	}
	prefixes := map[string]any{}
	for _, g := range groups {
		if g.Name() == "contains" && g.Count > maxLinkedLD {
			continue
		}
		term := g.Term()
		list, _ := out[term].([]any)
		for _, r := range g.Related {
			list = append(list, map[string]any{"@id": absolute("/id/" + r.Record.ID)})
		}
		out[term] = list
		prefix, _, _ := strings.Cut(term, ":")
		prefixes[prefix] = turtlePrefixes[prefix]
	}
	out["@context"] = []any{out["@context"], prefixes}
}

// coursesHere fills the courses at the position of rec that do not name it.
func (s *server) coursesHere(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	at := p.Row.Place
	if at == nil || rec.Kind != catalog.KindPlace {
		return nil
	}
	list, err := s.store.Rows(ctx, catalog.Query{Collection: catalog.KindCourse.Collection(), Near: at, RadiusMetres: hereMetres, Limit: linkedRows + 1}, "title", false)
	if err != nil {
		return err
	}
	group := linkedGroup{Title: s.texts.t("collegati.corsi-qui")}
	for _, r := range list[:min(len(list), linkedRows)] {
		if path := recordPath(r); !p.has(path) {
			group.Rows = append(group.Rows, linkedRow{URL: path, Label: r.Title, Sub: s.whenNext(r)})
		}
	}
	if len(list) > linkedRows {
		group.All = search{Page: 1, Collection: catalog.KindCourse.Collection(), Near: &orb.Point{round4(at.Lon()), round4(at.Lat())}}.URL("/mappa")
	}
	if len(group.Rows) > 0 {
		p.Linked = append(p.Linked, group)
	}
	return nil
}
