package portal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

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
	Themes         []themeChip
	Filters        []filterGroup
	Hidden         []field // what the form keeps although it shows no control for it
	Chips          []link
	Downloads      []download
	APIURL         string
	Spelling       *link
	Drop           []link
	Still          *still
	Sources        string // of the base map
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

const (
	stillWidth, stillHeight = 920, 740
	maxOptions              = 40 // of one filter, the most frequent
)

// start sends to the explore page, which is the first page for now.
func (s *server) start(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/mappa", http.StatusFound)
	return nil
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
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	sources, err := s.basemapSources(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("mappa", q, bad, mark, sources, fragment, r.Host)) {
		return nil
	}
	page, err := s.explorePage(r, q, bad, sources)
	if err != nil {
		return err
	}
	if page == nil {
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Del("ETag")
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
	p.Themes, p.Filters, p.Hidden, p.Chips = s.themes(q, found), s.filters(q, found), hidden(q), s.chips(q, found)
	p.Downloads, p.APIURL = s.downloads(q), apiURL(q)
	if found.Total == 0 {
		if err := s.helpOn(ctx, p, q, found); err != nil {
			return nil, err
		}
	}
	return p, s.draw(ctx, p, q)
}

// page asks for one page of results.
func (s *server) page(ctx context.Context, q search) (catalog.Results, error) {
	query := q.query()
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
	for i, hit := range found.Hits {
		p.Rows = append(p.Rows, s.newRow(i+1, hit))
	}
	p.First = int64((q.Page-1)*pageRows) + 1
	p.Last = p.First + int64(len(p.Rows)) - 1
	if q.Page > 1 {
		p.Previous = q.with(func(n *search) { n.Page = q.Page - 1 }).URL("/mappa")
	}
	if p.Last < found.Total && len(p.Rows) == pageRows && q.Page < maxPages {
		p.Next = q.with(func(n *search) { n.Page = q.Page + 1 }).URL("/mappa")
	}
}

// themes are the four chips: always there, with what each would give.
func (s *server) themes(q search, found catalog.Results) []themeChip {
	var chips []themeChip
	for _, t := range catalog.Themes {
		c := themeChip{Theme: string(t), Name: s.texts.t("tema." + string(t)), On: slices.Contains(q.Themes, t)}
		for _, f := range found.Facets["theme"] {
			if f.Value == string(t) {
				c.Count = f.Count
			}
		}
		if c.On || c.Count > 0 {
			c.URL = q.with(func(n *search) { n.Themes = toggle(n.Themes, t) }).URL("/mappa")
		}
		chips = append(chips, c)
	}
	return chips
}

// filters are the groups behind "Filtri". One that would offer no choice is
// left out.
func (s *server) filters(q search, found catalog.Results) []filterGroup {
	groups := []filterGroup{
		{Name: "comune", Legend: s.texts.t("filtri.comune"), Type: "checkbox", Options: options(found.Facets["municipality"], q.Municipalities)},
		{Name: "tipo", Legend: s.texts.t("filtri.tipo"), Type: "checkbox", Options: options(found.Facets["type"], q.Types)},
		{Name: "ente", Legend: s.texts.t("filtri.ente"), Type: "checkbox", Options: options(found.Facets["body"], q.Bodies)},
		{Name: "dati", Legend: s.texts.t("filtri.dati"), Type: "checkbox", Options: s.collections(found.Facets["collection"], q.Collection)},
	}
	groups = slices.DeleteFunc(groups, func(g filterGroup) bool {
		return len(g.Options) == 0 || (len(g.Options) == 1 && !g.Options[0].On)
	})
	groups = append(groups, filterGroup{Name: "accessibile", Legend: s.texts.t("filtri.solo"), Type: "checkbox",
		Options: []option{{Value: "1", Label: s.texts.t("filtri.accessibile"), On: q.Accessible}}})
	order := filterGroup{Name: "ordine", Legend: s.texts.t("filtri.ordine"), Type: "radio", Options: []option{{Label: s.texts.t("ordine."), On: q.Order == ""}}}
	for _, o := range q.orders() {
		order.Options = append(order.Options, option{Value: string(o), Label: s.texts.t("ordine." + string(o)), On: q.Order == o})
	}
	return append(groups, order)
}

// options are the values of a facet, the most frequent maxOptions in the order
// of their names, and what is chosen in any case.
func options(facets []catalog.Facet, chosen []string) []option {
	facets = slices.Clone(facets)
	slices.SortStableFunc(facets, func(a, b catalog.Facet) int { return int(b.Count - a.Count) })
	var out []option
	for i, f := range facets {
		on := slices.Contains(chosen, f.Value)
		if f.Value != "" && (i < maxOptions || on) {
			out = append(out, option{Value: f.Value, Label: or(f.Label, f.Value), Count: f.Count, Counted: true, On: on})
		}
	}
	for _, v := range chosen {
		if !slices.ContainsFunc(out, func(o option) bool { return o.Value == v }) {
			out = append(out, option{Value: v, Label: v, Counted: true, On: true})
		}
	}
	slices.SortStableFunc(out, func(a, b option) int {
		return strings.Compare(strings.ToLower(a.Label), strings.ToLower(b.Label))
	})
	return out
}

// collections are the options of "dati", with our words for those of kinds.
func (s *server) collections(facets []catalog.Facet, chosen string) []option {
	facets = slices.Clone(facets)
	for i, f := range facets {
		facets[i].Label = s.collectionTitle(f.Value, f.Label)
	}
	var list []string
	if chosen != "" {
		list = []string{chosen}
	}
	return options(facets, list)
}

// collectionTitle is the name of a collection in words.
func (s *server) collectionTitle(name, title string) string {
	for _, k := range catalog.Kinds() {
		if k.Collection() == name && name != "" {
			return s.texts.t("generi." + string(k))
		}
	}
	return or(title, name)
}

// hidden are the parts of q that the form has no control for.
func hidden(q search) []field {
	var out []field
	for _, p := range q.parameters() {
		if slices.Contains([]string{"tema", "vicino", "raggio", "bbox", "vista"}, p[0]) {
			out = append(out, field{p[0], p[1]})
		}
	}
	return out
}

// chips are the active filters, each a link that takes it away.
func (s *server) chips(q search, found catalog.Results) []link {
	label := func(facet, value string) string {
		for _, f := range found.Facets[facet] {
			if f.Value == value {
				return or(f.Label, value)
			}
		}
		return value
	}
	var out []link
	add := func(text string, f func(*search)) { out = append(out, link{Label: text, URL: q.with(f).URL("/mappa")}) }
	for _, t := range q.Themes {
		add(s.texts.t("tema."+string(t)), func(n *search) { n.Themes = toggle(n.Themes, t) })
	}
	for _, v := range q.Types {
		add(label("type", v), func(n *search) { n.Types = toggle(n.Types, v) })
	}
	for _, v := range q.Municipalities {
		add(v, func(n *search) { n.Municipalities = toggle(n.Municipalities, v) })
	}
	for _, v := range q.Bodies {
		add(s.texts.t("attivi.ente", label("body", v)), func(n *search) { n.Bodies = toggle(n.Bodies, v) })
	}
	if q.Collection != "" {
		add(s.texts.t("attivi.dati", s.collectionTitle(q.Collection, label("collection", q.Collection))), func(n *search) { n.Collection = "" })
	}
	if q.Accessible {
		add(s.texts.t("filtri.accessibile"), func(n *search) { n.Accessible = false })
	}
	if q.Near != nil {
		text := s.texts.t("attivi.vicino", pointText(*q.Near))
		if q.RadiusKM > 0 {
			text += " " + s.texts.t("attivi.raggio", distance(q.RadiusKM*1000))
		}
		add(text, func(n *search) { n.Near, n.RadiusKM = nil, 0 })
	}
	if q.BBox != nil {
		add(s.texts.t("attivi.bbox"), func(n *search) { n.BBox = nil })
	}
	return out
}

// helpOn says what a person who found nothing can do: a better spelling, and
// each filter that would give results if it were taken away, with how many.
func (s *server) helpOn(ctx context.Context, p *explorePage, q search, found catalog.Results) error {
	if found.Spelling != "" {
		p.Spelling = &link{Label: found.Spelling, URL: q.with(func(n *search) { n.Text = found.Spelling }).URL("/mappa")}
	}
	drops := s.chips(q, found)
	if q.Text != "" && len(drops) > 0 {
		drops = append(drops, link{Label: s.texts.t("attivi.testo", q.Text), URL: q.with(func(n *search) { n.Text = "" }).URL("/mappa")})
	}
	for _, d := range drops {
		without, _ := parseSearch(queryOf(d.URL))
		query := without.query()
		query.Limit = 1
		other, err := s.store.Search(ctx, query)
		if err != nil {
			return fmt.Errorf("search without a filter: %w", err)
		}
		switch {
		case other.Total == 1:
			d.Found = s.texts.t("nessuno.trovato")
		case other.Total > 1:
			d.Found = s.texts.t("nessuno.trovati", number(other.Total))
		default:
			continue
		}
		p.Drop = append(p.Drop, d)
	}
	return nil
}

// draw makes the still map and the data of the live one from the same rows.
func (s *server) draw(ctx context.Context, p *explorePage, q search) error {
	p.Data = mapData{Rows: []mapRow{}, Language: p.Lang, Tiles: q.records().URL("/tiles/{z}/{x}/{y}")}
	var box *orb.Bound
	for _, r := range p.Rows {
		if r.Place == nil {
			continue
		}
		p.Data.Rows = append(p.Data.Rows, mapRow{N: r.N, ID: r.ID, Theme: r.Theme, Title: r.Title, Lon: round6(r.Place.Lon()), Lat: round6(r.Place.Lat())})
		box = extend(box, r.Place.Bound())
	}
	label := s.texts.t("mappa.ferma.n", len(p.Data.Rows))
	switch len(p.Data.Rows) {
	case 0:
		label = s.texts.t("mappa.ferma.0")
	case 1:
		label = s.texts.t("mappa.ferma.1")
	}
	if q.BBox != nil && q.BBox.Min[0] <= q.BBox.Max[0] {
		box = q.BBox
	}
	if box == nil && q.Near != nil {
		b := q.Near.Bound().Pad(0.02)
		box = &b
	}
	if box == nil {
		b := home
		box = &b
	}
	p.Data.Box = &[4]float64{box.Min[0], box.Min[1], box.Max[0], box.Max[1]}
	var err error
	p.Still, err = s.still(ctx, *box, p.Rows, label, stillWidth, stillHeight)
	return err
}

// home is what the map shows when it has nothing else to show: the province of
// Prato, whose network this is.
var home = orb.Bound{Min: orb.Point{10.98, 43.75}, Max: orb.Point{11.22, 44.10}}

// still draws rows on the base map.
func (s *server) still(ctx context.Context, box orb.Bound, rows []row, label string, width, height int) (*still, error) {
	v := newView(box, width, height)
	shapes, err := s.store.BasemapShapes(ctx, v.bound(0.5), v.unitDegrees())
	if err != nil {
		return nil, fmt.Errorf("base map: %w", err)
	}
	st := &still{Width: width, Height: height, Label: label, Points: v.place(rows), Objects: v.objects(rows)}
	st.Shapes, st.Names = v.base(shapes)
	return st, nil
}

// basemapSources is the line that says where the base map comes from.
func (s *server) basemapSources(ctx context.Context) (string, error) {
	sources, err := s.store.BasemapSources(ctx)
	if err != nil {
		return "", fmt.Errorf("base map: %w", err)
	}
	var lines []string
	for _, src := range sources {
		if a := or(src.Attribution, src.Title); !slices.Contains(lines, a) {
			lines = append(lines, a)
		}
	}
	return strings.Join(lines, " | "), nil
}

func extend(box *orb.Bound, b orb.Bound) *orb.Bound {
	if box == nil {
		return &b
	}
	u := box.Union(b)
	return &u
}
