package postgis_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Runs can be undone for 90 days and what was withdrawn is kept for 24 months,
// not a day less nor more, by a clock that goes on and once jumps; what is
// published keeps its bytes and versions, and it is done once a day.
func TestRetain(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Fontana", nil}, {"2", "Vasca", nil}}, nil)
	harvest(t, store, places, [][]any{{"1", "Fontana vecchia", nil}, {"2", "Vasca nuova", nil}}, nil)
	for range 2 {
		harvest(t, store, places, [][]any{{"2", "Vasca nuova", nil}}, nil)
	}
	last := lastRun(t, store, places)
	if _, err := store.DB().Exec(t.Context(), `insert into issue (run_id, rule, key, read) values ($1, 'value-type', '1', 'Fontana vecchia'), ($1, 'value-type', '2', 'Vasca nuova')`, last.ID); err != nil {
		t.Fatal(err)
	}
	const undo, gone, day = 90 * 24 * time.Hour, 730 * 24 * time.Hour, 24 * time.Hour
	began := time.Now()
	state := func() (s string) {
		t.Helper()
		if err := store.DB().QueryRow(t.Context(), `
			select (select count(*) > 0 from undo) || ' ' || (select count(*) from harvested where raw <> '') || ' ' || (select count(*) from record_version) || ' '
				|| (select count(*) from issue) || ' ' || (select count(*) from record where title like 'Fontana%') || ' ' || (select count(*) from published)`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	const all, undone, left = "true 2 3 2 1 1", "false 2 3 2 1 1", "false 1 1 1 0 1"
	for _, at := range []struct {
		after time.Duration
		want  string
	}{
		{0, all}, {undo - day, all},
		{undo - day/2, all},    // on the same day nothing is looked at
		{undo + 1*day, undone}, // a day after
		{undo + 1*day, undone}, // again
		{gone - day, undone},   // nearly
		{gone - 2*day, undone}, // the clock was put back
		{gone + 1*day, left},   // what was withdrawn
		{3 * gone, left},       // and nothing that is published
	} {
		if err := store.Retain(t.Context(), began.Add(at.after), undo, gone); err != nil {
			t.Fatal(err)
		}
		if got := state(); got != at.want {
			t.Errorf("after %v: %s; want %s (undo, bytes, versions, issues, withdrawn, published)", at.after, got, at.want)
		}
	}
	if got := holding(t, store, "Fontana"); len(got) > 0 {
		t.Errorf("what was withdrawn stands in %v", got)
	}
	var id string
	if err := store.DB().QueryRow(t.Context(), `select id::text from record where source_key = '1'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Item(t.Context(), id); !errors.Is(err, catalog.ErrWithdrawn) {
		t.Errorf("its address = %v; want ErrWithdrawn", err)
	}
	if _, err := store.Revert(t.Context(), places, last, false); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a revert after that = %v; want ErrNotFound", err)
	}
	if c := harvest(t, store, places, [][]any{{"1", "Fontana", nil}, {"2", "Vasca nuova", nil}}, nil); c.New != 1 || c.Unchanged != 1 {
		t.Errorf("listed again: %+v; want it new", fmt.Sprint(c))
	}
}
