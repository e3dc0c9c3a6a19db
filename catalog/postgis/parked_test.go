package postgis_test

import (
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// park begins a run of src that lists nothing, and parks it.
func park(t *testing.T, store *postgis.Store, src catalog.Source) (catalog.Missing, catalog.Run) {
	t.Helper()
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	m, err := h.Missing(t.Context(), func(_, _ string) bool { return false })
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Park(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := h.Finish(t.Context(), catalog.Receipt{Outcome: catalog.RunParked, Gone: int64(len(m.Gone) + len(m.Again))}); err != nil {
		t.Fatal(err)
	}
	run, err := store.Run(t.Context(), h.RunID())
	if err != nil {
		t.Fatal(err)
	}
	return m, run
}

// A rejected difference is missed no more, is known when it comes again, and
// goes when it is approved then.
func TestReject(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, fountains, [][]any{{"1", "Fontana del Bacchino", nil}, {"2", "Fontana", nil}}, nil)
	harvest(t, store, fountains, [][]any{{"3", "Altra", nil}}, nil) // 1 and 2 are missed once
	m, run := park(t, store, fountains)
	if len(m.Gone) != 2 || len(m.Again) != 0 {
		t.Fatalf("parked %d records, %d again; want 2 and 0", len(m.Gone), len(m.Again))
	}
	list, total, err := store.Parked(t.Context(), run.ID, 1)
	if err != nil || total != 2 || len(list) != 1 || list[0].Title != "Fontana" || list[0].Key != "2" || list[0].Class != catalog.DifferenceGone {
		t.Errorf("Parked = %+v, %d, %v; want the first of 2", list, total, err)
	}
	if err := store.Reject(t.Context(), run); err != nil {
		t.Fatal(err)
	}
	if run, err = store.Run(t.Context(), run.ID); err != nil || run.State != catalog.RunRejected || run.Receipt.Outcome != catalog.RunRejected {
		t.Errorf("the run is %s, its receipt %s, %v; want rejected", run.State, run.Receipt.Outcome, err)
	}
	var missed int
	if err := store.DB().QueryRow(t.Context(), `select sum(missed) from harvested where key <> '3'`).Scan(&missed); err != nil || missed != 0 {
		t.Errorf("still missed %d times, %v", missed, err)
	}
	if m, run = park(t, store, fountains); len(m.Gone) != 0 || len(m.Again) != 2 || run.Receipt.Gone != 2 {
		t.Errorf("after the rejection %d gone, %d again; want 0 and 2", len(m.Gone), len(m.Again))
	}
	if m, _ = park(t, store, fountains); len(m.Gone) != 2 || len(m.Again) != 0 {
		t.Errorf("after it was parked again %d gone, %d again; want 2 and 0", len(m.Gone), len(m.Again))
	}
}

// Who was met since a run was parked has not been missed twice in a row, whether or
// not the run that met it was completed.
func TestASightingAfterAParkedRun(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, fountains, [][]any{{"1", "Fontana del Bacchino", nil}, {"2", "Fontana", nil}}, nil)
	harvest(t, store, fountains, [][]any{{"3", "Altra", nil}}, nil) // 1 and 2 are missed once
	if m, _ := park(t, store, fountains); len(m.Gone) != 2 {
		t.Fatalf("parked %d records; want 2", len(m.Gone))
	}
	rows, err := store.DB().Exec(t.Context(), `update harvested set missed = 0 where key = '1'`) // what storing it does, in a run that fails
	if err != nil || rows.RowsAffected() != 1 {
		t.Fatal(rows, err)
	}
	if m, _ := park(t, store, fountains); len(m.Gone) != 1 || m.Gone[0] != recordOf(t, store, "2") {
		t.Errorf("gone are %v; want only the record of 2", m.Gone)
	}
}

// recordOf is the record of a description.
func recordOf(t *testing.T, store *postgis.Store, key string) (id string) {
	t.Helper()
	if err := store.DB().QueryRow(t.Context(), `select record_id::text from harvested where key = $1`, key).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
