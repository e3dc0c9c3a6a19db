package portal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

// The explore page. The list is the truth and the map a view of it: the symbols
// drawn, still and live, are exactly the rows of this page of the list that
// have a position; the query's other records are the small dots below them,
// which the live map takes as tiles of the same query.
type explorePage struct {
	head
	Search         search
	View           string // "elenco" or "mappa": what a phone shows first
	Total          int64
	About          bool   // Total is an estimate
	Noun, Where    string // "34 luoghi", " a Prato, dal più vicino"
	First, Last    int64
	Rows           []row
	Previous, Next string
	Notices        []string
	Reduced        bool // the search engine is down
	Themes         []themeChip
	Filters        []filterGroup
	Hidden         []field // what the form keeps although it shows no control for it
	Chips          []link
	Downloads      []download
	APIURL         string
	ShareURL       string // its path and query
	Spelling       *link
	Drop           []link
	Still          *still
	Beside         []link // searches of streets and street numbers with the same words
	Sources        string // of the base map
	Origins        string // of the rows, for paper: bodies and licences
	Data           mapData
}

type themeChip struct {
	Theme, Name, URL string // URL "": nothing to choose
	Count            int64
	On               bool
}

type filterGroup struct {
	Name, Legend, Type string
	Options            []option
}

type option struct {
	Name         string // "": its group's
	Value, Label string
	Count        int64
	Counted, On  bool
}

type field struct{ Name, Value string }

type link struct{ URL, Label, Found string }

// mapData is what the script draws; see src/pagina.ts.
type mapData struct {
	Rows     []mapRow    `json:"righe"`
	Tiles    string      `json:"tiles,omitempty"`
	Box      *[4]float64 `json:"riquadro,omitempty"`
	Geometry any         `json:"geometria,omitempty"`
	Language string      `json:"lingua"`
}

type mapRow struct {
	N     int     `json:"n"`
	ID    string  `json:"id"`
	Theme string  `json:"tema"`
	Title string  `json:"nome"`
	Lon   float64 `json:"lon"`
	Lat   float64 `json:"lat"`
}

// explore answers /mappa, whole or, with "Ponet-Frammento: elenco", only the
// parts that a search changes.
func (s *server) explore(w http.ResponseWriter, r *http.Request) error {
	q, bad := parseSearch(r.URL.Query())
	if _, err := uuid.Parse(q.Text); err == nil && len(q.Text) == 36 {
		http.Redirect(w, r, "/id/"+q.Text, http.StatusSeeOther)
		return nil
	}
	if p, ok := parsePoint(q.Text); ok {
		q.Text, q.Near = "", &p
	}
	fragment := r.Header.Get("Ponet-Frammento") == "elenco"
	w.Header().Add("Vary", "Ponet-Frammento")
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("mappa", q, bad, mark, sources, fragment, s.minute(), r.Host)) {
		return nil
	}
	page, err := s.explorePage(r, q, bad, sources)
	if err != nil {
		return err
	}
	if page == nil || page.Reduced { // better soon, with the same validator
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Del("ETag")
	}
	if page == nil {
		return s.render(w, r, http.StatusOK, s.pages["vuoto"], "base", struct{ head }{s.head(r, s.texts.t("vuoto.titolo"), "/mappa")})
	}
	name := "base"
	if fragment {
		name = "frammento"
	}
	return s.render(w, r, http.StatusOK, s.pages["mappa"], name, page)
}

// explorePage asks the catalogue; nil when there is nothing in it at all.
func (s *server) explorePage(r *http.Request, q search, bad []badValue, sources string) (*explorePage, error) {
	ctx := r.Context()
	found, err := s.page(ctx, q)
	if err != nil {
		return nil, err
	}
	p := &explorePage{View: "elenco", Sources: sources}
	for _, b := range bad {
		p.Notices = append(p.Notices, s.texts.t("avviso.valore", b.Name, b.Value))
	}
	if len(found.Hits) == 0 && q.Page > 1 {
		p.Notices = append(p.Notices, s.texts.t("avviso.pagina", q.Page))
		q.Page = 1
		if found, err = s.page(ctx, q); err != nil {
			return nil, err
		}
	}
	if found.Total == 0 && !q.filtered() {
		return nil, nil
	}
	if q.Open {
		p.Notices = append(p.Notices, s.openNotice())
	}
	if p.Reduced = found.Reduced; p.Reduced {
		p.Notices = append(p.Notices, s.texts.t("avviso.ridotta"))
	}
	title := s.texts.t("mappa.pagina")
	if q.Text != "" {
		title = q.Text + " – " + title
	}
	canonical := q
	canonical.MapView = false
	p.head, p.Search, p.Total = s.head(r, title, canonical.URL("/mappa")), q, found.Total
	p.About = !found.Exact
	p.Explore, p.Description = true, s.texts.t("mappa.descrizione")
	p.NoIndex = q.filtered() && len(q.Themes) == 0 // the pages of records are what should be found
	if q.MapView {
		p.View = "mappa"
	}
	s.describe(p, q, found)
	s.list(p, q, found)
	if err := s.sayLatest(ctx, p.Rows, found.Hits); err != nil {
		return nil, err
	}
	p.Themes, p.Filters, p.Hidden, p.Chips = s.themes(q, found, "/mappa"), s.filters(q, found), hidden(q), s.chips(q, found, "/mappa")
	p.APIURL = apiURL(q, s.now())
	if p.Downloads, err = s.downloads(r, q, found); err != nil {
		return nil, err
	}
	for _, d := range p.Downloads {
		p.Alternates = append(p.Alternates, alternate{d.MediaType, d.URL, d.Name})
	}
	p.ShareURL = canonical.URL("/mappa")
	if found.Total == 0 {
		if err := s.helpOn(ctx, p, q, found); err != nil {
			return nil, err
		}
	}
	if err := s.beside(ctx, p, q); err != nil {
		return nil, err
	}
	return p, s.draw(ctx, p, q)
}

// beside leads to the streets and street numbers with the words of q, which are not among
// its results: of these there would be nothing else.
func (s *server) beside(ctx context.Context, p *explorePage, q search) error {
	if q.Text == "" || q.Collection != "" || q.Related != "" {
		return nil
	}
	for _, collection := range catalog.GazetteerCollections {
		there := search{Text: q.Text, Municipalities: q.Municipalities, Collection: collection, Page: 1}
		query := there.query(s.now())
		query.Limit = 1
		found, err := s.store.Search(ctx, query)
		if err != nil {
			return fmt.Errorf("search of %s: %w", collection, err)
		}
		if found.Total > 0 {
			p.Beside = append(p.Beside, link{URL: there.URL("/mappa"), Label: s.collectionTitle(collection, ""), Found: number(found.Total)})
		}
	}
	return nil
}

// page asks for one page of results.
func (s *server) page(ctx context.Context, q search) (catalog.Results, error) {
	query := q.query(s.now())
	query.Limit, query.Offset = pageRows, (q.Page-1)*pageRows
	found, err := s.store.Search(ctx, query)
	if err != nil {
		return found, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

// describe says in words what was found.
func (s *server) describe(p *explorePage, q search, found catalog.Results) {
	noun := "risultat"
	if kinds := found.Facets["collection"]; q.Collection == "places" || (q.Collection == "" && len(kinds) == 1 && kinds[0].Value == "places") {
		noun = "luogh"
	}
	switch {
	case found.Total == 1 && noun == "luogh":
		p.Noun = s.texts.t("conteggio.luogo")
	case noun == "luogh":
		p.Noun = s.texts.t("conteggio.luoghi")
	case found.Total == 1:
		p.Noun = s.texts.t("conteggio.risultato")
	default:
		p.Noun = s.texts.t("conteggio.risultati")
	}
	if len(q.Municipalities) > 0 {
		p.Where = " " + s.texts.t("conteggio.a", strings.Join(q.Municipalities, s.texts.t("conteggio.o")))
	}
	if q.order() == catalog.OrderDistance && found.Total > 1 {
		p.Where += s.texts.t("conteggio.vicino")
	}
}

// list fills the rows and the links to the pages before and after.
func (s *server) list(p *explorePage, q search, found catalog.Results) {
	var origins []string
	for i, hit := range found.Hits {
		p.Rows = append(p.Rows, s.newRow(i+1, hit))
		origin := or(hit.Record.BodyName, hit.Record.BodyID)
		if licence := s.licenceName(hit.Record.Licence); licence != "" {
			origin += " (" + licence + ")"
		}
		if !slices.Contains(origins, origin) {
			origins = append(origins, origin)
		}
	}
	p.Origins = join("; ", origins...)
	p.First = int64((q.Page-1)*pageRows) + 1
	p.Last = p.First + int64(len(p.Rows)) - 1
	if q.Page > 1 {
		p.Previous = q.with(func(n *search) { n.Page = q.Page - 1 }).URL("/mappa")
	}
	if p.Last < found.Total && len(p.Rows) == pageRows && q.Page < maxPages {
		p.Next = q.with(func(n *search) { n.Page = q.Page + 1 }).URL("/mappa")
	}
}
