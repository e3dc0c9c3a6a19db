package postgis_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// putEvents stores events by title, each with its occurrences.
func putEvents(t *testing.T, store *postgis.Store, events map[string][]catalog.Occurrence) {
	t.Helper()
	ctx := t.Context()
	src := catalog.Source{ID: "calendario", Protocol: "ical", URL: "https://example.org/a.ics"}
	if err := store.PutSource(ctx, src); err != nil {
		t.Fatal(err)
	}
	layer := &catalog.Layer{
		Columns: []catalog.Column{{Name: "nome", Type: catalog.ColumnText}, {Name: "comune", Type: catalog.ColumnText}},
		Guess:   catalog.Mapping{Kind: catalog.KindEvent, Fields: map[string]string{"title": "nome", "municipality": "comune"}},
	}
	h, err := store.Begin(ctx, src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	n, err := catalog.NewNormalizer(src, layer, "events", vocabularies(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.PutLayer(ctx, layer, "events", n.Columns()); err != nil {
		t.Fatal(err)
	}
	batch := catalog.Batch{Layer: layer}
	for title, occurrences := range events {
		d := catalog.Harvested{Key: title, Layer: layer, MediaType: "text/calendar", Raw: []byte(title), Values: []any{title, "Prato"}, Occurrences: occurrences}
		batch.Items = append(batch.Items, catalog.BatchItem{Harvested: d, Hash: d.Hash(n.LayerHash())})
	}
	if _, err := h.Put(ctx, batch, n.Normalize, false); err != nil {
		t.Fatal(err)
	}
	if err := h.Finish(ctx, catalog.Receipt{Outcome: catalog.RunCompleted}); err != nil {
		t.Fatal(err)
	}
}

// at is a local time, "2026-11-21 15:04".
func at(t *testing.T, s string) time.Time {
	t.Helper()
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01-02 15:04", s, rome)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// An event is on the days on which it takes place, each of them, and on no
// other between the first and the last.
func TestAgenda(t *testing.T) {
	store := postgistest.New(t)
	putEvents(t, store, map[string][]catalog.Occurrence{
		"Mercato": {{Start: "2026-11-21"}, {Start: "2026-11-28", Status: "cancelled"}, {Start: "2026-12-05"}},
		"Mostra":  {{Start: "2026-11-20", End: "2026-11-22"}},
		"Notte":   {{Start: "2026-11-21T22:00:00+01:00", End: "2026-11-22T02:00:00+01:00"}},
		"Saluto":  {{Start: "2026-11-22T00:00:00+01:00"}}, // no end is told
	})
	for _, tt := range []struct {
		name, from, to string
		want           []string
	}{
		{"one day", "2026-11-21 00:00", "2026-11-21 23:59", []string{"Mostra 2026-11-20", "Mercato 2026-11-21", "Notte 2026-11-21"}},
		{"the day after: what ended at midnight is over, what began then is not", "2026-11-22 00:00", "2026-11-22 23:59", []string{"Mostra 2026-11-20", "Notte 2026-11-21", "Saluto 2026-11-22"}},
		{"a day between two times of an event", "2026-11-24 00:00", "2026-11-24 23:59", nil},
		{"two weeks", "2026-11-23 00:00", "2026-12-06 00:00", []string{"Mercato 2026-11-28 cancelled", "Mercato 2026-12-05"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			from, to := at(t, tt.from), at(t, tt.to)
			q := catalog.Query{From: &from, To: &to}
			list, more, err := store.Agenda(t.Context(), q, 100)
			if err != nil || more {
				t.Fatalf("more %t, %v", more, err)
			}
			var got, titles []string
			for _, h := range list {
				line := h.Record.Title + " " + h.Start[:10]
				if h.Status != "" {
					line += " " + h.Status
				}
				got = append(got, line)
				if !slices.Contains(titles, h.Record.Title) {
					titles = append(titles, h.Record.Title)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("agenda %q; want %q", got, tt.want)
			}
			// the search finds the same events
			res, err := store.Search(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			var found []string
			for _, h := range res.Hits {
				found = append(found, h.Record.Title)
			}
			slices.Sort(titles)
			slices.Sort(found)
			if !slices.Equal(found, titles) {
				t.Errorf("search %q; agenda %q", found, titles)
			}
		})
	}
	t.Run("cut", func(t *testing.T) {
		from, to := at(t, "2026-11-01 00:00"), at(t, "2026-12-31 00:00")
		list, more, err := store.Agenda(t.Context(), catalog.Query{From: &from, To: &to, Municipalities: []string{"Prato"}}, 2)
		if err != nil || !more || len(list) != 2 {
			t.Errorf("%d happenings, more %t, %v", len(list), more, err)
		}
		if none, _, err := store.Agenda(t.Context(), catalog.Query{From: &from, To: &to, Municipalities: []string{"Vaiano"}}, 2); err != nil || len(none) != 0 {
			t.Errorf("%d elsewhere, %v", len(none), err)
		}
		if _, _, err := store.Agenda(t.Context(), catalog.Query{}, 2); err == nil {
			t.Error("an agenda without end")
		}
	})
	t.Run("what comes next", func(t *testing.T) {
		next, there, err := store.NextHappening(t.Context(), catalog.Query{}, at(t, "2026-11-23 00:00"))
		if err != nil || !there || !next.Equal(at(t, "2026-11-28 00:00")) {
			t.Errorf("%v %t %v", next, there, err)
		}
		if _, there, err := store.NextHappening(t.Context(), catalog.Query{}, at(t, "2027-01-01 00:00")); err != nil || there {
			t.Errorf("%t %v", there, err)
		}
	})
}

// The agenda of a month among many events reads the times of that month alone.
func TestAgendaPlan(t *testing.T) {
	store := postgistest.New(t)
	_, err := store.DB().Exec(t.Context(), `
		insert into occurrence (record_id, n, starts, ends, all_day)
		select gen_random_uuid(), 1, d, d + interval '2 hours', false
		from generate_series(timestamptz '2024-01-01', timestamptz '2028-12-31', interval '20 minutes') d;
		analyze occurrence`)
	if err != nil {
		t.Fatal(err)
	}
	var plan string
	rows, err := store.DB().Query(t.Context(), fmt.Sprintf(`explain select from occurrence where starts <= '%s' and ends >= '%s'`, "2028-11-30", "2028-11-01"))
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		plan += line + "\n"
	}
	if !strings.Contains(plan, "occurrence_ends") {
		t.Errorf("the index is not used:\n%s", plan)
	}
}
