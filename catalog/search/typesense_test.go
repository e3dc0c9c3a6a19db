package search_test

import (
	"net/http/httptest"
	"testing"

	"po-net.prato.it/ponet/catalog/search"
)

// The same as PostGIS, against a server that checks each request with the
// published interface of Typesense and answers from memory. It is no Typesense.
func TestTypesense(t *testing.T) {
	store := fill(t)
	server := httptest.NewServer(newFake(t))
	defer server.Close()
	engine := search.New(server.URL, "secret", store)
	for {
		n, err := engine.CatchUp(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			break
		}
	}
	conform(t, engine)
}

// The index follows the change log, forgets what was withdrawn, goes on where it
// was, and is filled anew when it has been lost.
func TestTypesenseFollows(t *testing.T) {
	store := fill(t)
	fake := newFake(t)
	server := httptest.NewServer(fake)
	defer server.Close()
	catchUp := func() (changes int) {
		t.Helper()
		engine := search.New(server.URL, "secret", store)
		for {
			n, err := engine.CatchUp(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if changes += n; n == 0 {
				return changes
			}
		}
	}
	if n := catchUp(); n != len(records) || len(fake.documents) != len(records) {
		t.Fatalf("%d changes, %d documents; want %d", n, len(fake.documents), len(records))
	}
	if n := catchUp(); n != 0 {
		t.Errorf("%d changes again", n)
	}
	if _, err := store.DB().Exec(t.Context(), `
		with w as (update record set status = 'withdrawn' where title = 'Museo del Tessuto' returning id, collection, kind)
		insert into change (record_id, collection, kind, op) select id, collection, kind, 'withdraw' from w`); err != nil {
		t.Fatal(err)
	}
	if n := catchUp(); n != 1 || len(fake.documents) != len(records)-1 {
		t.Errorf("after one was withdrawn: %d changes, %d documents", n, len(fake.documents))
	}
	fake.lose()
	if n := catchUp(); n != len(records)+1 || len(fake.documents) != len(records)-1 {
		t.Errorf("after the index was lost: %d changes, %d documents", n, len(fake.documents))
	}
}
