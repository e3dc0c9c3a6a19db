package postgis_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// A stream has every record once, whole and in order, as it was when it began.
func TestRecords(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 3000)
	hilbert := map[string]int64{}
	rows, err := store.DB().Query(t.Context(), "select id::text, hilbert from record where collection = 'places'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id string
		var h int64
		if err := rows.Scan(&id, &h); err != nil {
			t.Fatal(err)
		}
		hilbert[id] = h
	}
	seen := map[string]bool{}
	var last int64 = -1 << 62
	for r, err := range store.Records(t.Context(), catalog.Query{Collection: "places"}) {
		if err != nil {
			t.Fatal(err)
		}
		if len(seen) == 0 {
			// what is withdrawn now is still in this stream, what comes now is not
			if _, err := store.DB().Exec(t.Context(), "update record set status = 'withdrawn'"); err != nil {
				t.Fatal(err)
			}
			insert(t, store, "places", "", `{"title":"Nuovo"}`)
		}
		if seen[r.ID] || hilbert[r.ID] < last || !bytes.Contains(r.Feature, []byte(r.ID)) {
			t.Fatalf("record %d = %s, Hilbert key %d after %d: %s", len(seen), r.ID, hilbert[r.ID], last, r.Feature)
		}
		seen[r.ID], last = true, hilbert[r.ID]
	}
	if len(seen) != 1800 || len(hilbert) != 1800 {
		t.Errorf("%d records; want 1800", len(seen))
	}
}

// Whoever has enough, or no more time, leaves; the connections come back.
func TestRecordsEndEarly(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 5000)
	for range 20 { // more than the pool has connections
		for _, err := range store.Records(t.Context(), catalog.Query{}) {
			if err != nil {
				t.Fatal(err)
			}
			break
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	var last error
	for _, err := range store.Records(ctx, catalog.Query{}) {
		n++
		last = err
		cancel()
	}
	if !errors.Is(last, context.Canceled) || n >= 5000 {
		t.Errorf("after cancel: %d pairs, last %v", n, last)
	}
	for _, err := range store.Records(t.Context(), catalog.Query{BBox: badBox()}) {
		if !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("bad box: %v", err)
		}
	}
}
