package postgis_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// What each run changed is told, the newest first; the rows can be had as they
// were on any day; and what is taken out of the catalogue is out of its past.
func TestVersionsOfADataset(t *testing.T) {
	store := postgistest.New(t)
	state := func(at time.Time) string {
		t.Helper()
		var titles []string
		for r, err := range store.Records(t.Context(), catalog.Query{Collection: "fontane", AsOf: &at}) {
			if err != nil {
				t.Fatal(err)
			}
			var f struct{ Properties struct{ Title string } }
			if err := json.Unmarshal(r.Feature, &f); err != nil {
				t.Fatal(err)
			}
			titles = append(titles, f.Properties.Title)
		}
		slices.Sort(titles)
		return strings.Join(titles, " ")
	}
	var times []time.Time
	run := func(rows ...[]any) {
		t.Helper()
		harvest(t, store, fountains, rows, nil)
		times = append(times, now(t, store))
	}
	run([]any{"1", "Uno", nil}, []any{"2", "Due", nil})
	run([]any{"1", "Primo", nil}, []any{"2", "Due", nil}, []any{"3", "Tre", nil})
	run([]any{"1", "Primo", nil}, []any{"3", "Tre", nil})
	run([]any{"1", "Primo", nil}, []any{"3", "Tre", nil}) // the second time without 2
	run([]any{"1", "Primo", nil}, []any{"3", "Tre", nil}) // nothing new

	changes, err := store.DatasetChanges(t.Context(), []catalog.Table{{Collection: catalog.Collection{Name: "fontane"}, Source: "fontane"}}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprint(c.New, c.Changed, c.Gone))
	}
	if want := []string{"0 0 1", "1 1 0", "2 0 0"}; !slices.Equal(got, want) {
		t.Errorf("changes %q; want %q", got, want)
	}
	for i, want := range []string{"Due Uno", "Due Primo Tre", "Due Primo Tre", "Primo Tre", "Primo Tre"} {
		if got := state(times[i]); got != want {
			t.Errorf("after run %d the rows were %q; want %q", i+1, got, want)
		}
	}
	if got := state(times[0].Add(-time.Hour)); got != "" {
		t.Errorf("before the first run there was %q", got)
	}
	if _, err := store.RemoveSource(t.Context(), "fontane"); err != nil {
		t.Fatal(err)
	}
	if got := state(times[1]); got != "" {
		t.Errorf("of a source that was removed the past is still shown: %q", got)
	}
}

// now is the clock of the database, by which versions are told apart.
func now(t *testing.T, store *postgis.Store) (at time.Time) {
	t.Helper()
	if err := store.DB().QueryRow(t.Context(), `select clock_timestamp()`).Scan(&at); err != nil {
		t.Fatal(err)
	}
	return at
}

// A version keeps every column of its record: by name, apart, or computed from those.
func TestAVersionKeepsEveryColumn(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, fountains, [][]any{{"1", "Uno", nil}}, nil)
	harvest(t, store, fountains, [][]any{{"1", "Primo", nil}}, nil)
	var missing, more []string
	if err := store.DB().QueryRow(t.Context(), `
		with kept as (select k from record_version, jsonb_object_keys(record) k),
			wanted as (
				select attname::text as k from pg_attribute
				where attrelid = 'record'::regclass and attnum > 0 and not attisdropped and attgenerated = ''
				  and attname not in ('feature', 'geom', 'source_geom', 'words', 'mercator', 'hilbert')
			)
		select (select array_agg(k) from (select k from wanted except select k from kept) m), (select array_agg(k) from (select k from kept except select k from wanted) m)`).Scan(&missing, &more); err != nil {
		t.Fatal(err)
	}
	if missing != nil || more != nil {
		t.Errorf("a version does not keep %v, and keeps %v in vain", missing, more)
	}
}
