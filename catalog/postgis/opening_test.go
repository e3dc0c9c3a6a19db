package postgis_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// What is open at a moment: by the clock of Italy, after midnight by the hours of
// the day before, on public holidays by theirs alone; and as the source says now.
func TestOpenAt(t *testing.T) {
	store := postgistest.New(t)
	src := catalog.Source{ID: "luoghi", Protocol: "file", URL: "/luoghi.csv", Mapping: catalog.Mapping{
		Kind: catalog.KindPlace, Fields: map[string]string{"title": "codice", "opening_hours": "nome"},
	}}
	rows := [][]any{
		{"ufficio", "lun-ven 9-13; gio 15-17", nil}, {"museo", "mar-dom 10-18; festivi 10-13", nil}, {"pub", "Fr-Sa 21:00-02:00", nil},
		{"parco", "24/7", nil}, {"vago", "di solito la mattina", nil}, {"muto", nil, nil}, {"stagionale", "lun-dom 9-19; chiuso d'inverno", nil}, {"estivo", "giu-ago\nlun-dom 9-19\nfestivi 9-12", nil},
	}
	harvest(t, store, src, rows, nil)
	open := func(moment string) string {
		t.Helper()
		at, err := time.Parse(time.RFC3339, moment)
		if err != nil {
			t.Fatal(err)
		}
		found, err := store.Search(t.Context(), catalog.Query{OpenAt: &at, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		titles := map[string]bool{}
		for _, r := range found.Hits {
			titles[r.Record.Title] = true
		}
		var list []string
		for _, row := range rows {
			if key := row[0].(string); titles[key] {
				list = append(list, key)
			}
		}
		return strings.Join(list, " ")
	}
	for moment, want := range map[string]string{
		"2026-11-23T09:00:00+01:00": "ufficio parco",              // Monday, the first minute
		"2026-11-23T11:59:00Z":      "ufficio parco",              // 12:59 in Italy
		"2026-11-23T13:00:00+01:00": "parco",                      // the last is over
		"2026-07-02T13:30:00Z":      "ufficio museo parco estivo", // Thursday in summer time, 15:30
		"2026-08-15T10:00:00+02:00": "museo parco estivo",         // a public holiday
		"2026-11-28T01:30:00+01:00": "pub parco",                  // Saturday, since Friday
		"2026-11-30T01:30:00+01:00": "parco",                      // Monday: Sunday has none
		"2026-12-08T11:00:00+01:00": "museo parco",                // a Tuesday, and a public holiday
		"2026-12-08T16:00:00+01:00": "parco",
		"2026-12-26T01:00:00+01:00": "parco", // after a Friday that was a holiday
	} {
		if got := open(moment); got != want {
			t.Errorf("open at %s: %q; want %q", moment, got, want)
		}
	}

	rows[0][1] = "mar 9-13"
	harvest(t, store, src, rows, nil)
	if got := open("2026-11-23T09:00:00+01:00"); got != "parco" {
		t.Errorf("open after the hours changed: %q; want parco", got)
	}
	gone := rows[:6:6]
	gone = append(gone[:3:3], gone[4:]...)
	harvest(t, store, src, gone, nil)
	harvest(t, store, src, gone, nil)
	var left int
	if err := store.DB().QueryRow(t.Context(), `select count(*) from opening where days & 128 <> 0 and opens = 0`).Scan(&left); err != nil || left != 0 {
		t.Errorf("a park that is gone has %d holidays left, %v", left, err)
	}
}

// What a search finds open is what Week.At calls so, whatever the week and the
// moment: nights on which clocks change and public holidays too.
func TestOpenAtIsWeekAt(t *testing.T) {
	store := postgistest.New(t)
	random := rand.New(rand.NewPCG(3, 8))
	days := []string{"Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "Mo-Fr", "Sa-Mo"}
	seasons := []string{"Jun 01-Sep 15 ", "Oct-Mar ", "easter -2 days-Nov 1 ", "week 1-53/2 ", "2026 Mar 20-2026 Nov 03 ", "Mar 29 "}
	weeks := map[string]*catalog.OpeningHours{}
	var rows [][]any
	for i := range 60 {
		var parts []string
		for range 1 + random.IntN(5) {
			from, to := random.IntN(96), 1+random.IntN(96)
			if from == to {
				to--
			}
			part := fmt.Sprintf(" %02d:%02d-%02d:%02d", from/4, from%4*15, to/4, to%4*15)
			if random.IntN(6) == 0 {
				part = " off"
			}
			part = days[random.IntN(len(days))] + part
			if random.IntN(3) == 0 {
				part = seasons[random.IntN(len(seasons))] + part
			}
			parts = append(parts, part)
		}
		text, key := strings.Join(parts, "; "), fmt.Sprint("r", i)
		hours, ok := catalog.ReadHours(text)
		if !ok { // one part contradicts another
			continue
		}
		weeks[key] = hours
		rows = append(rows, []any{key, text, nil})
	}
	harvest(t, store, catalog.Source{ID: "luoghi", Protocol: "file", URL: "/luoghi.csv", Mapping: catalog.Mapping{
		Kind: catalog.KindPlace, Fields: map[string]string{"title": "codice", "opening_hours": "nome"},
	}}, rows, nil)
	moments := []time.Time{
		time.Date(2026, 3, 29, 0, 59, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 0, 30, 0, 0, time.UTC),
		time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC), time.Date(2026, 12, 25, 23, 30, 0, 0, time.UTC), time.Date(2026, 12, 26, 23, 30, 0, 0, time.UTC),
	}
	for range 60 {
		moments = append(moments, time.Unix(1_767_000_000+random.Int64N(366*24*3600), 0))
	}
	for _, at := range moments {
		found, err := store.Search(t.Context(), catalog.Query{OpenAt: &at, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		open := map[string]bool{}
		for _, h := range found.Hits {
			open[h.Record.Title] = true
		}
		for key, hours := range weeks {
			state, _ := hours.At(at, "")
			if state.Open != open[key] {
				t.Errorf("at %s %+v: open %v, found %v", at.In(catalog.Rome), hours, state.Open, open[key])
			}
		}
	}
}

// The times of a day that several days share become one row, also in what is
// remembered for undoing runs.
func TestOpeningByDayBecomesByTime(t *testing.T) {
	url := postgistest.URL(t)
	store := open(t, url)
	const record = "0190a3c4-0000-7000-8000-000000000000"
	exec(t, store, `insert into opening values ('`+record+`', 540, 780, 31), ('`+record+`', 900, 1500, 200)`)
	if err := postgis.MigrateDown(t.Context(), url, 17); err != nil {
		t.Fatal(err)
	}
	for key, before := range map[string]string{"0, 540, 780": `'{}'`, "1, 540, 780": `'{}'`, "0, 540, 840": "null", "3, 540, 840": "null"} {
		exec(t, store, `insert into undo (run_id, relation, key, record_id, before) values (7, 'opening', '["`+record+`", `+key+`]', '`+record+`', `+before+`)`)
	}
	if err := postgis.Migrate(t.Context(), url); err != nil {
		t.Fatal(err)
	}
	var hours, undo string
	if err := store.DB().QueryRow(t.Context(), `
		select (select string_agg(concat_ws(' ', opens, closes, days), ', ' order by opens) from opening),
			(select string_agg(key::text || ' ' || coalesce(before ->> 'days', 'none'), ', ' order by key) from undo)`).Scan(&hours, &undo); err != nil {
		t.Fatal(err)
	}
	if hours != "540 780 31, 900 1500 200" {
		t.Errorf("hours: %s", hours)
	}
	if want := `["` + record + `", 540, 780, 0] 3, ["` + record + `", 540, 840, 0] none`; undo != want {
		t.Errorf("undo: %s; want %s", undo, want)
	}
}
