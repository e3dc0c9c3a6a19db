package portal

import (
	"context"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

const (
	hereMetres = 50 // from a place, within which an event is said to be here
	hereEvents = 5
	maxDates   = 30 // of an event that recurs
)

// eventsHere fills the events of the next year at the position of rec.
func (s *server) eventsHere(ctx context.Context, p *recordPage, rec *catalog.Record, at orb.Point) error {
	switch rec.Kind {
	case catalog.KindPlace, catalog.KindHeritageItem, catalog.KindOrganization, catalog.KindOffice:
	default:
		return nil
	}
	from, to := midnight(s.now()), midnight(s.now()).AddDate(1, 0, 0)
	list, _, err := s.store.Agenda(ctx, catalog.Query{Near: &at, RadiusMetres: hereMetres, From: &from, To: &to}, agendaRows)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, h := range list {
		if !p.has(recordPath(h.Record)) && !seen[h.Record.ID] && len(seen) < hereEvents {
			seen[h.Record.ID] = true
			p.EventsHere = append(p.EventsHere, s.newRow(len(seen), catalog.Hit{Record: h.Record, DistanceMetres: -1}))
		}
	}
	return nil
}

// comingDates are the times of an event that are not over, when there are several.
func (s *server) comingDates(rec *catalog.Record, now time.Time) []string {
	var dates []string
	for _, o := range rec.Occurrences {
		if _, ends, ok := instants(o); ok && ends.After(now) && len(dates) < maxDates {
			dates = append(dates, join(" · ", s.occurrenceLine(o, now), o.Title, o.Place))
		}
	}
	if len(dates) < 2 {
		return nil
	}
	return dates
}

// instanceDetails are the editions of a course; without a list, its dates are
// already in brief.
func (s *server) instanceDetails(rec *catalog.Record) [][]detail {
	if rec.Kind != catalog.KindCourse || rec.Properties.Get("instances") == nil {
		return nil
	}
	var out [][]detail
	for _, i := range courseInstances(rec) {
		var list []detail
		add := func(key, text string) {
			if text != "" {
				list = append(list, newDetail(s.texts.t(key), []detailValue{{Text: text}}))
			}
		}
		first := func(v string) string {
			if values := s.detailText(v); len(values) > 0 {
				return values[0].Text
			}
			return ""
		}
		add("scheda.inizio", dayOf(i.Start))
		add("scheda.fine", dayOf(i.End))
		add("scheda.orari", i.Schedule)
		add("campo.hours", first(memberText(i.Hours)))
		add("campo.mode", first(i.Mode))
		add("campo.place", i.Place)
		add("scheda.posti", memberText(i.Seats))
		if enrol := join(" ", s.dated("detail.dal", i.EnrolFrom), s.dated("detail.entro", i.EnrolTo)); enrol != "" {
			add("scheda.iscrizioni", enrol)
		}
		if price := memberText(i.Price); price != "" {
			add("scheda.prezzo", money(price, "EUR"))
		}
		add("campo.status", first(i.Status))
		out = append(out, list)
	}
	return out
}

// dated is a text about a date, "" without one.
func (s *server) dated(key, date string) string {
	if date == "" {
		return ""
	}
	return s.texts.t(key, dayOf(date))
}
