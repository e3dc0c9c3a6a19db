package portal

import (
	"context"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A linkedGroup are records that have to do with another in one way.
type linkedGroup struct {
	Title string
	Links []link
	All   string // address of all of them, when there are more
}

const linkedRows = 6 // of a group that a search can show whole

// linked fills «Collegati»: what the source itself ties to rec by its keys, what
// the same body offers, the courses at the same place. Of what is shown there by
// its name, the key is left out of the details.
func (s *server) linked(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	list, err := s.store.Related(ctx, rec)
	if err != nil {
		return err
	}
	named := rec.Named()
	found := map[string]int{}
	for _, r := range list {
		title := s.texts.t("campo." + r.Property)
		if r.Inverse {
			title = s.texts.t("collegati." + r.Property)
		} else if found[r.Property]++; found[r.Property] == len(named[r.Property]) {
			p.Details = slices.DeleteFunc(p.Details, func(d detail) bool { return d.Name == title })
		}
		p.link(title, link{URL: recordPath(r.Record), Label: r.Record.Title})
	}
	if err := s.ofBody(ctx, p, rec); err != nil {
		return err
	}
	if at := p.Row.Place; at != nil && rec.Kind == catalog.KindPlace {
		return s.linkAll(ctx, p, s.texts.t("collegati.corsi-qui"), catalog.KindCourse, catalog.Query{Near: at, RadiusMetres: hereMetres}, search{Near: &orb.Point{round4(at.Lon()), round4(at.Lat())}})
	}
	return nil
}

// link adds a link to the group called title, and gives the group.
func (p *recordPage) link(title string, l link) *linkedGroup {
	i := slices.IndexFunc(p.Linked, func(g linkedGroup) bool { return g.Title == title })
	if i < 0 {
		i, p.Linked = len(p.Linked), append(p.Linked, linkedGroup{Title: title})
	}
	if !slices.Contains(p.Linked[i].Links, l) {
		p.Linked[i].Links = append(p.Linked[i].Links, l)
	}
	return &p.Linked[i]
}

// ofBody adds the offices, services and courses of a body to its page. A body is
// known by its IPA code, which their records carry.
func (s *server) ofBody(ctx context.Context, p *recordPage, rec *catalog.Record) error {
	code := strings.ToLower(or(property(rec, "ipa_code"), property(rec, "code")))
	if rec.Kind != catalog.KindOrganization || code == "" {
		return nil
	}
	for _, g := range []struct {
		key  string
		kind catalog.Kind
	}{{"uffici", catalog.KindOffice}, {"servizi", catalog.KindService}, {"corsi", catalog.KindCourse}} {
		title := s.texts.t("collegati." + g.key)
		if err := s.linkAll(ctx, p, title, g.kind, catalog.Query{Bodies: []string{code}}, search{Bodies: []string{code}}); err != nil {
			return err
		}
	}
	return nil
}

// linkAll adds the records of a kind that q selects, with the address of the same
// search when there are more.
func (s *server) linkAll(ctx context.Context, p *recordPage, title string, kind catalog.Kind, q catalog.Query, all search) error {
	q.Collection, q.Limit = kind.Collection(), linkedRows+1
	list, err := s.store.Rows(ctx, q, "title", false)
	if err != nil {
		return err
	}
	for _, r := range list[:min(len(list), linkedRows)] {
		group := p.link(title, link{URL: recordPath(r), Label: r.Title})
		if len(list) > linkedRows {
			all.Page, all.Collection = 1, q.Collection
			group.All = all.URL("/mappa")
		}
	}
	return nil
}
