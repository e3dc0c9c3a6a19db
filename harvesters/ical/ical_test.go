package ical

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// harvestText is what Harvest yields of a document on a day, and its error.
func harvestText(t *testing.T, today, doc string, m catalog.Mapping) ([]catalog.Harvested, []error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "agenda.ics")
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	now, err := time.ParseInLocation(time.DateOnly, today, catalog.Rome)
	if err != nil {
		t.Fatal(err)
	}
	var list []catalog.Harvested
	var errs []error
	for h, err := range At(now)(t.Context(), nil, catalog.Source{ID: "test", URL: path, Mapping: m}) {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		list = append(list, h)
	}
	return list, errs
}

// one is the only description of a calendar with the lines given.
func one(t *testing.T, lines string) catalog.Harvested {
	t.Helper()
	list, errs := harvestText(t, "2026-11-22", calendarOf(lines), catalog.Mapping{})
	if len(list) != 1 || len(errs) > 0 {
		t.Fatalf("%d descriptions, errors %v; want one description", len(list), errs)
	}
	return list[0]
}

func calendarOf(lines string) string {
	return "BEGIN:VCALENDAR\r\n" + strings.ReplaceAll(strings.TrimSpace(lines), "\n", "\r\n") + "\r\nEND:VCALENDAR\r\n"
}

func event(lines string) string {
	return "BEGIN:VEVENT\nUID:1\n" + strings.TrimSpace(lines) + "\nEND:VEVENT"
}

// times are the occurrences of h, one a line.
func times(h catalog.Harvested) string {
	var lines []string
	for _, o := range h.Occurrences {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{o.Start + "/" + o.End, o.Status, o.Title, o.Place}, " ")))
	}
	return strings.Join(lines, "\n")
}

// field is a value of h by the name of its column, as text.
func field(h catalog.Harvested, name string) string {
	for i, c := range h.Layer.Columns {
		if c.Name == name {
			return catalog.Text(h.Values[i])
		}
	}
	return "no column " + name
}

func rules(h catalog.Harvested) string {
	var list []string
	for _, i := range h.Issues {
		list = append(list, i.Rule)
	}
	return strings.Join(list, " ")
}

// Each line of spec §3.12 and each trap of §1.4 that is about time.
func TestTimes(t *testing.T) {
	const custom = `
BEGIN:VTIMEZONE
TZID:Ora del Comune
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
`
	for _, tt := range []struct{ name, in, want, rules string }{
		{"UTC", event("DTSTART:20261201T170000Z\nDTEND:20261201T190000Z"), "2026-12-01T18:00:00+01:00/2026-12-01T20:00:00+01:00", ""},
		{"floating is Rome", event("DTSTART:20260701T210000\nDTEND:20260701T230000"), "2026-07-01T21:00:00+02:00/2026-07-01T23:00:00+02:00", ""},
		{"IANA zone", event("DTSTART;TZID=America/New_York:20261201T120000"), "2026-12-01T18:00:00+01:00/", ""},
		{"IANA zone behind a prefix", event("DTSTART;TZID=/mozilla.org/20050126_1/Europe/London:20261201T120000"), "2026-12-01T13:00:00+01:00/", ""},
		{"quoted zone", event("DTSTART;TZID=\"Europe/London\":20261201T120000"), "2026-12-01T13:00:00+01:00/", ""},
		{"Windows zone, summer", event("DTSTART;TZID=W. Europe Standard Time:20260701T210000"), "2026-07-01T21:00:00+02:00/", ""},
		{"Windows zone of elsewhere", event("DTSTART;TZID=GMT Standard Time:20260701T200000"), "2026-07-01T21:00:00+02:00/", ""},
		{"Outlook's cities, not quoted", event("DTSTART;TZID=(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna:20260701T210000"), "2026-07-01T21:00:00+02:00/", ""},
		{"an offset", event("DTSTART;TZID=UTC-05:00:20261201T120000"), "2026-12-01T18:00:00+01:00/", ""},
		{"VTIMEZONE, summer", custom + event("DTSTART;TZID=Ora del Comune:20260701T210000"), "2026-07-01T21:00:00+02:00/", ""},
		{"VTIMEZONE, winter", custom + event("DTSTART;TZID=Ora del Comune:20261201T210000"), "2026-12-01T21:00:00+01:00/", ""},
		{"zone of nobody", event("DTSTART;TZID=Middle-earth:20260701T210000"), "2026-07-01T21:00:00+02:00/", "time-zone-unknown"},
		{"hour that is skipped", event("DTSTART;TZID=Europe/Rome:20260329T023000"), "2026-03-29T03:30:00+02:00/", ""},
		{"hour that comes twice", event("DTSTART;TZID=Europe/Rome:20261025T023000"), "2026-10-25T02:30:00+02:00/", ""},

		{"a day", event("DTSTART;VALUE=DATE:20261208"), "2026-12-08/2026-12-08", ""},
		{"days, end exclusive", event("DTSTART;VALUE=DATE:20261208\nDTEND;VALUE=DATE:20261211"), "2026-12-08/2026-12-10", ""},
		{"days that end as they begin", event("DTSTART;VALUE=DATE:20261208\nDTEND;VALUE=DATE:20261208"), "2026-12-08/2026-12-08", ""},
		{"date without VALUE, with a zone", event("DTSTART;TZID=US/Pacific:20261208\nDURATION:PT86400S"), "2026-12-08/2026-12-08", ""},
		{"a date with a time", event("DTSTART;VALUE=DATE:20261208T000000"), "2026-12-08/2026-12-08", ""},
		{"days by duration", event("DTSTART;VALUE=DATE:20261208\nDURATION:P1W"), "2026-12-08/2026-12-14", ""},
		{"midnight to midnight", event("DTSTART:20261208T000000\nDTEND:20261210T000000"), "2026-12-08/2026-12-09", ""},
		{"to 23:59:59", event("DTSTART:20261208T000000\nDTEND:20261209T235959"), "2026-12-08/2026-12-09", ""},
		{"to 23:59", event("DTSTART;TZID=Europe/Rome:20261208T000000\nDTEND;TZID=Europe/Rome:20261208T235900"), "2026-12-08/2026-12-08", ""},
		{"midnights of Italy in UTC", event("DTSTART:20260630T220000Z\nDTEND:20260701T220000Z"), "2026-07-01/2026-07-01", ""},
		{"an evening to 23:59:59", event("DTSTART:20261208T200000\nDTEND:20261208T235959"), "2026-12-08T20:00:00+01:00/2026-12-08T23:59:59+01:00", ""},
		{"no length", event("DTSTART:20261208T200000\nDTEND:20261208T200000"), "2026-12-08T20:00:00+01:00/", ""},
		{"duration", event("DTSTART:20261208T200000\nDURATION:PT1H30M"), "2026-12-08T20:00:00+01:00/2026-12-08T21:30:00+01:00", ""},
		{"duration of a day over the end of summer time", event("DTSTART:20261024T200000\nDURATION:P1D"), "2026-10-24T20:00:00+02:00/2026-10-25T20:00:00+01:00", ""},
		{"duration of hours over it", event("DTSTART:20261024T200000\nDURATION:PT24H"), "2026-10-24T20:00:00+02:00/2026-10-25T19:00:00+01:00", ""},
		{"end before start", event("DTSTART:20261208T200000\nDTEND:20261207T200000"), "2026-12-08T20:00:00+01:00/", "end-before-start"},
		{"end that is none", event("DTSTART:20261208T200000\nDTEND:domani"), "2026-12-08T20:00:00+01:00/", "date-unreadable"},
		{"duration that is none", event("DTSTART:20261208T200000\nDURATION:PT"), "2026-12-08T20:00:00+01:00/", "duration-unreadable"},
		{"start that is none", event("SUMMARY:Festa\nDTSTART:20261399T200000"), "", "date-unreadable"},
		{"no start", event("SUMMARY:Festa"), "", "start-missing"},
		{"offset as WordPress writes it", event("DTSTART;TZID=UTC+2:20260701T210000"), "2026-07-01T21:00:00+02:00/", ""},
		{"UTC although it names a zone", event("DTSTART;TZID=Europe/Rome:20260701T190000Z"), "2026-07-01T21:00:00+02:00/", ""},
		{"cancelled", event("STATUS:CANCELLED\nDTSTART:20261208T200000"), "2026-12-08T20:00:00+01:00/ cancelled", ""},
		{"a calendar that calls off", "METHOD:CANCEL\n" + event("DTSTART:20261208T200000"), "2026-12-08T20:00:00+01:00/ cancelled", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := one(t, tt.in)
			if got := times(h); got != tt.want || rules(h) != tt.rules {
				t.Errorf("times = %q, issues %q; want %q, %q", got, rules(h), tt.want, tt.rules)
			}
		})
	}
}

func TestSeries(t *testing.T) {
	for _, tt := range []struct{ name, in, want, rules string }{
		{"the first one and those from this month on", event("DTSTART:20200115T180000\nRRULE:FREQ=YEARLY;COUNT=8"),
			"2020-01-15T18:00:00+01:00/\n2027-01-15T18:00:00+01:00/", ""},
		{"the present month from its first day, 24 months on not any more", event("DTSTART;VALUE=DATE:20251101\nRRULE:FREQ=MONTHLY;INTERVAL=12"),
			"2025-11-01/2025-11-01\n2026-11-01/2026-11-01\n2027-11-01/2027-11-01", ""},
		{"one that has begun and is not over", event("DTSTART;VALUE=DATE:20251025\nDTEND;VALUE=DATE:20251105\nRRULE:FREQ=YEARLY;COUNT=2"),
			"2025-10-25/2025-11-04\n2026-10-25/2026-11-04", ""},
		{"the clock stays over the end of summer time", event("DTSTART;TZID=Europe/Rome:20270318T180000\nDTEND;TZID=Europe/Rome:20270318T190000\nRRULE:FREQ=WEEKLY;COUNT=3"),
			"2027-03-18T18:00:00+01:00/2027-03-18T19:00:00+01:00\n2027-03-25T18:00:00+01:00/2027-03-25T19:00:00+01:00\n2027-04-01T18:00:00+02:00/2027-04-01T19:00:00+02:00", ""},
		{"over the beginning of summer time: one left out in UTC, one moved", event("DTSTART;TZID=Europe/Rome:20270321T210000\nDTEND;TZID=Europe/Rome:20270321T230000\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE:20270404T190000Z") + "\n" +
			event("RECURRENCE-ID;TZID=Europe/Rome:20270411T210000\nDTSTART;TZID=Europe/Rome:20270412T180000\nDTEND;TZID=Europe/Rome:20270412T200000"),
			"2027-03-21T21:00:00+01:00/2027-03-21T23:00:00+01:00\n2027-03-28T21:00:00+02:00/2027-03-28T23:00:00+02:00\n2027-04-12T18:00:00+02:00/2027-04-12T20:00:00+02:00 moved", ""},
		{"UNTIL in UTC on the clock of the event", event("DTSTART;TZID=Europe/Rome:20261201T003000\nRRULE:FREQ=DAILY;UNTIL=20261202T233000Z"),
			"2026-12-01T00:30:00+01:00/\n2026-12-02T00:30:00+01:00/\n2026-12-03T00:30:00+01:00/", ""},
		{"UNTIL a date includes that day", event("DTSTART:20261201T200000\nRRULE:FREQ=DAILY;UNTIL=20261202"),
			"2026-12-01T20:00:00+01:00/\n2026-12-02T20:00:00+01:00/", ""},
		{"EXDATE, one with and one without time", event("DTSTART:20261201T200000\nRRULE:FREQ=DAILY;COUNT=4\nEXDATE:20261202T200000\nEXDATE;VALUE=DATE:20261203"),
			"2026-12-01T20:00:00+01:00/\n2026-12-04T20:00:00+01:00/", ""},
		{"EXDATE in UTC takes out the first", event("DTSTART;TZID=Europe/Rome:20261201T200000\nRRULE:FREQ=DAILY;COUNT=2\nEXDATE:20261201T190000Z"),
			"2026-12-02T20:00:00+01:00/", ""},
		{"RDATE, before the start too, and a period", event("DTSTART:20261201T200000\nDTEND:20261201T210000\nRDATE:20261130T200000,20261203T200000\nRDATE;VALUE=PERIOD:20261205T190000Z/PT3H"),
			"2026-11-30T20:00:00+01:00/2026-11-30T21:00:00+01:00\n2026-12-01T20:00:00+01:00/2026-12-01T21:00:00+01:00\n2026-12-03T20:00:00+01:00/2026-12-03T21:00:00+01:00\n2026-12-05T20:00:00+01:00/2026-12-05T23:00:00+01:00", ""},
		{"an instance moved, one called off, one in another place",
			event("SUMMARY:Letture\nLOCATION:Lazzerini\nDTSTART:20261201T170000\nDTEND:20261201T180000\nRRULE:FREQ=WEEKLY;COUNT=4") + "\n" +
				event("RECURRENCE-ID:20261208T170000\nDTSTART:20261209T170000\nDTEND:20261209T180000") + "\n" +
				event("RECURRENCE-ID:20261215T160000Z\nSTATUS:CANCELLED\nDTSTART:20261215T170000\nDTEND:20261215T180000") + "\n" +
				event("RECURRENCE-ID:20261222T170000\nSUMMARY:Letture di Natale\nLOCATION:Biblioteca Ovest\nDTSTART:20261222T170000\nDTEND:20261222T180000"),
			"2026-12-01T17:00:00+01:00/2026-12-01T18:00:00+01:00\n2026-12-09T17:00:00+01:00/2026-12-09T18:00:00+01:00 moved\n" +
				"2026-12-15T17:00:00+01:00/2026-12-15T18:00:00+01:00 cancelled\n2026-12-22T17:00:00+01:00/2026-12-22T18:00:00+01:00  Letture di Natale Biblioteca Ovest", ""},
		{"an instance and all later ones moved",
			event("SUMMARY:Corso\nDTSTART:20261201T170000\nDTEND:20261201T180000\nRRULE:FREQ=WEEKLY;COUNT=4") + "\n" +
				event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261208T170000\nSUMMARY:Corso serale\nDTSTART:20261208T200000\nDTEND:20261208T220000") + "\n" +
				event("RECURRENCE-ID:20261222T170000\nSTATUS:CANCELLED\nDTSTART:20261222T200000\nDTEND:20261222T220000"),
			"2026-12-01T17:00:00+01:00/2026-12-01T18:00:00+01:00\n2026-12-08T20:00:00+01:00/2026-12-08T22:00:00+01:00 moved Corso serale\n" +
				"2026-12-15T20:00:00+01:00/2026-12-15T22:00:00+01:00 moved Corso serale\n2026-12-22T20:00:00+01:00/2026-12-22T22:00:00+01:00 cancelled", ""},
		{"instances without their event", event("RECURRENCE-ID;VALUE=DATE:20261208\nDTSTART;VALUE=DATE:20261208") + "\n" + event("RECURRENCE-ID;VALUE=DATE:20261201\nDTSTART;VALUE=DATE:20261201"),
			"2026-12-01/2026-12-01\n2026-12-08/2026-12-08", ""},
		{"a rule that cannot be read", event("DTSTART:20261201T200000\nRRULE:FREQ=SOMETIMES"), "2026-12-01T20:00:00+01:00/", "rule-unreadable"},
		{"a rule that never ends in rrule-go", event("DTSTART:20261201T200000\nRRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=3"), "2026-12-01T20:00:00+01:00/", ""},
		{"a rule on which rrule-go falls over", event("DTSTART:20261201T200000\nRRULE:FREQ=MONTHLY;BYDAY=53MO"), "2026-12-01T20:00:00+01:00/", "rule-unreadable"},
		{"a rule without days", event("DTSTART:20261201T200000\nRRULE:FREQ=MINUTELY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30"), "2026-12-01T20:00:00+01:00/", ""},
		{"every eight hours", event("DTSTART:20261201T000000\nRRULE:FREQ=HOURLY;INTERVAL=8;COUNT=3"), "2026-12-01T00:00:00+01:00/\n2026-12-01T08:00:00+01:00/\n2026-12-01T16:00:00+01:00/", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := one(t, tt.in)
			if diff := cmp.Diff(tt.want, times(h)); diff != "" || rules(h) != tt.rules {
				t.Errorf("times (-want +got):\n%s\nissues %q; want %q", diff, rules(h), tt.rules)
			}
		})
	}
}

// A daily event is kept up to the limit, and what is not kept is said.
func TestAtMostSoManyOccurrences(t *testing.T) {
	h := one(t, event("DTSTART;VALUE=DATE:19700101\nRRULE:FREQ=DAILY"))
	if n := len(h.Occurrences); n != maxOccurrences || rules(h) != "occurrences-many" {
		t.Errorf("%d occurrences, issues %q; want %d and occurrences-many", n, rules(h), maxOccurrences)
	}
	if h.Occurrences[0].Start != "1970-01-01" || h.Occurrences[1].Start != "2026-11-01" {
		t.Errorf("the first two begin %s and %s; want 1970-01-01 and 2026-11-01", h.Occurrences[0].Start, h.Occurrences[1].Start)
	}
}

// In one month a recurring event stays the same, in the next it moves on.
func TestTheWindowMovesWithTheMonth(t *testing.T) {
	doc := calendarOf(event("DTSTART;VALUE=DATE:20200105\nRRULE:FREQ=MONTHLY"))
	at := func(today string) string {
		list, errs := harvestText(t, today, doc, catalog.Mapping{})
		if len(list) != 1 || len(errs) > 0 {
			t.Fatalf("%v, %v", list, errs)
		}
		return times(list[0])
	}
	if at("2026-11-01") != at("2026-11-30") {
		t.Error("the occurrences differ within a month")
	}
	if at("2026-11-30") == at("2026-12-01") {
		t.Error("the occurrences are the same in two months")
	}
}

func TestVersionsOfOneEvent(t *testing.T) {
	v := func(sequence, modified, title string) string {
		return event("SEQUENCE:" + sequence + "\nLAST-MODIFIED:" + modified + "\nDTSTART:20261201T200000\nSUMMARY:" + title)
	}
	for _, tt := range []struct{ in, want string }{
		{v("2", "20260101T000000Z", "nuovo") + "\n" + v("1", "20260301T000000Z", "vecchio"), "nuovo"},
		{v("1", "20260101T000000Z", "vecchio") + "\n" + v("1", "20260301T000000Z", "nuovo"), "nuovo"},
		{v("1", "20260101T000000Z", "vecchio") + "\nEND:VCALENDAR\nBEGIN:VCALENDAR\n" + v("1", "20260101T000000Z", "nuovo"), "nuovo"},
	} {
		h := one(t, tt.in)
		if got := field(h, "summary"); got != tt.want || rules(h) != "uid-repeated" {
			t.Errorf("title = %q, issues %q; want %q, uid-repeated", got, rules(h), tt.want)
		}
	}
	// One UID for several events: all their times are kept.
	h := one(t, event("DTSTART:20261201T200000\nSUMMARY:Coro")+"\n"+event("DTSTART:20261202T200000\nSUMMARY:Banda"))
	if want := "2026-12-01T20:00:00+01:00/\n2026-12-02T20:00:00+01:00/  Banda"; times(h) != want || rules(h) != "uid-repeated" {
		t.Errorf("times = %q, issues %q; want %q", times(h), rules(h), want)
	}
}

func TestFields(t *testing.T) {
	h := one(t, `
begin:vevent
uid:a
SUMMARY;LANGUAGE=it:Mostra «Tessuti\, trame\; colori»
DESCRIPTION:Prima riga\nseconda\Nterza: https://esempio.it/a;b\\c
 , piegata
CATEGORIES:Mostra,Arte\, design
CATEGORIES:Famiglie
LOCATION:Museo del Tessuto\, Via Puccetti 3\, 59100 Prato (PO)
GEO:43.8777;11.1022
URL:https://www.museodeltessuto.it/mostra
ORGANIZER;CN="Fondazione Museo del Tessuto":mailto:info@example.org
ATTENDEE;CN=Maria Rossi:mailto:maria@example.org
IMAGE;VALUE=URI;FMTTYPE=image/jpeg:https://example.org/a.jpg
ATTACH;FMTTYPE=application/pdf:https://example.org/a.pdf
CONFERENCE;VALUE=URI:https://meet.example.org/x
LAST-MODIFIED:20260901T100000Z
DTSTART:20261201T200000
BEGIN:VALARM
DESCRIPTION:Promemoria
END:VALARM
end:vevent`)
	want := map[string]string{
		"summary": "Mostra «Tessuti, trame; colori»", "text": "Prima riga\nseconda\nterza: https://esempio.it/a;b\\c, piegata",
		"categories": "Mostra, Arte, design, Famiglie", "place": "Museo del Tessuto, Via Puccetti 3, 59100 Prato (PO)",
		"street": "Via Puccetti 3", "cap": "59100", "town": "Prato", "province_code": "PO",
		"link": "https://www.museodeltessuto.it/mostra", "picture": "https://example.org/a.jpg",
		"organizers": `[{"name":"Fondazione Museo del Tessuto"}]`, "attachments": `[{"url":"https://example.org/a.pdf","media_type":"application/pdf"}]`,
		"online_url": "https://meet.example.org/x", "attendance_mode": "mixed", "event_status": "scheduled",
		"last_modified": "2026-09-01T12:00:00+02:00", "dtstart": "2026-12-01T20:00:00+01:00",
	}
	for name, text := range want {
		if got := field(h, name); got != text {
			t.Errorf("%s = %q; want %q", name, got, text)
		}
	}
	for i, v := range h.Values {
		if s := catalog.Text(v); strings.Contains(s, "Maria") || strings.Contains(s, "info@") || strings.Contains(s, "Promemoria") {
			t.Errorf("%s = %q: a person, an address of mail or an alarm is published", h.Layer.Columns[i].Name, s)
		}
	}
	if p, ok := h.Geometry.(*geom.Point); !ok || p.X() != 11.1022 || p.Y() != 43.8777 || p.SRID() != 4326 {
		t.Errorf("geometry = %v; want 11.1022 43.8777, longitude first", h.Geometry)
	}
	if rules(h) != "" {
		t.Errorf("issues: %s; want none", rules(h))
	}
}

func TestPlaces(t *testing.T) {
	for _, tt := range []struct{ in, place, online, mode, street, town string }{
		{"Biblioteca Lazzerini", "Biblioteca Lazzerini", "", "offline", "", ""},
		{"https://zoom.example.org/j/1", "", "https://zoom.example.org/j/1", "online", "", ""},
		{`Officina Giovani\, Piazza dei Macelli 4\, Prato`, "Officina Giovani, Piazza dei Macelli 4, Prato", "", "offline", "Piazza dei Macelli 4", ""},
		{`Sala consiliare\nVia Roma 12/a - 59016 Poggio a Caiano PO`, "Sala consiliare, Via Roma 12/a - 59016 Poggio a Caiano PO", "", "offline", "Via Roma 12/a", "Poggio a Caiano"},
		{`Roadstar 16\, 12764 Happyville\, Denmark`, "Roadstar 16, 12764 Happyville, Denmark", "", "offline", "", ""},
		{`Lungarno Vespucci 4\, 50123 Firenze FI\, Italia`, "Lungarno Vespucci 4, 50123 Firenze FI, Italia", "", "offline", "Lungarno Vespucci 4", "Firenze"},
		{"", "", "", "offline", "", ""},
	} {
		h := one(t, event("SUMMARY:x\nDTSTART:20261201T200000\nLOCATION:"+tt.in))
		got := []string{field(h, "place"), field(h, "online_url"), field(h, "attendance_mode"), field(h, "street"), field(h, "town")}
		if diff := cmp.Diff([]string{tt.place, tt.online, tt.mode, tt.street, tt.town}, got); diff != "" {
			t.Errorf("LOCATION:%s (-want +got):\n%s", tt.in, diff)
		}
	}
}

func TestPositions(t *testing.T) {
	for in, want := range map[string]string{
		"GEO:43.8777;11.1022": "43.8777 11.1022", "GEO:43.8777,11.1022": "43.8777 11.1022", "GEO:0;0": "", "GEO:0.0;0.0": "",
		"GEO:91;11": "position-unreadable", "GEO:Prato": "position-unreadable", "GEO:": "",
		"X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-TITLE=\"a:b\":geo:43.8777,11.1022": "43.8777 11.1022",
	} {
		h := one(t, event("SUMMARY:x\nDTSTART:20261201T200000\n"+in))
		got := rules(h)
		if p, ok := h.Geometry.(*geom.Point); ok {
			got = strings.TrimSpace(catalog.Text(p.Y()) + " " + catalog.Text(p.X()) + " " + got)
		}
		if got != want {
			t.Errorf("%s = %q; want %q", in, got, want)
		}
	}
}

// However its bytes are written, a calendar says the same.
func TestEncodingsAndLineEnds(t *testing.T) {
	doc := calendarOf(event("SUMMARY:Città più bella\nDTSTART:20261208T200000"))
	utf16 := func(s string, order func(r uint16) (byte, byte)) string {
		b := []byte{}
		for _, r := range "\ufeff" + s {
			x, y := order(uint16(r))
			b = append(b, x, y)
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"CRLF": doc, "LF": strings.ReplaceAll(doc, "\r", ""), "CR": strings.ReplaceAll(doc, "\n", ""),
		"CRCRLF": strings.ReplaceAll(doc, "\r\n", "\r\r\n"), "blank lines": strings.ReplaceAll(doc, "\r\n", "\r\n\r\n"),
		"byte order mark": "\ufeff" + doc, "Windows-1252": strings.NewReplacer("à", "\xe0", "ù", "\xf9").Replace(doc),
		"UTF-16 LE":               utf16(doc, func(r uint16) (byte, byte) { return byte(r), byte(r >> 8) }),
		"UTF-16 BE":               utf16(doc, func(r uint16) (byte, byte) { return byte(r >> 8), byte(r) }),
		"folded inside a letter":  strings.Replace(doc, "à", "\xc3\r\n \xa0", 1),
		"folded before the colon": strings.Replace(doc, "SUMMARY:", "SUMMARY\r\n :", 1),
		"folded with a tab":       strings.Replace(doc, "più", "p\r\n\tiù", 1),
	} {
		list, errs := harvestText(t, "2026-11-22", text, catalog.Mapping{})
		if len(list) != 1 || len(errs) > 0 {
			t.Errorf("%s: %d descriptions, %v; want one", name, len(list), errs)
			continue
		}
		if got := field(list[0], "summary"); got != "Città più bella" || times(list[0]) != "2026-12-08T20:00:00+01:00/" || rules(list[0]) != "" {
			t.Errorf("%s: %q at %q, issues %q; want Città più bella at 20", name, got, times(list[0]), rules(list[0]))
		}
	}
}

// A bad event is an issue, and the others are kept.
func TestBadEventsAndLines(t *testing.T) {
	list, errs := harvestText(t, "2026-11-22", calendarOf(`
BEGIN:VEVENT
END:VEVENT
BEGIN:VEVENT
SUMMARY:Senza UID
DTSTART:20261208T200000
END:VEVENT
BEGIN:VEVENT
SUMMARY:Senza UID
DTSTART:20261208T200000
END:VEVENT
BEGIN:VEVENT
UID:aperto
DTSTART:20261208T200000
DESCRIPTION:Una riga
e un'altra senza piega
SUMMARY=non una riga
BEGIN:VEVENT
UID:dopo
DTSTART:20261208T200000
BEGIN:VALARM
END:VEVENT`), catalog.Mapping{})
	if len(errs) != 1 || !errors.Is(errs[0], catalog.ErrInvalid) || errors.Is(errs[0], catalog.ErrFailedListing) {
		t.Errorf("errors: %v; want one of a description", errs)
	}
	var got []string
	for _, h := range list {
		key := h.Key
		if strings.HasPrefix(key, "hash-") {
			key = "hash" + key[len("hash-")+24:]
		}
		got = append(got, key+": "+rules(h))
	}
	want := []string{"hash: uid-missing", "hash-2: uid-missing", "aperto: line-unreadable line-unreadable end-missing", "dopo: "}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := field(list[2], "text"); text != "Una riga\ne un'altra senza piega\nSUMMARY=non una riga" {
		t.Errorf("description = %q", text)
	}
}

func TestWhatIsNoWholeCalendarIsAFailedListing(t *testing.T) {
	for name, doc := range map[string]string{
		"a page": "<!DOCTYPE html><html><body>Pagina non trovata</body></html>", "nothing": "",
		"cut off": "BEGIN:VCALENDAR\r\n" + strings.ReplaceAll(event("SUMMARY:x\nDTSTART:20261208T200000"), "\n", "\r\n") + "\r\nBEGIN:VEVENT\r\nUID:2\r\nSUMM",
	} {
		_, errs := harvestText(t, "2026-11-22", doc, catalog.Mapping{})
		if len(errs) != 1 || !errors.Is(errs[0], catalog.ErrFailedListing) {
			t.Errorf("%s: errors %v; want a failed listing", name, errs)
		}
	}
}

// What its owner does not make public is refused, and nothing of it is told.
func TestPrivateEvents(t *testing.T) {
	for _, class := range []string{"PRIVATE", "Confidential"} {
		list, errs := harvestText(t, "2026-11-22", calendarOf(event("SUMMARY:Visita medica\nDTSTART:20261208T200000\nCLASS:"+class)), catalog.Mapping{})
		if len(list) != 0 || len(errs) != 1 || !errors.Is(errs[0], catalog.ErrInvalid) || strings.Contains(errs[0].Error(), "medica") {
			t.Errorf("%s: %d descriptions, %v; want a refusal without the title", class, len(list), errs)
		}
	}
}

func TestTitles(t *testing.T) {
	for in, want := range map[string]string{
		event("SUMMARY:Festa\nDESCRIPTION:Altro"): "Festa", event("DESCRIPTION:<p>Prima</p><p>Seconda</p>"): "Prima", event("STATUS:CONFIRMED"): "",
		event("DTSTART:20261208T200000\nRRULE:FREQ=DAILY;COUNT=2") + "\n" + event("RECURRENCE-ID:20261209T200000\nSUMMARY:Seconda sera"): "Seconda sera",
	} {
		if got := field(one(t, in), "summary"); got != want {
			t.Errorf("%s: title %q; want %q", in, got, want)
		}
	}
}

// What a mapping drops is neither published nor stored.
func TestDroppedProperties(t *testing.T) {
	list, errs := harvestText(t, "2026-11-22", calendarOf(event("SUMMARY:x\nDTSTART:20261208T200000\nATTENDEE;CN=Maria\n Rossi:mailto:maria@example.org\nLAST-MODIFIED:20260901T100000Z")),
		catalog.Mapping{Drop: []string{"attendee", "last_modified"}})
	if len(list) != 1 || len(errs) > 0 {
		t.Fatal(list, errs)
	}
	if got, want := string(list[0].Raw), "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:x\r\nDTSTART:20261208T200000\r\nEND:VEVENT\r\n"; got != want {
		t.Errorf("raw = %q; want %q", got, want)
	}
	if got := field(list[0], "last_modified"); got != "" {
		t.Errorf("last_modified = %q; want nothing", got)
	}
}
