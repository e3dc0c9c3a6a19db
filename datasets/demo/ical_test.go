package demo

import (
	"bytes"
	"strings"
	"testing"
	"time"

	ics "github.com/arran4/golang-ical"
	"github.com/teambition/rrule-go"
	"po-net.prato.it/ponet/catalog"
)

// Every event is read by somebody else's parser, has a date in the year after
// the start, and its first date is one of its rule.
func TestCalendars(t *testing.T) {
	events := 0
	for _, c := range calendars {
		content := icalendar(c.name, c.title, opened)
		for line := range strings.Lines(string(content)) {
			if !strings.HasSuffix(line, "\r\n") || len(line) > 77 {
				t.Errorf("%s: line %q; want at most 75 bytes and CR LF", c.name, line)
			}
		}
		cal, err := ics.ParseCalendar(bytes.NewReader(content))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		for _, e := range cal.Events() {
			if e.GetProperty(ics.ComponentPropertyRecurrenceId) == nil {
				events++
				checkEvent(t, e, opened)
			}
		}
	}
	single := singleEvents(opened)
	if want := len(table("eventi")); events+len(single) != want || len(single) == 0 {
		t.Errorf("%d events in calendars and %d single ones; want %d", events, len(single), want)
	}
	for _, e := range single {
		if e.Start <= opened.Format(time.DateOnly) || e.End <= e.Start || e.Place == "" || e.Lon == 0 {
			t.Errorf("%+v", e)
		}
	}
}

// checkEvent returns the times of e in the month after start.
func checkEvent(t *testing.T, e *ics.VEvent, opened time.Time) (inMonth int) {
	t.Helper()
	value := func(p ics.ComponentProperty) string {
		if v := e.GetProperty(p); v != nil {
			return v.Value
		}
		return ""
	}
	title := value(ics.ComponentPropertySummary)
	if title == "" || value(ics.ComponentPropertyLocation) == "" || value(ics.ComponentPropertyGeo) == "" || value(ics.ComponentPropertyCategories) == "" {
		t.Errorf("%s %q: without title, place, position or category", e.Id(), title)
	}
	start, err := e.GetStartAt()
	end, err2 := e.GetEndAt()
	if err != nil || err2 != nil || !end.After(start) {
		t.Fatalf("%s: from %v to %v, %v %v", title, start, end, err, err2)
	}
	next := start
	month := opened.AddDate(0, 0, 30)
	if start.After(opened) && start.Before(month) {
		inMonth++
	}
	if rule := value(ics.ComponentPropertyRrule); rule != "" {
		o, err := rrule.StrToROption(rule)
		if err != nil {
			t.Fatalf("%s: rule %s: %v", title, rule, err)
		}
		o.Dtstart = start.In(catalog.Rome)
		r, err := rrule.NewRRule(*o)
		if err != nil {
			t.Fatalf("%s: rule %s: %v", title, rule, err)
		}
		if first := r.After(start.Add(-time.Second), true); !first.Equal(start) {
			t.Errorf("%s: begins on %v, which its rule %s does not allow: %v", title, start, rule, first)
		}
		next = r.After(opened, true)
		inMonth = len(r.Between(opened, month, true))
	}
	if next.Before(opened.AddDate(0, 0, -1)) || next.After(opened.AddDate(1, 0, 0)) {
		t.Errorf("%s, opened on %v: the next time is %v", title, opened, next)
	}
	return inMonth
}

// The dates go with the start, on any day of the year and at any hour: also on
// the last of a year or of February, and when the clocks change. The agenda is
// never empty.
func TestStartMovesDates(t *testing.T) {
	if testing.Short() {
		t.Skip("makes the calendars of a year")
	}
	starts := []time.Time{
		time.Date(2027, time.December, 31, 22, 59, 0, 0, time.UTC), time.Date(2027, time.December, 31, 23, 30, 0, 0, time.UTC), // already 1 January in Italy
		time.Date(2028, time.February, 29, 12, 0, 0, 0, time.UTC), time.Date(2027, time.February, 28, 23, 30, 0, 0, time.UTC),
		time.Date(2027, time.March, 28, 0, 59, 0, 0, time.UTC), time.Date(2027, time.October, 31, 1, 0, 0, 0, time.UTC),
	}
	for start := time.Date(2027, time.January, 1, 0, 30, 0, 0, time.UTC); start.Year() < 2028; start = start.Add(181 * time.Hour) {
		starts = append(starts, start)
	}
	for _, start := range starts {
		times := 0
		for _, c := range calendars {
			cal, err := ics.ParseCalendar(bytes.NewReader(icalendar(c.name, c.title, start)))
			if err != nil {
				t.Fatalf("%s from %v: %v", c.name, start, err)
			}
			for _, e := range cal.Events() {
				if e.GetProperty(ics.ComponentPropertyRecurrenceId) == nil {
					times += checkEvent(t, e, start)
				}
			}
		}
		if times < 20 {
			t.Errorf("opened on %v: %d dates in the month to come; want 20", start, times)
		}
		for _, e := range singleEvents(start) {
			if e.Start <= start.In(catalog.Rome).Format(time.DateOnly) || e.End <= e.Start {
				t.Errorf("%s, opened on %v: %s to %s", e.Title, start, e.Start, e.End)
			}
		}
		for _, c := range append(courses("scuole", start), courses("adulti", start)...) {
			if begin, err := time.Parse(time.DateOnly, c.Start); err != nil || begin.Before(start.AddDate(0, 0, -1)) || c.End <= c.Start {
				t.Errorf("%s from %v: %s to %s", c.Title, start, c.Start, c.End)
			}
		}
	}
}
