package harvesters_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Real calendars into a real catalogue: every UID a record with its occurrences,
// and a second run writes nothing.
func TestRealCalendars(t *testing.T) {
	store := postgistest.New(t)
	for name, want := range map[string]int64{"ical/i4-google_aus_holidays.ics": 53, "ical/js-recur_instances.ics": 1, "ical/ic-rfc_7986_image.ics": 2, "ical/js-google_birthday.ics": 2} {
		src := catalog.Source{ID: catalog.Slug(filepath.Base(name)), Protocol: "ical", URL: shared(t, name)}
		if r := harvest(t, store, src); r.New != want || r.Refused != 0 {
			t.Errorf("%s: %+v; want %d new", name, r, want)
		}
		before := written(t, store)
		if r := harvest(t, store, src); r.Unchanged != want {
			t.Errorf("%s again: %+v; want %d unchanged", name, r, want)
		}
		if after := written(t, store); after != before {
			t.Errorf("%s: an unchanged run wrote rows: %s, before %s", name, after, before)
		}
	}
	var events, times int
	err := store.DB().QueryRow(t.Context(), `
		select count(distinct r.id), count(*) from published r join occurrence o on o.record_id = r.id where kind = 'event'`).Scan(&events, &times)
	if err != nil {
		t.Fatal(err)
	}
	if events != 56 || times < 80 { // two of the 58 say no time
		t.Errorf("%d events with %d occurrences; want 56 with more than 80", events, times)
	}
}

// What a calendar says reaches the record under the names of the specification,
// with type and area from its categories.
func TestACalendarsEventInTheCatalogue(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "agenda.ics")
	day := func(days int) string { return time.Now().AddDate(0, 0, days).Format("20060102") }
	event := func(uid, date, more string) string {
		return "BEGIN:VEVENT\nUID:" + uid + "\nSUMMARY:" + uid + "\nDTSTART;VALUE=DATE:" + date + "\n" + more + "END:VEVENT\n"
	}
	write := func(events ...string) {
		if err := os.WriteFile(path, []byte("BEGIN:VCALENDAR\n"+strings.Join(events, "")+"END:VCALENDAR\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src := catalog.Source{ID: "agenda", Protocol: "ical", URL: path}
	past, next, called := event("passato", day(-10), ""), event("concerto", day(10), "CATEGORIES:Estate,Concerti\nRRULE:FREQ=WEEKLY;COUNT=3\n"), event("annullato", day(20), "")
	write(past, next, called)
	harvest(t, store, src)
	var area, kind, uri string
	var times int
	if err := store.DB().QueryRow(t.Context(), `
		select properties ->> 'activity_area', type, properties ->> 'event_type', jsonb_array_length(properties -> 'occurrences')
		from published where source_key = 'concerto'`).Scan(&area, &kind, &uri, &times); err != nil {
		t.Fatal(err)
	}
	if area != "cultural" || kind != "manifestazione-musicale" || !strings.HasSuffix(uri, "/public-event-types/115") || times != 3 {
		t.Errorf("area %q, type %q, %q, %d occurrences; want cultural, manifestazione-musicale, …/115, 3", area, kind, uri, times)
	}
	write(next) // the past one scrolled out, the other was taken back
	harvest(t, store, src)
	harvest(t, store, src)
	var left []string
	if err := store.DB().QueryRow(t.Context(), `select array_agg(source_key order by source_key) from published where kind = 'event'`).Scan(&left); err != nil {
		t.Fatal(err)
	}
	if strings.Join(left, " ") != "concerto passato" {
		t.Errorf("left after two listings: %v; want concerto and passato", left)
	}
}

// Calendars of WordPress give their events new ids each season (spec §1.4): each
// event is there once, and stays the record that it was.
func TestEventsWithNewIDs(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "agenda.ics")
	src := catalog.Source{ID: "agenda", Protocol: "ical", URL: path}
	write := func(season string) {
		var b strings.Builder
		for n := range 12 {
			fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%s-%d\nSUMMARY:Evento %d\nDTSTART;VALUE=DATE:%s\nEND:VEVENT\n", season, n, n, time.Now().AddDate(0, 0, n*7-14).Format("20060102"))
		}
		if err := os.WriteFile(path, []byte("BEGIN:VCALENDAR\n"+b.String()+"END:VCALENDAR\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a")
	harvest(t, store, src)
	before := identities(t, store, "agenda")
	write("b")
	for i := range 3 {
		if r := harvest(t, store, src); r.New+r.Gone != 0 || i > 0 && r.Unchanged != 12 {
			t.Errorf("listing %d with new ids: %+v; want none new, none gone, then 12 unchanged", i+1, r)
		}
	}
	if after := identities(t, store, "agenda"); after != before {
		t.Errorf("the records are\n%s\nthey were\n%s", after, before)
	}
	var titles, events int
	if err := store.DB().QueryRow(t.Context(), `select count(distinct title), count(*) from published where kind = 'event' and starts > now()`).Scan(&titles, &events); err != nil {
		t.Fatal(err)
	}
	if titles != events || titles < 9 {
		t.Errorf("%d events to come with %d titles; want each once", events, titles)
	}
}

// A feed's items are rows of a dataset; those that scroll out of it stay.
func TestAFeedInTheCatalogue(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "notizie.xml")
	write := func(items ...string) {
		text := `<rss version="2.0"><channel><title>Notizie</title>`
		for _, name := range items {
			text += `<item><guid>` + name + `</guid><title>` + name + `</title><pubDate>Sat, 21 Nov 2026 10:00:00 +0100</pubDate></item>`
		}
		if err := os.WriteFile(path, []byte(text+`</channel></rss>`), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	src := catalog.Source{ID: "notizie", Protocol: "feed", URL: path}
	write("uno", "due")
	if r := harvest(t, store, src); r.New != 2 {
		t.Errorf("%+v; want 2 new", r)
	}
	write("tre")
	harvest(t, store, src)
	if r := harvest(t, store, src); r.Unchanged != 1 || r.Gone != 0 {
		t.Errorf("%+v; want 1 unchanged and none gone", r)
	}
	var left []string
	var published, twice string
	if err := store.DB().QueryRow(t.Context(), `
		select array_agg(title order by title), min(properties ->> 'published'), coalesce(min(properties ->> 'headline'), '')
		from published where collection = 'notizie'`).Scan(&left, &published, &twice); err != nil {
		t.Fatal(err)
	}
	if strings.Join(left, " ") != "due tre uno" || published != "2026-11-21T10:00:00+01:00" || twice != "" {
		t.Errorf("left %v, published %s, title once more %q; want all three, the date, nothing", left, published, twice)
	}
}

// An event that moves has its new times, and only those.
func TestAnEventMoves(t *testing.T) {
	store := postgistest.New(t)
	path := filepath.Join(t.TempDir(), "agenda.ics")
	src := catalog.Source{ID: "agenda", Protocol: "ical", URL: path}
	at := func(days int) string { return time.Now().AddDate(0, 0, days).Format("20060102") + "T200000" }
	for _, tt := range []struct{ lines, want string }{
		{"DTSTART:" + at(10) + "\nRRULE:FREQ=WEEKLY;COUNT=3\n", "3"},
		{"DTSTART:" + at(11) + "\nRRULE:FREQ=WEEKLY;COUNT=4\n", "4"},
		{"DTSTART:" + at(11) + "\n", "1"},
	} {
		calendar := "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:cinema\nSUMMARY:Cinema all'aperto\n" + tt.lines + "END:VEVENT\nEND:VCALENDAR\n"
		if err := os.WriteFile(path, []byte(calendar), 0o600); err != nil {
			t.Fatal(err)
		}
		harvest(t, store, src)
		var times string
		err := store.DB().QueryRow(t.Context(), `
			select count(*)::text from occurrence o join published r on r.id = o.record_id and r.starts <= o.starts`).Scan(&times)
		if err != nil || times != tt.want {
			t.Errorf("after %q: %s times, %v; want %s", tt.lines, times, err, tt.want)
		}
	}
}
