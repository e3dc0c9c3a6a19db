package ical

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// Rules that are rare, and rules that would never end.
func TestRulesOfEveryMake(t *testing.T) {
	for _, tt := range []struct{ name, in, want, rules string }{
		{"every second without end", event("DTSTART:20261201T200000\nRRULE:FREQ=SECONDLY"), "2026-12-01T20:00:00+01:00/", "rule-unreadable"},
		{"the last weekday of a month", event("DTSTART:20261130T180000\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3"),
			"2026-11-30T18:00:00+01:00/\n2026-12-31T18:00:00+01:00/\n2027-01-29T18:00:00+01:00/", ""},
		{"UNTIL a time without zone", event("DTSTART;TZID=Europe/Rome:20261201T200000\nRRULE:FREQ=DAILY;UNTIL=20261203T195959"),
			"2026-12-01T20:00:00+01:00/\n2026-12-02T20:00:00+01:00/", ""},
		{"UNTIL a time, of days", event("DTSTART;VALUE=DATE:20261201\nRRULE:FREQ=DAILY;UNTIL=20261202T230000Z"),
			"2026-12-01/2026-12-01\n2026-12-02/2026-12-02", ""},
		{"UNTIL before the start", event("DTSTART:20261201T200000\nRRULE:FREQ=DAILY;UNTIL=20201202"), "2026-12-01T20:00:00+01:00/", ""},
		{"weeks and days as duration", event("DTSTART:20261201T200000\nDURATION:P1W"), "2026-12-01T20:00:00+01:00/2026-12-08T20:00:00+01:00", ""},
		{"the hour that is skipped, in a series", event("DTSTART;TZID=Europe/Rome:20270327T023000\nRRULE:FREQ=DAILY;COUNT=3"),
			"2027-03-27T02:30:00+01:00/\n2027-03-28T03:30:00+02:00/\n2027-03-29T02:30:00+02:00/", ""},
		{"more times than are counted to", event("DTSTART:20261201T200000\nRRULE:FREQ=MINUTELY;COUNT=1000000"), "2026-12-01T20:00:00+01:00/", "rule-unreadable"},
		{"two rules", event("DTSTART:20261201T200000\nRRULE:FREQ=DAILY;COUNT=2\nRRULE:FREQ=WEEKLY;COUNT=2"),
			"2026-12-01T20:00:00+01:00/\n2026-12-02T20:00:00+01:00/\n2026-12-08T20:00:00+01:00/", ""},
		{"the same version twice", event("SEQUENCE:1\nDTSTART:20261201T200000") + "\n" + event("SEQUENCE:1\nDTSTART:20261201T200000"), "2026-12-01T20:00:00+01:00/", "uid-repeated"},
		{"a newer version that calls off", event("SEQUENCE:1\nDTSTART:20261201T200000") + "\n" + event("SEQUENCE:2\nSTATUS:CANCELLED\nDTSTART:20261201T200000"), "2026-12-01T20:00:00+01:00/ cancelled", "uid-repeated"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := one(t, tt.in)
			if diff := cmp.Diff(tt.want, times(h)); diff != "" || rules(h) != tt.rules {
				t.Errorf("times (-want +got):\n%s\nissues %q; want %q", diff, rules(h), tt.rules)
			}
		})
	}
}

// A rule by minutes or hours without end costs no more than the limit.
func TestRulesWithoutEnd(t *testing.T) {
	for _, rule := range []string{"FREQ=MINUTELY", "FREQ=HOURLY", "FREQ=DAILY;COUNT=1000000", "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,15,30,45", "FREQ=MINUTELY;INTERVAL=7;BYDAY=SU"} {
		h := one(t, event("DTSTART:19800101T000000\nRRULE:"+rule))
		if n := len(h.Occurrences); n != maxOccurrences || rules(h) != "occurrences-many" {
			t.Errorf("%s: %d occurrences, issues %q; want %d and occurrences-many", rule, n, rules(h), maxOccurrences)
		}
	}
}

// A description in HTML is read where there is no other.
func TestDescriptionInHTML(t *testing.T) {
	h := one(t, event(`SUMMARY:x`+"\n"+`DTSTART:20261201T200000`+"\n"+`X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Prima riga\, e</p><p>seconda</p></body></html>`))
	if got := catalog.PlainText(field(h, "text")); !strings.HasPrefix(got, "Prima riga, e") || !strings.Contains(got, "seconda") {
		t.Errorf("description %q; want that of X-ALT-DESC", got)
	}
	h = one(t, event("SUMMARY:x\nDTSTART:20261201T200000\nX-ALT-DESC:<p>no</p>\nDESCRIPTION:sì"))
	if got := field(h, "text"); got != "sì" {
		t.Errorf("description %q; want sì", got)
	}
}

// A calendar that writes longitude before latitude is found out by where its
// events lie; one event that lies elsewhere changes nothing.
func TestTurnedPositions(t *testing.T) {
	at := func(doc string) (list []string) {
		all, errs := harvestText(t, "2026-11-22", calendarOf(doc), catalog.Mapping{})
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		for _, h := range all {
			if p, ok := h.Geometry.(*geom.Point); ok {
				list = append(list, fmt.Sprintf("%.2f %.2f", p.X(), p.Y()))
			}
		}
		return list
	}
	event := func(n int, geo string) string {
		return fmt.Sprintf("BEGIN:VEVENT\nUID:%d\nDTSTART:20261201T200000\nGEO:%s\nEND:VEVENT\n", n, geo)
	}
	if diff := cmp.Diff([]string{"11.10 43.88", "11.25 43.77"}, at(event(1, "11.10;43.88")+event(2, "11.25;43.77"))); diff != "" {
		t.Errorf("turned (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"11.10 43.88", "43.77 11.25"}, at(event(1, "43.88;11.10")+event(2, "11.25;43.77"))); diff != "" {
		t.Errorf("one of two (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2.35 48.86"}, at(event(1, "48.86;2.35"))); diff != "" {
		t.Errorf("Paris (-want +got):\n%s", diff)
	}
}

// A web page in the place of the calendar names the calendar's address; so
// does nothing else, and a calendar is found behind webcal.
func TestPageOfACalendar(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/eventi.ics" {
			fmt.Fprint(w, calendarOf(event("SUMMARY:x\nDTSTART:20261201T200000")))
			return
		}
		fmt.Fprint(w, `<!DOCTYPE html><html><head><link rel="alternate" type="text/calendar" title="Agenda" href="/eventi.ics"></head></html>`)
	}))
	defer server.Close()
	read := func(address string) (n int, last error) {
		for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: address}) {
			if n++; err != nil {
				last = err
			}
		}
		return n, last
	}
	if _, err := read(server.URL + "/agenda"); !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), "give the address that it names for that: "+server.URL+"/eventi.ics") {
		t.Errorf("a page: %v; want a failed listing with the calendar's address", err)
	}
	if n, err := read("webcal:" + strings.TrimPrefix(server.URL, "http:") + "/eventi.ics"); n != 1 || err != nil {
		t.Errorf("webcal: %d descriptions, %v; want 1", n, err)
	}
}
