package postgis_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// contents are the hashes of all that the catalogue says, table by table, without
// the keeping of books: numbers of runs, versions, times of writing. Records that
// a run made and another undid are withdrawn; they count as not there, as
// before that run.
func contents(t *testing.T, store *postgis.Store) map[string]string {
	t.Helper()
	const shown = `(select to_jsonb(r) - '{version,updated,run_id,created,properties,feature}'::text[] || jsonb_build_object('p', properties - 'updated',
		'f', regexp_replace(convert_from(feature, 'UTF8'), '"updated":"[^"]*"', '')) as x from record r where status <> 'withdrawn' or exists (select from harvested h where h.record_id = r.id))`
	queries := map[string]string{
		"record":          shown,
		"collection_mark": `(select jsonb_build_array(collection, count) as x from collection_mark where count <> 0)`,
		"datastream":      `(select to_jsonb(d) - '{updated}'::text[] as x from datastream d)`,
		"observation":     `(select to_jsonb(o) - '{run_id}'::text[] as x from observation o)`,
	}
	for _, name := range []string{"harvested", "layer", "occurrence", "opening", "name", "word", "area", "body", "relation", "source", "parked"} {
		queries[name] = "(select t::text as x from " + name + " t)"
	}
	all := map[string]string{}
	for name, query := range queries {
		var n int
		var hash string
		if err := store.DB().QueryRow(t.Context(), `select count(*), coalesce(md5(string_agg(h, '' order by h)), '') from (select md5(x::text) as h from `+query+` q) hashes`).Scan(&n, &hash); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all[name] = fmt.Sprint(n, " ", hash)
	}
	return all
}

// lastRun is the newest run of a source.
func lastRun(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Run {
	t.Helper()
	runs, err := store.Runs(t.Context(), src.ID, 1)
	if err != nil || len(runs) != 1 {
		t.Fatalf("runs of %s: %v, %v", src.ID, runs, err)
	}
	return runs[0]
}

// revert undoes a run and gives the run that did.
func revert(t *testing.T, store *postgis.Store, src catalog.Source, run catalog.Run) catalog.Run {
	t.Helper()
	receipt, err := store.Revert(t.Context(), src, run, false)
	if err != nil {
		t.Fatal(err)
	}
	done, err := store.Run(t.Context(), receipt.Run)
	if err != nil || done.State != catalog.RunCompleted || done.Kind != catalog.RunRevert || done.Undoes != run.ID {
		t.Fatalf("the run of the revert is %+v, %v", done, err)
	}
	return done
}

func same(t *testing.T, what string, want, got map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

var places = catalog.Source{
	ID: "fontane", Protocol: "file", URL: "/fontane.csv",
	Mapping: catalog.Mapping{Kind: catalog.KindPlace, Fields: map[string]string{"title": "nome"}},
}

func TestRevert(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Fontana del Bacchino", int64(5)}, {"2", "Fontana di Santa Maria", int64(3)}, {"3", "Fontanella", nil}}, nil)
	harvest(t, store, places, [][]any{{"1", "Fontana del Bacchino", int64(5)}, {"2", "Fontana di Santa Maria", int64(3)}}, nil)
	before := contents(t, store)
	// One changes, one goes at its second miss, one is new.
	harvest(t, store, places, [][]any{{"1", "Fontana nuova", int64(6)}, {"2", "Fontana di Santa Maria", int64(3)}, {"4", "Vasca", nil}}, nil)
	run, after := lastRun(t, store, places), contents(t, store)
	undone := revert(t, store, places, run)
	if r := undone.Receipt; r.New != 1 || r.Changed != 1 || r.Gone != 1 || r.Outcome != catalog.RunCompleted {
		t.Errorf("the receipt is %+v; want 1 published again, 1 changed, 1 withdrawn", r)
	}
	same(t, "after the revert", before, contents(t, store))
	if _, err := store.Revert(t.Context(), places, run, false); !errors.Is(err, catalog.ErrExists) {
		t.Errorf("a second revert = %v; want ErrExists", err)
	}
	again := revert(t, store, places, undone)
	same(t, "after the revert of the revert", after, contents(t, store))
	revert(t, store, places, again)
	same(t, "after its revert", before, contents(t, store))
	// The source says the same still: what it made comes back under its address.
	var id string
	if err := store.DB().QueryRow(t.Context(), `select id::text from record where source_key = '4'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if c := harvest(t, store, places, [][]any{{"1", "Fontana nuova", int64(6)}, {"2", "Fontana di Santa Maria", int64(3)}, {"4", "Vasca", nil}}, nil); c.New != 1 || c.Changed != 1 || c.Unchanged != 1 {
		t.Errorf("the next harvest: %+v; want 1 new, 1 changed, 1 unchanged", c)
	}
	var one string
	if err := store.DB().QueryRow(t.Context(), `select id::text from published where source_key = '4'`).Scan(&one); err != nil || one != id {
		t.Errorf("what is listed again is record %s, %v; want %s", one, err, id)
	}
}

// What a later run has changed is named and nothing is done, unless it is left
// out; what a later run changed and another put back is not in the way.
func TestRevertConflict(t *testing.T) {
	store := postgistest.New(t)
	list := func(a, b string) [][]any { return [][]any{{"1", a, nil}, {"2", b, nil}} }
	harvest(t, store, places, list("Fontana", "Vasca"), nil)
	first := contents(t, store)
	harvest(t, store, places, list("Fontana A", "Vasca A"), nil)
	second, runA := contents(t, store), lastRun(t, store, places)
	harvest(t, store, places, list("Fontana B", "Vasca A"), nil)
	third, runB := contents(t, store), lastRun(t, store, places)

	_, err := store.Revert(t.Context(), places, runA, false)
	var conflict *catalog.ConflictError
	if !errors.As(err, &conflict) || conflict.Total != 1 || conflict.Conflicts[0].Title != "Fontana B" || conflict.Conflicts[0].Run != runB.ID {
		t.Fatalf("Revert = %+v; want a conflict over Fontana B with run %d", err, runB.ID)
	}
	same(t, "after a conflict", third, contents(t, store))
	if run := lastRun(t, store, places); run.ID != runB.ID {
		t.Errorf("a revert that did nothing left run %d", run.ID)
	}
	undone := revert(t, store, places, runB)
	same(t, "after the newest is undone", second, contents(t, store))
	undoneA := revert(t, store, places, runA)
	same(t, "after both are undone", first, contents(t, store))
	revert(t, store, places, undoneA)
	revert(t, store, places, undone)
	same(t, "after all is brought back", third, contents(t, store))
}

func TestRevertExceptChanged(t *testing.T) {
	store := postgistest.New(t)
	list := func(a, b string) [][]any { return [][]any{{"1", a, nil}, {"2", b, nil}} }
	harvest(t, store, places, list("Fontana", "Vasca"), nil)
	harvest(t, store, places, list("Fontana A", "Vasca A"), nil)
	run := lastRun(t, store, places)
	harvest(t, store, places, list("Fontana B", "Vasca A"), nil)
	receipt, err := store.Revert(t.Context(), places, run, true)
	if err != nil || receipt.Changed != 1 || receipt.Unchanged != 1 || receipt.Read != 2 {
		t.Errorf("Revert = %+v, %v; want 1 changed, 1 left", receipt, err)
	}
	var titles string
	if err := store.DB().QueryRow(t.Context(), `select string_agg(title, ', ' order by source_key) from published where kind = 'place'`).Scan(&titles); err != nil || titles != "Fontana B, Vasca" {
		t.Errorf("the records are %s, %v; want Fontana B, Vasca", titles, err)
	}
}

// A layer of which nothing was said to have been detected, as earlier releases
// stored it, comes back when a run that changed it is undone.
func TestRevertOfALayerWithoutFindings(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Fontana", nil}}, nil)
	if _, err := store.DB().Exec(t.Context(), `update layer set found = 'null'`); err != nil {
		t.Fatal(err)
	}
	harvest(t, store, places, [][]any{{"1", "Fontana", nil}, {"2", "Fontanella", nil}}, nil) // and writes an empty list
	revert(t, store, places, lastRun(t, store, places))
	var found string
	if err := store.DB().QueryRow(t.Context(), `select found::text from layer`).Scan(&found); err != nil || found != "[]" {
		t.Errorf("found = %s, %v; want []", found, err)
	}
}
