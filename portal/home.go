package portal

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
)

const (
	homeEvents = 6  // times of events in the list
	homePlaces = 60 // times of events on the map
	homeLatest = 6  // newest records
	homeTypes  = 4  // kinds of places that are one touch away
	homeDays   = 7  // that the events are looked for in

	homeWidth, homeHeight = 400, 540 // of its map, in units of the drawing: the province is higher than wide
)

// homePage is the first page: one box to ask, the four themes, what is on, what
// is new.
type homePage struct {
	head
	Quick        []quickLink
	Total        int64
	Bodies       int64
	Datasets     int64
	SourcesRead  int64
	Read         string // when a source was last read
	Themes       []themeChip
	Events       []homeEvent
	Appointments int64 // of the days to come
	More         bool  // there are more of them
	MapURL       string
	Latest       []news
	Still        *still
	Sources      string
}

// A quickLink is a search that many people make.
type quickLink struct {
	link
	Count int64
}

// A homeEvent is a time of an event with its day.
type homeEvent struct {
	Date, Day, Number, Month string // "2026-11-23", "lunedì 23 novembre 2026", "23", "nov"
	appointment
}

// News are a record that is new or changed.
type news struct {
	row
	New  bool
	Body string
	When string
}

// start answers the first page.
func (s *server) start(w http.ResponseWriter, r *http.Request) error {
	mark, sources, err := s.drawn(r.Context())
	if err != nil {
		return err
	}
	statuses, err := s.store.Statuses(r.Context())
	if err != nil {
		return err
	}
	read, last := lastRead(statuses)
	if fresh(w, r, s.etag("inizio", mark, sources, s.minute(), last, r.Host)) {
		return nil
	}
	p := &homePage{head: s.head(r, "", "/"), Sources: sources, SourcesRead: read}
	p.Description = s.texts.t("inizio.descrizione", or(s.cfg.Territory, s.cfg.Name))
	if read > 0 {
		p.Read = s.ago(last)
	}
	found, err := s.page(r.Context(), search{Page: 1})
	if err != nil {
		return err
	}
	if p.Total = found.Total; p.Total == 0 {
		w.Header().Del("ETag")
		w.Header().Set("Cache-Control", "no-store")
		return s.render(w, r, http.StatusOK, s.pages["vuoto"], "base", struct{ head }{s.head(r, s.texts.t("vuoto.titolo"), "/")})
	}
	p.Bodies = int64(len(found.Facets["body"]))
	p.Themes = s.themes(search{Page: 1}, found, "/mappa")
	if err := s.fillHome(r.Context(), p, found); err != nil {
		return fmt.Errorf("first page: %w", err)
	}
	return s.render(w, r, http.StatusOK, s.pages["inizio"], "base", p)
}

// lastRead is how many sources have been read, and when one was last.
func lastRead(list []catalog.SourceStatus) (n int64, last time.Time) {
	for _, st := range list {
		if st.Read == nil {
			continue
		}
		if n++; st.Read.After(last) {
			last = *st.Read
		}
	}
	return n, last
}

// fillHome asks for what is on, what is new and what many look for.
func (s *server) fillHome(ctx context.Context, p *homePage, found catalog.Results) error {
	c, err := s.store.Collection(ctx, catalog.KindDataset.Collection())
	if err != nil {
		return err
	}
	p.Datasets = c.Count
	if err := s.quickLinks(ctx, p, found); err != nil {
		return err
	}
	if err := s.news(ctx, p); err != nil {
		return err
	}
	return s.comingDays(ctx, p, found)
}

// quickLinks are what is open now, what is on at the end of the week and the most
// frequent kinds of places; none of them leads to nothing.
func (s *server) quickLinks(ctx context.Context, p *homePage, found catalog.Results) error {
	weekend := search{Collection: catalog.KindEvent.Collection(), When: "fine-settimana", Page: 1}
	for _, q := range []struct {
		search
		key, page string
	}{{search{Open: true, Page: 1}, "filtri.aperto", "/mappa"}, {weekend, "quando.fine-settimana", "/eventi"}} {
		query := q.query(s.now())
		query.Limit = 1
		there, err := s.store.Search(ctx, query)
		if err != nil {
			return err
		}
		if there.Total > 0 {
			at := q.with(func(n *search) {
				if q.page == "/eventi" {
					n.Collection = ""
				}
			})
			p.Quick = append(p.Quick, quickLink{link{URL: at.URL(q.page), Label: s.texts.t(q.key)}, there.Total})
		}
	}
	for _, f := range found.Facets["type"][:min(homeTypes, len(found.Facets["type"]))] {
		p.Quick = append(p.Quick, quickLink{link{URL: search{Types: []string{f.Value}, Page: 1}.URL("/mappa"), Label: f.Label}, f.Count})
	}
	return nil
}

// news are the records that changed last.
func (s *server) news(ctx context.Context, p *homePage) error {
	latest, err := s.store.Search(ctx, catalog.Query{NoDatasets: true, NoGazetteer: true, Order: catalog.OrderUpdated, Limit: homeLatest})
	if err != nil {
		return err
	}
	for i, hit := range latest.Hits {
		n := news{row: s.newRow(i+1, hit), New: hit.Record.Version <= 1, Body: hit.Record.BodyName}
		if !hit.Record.Updated.IsZero() {
			n.When = s.ago(hit.Record.Updated)
		}
		p.Latest = append(p.Latest, n)
	}
	return nil
}

// comingDays are what takes place in the days to come: the first ones in a list,
// all on the map. Where nothing does, the map shows what the explore page shows first.
func (s *server) comingDays(ctx context.Context, p *homePage, found catalog.Results) error {
	today := midnight(s.now())
	from, to := span{today, today.AddDate(0, 0, homeDays-1)}.bounds()
	list, more, err := s.store.Agenda(ctx, catalog.Query{Collection: catalog.KindEvent.Collection(), From: from, To: to}, homePlaces)
	if err != nil {
		return err
	}
	var rows []row
	seen := map[string]bool{}
	for i, h := range list {
		a := s.appointment(i+1, h)
		if at := later(midnight(h.Starts), today); len(p.Events) < homeEvents {
			p.Events = append(p.Events, homeEvent{dateOf(at), weekday(at), fmt.Sprint(at.Day()), months[at.Month()-1][:3], a})
		}
		if !seen[a.ID] {
			seen[a.ID] = true
			rows = append(rows, a.row)
		}
	}
	p.Appointments, p.More = int64(len(list)), more
	p.MapURL = search{Collection: catalog.KindEvent.Collection(), When: "7-giorni", Page: 1}.URL("/mappa")
	label := s.texts.t("inizio.mappa-eventi")
	if len(rows) == 0 {
		p.MapURL, label = "/mappa", s.texts.t("inizio.mappa")
		for i, hit := range found.Hits {
			rows = append(rows, s.newRow(i+1, hit))
		}
	}
	box := home
	for _, row := range rows {
		if row.Place != nil {
			box = box.Union(row.Place.Bound())
		}
	}
	p.Still, err = s.still(ctx, box, rows, label, homeWidth, homeHeight)
	return err
}
