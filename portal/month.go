package portal

import (
	"fmt"
	"time"
)

// maxWeeks is how many days the agenda shows as a calendar: a month and what it
// takes to fill its weeks.
const maxWeeks = 42

// A monthDay is a day in the calendar above the agenda.
type monthDay struct {
	Date, Number string // "2026-11-23", "23"; the first of a month is "1 dic"
	Name         string // "lunedì 23 novembre 2026, 2 appuntamenti"
	Count        int
	Today, Out   bool // Out: before or after what is shown
}

// weeks lays the days of d out as a calendar, Monday first; each day with an
// appointment leads to its place in the list. A single day needs none.
func (s *server) weeks(d span, days []agendaDay, now time.Time) [][]monthDay {
	if n := int(d.Last.Sub(d.First).Hours()/24 + 1.5); n < 2 || n > maxWeeks || len(days) == 0 {
		return nil
	}
	counts := map[string]int{}
	for _, day := range days {
		counts[day.Date] = len(day.List)
	}
	var weeks [][]monthDay
	first := d.First.AddDate(0, 0, -int(d.First.Weekday()+6)%7)
	for at := first; !at.After(d.Last) || at.Weekday() != time.Monday; at = at.AddDate(0, 0, 1) {
		if at.Weekday() == time.Monday {
			weeks = append(weeks, nil)
		}
		x := monthDay{Date: dateOf(at), Number: fmt.Sprint(at.Day()), Today: at.Equal(midnight(now)), Out: at.Before(d.First) || at.After(d.Last)}
		if x.Count = counts[x.Date]; x.Count > 0 {
			x.Name = weekday(at) + ", " + s.texts.many("eventi.conta", int64(x.Count))
		}
		if at.Day() == 1 || at.Equal(d.First) {
			x.Number += " " + months[at.Month()-1][:3]
		}
		weeks[len(weeks)-1] = append(weeks[len(weeks)-1], x)
	}
	return weeks
}
