package portal

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
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
	Stale      string
	Sections   []link
	Tables     []choice // when there are several
	Table      *tablePreview
	Ours       []fileLine
	Theirs     []fileLine
	Details    []detail
	Keywords   []string
	Provenance []fact
	Formats    []link
	Still      *still
	Sources    string
	MapURL     string
	Data       mapData
	JSONLD     any
}

// A badge says something about quality, in words.
type badge struct {
	Text string
	Good bool
}

// A fileLine is one file of a dataset, ours or the source's.
type fileLine struct {
	Name, Use        string
	Format, MediaTyp string
	Size, Rows       string
	Updated, Licence string
	URL              template.URL
	Text             string // of the address, when it is no link
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
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	sources, err := s.basemapSources(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("dataset", rec.ID, rec.Version, ask, mark, sources, s.minute(), r.Host)) {
		return nil
	}
	p, err := s.datasetPage(r, rec, ask)
	if err != nil {
		return err
	}
	p.Sources = sources
	return s.render(w, r, http.StatusOK, s.pages["dataset"], "base", p)
}

// datasetPage gathers what the page of rec shows.
func (s *server) datasetPage(r *http.Request, rec *catalog.Record, ask tableAsk) (*datasetPage, error) {
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
	tables, err := s.store.Tables(r.Context(), rec.ID)
	if err != nil {
		return nil, err
	}
	if err := s.datasetTables(r, p, rec, tables, ask); err != nil {
		return nil, err
	}
	p.Theirs = s.theirFiles(rec)
	p.Badges = s.badges(rec, tables, s.now())
	p.Sections = s.sections(p)
	src, read, err := s.store.Origin(r.Context(), rec.SourceID)
	if err != nil && !isNotFound(err) {
		return nil, err
	}
	p.Provenance = s.provenance(rec, src, read)
	p.JSONLD = s.jsonLD(r, rec)
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
	return s.datasetMap(r.Context(), p, chosen, rows)
}

// tableTitle is the name of a table for people.
func (s *server) tableTitle(t catalog.Table) string {
	if t.Source != "" {
		return s.collectionTitle(t.Collection.Name, t.Collection.Title)
	}
	return or(t.Collection.Title, t.Collection.Name)
}

// datasetMap draws the rows that are shown; the live map has all of them.
func (s *server) datasetMap(ctx context.Context, p *datasetPage, t catalog.Table, rows []row) error {
	all := search{Page: 1, Collection: t.Collection.Name}
	if t.Source != "" {
		all.Sources = []string{t.Source}
	}
	p.MapURL = all.URL("/mappa")
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
	p.Data.Tiles = all.URL("/tiles/{z}/{x}/{y}")
	var err error
	p.Still, err = s.still(ctx, box, placed, s.texts.t("mappa.ferma.dataset", p.Record.Title), wideWidth, recordHeight)
	return err
}

const wideWidth = 1100 // of a still map as broad as the page

// ourFiles are the downloads of the rows that are records.
func (s *server) ourFiles(r *http.Request, tables []catalog.Table) []fileLine {
	var out []fileLine
	for _, t := range tables {
		for _, f := range datasets.Formats {
			if k := t.Collection.Kind; f.Name == "ics" && k != catalog.KindEvent && k != catalog.KindCourse {
				continue
			}
			name, _, _ := strings.Cut(f.Label, " (")
			if len(tables) > 1 {
				name = s.tableTitle(t) + ", " + name
			}
			address := "/api/v1/datasets/" + t.Collection.Name + "/download/" + f.Name
			if t.Source != "" {
				address += "?source=" + escape(t.Source)
			}
			out = append(out, fileLine{Name: name, Use: s.texts.t("scarica." + f.Name), Format: name, Rows: number(t.Count), URL: template.URL(s.absolute(r, address))})
		}
	}
	return out
}

// theirFiles are the files and services that the source names.
func (s *server) theirFiles(rec *catalog.Record) []fileLine {
	var out []fileLine
	for _, d := range rec.Distributions {
		f := fileLine{Name: or(d.Title, formatName(d), shortURL(d.Address())), Format: formatName(d), Updated: dayOf(clip(d.Modified, 10)), URL: template.URL(webURL(strings.TrimSpace(d.Address())))}
		if f.URL == "" {
			f.Text = d.Address()
		}
		if d.ByteSize > 0 {
			f.Size = size(d.ByteSize)
		}
		if d.Service {
			f.Use = s.texts.t("dati.servizio")
		}
		if l, ok := datasets.Vocabularies().Licence(d.Licence); ok && d.Licence != "" {
			f.Licence = or(l.Short, l.Label)
		} else {
			f.Licence = d.Licence
		}
		out = append(out, f)
	}
	return out
}

// size writes bytes as people say them: "12 kB", "3,4 MB".
func size(bytes int64) string {
	for _, u := range []struct {
		bytes int64
		name  string
	}{{1e9, "GB"}, {1e6, "MB"}, {1e3, "kB"}} {
		if bytes >= u.bytes {
			v := float64(bytes) / float64(u.bytes)
			if v < 9.95 {
				return strings.Replace(fmt.Sprintf("%.1f %s", v, u.name), ".", ",", 1)
			}
			return fmt.Sprintf("%.0f %s", v, u.name)
		}
	}
	return fmt.Sprintf("%d byte", bytes)
}

// openFormats are those whose specification anybody may read and write without
// asking (spec/metadata.md §2.6): the short names.
var openFormats = []string{"csv", "tsv", "json", "geojson", "geojsonseq", "jsonl", "topojson", "xml", "gml", "kml", "kmz", "gpx", "gpkg", "rdf", "ttl", "jsonld", "nt", "n3", "ods", "xlsx", "ics", "ical", "parquet", "geoparquet", "fgb", "html", "txt", "rss", "atom"}

// badges say what can be relied on.
func (s *server) badges(rec *catalog.Record, tables []catalog.Table, now time.Time) []badge {
	var out []badge
	add := func(good bool, key string, args ...any) { out = append(out, badge{s.texts.t(key, args...), good}) }
	if modified, ok := instantOf(clip(rec.SourceModified, 10)); ok {
		if n := int(now.Sub(modified).Hours() / 24 / 30.44); n < staleAfter {
			add(true, "qualita.aggiornato")
		} else {
			add(false, "qualita.vecchio", n)
		}
	}
	open := len(tables) > 0 || slices.ContainsFunc(rec.Distributions, func(d catalog.Distribution) bool {
		return slices.Contains(openFormats, strings.ToLower(d.Format))
	})
	if open {
		add(true, "qualita.formato-aperto")
	}
	if l, ok := datasets.Vocabularies().Licence(rec.Licence); ok && rec.Licence != "" && l.Openness == catalog.Open {
		add(true, "qualita.licenza-aperta")
	} else if ok && l.Openness == catalog.NotOpen {
		add(false, "qualita.licenza-chiusa")
	}
	if len(tables) > 0 {
		add(true, "qualita.api")
	} else {
		add(false, "qualita.collegamento")
	}
	return out
}

// sections are the anchors of the page, of what it has.
func (s *server) sections(p *datasetPage) []link {
	var out []link
	for _, x := range []struct {
		name string
		has  bool
	}{
		{"anteprima", p.Table != nil}, {"mappa", p.Still != nil}, {"scarica", len(p.Ours)+len(p.Theirs) > 0}, {"api", p.Table != nil},
		{"schema", p.Table != nil}, {"informazioni", len(p.Details)+len(p.Keywords) > 0}, {"fonte", true},
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
