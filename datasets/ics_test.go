package datasets

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"po-net.prato.it/ponet/catalog"
)

// encodeCalendar is the calendar of features given by their properties.
func encodeCalendar(t testing.TB, properties ...string) string {
	t.Helper()
	var out bytes.Buffer
	err := EncodeICS(&out, catalog.Collection{Title: "Eventi; a Prato"}, func(yield func(*catalog.Record, error) bool) {
		for i, p := range properties {
			feature := fmt.Sprintf(`{"type":"Feature","id":"%[1]s","geometry":{"type":"Point","coordinates":[11.0987,43.878]},"properties":%[2]s}`, syntheticID(i), p)
			if !yield(&catalog.Record{ID: syntheticID(i), Feature: []byte(feature)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const concert = `{"kind":"event","title":"Concerto; con \"virgolette\", \\ e à capo\nqui","description":"` +
	`Una descrizione lunga, perché la riga si debba piegare più di una volta: è così che una lettera accentata può cadere sul confine.` +
	`","address":"Piazza del Duomo 1","postcode":"59100","municipality":"Prato","type_label":"Concerto","body_name":"Comune di Prato",` +
	`"url":"https://example.org/concerto","updated":"2026-11-01T08:00:00Z","start":"2026-11-21T21:00:00+01:00","end":"2026-12-06",` +
	`"occurrences":[{"start":"2026-11-21T21:00:00+01:00","end":"2026-11-21T23:00:00+01:00"},` +
	`{"start":"2026-11-28T21:00:00+01:00","status":"cancelled"},{"start":"2026-12-05","end":"2026-12-06","title":"Finale","place":"Teatro"}]}`

// A calendar parser that is not ours reads back what was written.
func TestCalendarIsReadByAnother(t *testing.T) {
	text := encodeCalendar(t, concert, `{"kind":"place","title":"Museo","start":"2026-01-01"}`,
		`{"kind":"course","title":"Corso","start":"2027-01-10","end":"2027-03-10"}`, `{"kind":"event","title":"Senza data"}`)
	cal, err := ics.ParseCalendar(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	events := cal.Events()
	if len(events) != 4 {
		t.Fatalf("%d events; want 3 occurrences and a course\n%s", len(events), text)
	}
	e := events[0]
	for property, want := range map[ics.ComponentProperty]string{
		ics.ComponentPropertySummary:    "Concerto; con \"virgolette\", \\ e à capo\nqui",
		ics.ComponentPropertyLocation:   "Piazza del Duomo 1, 59100 Prato",
		ics.ComponentPropertyCategories: "Concerto",
		ics.ComponentPropertyGeo:        "43.878000;11.098700",
		ics.ComponentPropertyUrl:        "https://example.org/concerto",
		ics.ComponentPropertyStatus:     "CONFIRMED",
		ics.ComponentPropertyDtstamp:    "20261101T080000Z",
	} {
		if p := e.GetProperty(property); p == nil || ics.FromText(p.Value) != want {
			t.Errorf("%s = %+v; want %q", property, p, want)
		}
	}
	start, err1 := e.GetStartAt()
	end, err2 := e.GetEndAt()
	if want := time.Date(2026, 11, 21, 20, 0, 0, 0, time.UTC); err1 != nil || err2 != nil || !start.Equal(want) || end.Sub(start) != 2*time.Hour {
		t.Errorf("from %v to %v (%v %v)", start, end, err1, err2)
	}
	if got := events[1].GetProperty(ics.ComponentPropertyStatus).Value; got != "CANCELLED" {
		t.Errorf("the cancelled one is %s", got)
	}
	day, err1 := events[2].GetAllDayStartAt()
	last, err2 := events[2].GetAllDayEndAt()
	if err1 != nil || err2 != nil || day.Format(time.DateOnly) != "2026-12-05" || last.Format(time.DateOnly) != "2026-12-07" {
		t.Errorf("whole days from %v to %v (%v %v); want the day after the last", day, last, err1, err2)
	}
	if got := events[2].GetProperty(ics.ComponentPropertySummary).Value; got != "Finale" {
		t.Errorf("an occurrence with a title of its own is called %q", got)
	}
	var uids []string
	for _, e := range events {
		uids = append(uids, e.Id())
	}
	slices.Sort(uids)
	if len(slices.Compact(slices.Clone(uids))) != len(uids) {
		t.Errorf("UIDs are not unique: %v", uids)
	}
}

// Lines end with CRLF, are at most 75 octets long and break between letters.
func TestCalendarLines(t *testing.T) {
	text := encodeCalendar(t, concert)
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || !utf8.ValidString(line) {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	if unfolded := strings.ReplaceAll(text, "\r\n ", ""); !strings.Contains(unfolded, "è così che una lettera accentata può cadere sul confine.") {
		t.Errorf("the description is not whole: %s", unfolded)
	}
}

// Two occurrences at one time are two events, and a longer list does not change
// the names of those that were there.
func TestCalendarUIDs(t *testing.T) {
	uids := func(occurrences string) []string {
		cal, err := ics.ParseCalendar(strings.NewReader(encodeCalendar(t, `{"kind":"event","title":"x","occurrences":[`+occurrences+`]}`)))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range cal.Events() {
			out = append(out, e.Id())
		}
		return out
	}
	few := uids(`{"start":"2026-12-05"}`)
	many := uids(`{"start":"2026-12-04"},{"start":"2026-12-05"},{"start":"2026-12-05","title":"y"}`)
	if len(few) != 1 || len(many) != 3 || many[1] != few[0] || many[1] == many[2] {
		t.Errorf("%v, then %v", few, many)
	}
}

// Whatever a source says, the calendar can be read and says as many events.
func FuzzCalendar(f *testing.F) {
	f.Add("Concerto", "riga\nBEGIN:VEVENT\r\nX", "2026-11-21", "")
	f.Add("à;,\\", "\u2028\u0000", "2026-11-21T10:00:00+01:00", "2026-11-21T09:00:00+01:00")
	f.Add("à;,\\", "", "2026-11-21T\x000:00:00+01:00", "")
	f.Fuzz(func(t *testing.T, title, description, start, end string) {
		p := catalog.Properties{{Name: "kind", Value: "event"}, {Name: "title", Value: title}, {Name: "description", Value: description}, {Name: "url", Value: description},
			{Name: "start", Value: start}, {Name: "end", Value: end}}
		text := encodeCalendar(t, string(p.AppendJSON(nil)))
		cal, err := ics.ParseCalendar(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%q", err, text)
		}
		want := 0
		if _, _, ok := calendarTime(strings.ReplaceAll(start, "\x00", ""), 0); ok { // properties have no NUL
			want = 1
		}
		if len(cal.Events()) != want {
			t.Errorf("%d events; want %d\n%q", len(cal.Events()), want, text)
		}
	})
}
