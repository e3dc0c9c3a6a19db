package harvesters_test

import (
	"context"
	"iter"
	"net/http"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// A store that is slow: its pages are stored after the deadline of the source.
type slowStore struct {
	*postgis.Harvest
	until time.Time
}

func (s slowStore) Put(ctx context.Context, page catalog.Batch, n catalog.Normalize, dry bool) (catalog.BatchCounts, error) {
	time.Sleep(time.Until(s.until))
	return s.Harvest.Put(ctx, page, n, dry)
}

// A deadline that passes while a page is stored ends the run as failed, with what
// was read kept and a receipt: it costs neither the page nor the connection.
func TestDeadlineWhileStoring(t *testing.T) {
	store := postgistest.New(t)
	harvesters.Protocols["endless"] = func(ctx context.Context, _ *http.Client, _ catalog.Source) iter.Seq2[catalog.Harvested, error] {
		return func(yield func(catalog.Harvested, error) bool) {
			layer := &catalog.Layer{Columns: []catalog.Column{{Name: "nome", Type: catalog.ColumnText}}}
			for _, key := range []string{"a", "b", "c"} {
				if !yield(catalog.Harvested{Key: key, Layer: layer, Raw: []byte(key), Values: []any{key}}, nil) {
					return
				}
			}
			<-ctx.Done()
			yield(catalog.Harvested{}, ctx.Err())
		}
	}
	defer delete(harvesters.Protocols, "endless")
	deadline := 50 * time.Millisecond
	src := catalog.Source{ID: "lenta", Protocol: "endless", URL: "https://example.org/", Rhythm: catalog.Duration(time.Hour), Deadline: catalog.Duration(deadline)}
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	slow := slowStore{h, time.Now().Add(4 * deadline)}
	receipt, err := harvesters.Run(t.Context(), http.DefaultClient, slow, src, datasets.Vocabularies(), harvesters.Options{PageRows: 2})
	if err != nil {
		t.Fatalf("the run ended with %v; want a receipt", err)
	}
	if receipt.Outcome != catalog.RunFailed || receipt.New != 3 || !strings.Contains(receipt.Error, "deadline of 50ms") {
		t.Errorf("receipt %+v; want a failed run of 3 new records that names the deadline", receipt)
	}
	run, err := store.Run(t.Context(), receipt.Run)
	if err != nil || run.State != catalog.RunFailed {
		t.Errorf("run %+v, %v; want it failed", run, err)
	}
}
