package postgis_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// holding are the tables in which a text stands anywhere, also inside bytes.
func holding(t *testing.T, store *postgis.Store, text string) (names []string) {
	t.Helper()
	rows, _ := store.DB().Query(t.Context(), `
		select relname::text from pg_class
		where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition and relname <> 'spatial_ref_sys'`)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range all {
		var n int
		if err := store.DB().QueryRow(t.Context(), fmt.Sprintf(
			`select count(*) from %s x where lower(x::text) like '%%' || lower($1) || '%%' or x::text like '%%' || encode(convert_to($1, 'UTF8'), 'hex') || '%%'`,
			pgx.Identifier{name}.Sanitize()), text).Scan(&n); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if n > 0 {
			names = append(names, name)
		}
	}
	return names
}

// Of a person's record nothing is left in any table, whatever became of it
// before, and its address answers 410; other records stay.
func TestPurge(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Mevio Sempronio", nil}, {"2", "Vasca", nil}}, nil)
	harvest(t, store, places, [][]any{{"1", "Mevio Sempronio nuovo", nil}, {"2", "Vasca", nil}}, nil)
	run := lastRun(t, store, places)
	revert(t, store, places, run)
	harvest(t, store, places, [][]any{{"1", "Altro nome", nil}, {"2", "Vasca", nil}}, nil)
	var id string
	if err := store.DB().QueryRow(t.Context(), `select id::text from record where source_key = '1'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if got := holding(t, store, "Mevio"); len(got) < 2 {
		t.Fatalf("before: the name stands in %v; want history and undo", got)
	}
	receipt, err := store.Purge(t.Context(), places, id, catalog.Request{})
	if err != nil || receipt.Gone != 1 || receipt.Read != 1 {
		t.Errorf("Purge = %+v, %v; want 1 record", receipt, err)
	}
	for _, name := range []string{"Mevio", "Altro nome"} {
		if got := holding(t, store, name); len(got) > 0 {
			t.Errorf("%q still stands in %v", name, got)
		}
	}
	if _, err := store.Item(t.Context(), id); !errors.Is(err, catalog.ErrWithdrawn) {
		t.Errorf("its address = %v; want ErrWithdrawn", err)
	}
	if n := rows(t, store)["published"]; n != 1 {
		t.Errorf("%d records are published; want the other one", n)
	}
	if _, err := store.Revert(t.Context(), places, lastRun(t, store, places), false); err == nil {
		t.Error("a purge was undone")
	}
	if _, err := store.Purge(t.Context(), places, "01938f00-0000-7000-8000-000000000000", catalog.Request{}); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a record that is not there: %v; want ErrNotFound", err)
	}
	if _, err := store.Purge(t.Context(), places, "", catalog.Request{}); err != nil {
		t.Fatal(err)
	}
	if got := holding(t, store, "Vasca"); len(got) > 0 {
		t.Errorf("after the purge of the source, its record still stands in %v", got)
	}
}
