package postgis_test

import (
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// readable is how many rows of a source can be read anew.
func readable(t *testing.T, store *postgis.Store, src catalog.Source) (n int) {
	t.Helper()
	h, err := store.BeginRemap(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	layers, err := h.StoredLayers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		rows, err := h.StoredRows(t.Context(), l, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(r.Values) == len(r.Layer.Columns) && len(r.Values) > 0 {
				n++
			}
		}
	}
	return n
}

// Rows that were stored before their columns were noted get them where no run can
// have stored others, and else none.
func TestReadingsOfWhatIsStored(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Fontana", nil}, {"2", "Vasca", nil}}, nil)
	url := store.DB().Config().ConnString()
	again := func(change string) int {
		t.Helper()
		if err := postgis.MigrateDown(t.Context(), url, 19); err != nil {
			t.Fatal(err)
		}
		if _, err := store.DB().Exec(t.Context(), change); err != nil {
			t.Fatal(err)
		}
		if err := postgis.Migrate(t.Context(), url); err != nil {
			t.Fatal(err)
		}
		store.DB().Reset() // prepared statements of the tables before
		return readable(t, store, places)
	}
	if n := again(`select`); n != 2 {
		t.Errorf("%d rows can be read anew; want 2", n)
	}
	if n := again(`insert into undo (run_id, relation, key, before) select 99, 'layer', jsonb_build_array(source_id, name), to_jsonb(layer) || '{"described": {"columns": []}}' from layer`); n != 0 {
		t.Errorf("of a table that had other columns %d rows can be read; want none", n)
	}
	if n := again(`delete from undo; update run set undoable = false`); n != 0 {
		t.Errorf("of a source whose past is not kept %d rows can be read; want none", n)
	}
	if c := harvest(t, store, places, [][]any{{"1", "Fontana", nil}, {"2", "Vasca", nil}}, nil); c.Unchanged != 2 {
		t.Errorf("the next harvest: %+v; want 2 unchanged", c)
	}
	if n := readable(t, store, places); n != 2 {
		t.Errorf("after a harvest %d rows can be read anew; want 2", n)
	}
}

// A reading goes when nothing that is stored refers to it any more.
func TestRetainDropsReadings(t *testing.T) {
	store := postgistest.New(t)
	harvest(t, store, places, [][]any{{"1", "Fontana", nil}}, nil)
	if _, err := store.DB().Exec(t.Context(), `insert into reading (source_id, number, columns) select 'fontane', n, '{}' from generate_series(1, 2) n; update reading set noted = now() - interval '3 days' where number <> 2`); err != nil {
		t.Fatal(err)
	}
	if err := store.Retain(t.Context(), time.Now(), time.Hour, time.Hour); err != nil {
		t.Fatal(err)
	}
	var unused, used int
	if err := store.DB().QueryRow(t.Context(), `select count(*) filter (where number = 1), count(*) filter (where number <> 1) from reading`).Scan(&unused, &used); err != nil || unused != 0 || used != 2 {
		t.Errorf("%d that nothing needs, %d others, %v; want 0 and 2", unused, used, err)
	}
}
