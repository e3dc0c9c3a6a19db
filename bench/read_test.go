// Package bench measures the read side of the store on a catalogue of any size:
// PONET_BENCH_RECORDS=200000 go test ./bench -v
package bench

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// towns are where requests go, as the records do: centre, and share of requests.
var towns = []orb.Point{{11.0966, 43.88}, {11.2558, 43.7696}, {10.917, 43.933}, {11.037, 43.926}, {11.122, 43.968}, {11.056, 43.816}}

// point is a place near a town, the nearer the likelier.
func point(r *rand.Rand) orb.Point {
	t := towns[r.IntN(len(towns))]
	far, angle := r.ExpFloat64()*0.03, r.Float64()*2*math.Pi
	return orb.Point{t[0] + far*math.Cos(angle), t[1] + far*math.Sin(angle)*0.75}
}

func around(p orb.Point, side float64) *orb.Bound {
	return &orb.Bound{Min: orb.Point{p[0] - side/2, p[1] - side/2}, Max: orb.Point{p[0] + side/2, p[1] + side/2}}
}

var words = []string{"museo", "biblioteca civica", "matematica", "parco", "edificio", "san francesco prato", "lazzerini", "storia geografia", "scuola vernio", "zanichelli"}

// TestRead prints the median and the 95th percentile of each way of reading.
func TestRead(t *testing.T) {
	store := catalogue(t)
	deep := deepCursor(t, store)
	for _, b := range []struct {
		name string
		read func(context.Context, *rand.Rand) error
	}{
		{"items bbox 0.002° limit 100", items(store, 0.002, "")},
		{"items bbox 0.02° limit 100", items(store, 0.02, "")},
		{"items bbox 0.2° limit 100", items(store, 0.2, "")},
		{"items bbox 2° limit 100", items(store, 2, "")},
		{"items bbox 0.02° of edifici", items(store, 0.02, "edifici")},
		{"items deep page", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Items(ctx, catalog.Query{Limit: 100, After: deep})
			return err
		}},
		{"items by type", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Items(ctx, catalog.Query{Limit: 100, Types: []string{"museo"}})
			return err
		}},
		{"items by type and place", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Items(ctx, catalog.Query{Limit: 100, Types: []string{"museo"}, Municipalities: []string{"Vernio"}})
			return err
		}},
		{"items by property", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Items(ctx, catalog.Query{Limit: 100, Where: []catalog.Condition{{Property: "postcode", Values: []string{strconv.Itoa(59000 + r.IntN(999))}}}})
			return err
		}},
		{"tile z16", tile(store, 16)},
		{"tile z14", tile(store, 14)},
		{"tile z12", tile(store, 12)},
		{"tile z8", tile(store, 8)},
		{"search text", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Search(ctx, catalog.Query{Text: words[r.IntN(len(words))]})
			return err
		}},
		{"search text bbox facets", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Search(ctx, catalog.Query{Text: words[r.IntN(len(words))], BBox: around(point(r), 0.1)})
			return err
		}},
		{"search text near", func(ctx context.Context, r *rand.Rand) error {
			p := point(r)
			_, err := store.Search(ctx, catalog.Query{Text: words[r.IntN(len(words))], Near: &p, Order: catalog.OrderDistance})
			return err
		}},
		{"search all", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Search(ctx, catalog.Query{})
			return err
		}},
		{"search all by title in box", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Search(ctx, catalog.Query{Order: catalog.OrderTitle, BBox: around(point(r), 0.2)})
			return err
		}},
		{"suggest", func(ctx context.Context, r *rand.Rand) error {
			w := []rune(words[r.IntN(len(words))])
			_, err := store.Suggest(ctx, string(w[:2+r.IntN(len(w)-1)]), 8)
			return err
		}},
		{"suggest mistyped", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Suggest(ctx, []string{"bibloteca", "tesuto", "musso", "vaiamo", "archivo"}[r.IntN(5)], 8)
			return err
		}},
		{"nearby", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Nearby(ctx, point(r), 5, "")
			return err
		}},
		{"collections", func(ctx context.Context, r *rand.Rand) error {
			_, err := store.Collections(ctx)
			return err
		}},
	} {
		if only := os.Getenv("PONET_BENCH_ONLY"); only == "" || strings.Contains(b.name, only) {
			measure(t, b.name, b.read)
		}
	}
	if os.Getenv("PONET_BENCH_ONLY") != "" {
		return
	}
	began, count := time.Now(), 0
	for _, err := range store.Records(t.Context(), catalog.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	t.Logf("%-30s %d records/s", "stream of everything", int(float64(count)/time.Since(began).Seconds()))
}

// catalogue is the store to measure: that of PONET_BENCH_URL, or a fresh one of
// PONET_BENCH_RECORDS records.
func catalogue(t *testing.T) *postgis.Store {
	if url := os.Getenv("PONET_BENCH_URL"); url != "" {
		store, err := postgis.Open(t.Context(), url, "ponet bench")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(store.Close)
		return store
	}
	n, _ := strconv.Atoi(os.Getenv("PONET_BENCH_RECORDS"))
	if n == 0 {
		t.Skip("set PONET_BENCH_RECORDS, for example to 200000, or PONET_BENCH_URL to a catalogue made before")
	}
	store := postgistest.New(t)
	began := time.Now()
	postgistest.Fill(t, store, n)
	t.Logf("%d records in %v", n, time.Since(began).Round(time.Second))
	return store
}

// measure reads 100 times, or for ten seconds, after three to warm up.
func measure(t *testing.T, name string, read func(context.Context, *rand.Rand) error) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	first := time.Duration(0)
	for began := time.Now(); len(took) < 100 && time.Since(began) < 10*time.Second; {
		start := time.Now()
		if err := read(t.Context(), r); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if first == 0 {
			first = time.Since(start)
		}
		took = append(took, time.Since(start))
	}
	took = took[min(3, len(took)-1):]
	slices.Sort(took)
	at := func(p float64) string {
		return fmt.Sprintf("%7.2f ms", float64(took[int(p*float64(len(took)-1))].Microseconds())/1000)
	}
	t.Logf("%-30s min %s  p50 %s  p95 %s  max %s  first %v", name, at(0), at(0.5), at(0.95), at(1), first.Round(10*time.Microsecond))
}

func items(store *postgis.Store, side float64, collection string) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		_, err := store.Items(ctx, catalog.Query{Collection: collection, BBox: around(point(r), side), Limit: 100})
		return err
	}
}

func tile(store *postgis.Store, z maptile.Zoom) func(context.Context, *rand.Rand) error {
	return func(ctx context.Context, r *rand.Rand) error {
		t := maptile.At(point(r), z)
		_, err := store.Tile(ctx, catalog.Query{}, uint32(t.Z), t.X, t.Y)
		return err
	}
}

// deepCursor is a cursor in the middle of the places.
func deepCursor(t *testing.T, store *postgis.Store) string {
	page, err := store.Items(t.Context(), catalog.Query{Limit: postgis.MaxLimit})
	for range 5 {
		if err != nil {
			t.Fatal(err)
		}
		if page.Next == "" {
			break
		}
		page, err = store.Items(t.Context(), catalog.Query{Limit: postgis.MaxLimit, After: page.Next})
	}
	return page.Prev
}
