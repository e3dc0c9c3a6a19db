package bench

import (
	"os"
	"strconv"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
)

// TestQuality measures how fast the quality of PONET_BENCH_QUALITY records is brought
// up to the change log, and how long the page of a body waits for it.
func TestQuality(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("PONET_BENCH_QUALITY"))
	if n == 0 {
		t.Skip("PONET_BENCH_QUALITY is how many records are measured")
	}
	store := postgistest.New(t)
	postgistest.Fill(t, store, n)
	postgistest.Settle(t, store)
	began := time.Now()
	for read := 1; read > 0; {
		var err error
		if read, err = store.Measure(t.Context(), datasets.Vocabularies()); err != nil {
			t.Fatal(err)
		}
	}
	took := time.Since(began)
	t.Logf("%d records measured in %.1f s: %.0f a second", n, took.Seconds(), float64(n)/took.Seconds())
	if _, err := store.DB().Exec(t.Context(), "vacuum (analyze) quality"); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		began = time.Now()
		q, err := store.BodyQuality(t.Context(), "c_g999")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("a body with %d records of %d kinds: %s", q.Kinds[0].Records, len(q.Kinds), time.Since(began).Round(100*time.Microsecond))
	}
}
