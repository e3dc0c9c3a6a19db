package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// TestPast prints how long it takes to read the catalogue as it was, with three
// versions of each record: PONET_BENCH_PAST=200000 go test ./bench -run Past -v.
// Each question is asked of another moment, so that no count is remembered.
func TestPast(t *testing.T) {
	store := past(t)
	moment := func(r *rand.Rand) *time.Time {
		at := time.Date(2023, 6, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(r.IntN(3*365*24*3600)) * time.Second)
		return &at
	}
	items := func(q func(*rand.Rand) catalog.Query) func(context.Context, *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			q := q(r)
			q.Limit, q.AsOf = 100, moment(r)
			_, err := store.Items(ctx, q)
			return err
		}
	}
	search := func(q func(*rand.Rand) catalog.Query) func(context.Context, *rand.Rand) error {
		return func(ctx context.Context, r *rand.Rand) error {
			q := q(r)
			q.AsOf = moment(r)
			_, err := store.Search(ctx, q)
			return err
		}
	}
	page, err := store.Items(t.Context(), catalog.Query{Collection: "places", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []struct {
		name string
		read func(context.Context, *rand.Rand) error
	}{
		{"item", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.ItemAsOf(ctx, page.Records[r.IntN(len(page.Records))].ID, *moment(r))
			if errors.Is(err, catalog.ErrNotFound) { // it came later
				return nil
			}
			return err
		}},
		{"items", items(func(*rand.Rand) catalog.Query { return catalog.Query{Collection: "places"} })},
		{"items, second page", func() func(context.Context, *rand.Rand) error {
			at := time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
			first, err := store.Items(t.Context(), catalog.Query{Collection: "places", Limit: 100, AsOf: &at})
			if err != nil {
				t.Fatal(err)
			}
			return func(ctx context.Context, _ *rand.Rand) error {
				_, err := store.Items(ctx, catalog.Query{Collection: "places", Limit: 100, AsOf: &at, After: first.Next})
				return err
			}
		}()},
		{"items bbox 0.002°", items(func(r *rand.Rand) catalog.Query { return catalog.Query{BBox: around(point(r), 0.002)} })},
		{"items bbox 0.02°", items(func(r *rand.Rand) catalog.Query { return catalog.Query{BBox: around(point(r), 0.02)} })},
		{"items bbox 0.02° of edifici", items(func(r *rand.Rand) catalog.Query {
			return catalog.Query{Collection: "edifici", BBox: around(point(r), 0.02)}
		})},
		{"items bbox 2°", items(func(r *rand.Rand) catalog.Query { return catalog.Query{BBox: around(point(r), 2)} })},
		{"items q", items(func(r *rand.Rand) catalog.Query { return catalog.Query{Text: words[r.IntN(len(words))]} })},
		{"items by type", items(func(r *rand.Rand) catalog.Query { return catalog.Query{Types: []string{"museo"}} })},
		{"items by type and place", items(func(r *rand.Rand) catalog.Query {
			return catalog.Query{Types: []string{"museo"}, Municipalities: []string{"Vernio"}}
		})},
		{"items by property", items(func(r *rand.Rand) catalog.Query {
			return catalog.Query{Collection: "places", Where: []catalog.Condition{{Property: "postcode", Values: []string{fmt.Sprint(59000 + r.IntN(999))}}}}
		})},
		{"search text", search(func(r *rand.Rand) catalog.Query { return catalog.Query{Text: words[r.IntN(len(words))]} })},
		{"search text bbox", search(func(r *rand.Rand) catalog.Query {
			return catalog.Query{Text: words[r.IntN(len(words))], BBox: around(point(r), 0.1)}
		})},
		{"search all", search(func(*rand.Rand) catalog.Query { return catalog.Query{} })},
		{"search all by title", search(func(*rand.Rand) catalog.Query { return catalog.Query{Order: catalog.OrderTitle} })},
	} {
		if only := os.Getenv("PONET_BENCH_ONLY"); only == "" || strings.Contains(b.name, only) {
			measure(t, b.name, b.read)
		}
	}
	began, count, at := time.Now(), 0, time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, err := range store.Records(t.Context(), catalog.Query{AsOf: &at}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	t.Logf("%-30s %d records/s", "stream of everything", int(float64(count)/time.Since(began).Seconds()))
}

// past is a catalogue of PONET_BENCH_PAST records with three versions each, or 2000:
// that it works; or that of PONET_BENCH_URL.
func past(t *testing.T) *postgis.Store {
	n := 2000
	if text := os.Getenv("PONET_BENCH_PAST"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			t.Fatal(err)
		}
	}
	if os.Getenv("PONET_BENCH_URL") != "" {
		return catalogue(t)
	}
	store := postgistest.New(t)
	began := time.Now()
	postgistest.Fill(t, store, n)
	postgistest.Age(t, store)
	t.Logf("%d records in %v", n, time.Since(began).Round(time.Second))
	return store
}
