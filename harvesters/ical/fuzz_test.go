package ical

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

// Whatever a calendar holds: it is read or refused; keys are not empty and occur
// once; occurrences are in order, few, and times that can be read; every text is
// UTF-8.
func FuzzCalendar(f *testing.F) {
	f.Add(calendarOf(event("SUMMARY:x\nDTSTART;TZID=Europe/Rome:20261208T200000\nDTEND:20261208T220000Z\nRRULE:FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20301231\nEXDATE:20270131T190000Z")))
	f.Add(calendarOf(event("DTSTART;VALUE=DATE:20261208\nDURATION:P2D\nRRULE:FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO,SU;WKST=SU;BYSETPOS=-1") + "\n" + event("RECURRENCE-ID;VALUE=DATE:20271208\nSTATUS:CANCELLED")))
	f.Add(calendarOf("BEGIN:VTIMEZONE\nTZID:Qui\nBEGIN:STANDARD\nTZOFFSETTO:+0330\nEND:STANDARD\nEND:VTIMEZONE\n" + event("DTSTART;TZID=Qui:20261208T000000\nRRULE:FREQ=MINUTELY;INTERVAL=45;BYHOUR=3,4;COUNT=9")))
	f.Add("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20000101")
	w := windowAt(time.Date(2026, 11, 22, 0, 0, 0, 0, catalog.Rome))
	f.Fuzz(func(t *testing.T, doc string) {
		cal, err := parse(document([]byte(doc)), "")
		if err != nil {
			return
		}
		z := newZones(cal.zones)
		layer := newLayer(cal, nil, z, "")
		keys := map[string]bool{}
		for _, s := range group(cal.events) {
			times := s.occurrences(z, w)
			if len(times) > maxOccurrences {
				t.Errorf("%d occurrences", len(times))
			}
			for i, o := range times {
				begins := moment(t, o.Start)
				if o.End != "" && moment(t, o.End).Before(begins) {
					t.Errorf("%s ends %s", o.Start, o.End)
				}
				if i > 0 && begins.Before(moment(t, times[i-1].Start)) {
					t.Errorf("%s comes after %s", o.Start, times[i-1].Start)
				}
			}
			h, err := s.harvested(layer, times)
			if err != nil {
				continue
			}
			if h.Key == "" || keys[h.Key] || !utf8.ValidString(h.Key) {
				t.Errorf("key %q comes again, or is none", h.Key)
			}
			keys[h.Key] = true
			if len(h.Values) != len(columns) {
				t.Errorf("%d values; want %d", len(h.Values), len(columns))
			}
			for i, v := range h.Values {
				if text := catalog.Text(v); !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
					t.Errorf("%s = %q", columns[i].Name, text)
				}
			}
		}
	})
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if v, err := time.ParseInLocation(layout, s, catalog.Rome); err == nil {
			return v
		}
	}
	t.Errorf("%q is no date or time", s)
	return time.Time{}
}

// A rule is followed or refused, in time, and in order.
func FuzzRule(f *testing.F) {
	for _, rule := range []string{
		"FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=MONTHLY;BYDAY=5FR;BYSETPOS=-1", "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE;COUNT=10", "FREQ=DAILY;BYHOUR=9,12;BYMINUTE=0,30",
		"FREQ=HOURLY;INTERVAL=5;BYDAY=SA;UNTIL=20270101T000000Z", "FREQ=MINUTELY;INTERVAL=7;BYHOUR=3;BYMONTHDAY=-1", "FREQ=YEARLY;BYWEEKNO=-1,1,53;BYDAY=MO;WKST=TH", "FREQ=YEARLY;BYYEARDAY=366,-366,1",
	} {
		f.Add(rule, int64(0))
	}
	base := time.Date(2020, 2, 29, 18, 30, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string, days int64) {
		r, err := parseRule(text)
		if err != nil {
			return
		}
		start := base.Add(time.Duration(days%30000) * day)
		low := start.AddDate(1, 0, 0)
		last, n, began := time.Time{}, 0, time.Now()
		err = r.each(start, low, low.AddDate(2, 0, 0), func(at time.Time) bool {
			if at.Before(low) || !at.Before(low.AddDate(2, 0, 0)) || at.Before(last) {
				t.Errorf("%s from %s gives %s after %s", text, start, at, last)
			}
			last, n = at, n+1
			return n < maxOccurrences
		})
		if took := time.Since(began); took > 30*time.Second { // an endless search, not a busy machine
			t.Errorf("%s from %s took %s: %d times, %v", text, start, took, n, err)
		}
	})
}
