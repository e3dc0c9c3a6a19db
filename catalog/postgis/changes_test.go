package postgis_test

import (
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// Of two writers at once the slower may hold the lower number: nothing is missed.
func TestChangesMissNoSlowWriter(t *testing.T) {
	store := postgistest.New(t)
	ctx := t.Context()
	const insert = `insert into change (record_id, collection, kind, op) values (gen_random_uuid(), 'places', 'place', 'create')`
	first, err := store.DB().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Rollback(ctx)
	if _, err := first.Exec(ctx, "select pg_current_xact_id()"); err != nil { // it begins first,
		t.Fatal(err)
	}
	slow, err := store.DB().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Rollback(ctx)
	if _, err := slow.Exec(ctx, insert); err != nil { // the other takes number 1,
		t.Fatal(err)
	}
	if _, err := first.Exec(ctx, insert); err != nil { // it number 2
		t.Fatal(err)
	}
	if err := first.Commit(ctx); err != nil { // and ends.
		t.Fatal(err)
	}
	got := changes(t, store, catalog.Position{}, 1)
	if len(got) != 1 || got[0].Seq != 2 {
		t.Fatalf("Changes = %+v; want number 2", got)
	}
	if err := store.SetPosition(ctx, "test", got[0].Position()); err != nil {
		t.Fatal(err)
	}
	if err := slow.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	at, err := store.Position(ctx, "test")
	if err != nil || at != got[0].Position() {
		t.Fatalf("Position = %+v, %v", at, err)
	}
	if got = changes(t, store, at, 1); len(got) != 1 || got[0].Seq != 1 {
		t.Errorf("Changes = %+v; want number 1", got)
	}
	if none, err := store.Position(ctx, "nobody"); err != nil || none != (catalog.Position{}) {
		t.Errorf("Position(nobody) = %+v, %v", none, err)
	}
}

// changes are the next changes, once there are n of them: what writes in this
// database beside the test may make them wait.
func changes(t *testing.T, store *postgis.Store, after catalog.Position, n int) []catalog.Change {
	t.Helper()
	for deadline := time.After(time.Minute); ; {
		got, err := store.Changes(t.Context(), after, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) >= n {
			return got
		}
		select {
		case <-deadline:
			t.Fatalf("%d changes within a minute; want %d", len(got), n)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func TestRecordsByID(t *testing.T) {
	store := postgistest.New(t)
	a := insert(t, store, "places", "", `{"title":"A"}`)
	b := insert(t, store, "places", "", `{"title":"B"}`)
	if _, err := store.DB().Exec(t.Context(), "update record set status = 'withdrawn' where title = 'B'"); err != nil {
		t.Fatal(err)
	}
	got, err := store.RecordsByID(t.Context(), []string{a, b, "0190a3c4-0000-7000-8000-000000000000"})
	if err != nil || len(got) != 1 || got[0].Title != "A" {
		t.Errorf("RecordsByID = %v, %v", got, err)
	}
}

// A long transaction of another database of the server holds no reader back,
// one of this database does.
func TestChangesPassOthersBy(t *testing.T) {
	store, other := postgistest.New(t), postgistest.New(t)
	for i, tt := range []struct {
		by   *postgis.Store
		want int
	}{{other, 1}, {store, 1}} {
		long, err := tt.by.DB().Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer long.Rollback(t.Context())
		if _, err := long.Exec(t.Context(), "select pg_current_xact_id()"); err != nil {
			t.Fatal(err)
		}
		exec(t, store, `insert into change (record_id, collection, kind, op) values (gen_random_uuid(), 'places', 'place', 'create')`)
		got, err := store.Changes(t.Context(), catalog.Position{}, 10)
		if err != nil || len(got) != tt.want {
			t.Errorf("%d: %d changes are read, %v; want %d", i, len(got), err, tt.want)
		}
	}
}
