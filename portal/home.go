package portal

import (
	"fmt"
	"net/http"

	"po-net.prato.it/ponet/catalog"
)

const (
	homeEvents = 5 // times of events
	homeLatest = 6 // newest records
	homeDays   = 7 // that the events are looked for in

	homeWidth, homeHeight = 800, 600 // of its map, in units of the drawing
)

// homePage is the first page: one box to ask, the four themes, what is on, what
// is new.
type homePage struct {
	head
	Total    int64
	Bodies   int
	Datasets int64
	Themes   []themeChip
	Events   []homeEvent
	Latest   []row
	Still    *still
	Sources  string
}

// A homeEvent is a time of an event with its day.
type homeEvent struct {
	Day string
	appointment
}

// start answers the first page.
func (s *server) start(w http.ResponseWriter, r *http.Request) error {
	mark, err := s.mark(r.Context(), "")
	if err != nil {
		return err
	}
	sources, err := s.basemapSources(r.Context())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("inizio", mark, sources, s.minute(), r.Host)) {
		return nil
	}
	p := &homePage{head: s.head(r, "", "/"), Sources: sources}
	p.Description = s.texts.t("inizio.descrizione", or(s.cfg.Territory, s.cfg.Name))
	found, err := s.page(r.Context(), search{Page: 1})
	if err != nil {
		return err
	}
	if p.Total = found.Total; p.Total == 0 {
		w.Header().Del("ETag")
		w.Header().Set("Cache-Control", "no-store")
		return s.render(w, r, http.StatusOK, s.pages["vuoto"], "base", struct{ head }{s.head(r, s.texts.t("vuoto.titolo"), "/")})
	}
	p.Bodies = len(found.Facets["body"])
	p.Themes = s.themes(search{Page: 1}, found, "/mappa")
	if err := s.fillHome(r, p, found); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.pages["inizio"], "base", p)
}

// fillHome asks for what is on and what is new, and draws the map of what the
// explore page shows first.
func (s *server) fillHome(r *http.Request, p *homePage, found catalog.Results) error {
	ctx := r.Context()
	today := midnight(s.now())
	from, to := span{today, today.AddDate(0, 0, homeDays-1)}.bounds()
	list, _, err := s.store.Agenda(ctx, catalog.Query{Collection: catalog.KindEvent.Collection(), From: from, To: to}, homeEvents)
	if err != nil {
		return fmt.Errorf("first page: %w", err)
	}
	for i, h := range list {
		p.Events = append(p.Events, homeEvent{weekday(later(midnight(h.Starts), today)), s.appointment(i+1, h)})
	}
	latest, err := s.store.Search(ctx, catalog.Query{NoDatasets: true, Order: catalog.OrderUpdated, Limit: homeLatest})
	if err != nil {
		return fmt.Errorf("first page: %w", err)
	}
	for i, hit := range latest.Hits {
		p.Latest = append(p.Latest, s.newRow(i+1, hit))
	}
	c, err := s.store.Collection(ctx, catalog.KindDataset.Collection())
	if err != nil {
		return fmt.Errorf("first page: %w", err)
	}
	p.Datasets = c.Count
	var rows []row
	for i, hit := range found.Hits {
		rows = append(rows, s.newRow(i+1, hit))
	}
	box := home
	for _, row := range rows {
		if row.Place != nil {
			box = box.Union(row.Place.Bound())
		}
	}
	p.Still, err = s.still(ctx, box, rows, s.texts.t("inizio.mappa"), homeWidth, homeHeight)
	return err
}
