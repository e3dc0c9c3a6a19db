package portal

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// datasetPage is the page of a dataset: all of spec/portal.md §5 in one page,
// its parts sections with anchors.
type datasetPage struct {
	head
	Record     *catalog.Record
	Row        row
	Lead, Body string
	Crumbs     []link
	Badges     []badge
	Downloads  string // how often it was taken away, "" when it cannot be
	Stale      string
	Sections   []link
	Tables     []choice // when there are several
	Table      *tablePreview
	Ours       []fileLine
	Theirs     []fileLine
	Checksums  bool // some of Theirs has one
	Assessment *assessment
	Changes    []changeLine
	Details    []detail
	linkedSection
	Keywords   []string
	Provenance []fact
	Formats    []link
	Still      *still
	Sources    string
	MapURL     string
	Data       mapData
	JSONLD     any
}

// datasetPath answers /dati/{name}: a dataset by its address, by its collection
// or by the slug of its title, as a page or as data.
func (s *server) datasetPath(w http.ResponseWriter, r *http.Request) error {
	name, format := splitSuffix(r.PathValue("name"))
	if len(name) >= 36 && validID(name[len(name)-36:]) {
		return s.record(w, r)
	}
	rec, err := s.findDataset(r, name)
	if isNotFound(err) { // a collection that nobody describes
		c, err := s.store.Collection(r.Context(), name)
		if err != nil {
			return fmt.Errorf("dataset: %w", err)
		}
		http.Redirect(w, r, search{Page: 1, Collection: c.Name}.URL("/mappa"), http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	return s.answerIn(w, r, rec, format)
}

// findDataset is the dataset that name means: its collection, the slug of its
// title, or one that ends with its identifier.
func (s *server) findDataset(r *http.Request, name string) (*catalog.Record, error) {
	if len(name) >= 36 && validID(name[len(name)-36:]) {
		rec, err := s.store.Item(r.Context(), name[len(name)-36:])
		if err == nil && rec.Kind != catalog.KindDataset {
			err = fmt.Errorf("dataset %q: %w", name, catalog.ErrNotFound)
		}
		return rec, err
	}
	rec, err := s.store.DatasetOf(r.Context(), name)
	if isNotFound(err) {
		rec, err = s.store.DatasetBySlug(r.Context(), name)
	}
	return rec, err
}

func isNotFound(err error) bool { return errors.Is(err, catalog.ErrNotFound) }

// dataset answers with the page of rec.
func (s *server) dataset(w http.ResponseWriter, r *http.Request, rec *catalog.Record) error {
	ask := parseTableAsk(r.URL.Query())
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	content, err := s.datasetContent(r.Context(), rec)
	if err != nil {
		return err
	}
	taken, err := s.takenWords(r.Context(), content)
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("dataset", rec.ID, rec.Version, ask, mark, sources, taken, s.minute(), r.Host)) {
		return nil
	}
	p, err := s.datasetPage(r, rec, content, ask)
	if err != nil {
		return err
	}
	p.Sources, p.Downloads = sources, taken
	return s.render(w, r, http.StatusOK, s.pages["dataset"], "base", p)
}

// A datasetContent is what of a dataset is in the catalogue: tables whose rows
// are records, or what stations have measured.
type datasetContent struct {
	tables  []catalog.Table
	streams []catalog.Datastream
}

func (c datasetContent) here() bool { return len(c.tables)+len(c.streams) > 0 }

// datasetContent is what there is of rec. Measurements are those of the source
// that the dataset is.
func (s *server) datasetContent(ctx context.Context, rec *catalog.Record) (c datasetContent, err error) {
	c.tables, err = s.store.Tables(ctx, rec.ID)
	if err == nil && len(c.tables) == 0 && (rec.SourceKey == rec.SourceID || strings.HasPrefix(rec.SourceKey, rec.SourceID+"/")) {
		c.streams, err = s.store.DatastreamsOf(ctx, catalog.DatastreamQuery{Source: rec.SourceID})
		c.streams = slices.DeleteFunc(c.streams, func(d catalog.Datastream) bool { return d.Last == nil })
	}
	return c, err
}

// datasetPage gathers what the page of rec shows.
func (s *server) datasetPage(r *http.Request, rec *catalog.Record, content datasetContent, ask tableAsk) (*datasetPage, error) {
	path := recordPath(rec)
	p := &datasetPage{head: s.head(r, rec.Title, path), Record: rec, Row: s.newRow(1, catalog.Hit{Record: rec, DistanceMetres: -1})}
	p.Lead, p.Body = description(rec), or(rec.BodyName, rec.BodyID)
	p.Description = clip(or(p.Lead, join(" · ", s.texts.t("genere.dataset"), p.Body)), 200)
	p.NoIndex = ask != tableAsk{}
	p.Formats = s.offer(&p.head, path)
	p.Crumbs = []link{{URL: "/", Label: s.texts.t("briciole.inizio")}, {URL: "/dati", Label: s.texts.t("dati.titolo")}}
	p.Stale = s.stale(rec, s.now())
	p.Details, _ = s.details(rec)
	p.Keywords = words(rec.Properties.Get("keywords"))
	p.Data = mapData{Rows: []mapRow{}, Language: p.Lang}
	if err := s.datasetTables(r, p, rec, content.tables, ask); err != nil {
		return nil, err
	}
	if err := s.datasetReadings(r, p, content.streams, ask); err != nil {
		return nil, err
	}
	p.Theirs = s.theirFiles(rec)
	var found catalog.Findings
	var err error
	if p.Assessment, found, err = s.assess(r.Context(), rec); err != nil {
		return nil, err
	}
	s.checkFiles(p.Theirs, rec, found.Links)
	p.Checksums = slices.ContainsFunc(p.Theirs, func(f fileLine) bool { return f.Checksum != "" })
	p.Badges = s.badges(rec, content.here(), s.now())
	if err := s.descriptionChanges(r.Context(), p); err != nil {
		return nil, err
	}
	groups, err := s.linked(r.Context(), &p.linkedSection, rec, &p.Details)
	if err != nil {
		return nil, err
	}
	p.Sections = s.sections(p)
	src, read, err := s.store.Origin(r.Context(), rec.SourceID)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	p.Provenance = s.provenance(rec, src, read)
	ld, err := s.datasetLD(r, rec, content)
	if err != nil {
		return nil, err
	}
	s.ldRelations(ld, func(path string) string { return s.absolute(r, path) }, groups)
	p.JSONLD = ld
	return p, nil
}

// datasetTables fills what there is when rows of the dataset are records.
func (s *server) datasetTables(r *http.Request, p *datasetPage, rec *catalog.Record, tables []catalog.Table, ask tableAsk) error {
	if len(tables) == 0 {
		return nil
	}
	chosen := tables[0]
	for _, t := range tables {
		if t.Collection.Name == ask.Table {
			chosen = t
		}
	}
	path := recordPath(rec)
	for _, t := range tables {
		if len(tables) > 1 {
			p.Tables = append(p.Tables, choice{link{URL: tableAsk{Table: t.Collection.Name}.URL(path) + "#anteprima", Label: s.tableTitle(t)}, t.Collection.Name == chosen.Collection.Name})
		}
	}
	ask.Table = ""
	if len(tables) > 1 && chosen.Collection.Name != tables[0].Collection.Name {
		ask.Table = chosen.Collection.Name
	}
	rows, err := s.preview(r, p, path, chosen, ask)
	if err != nil {
		return err
	}
	p.Ours = s.ourFiles(r, tables)
	if ask.Column == "" && ask.Search == "" { // what a filter selects says little of the others
		if err := s.sizes(p.Ours, chosen, p.Table.records); err != nil {
			return err
		}
	}
	if err := s.tableChanges(r.Context(), p, chosen); err != nil {
		return err
	}
	return s.datasetMap(r.Context(), p, chosen, ask, rows)
}

// tableTitle is the name of a table for people.
func (s *server) tableTitle(t catalog.Table) string {
	if t.Source != "" {
		return s.collectionTitle(t.Collection.Name, t.Collection.Title)
	}
	return or(t.Collection.Title, t.Collection.Name)
}

// datasetMap draws the rows that are shown; the live map has all of them.
func (s *server) datasetMap(ctx context.Context, p *datasetPage, t catalog.Table, ask tableAsk, rows []row) error {
	all := ask.search(t)
	p.MapURL = all.URL("/mappa")
	p.Data.Tiles = all.URL("/tiles/{z}/{x}/{y}")
	return s.drawRows(ctx, p, rows)
}

// drawRows draws rows on the still map, as far as they have a place.
func (s *server) drawRows(ctx context.Context, p *datasetPage, rows []row) error {
	var placed []row
	for _, each := range rows {
		if each.Place != nil {
			placed = append(placed, each)
			p.Data.Rows = append(p.Data.Rows, mapRow{N: each.N, ID: each.ID, Theme: each.Theme, Title: each.Title, Lon: round6(each.Place.Lon()), Lat: round6(each.Place.Lat())})
		}
	}
	if len(placed) == 0 {
		return nil
	}
	box := placed[0].geometry.Bound()
	for _, each := range placed {
		box = box.Union(each.geometry.Bound())
	}
	if box.Max[0]-box.Min[0] < recordSpan && box.Max[1]-box.Min[1] < recordSpan {
		box = box.Pad(recordSpan)
	}
	p.Data.Box = &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	var err error
	p.Still, err = s.still(ctx, box, placed, s.texts.t("mappa.ferma.dataset", p.Record.Title), wideWidth, recordHeight)
	return err
}

const wideWidth = 1100 // of a still map as broad as the page

// sections are the anchors of the page, of what it has.
func (s *server) sections(p *datasetPage) []link {
	var out []link
	for _, x := range []struct {
		name string
		has  bool
	}{
		{"anteprima", p.Table != nil}, {"mappa", p.Still != nil}, {"scarica", len(p.Ours)+len(p.Theirs) > 0}, {"api", p.Table != nil},
		{"schema", p.Table != nil}, {"versioni", len(p.Changes) > 0}, {"informazioni", len(p.Details)+len(p.Keywords) > 0}, {"valutazione", p.Assessment != nil}, {"fonte", true},
	} {
		if x.has {
			out = append(out, link{URL: "#" + x.name, Label: s.texts.t("dati." + x.name)})
		}
	}
	return out
}

// words are keywords, as a list or as a text with commas.
func words(v any) []string {
	switch v := v.(type) {
	case []string:
		return v
	case string:
		var out []string
		for w := range strings.SplitSeq(v, ",") {
			if w = strings.TrimSpace(w); w != "" {
				out = append(out, w)
			}
		}
		return out
	}
	return nil
}
