package portal

import (
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

const (
	agendaDays = 30  // that the agenda shows when no time is asked for
	agendaMax  = 366 // days that it shows at most
	agendaRows = 300 // lines of a page
	longDays   = 3   // what lasts longer is said once, before the days
)

// The agenda: what takes place, by day. The same query as the explore page's,
// on events.
type agendaPage struct {
	head
	Search         search
	From, To       string // of the form
	Words          []choice
	Span           string
	Count          int // times, of
	Events         int64
	More           bool
	Long           []appointment
	Days           []agendaDay
	Weeks          [][]monthDay // the days as a calendar; nil when they are one or too many
	Themes         []themeChip
	Filters        []filterGroup
	Hidden         []field
	Chips          []link
	Notices        []string
	Feed, MapURL   string
	Subscribe      template.URL // the feed, for programs that keep reading it
	Previous, Next *link
	Coming         *link // the next day with something, when there is nothing on these
}

// Filtered reports whether the form stands open: something was asked with it.
func (p *agendaPage) Filtered() bool {
	return len(p.Chips) > 0 || p.Search.Text != "" || !p.Search.From.IsZero() || !p.Search.To.IsZero()
}

// Weekdays are the names of the days, Monday first.
func (p *agendaPage) Weekdays() []string { return append(weekdays[1:], weekdays[0]) }

type choice struct {
	link
	On bool
}

type agendaDay struct {
	Date, Name string
	Today      bool
	List       []appointment
}

// An appointment is a line of the agenda.
type appointment struct {
	row
	Time      string
	Price     string // "" when nobody told it
	Cancelled bool
}

// agenda answers /eventi.
func (s *server) agenda(w http.ResponseWriter, r *http.Request) error {
	q, bad := parseSearch(r.URL.Query())
	q = eventSearch(q)
	mark, err := s.mark(r.Context(), catalog.KindEvent.Collection())
	if err != nil {
		return err
	}
	if fresh(w, r, s.etag("eventi", q, bad, mark, s.minute(), r.Host)) {
		return nil
	}
	p := &agendaPage{head: s.head(r, s.texts.t("eventi.titolo"), q.URL("/eventi")), Search: q}
	for _, b := range bad {
		p.Notices = append(p.Notices, s.texts.t("avviso.valore", b.Name, b.Value))
	}
	if err := s.fillAgenda(r, p, q); err != nil {
		return err
	}
	return s.render(w, r, http.StatusOK, s.pages["eventi"], "base", p)
}

// eventSearch is q without what has no meaning on events.
func eventSearch(q search) search {
	q.Collection, q.Order, q.Page, q.MapView, q.Near, q.RadiusKM, q.Open = "", "", 1, false, nil, 0, false
	return q
}

// agendaSpan are the days that are shown, both ends known, and whether they are
// fewer than asked for.
func agendaSpan(q search, now time.Time) (d span, cut bool) {
	d = q.span(now)
	switch {
	case d.First.IsZero() && d.Last.IsZero():
		d.First = midnight(now)
		d.Last = d.First.AddDate(0, 0, agendaDays-1)
	case d.Last.IsZero():
		d.Last = d.First.AddDate(0, 0, agendaDays-1)
	case d.First.IsZero():
		d.First = d.Last.AddDate(0, 0, 1-agendaDays)
		if today := midnight(now); d.First.Before(today) && !d.Last.Before(today) {
			d.First = today
		}
	}
	if last := d.First.AddDate(0, 0, agendaMax-1); last.Before(d.Last) {
		return span{d.First, last}, true
	}
	return d, false
}

// fillAgenda asks the catalogue.
func (s *server) fillAgenda(r *http.Request, p *agendaPage, q search) error {
	now := s.now()
	d, cut := agendaSpan(q, now)
	if cut {
		p.Notices = append(p.Notices, s.texts.t("eventi.troppi-giorni", agendaMax))
	}
	query := q.query(now)
	query.Collection = catalog.KindEvent.Collection()
	query.From, query.To = d.bounds()
	list, more, err := s.store.Agenda(r.Context(), query, agendaRows)
	if err != nil {
		return err
	}
	query.Limit = 1
	found, err := s.store.Search(r.Context(), query)
	if err != nil {
		return fmt.Errorf("events: %w", err)
	}
	p.Description = s.texts.t("eventi.descrizione")
	p.NoIndex = q.String() != "" && len(q.Themes) == 0
	p.Count, p.Events, p.More, p.Span = len(list), found.Total, more, s.spanText(d)
	p.From, p.To = dateOf(d.First), dateOf(d.Last)
	p.Long, p.Days = s.byDay(list, d, now)
	p.Weeks = s.weeks(d, p.Days, now)
	p.Themes, p.Chips, p.Hidden = s.themes(q, found, "/eventi"), s.chips(q, found, "/eventi"), agendaHidden(q)
	p.Filters = slices.DeleteFunc(s.filters(q, found), func(g filterGroup) bool {
		return g.Name == "dati" || g.Name == "ordine" || g.Name == "quando"
	})
	for i, g := range p.Filters {
		p.Filters[i].Options = slices.DeleteFunc(g.Options, func(o option) bool { return o.Name == "aperto" })
	}
	for _, word := range whens {
		at := q.with(func(n *search) { n.When, n.From, n.To = word, time.Time{}, time.Time{} })
		p.Words = append(p.Words, choice{link{URL: at.URL("/eventi"), Label: s.texts.t("quando." + word)}, q.When == word})
	}
	s.agendaLinks(r, p, q, d)
	if len(list) == 0 {
		return s.coming(r, p, q, d)
	}
	return nil
}

// agendaHidden are the parts of q that the form has no control for.
func agendaHidden(q search) []field {
	return slices.DeleteFunc(hidden(q), func(f field) bool { return f.Name == "dal" || f.Name == "al" })
}

// byDay lays the times out on the days of d. What lasts long is said once.
func (s *server) byDay(list []catalog.Happening, d span, now time.Time) (long []appointment, days []agendaDay) {
	byDate := map[string][]appointment{}
	for _, h := range list {
		a := s.appointment(len(byDate)+1, h)
		first, last := midnight(h.Starts), midnight(h.Ends.Add(-time.Second))
		if h.Ends.Equal(h.Starts) || h.Ends.Sub(h.Starts) < 18*time.Hour && !h.AllDay() {
			last = first // a night belongs to the day on which it begins
		}
		if last.Sub(first) >= longDays*24*time.Hour {
			a.Time = s.spanText(span{first, last})
			if first.Before(midnight(now)) {
				a.Time = s.texts.t("quando.al", day(last))
			}
			long = append(long, a)
			continue
		}
		for at := later(first, d.First); !at.After(last) && !at.After(d.Last); at = at.AddDate(0, 0, 1) {
			byDate[dateOf(at)] = append(byDate[dateOf(at)], a)
		}
		if first.Equal(last) && first.Before(d.First) { // a night that goes on
			byDate[dateOf(d.First)] = append(byDate[dateOf(d.First)], a)
		}
	}
	for at := d.First; !at.After(d.Last); at = at.AddDate(0, 0, 1) {
		if l := byDate[dateOf(at)]; len(l) > 0 {
			days = append(days, agendaDay{Date: dateOf(at), Name: weekday(at), Today: at.Equal(midnight(now)), List: l})
		}
	}
	return long, days
}

// appointment is the line of one time.
func (s *server) appointment(n int, h catalog.Happening) appointment {
	a := appointment{row: s.newRow(n, catalog.Hit{Record: h.Record, DistanceMetres: -1}), Cancelled: h.Status == "cancelled"}
	a.Title = or(h.Title, a.Title)
	if h.Place != "" {
		a.Sub = join(" · ", s.kindOf(h.Record), h.Place)
	}
	a.Price = s.oneLine("prices", h.Record.Properties.Get("prices"))
	a.Time = s.texts.t("eventi.giornata")
	if !h.AllDay() {
		a.Time = hours(h.Starts, h.Ends)
	}
	return a
}

// agendaLinks lead to the days before and after, to the map and to the feed.
func (s *server) agendaLinks(r *http.Request, p *agendaPage, q search, d span) {
	days := int(d.Last.Sub(d.First).Hours()/24+.5) + 1
	move := func(n int, key string) *link {
		at := q.with(func(m *search) {
			m.When, m.From, m.To = "", d.First.AddDate(0, 0, n), d.Last.AddDate(0, 0, n)
		})
		return &link{URL: at.URL("/eventi"), Label: s.texts.t(key)}
	}
	p.Previous, p.Next = move(-days, "eventi.prima"), move(days, "eventi.dopo")
	onMap := q.with(func(m *search) {
		m.Collection = catalog.KindEvent.Collection()
		if m.When == "" {
			m.From, m.To = d.First, d.Last
		}
	})
	p.MapURL = onMap.URL("/mappa")
	feed := q.with(func(m *search) { m.When, m.From, m.To = "", time.Time{}, time.Time{} })
	p.Feed = feed.URL("/eventi.ics")
	_, rest, _ := strings.Cut(s.absolute(r, p.Feed), "://")
	p.Subscribe = template.URL("webcal://" + rest)
	p.Alternates = []alternate{{"text/calendar", p.Feed, s.texts.t("eventi.titolo")}}
}

// coming finds the next day on which there is something.
func (s *server) coming(r *http.Request, p *agendaPage, q search, d span) error {
	query := q.query(s.now())
	query.Collection = catalog.KindEvent.Collection()
	next, there, err := s.store.NextHappening(r.Context(), query, d.Last.AddDate(0, 0, 1))
	if err != nil || !there {
		return err
	}
	first := midnight(next)
	at := q.with(func(m *search) { m.When, m.From, m.To = "", first, first.AddDate(0, 0, agendaDays-1) })
	p.Coming = &link{URL: at.URL("/eventi"), Label: weekday(first)}
	return nil
}

// feed answers /eventi.ics: every time of the events of the query, for a
// calendar that keeps reading it.
func (s *server) feed() func(http.ResponseWriter, *http.Request) error {
	f, _ := datasets.FormatByName("ics")
	return s.downloadOf(f, func(q search) search {
		q = eventSearch(q)
		q.Collection = catalog.KindEvent.Collection()
		return q
	})
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}
