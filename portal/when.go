package portal

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// whens are the words for a time, as addresses have them ("quando=domani").
var whens = []string{"oggi", "domani", "fine-settimana", "7-giorni", "30-giorni"}

// A span is some days in Italy: the midnights at which the first and the last
// of them begin. A zero one is open.
type span struct{ First, Last time.Time }

// spanOf is what a word of whens means now. The end of the week, once it has
// begun, is what is left of it.
func spanOf(word string, now time.Time) span {
	today := midnight(now)
	switch word {
	case "oggi":
		return span{today, today}
	case "domani":
		return span{today.AddDate(0, 0, 1), today.AddDate(0, 0, 1)}
	case "fine-settimana":
		if today.Weekday() == time.Sunday {
			return span{today, today}
		}
		saturday := today.AddDate(0, 0, int(time.Saturday-today.Weekday()))
		return span{saturday, saturday.AddDate(0, 0, 1)}
	case "7-giorni":
		return span{today, today.AddDate(0, 0, 6)}
	case "30-giorni":
		return span{today, today.AddDate(0, 0, 29)}
	}
	return span{}
}

// span is the time that s asks for: its dates, or else what its word means now.
func (s search) span(now time.Time) span {
	if !s.From.IsZero() || !s.To.IsZero() {
		return span{s.From, s.To}
	}
	return spanOf(s.When, now)
}

// bounds are the first and the last instant of the days, nil where open.
func (d span) bounds() (from, to *time.Time) {
	if !d.First.IsZero() {
		from = &d.First
	}
	if !d.Last.IsZero() {
		end := d.Last.AddDate(0, 0, 1).Add(-time.Second)
		to = &end
	}
	return from, to
}

// midnight is when the day of t begins in Italy.
func midnight(t time.Time) time.Time {
	t = t.In(catalog.Rome)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, catalog.Rome)
}

// minute is what the validator of a page has of the time. A page says what is
// open now, what is over and for how long one may still enrol; hours are told to
// the minute, so nothing that changes with time alone is sent a minute late.
func (s *server) minute() string { return s.now().UTC().Format("2006-01-02T15:04") }

// asOf is what the validator of data that answer q, a file or a tile, has of the
// time. Those say nothing of now, but q may ask for it: today's events change
// with the date in Italy, what is open with the minute.
func (s *server) asOf(q search) string {
	if q.Open {
		return s.minute()
	}
	return s.now().In(catalog.Rome).Format(time.DateOnly)
}

var weekdays = [...]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"}

// weekday writes t as "sabato 21 novembre 2026".
func weekday(t time.Time) string { return weekdays[t.Weekday()] + " " + day(t) }

// instants are when an occurrence begins and the moment after it, false when it
// has no start that can be read.
func instants(o catalog.Occurrence) (starts, ends time.Time, ok bool) {
	starts, ok = instantOf(o.Start)
	ends, told := instantOf(o.End)
	if !told {
		ends = starts
	}
	if o.AllDay() {
		ends = ends.AddDate(0, 0, 1)
	}
	return starts, ends, ok
}

func instantOf(s string) (time.Time, bool) {
	if t, err := time.ParseInLocation(time.DateOnly, s, catalog.Rome); err == nil {
		return t, true
	}
	t, err := time.Parse(time.RFC3339, s)
	return t.In(catalog.Rome), err == nil
}

// eventLine says when an event takes place next: "sabato 21 novembre 2026, ore
// 21:00 e in altre 3 date".
func (s *server) eventLine(r *catalog.Record, now time.Time) string {
	var coming []catalog.Occurrence
	for _, o := range r.Occurrences {
		if _, ends, ok := instants(o); ok && ends.After(now) {
			coming = append(coming, o)
		}
	}
	slices.SortStableFunc(coming, func(a, b catalog.Occurrence) int {
		x, _, _ := instants(a)
		y, _, _ := instants(b)
		return x.Compare(y)
	})
	if len(coming) == 0 {
		if when(r) == "" {
			return ""
		}
		return s.texts.t("evento.finito", when(r))
	}
	line := s.occurrenceLine(coming[0], now)
	switch n := len(coming) - 1; {
	case n == 1:
		line += " " + s.texts.t("evento.altra")
	case n > 1:
		line += " " + s.texts.t("evento.altre", n)
	}
	return line
}

// occurrenceLine writes one time: when it begins, or, once it has begun, until
// when it lasts.
func (s *server) occurrenceLine(o catalog.Occurrence, now time.Time) string {
	starts, ends, _ := instants(o)
	last := ends.Add(-time.Second)
	var line string
	switch {
	case starts.Before(midnight(now)):
		line = s.texts.t("evento.fino", weekday(last))
	case !midnight(starts).Equal(midnight(last)) && ends.Sub(starts) > 18*time.Hour:
		line = s.texts.t("evento.dal-al", weekday(starts), weekday(last))
	case o.AllDay():
		line = weekday(starts)
	default:
		line = s.texts.t("evento.ore", weekday(starts), hours(starts, ends))
	}
	if o.Status == "cancelled" {
		line = s.texts.t("evento.annullato") + ": " + line
	}
	return strings.TrimSpace(line)
}

// hours writes "21:00–23:00", or the start alone when no end is told.
func hours(starts, ends time.Time) string {
	text := starts.In(catalog.Rome).Format("15:04")
	if ends.After(starts) {
		text += "–" + ends.In(catalog.Rome).Format("15:04")
	}
	return text
}

// spanText says days in words: "sabato 21 novembre 2026", "dal 21 novembre al
// 3 dicembre 2026".
func (s *server) spanText(d span) string {
	switch {
	case d.First.IsZero() && d.Last.IsZero():
		return ""
	case d.Last.IsZero():
		return s.texts.t("quando.dal", day(d.First))
	case d.First.IsZero():
		return s.texts.t("quando.al", day(d.Last))
	case d.First.Equal(d.Last):
		return weekday(d.First)
	case d.First.Year() == d.Last.Year():
		return s.texts.t("quando.dal-al", fmt.Sprintf("%d %s", d.First.Day(), months[d.First.Month()-1]), day(d.Last))
	}
	return s.texts.t("quando.dal-al", day(d.First), day(d.Last))
}
