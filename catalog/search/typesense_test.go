package search_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog/search"
)

// The same as PostGIS, against a server that checks each request with the
// published interface of Typesense and answers from memory. It is no Typesense.
func TestTypesense(t *testing.T) {
	store := fill(t)
	server := httptest.NewServer(newFake(t))
	defer server.Close()
	engine := search.New(server.URL, "secret", store)
	catchUp(t, engine, len(records))
	conform(t, engine)
}

// catchUp brings so many changes over. Transactions count for the whole server, so
// that another test in another database may make them wait.
func catchUp(t *testing.T, engine *search.Typesense, changes int) {
	t.Helper()
	for deadline := time.After(time.Minute); changes > 0; {
		n, err := engine.CatchUp(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if changes -= n; n > 0 {
			continue
		}
		select {
		case <-deadline:
			t.Fatalf("%d changes did not come within a minute", changes)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if n, err := engine.CatchUp(t.Context()); n != 0 || err != nil {
		t.Fatalf("%d changes too many, %v", n, err)
	}
}

// The index follows the change log, forgets what was withdrawn, goes on where it
// was, and is filled anew when it has been lost.
func TestTypesenseFollows(t *testing.T) {
	store := fill(t)
	fake := newFake(t)
	server := httptest.NewServer(fake)
	defer server.Close()
	// each time a new process
	follow := func(changes int) { catchUp(t, search.New(server.URL, "secret", store), changes) }
	if follow(len(records)); len(fake.documents) != len(records) {
		t.Fatalf("%d documents; want %d", len(fake.documents), len(records))
	}
	follow(0)
	if _, err := store.DB().Exec(t.Context(), `
		with w as (update record set status = 'withdrawn' where title = 'Museo del Tessuto' returning id, collection, kind)
		insert into change (record_id, collection, kind, op) select id, collection, kind, 'withdraw' from w`); err != nil {
		t.Fatal(err)
	}
	if follow(1); len(fake.documents) != len(records)-1 {
		t.Errorf("after one was withdrawn: %d documents", len(fake.documents))
	}
	fake.lose()
	if follow(len(records) + 1); len(fake.documents) != len(records)-1 {
		t.Errorf("after the index was lost: %d documents", len(fake.documents))
	}
}
