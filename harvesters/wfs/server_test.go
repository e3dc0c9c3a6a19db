package wfs_test

import (
	"errors"
	"net/http"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/wfs"
)

// collect harvests src to its end.
func collect(t *testing.T, c *http.Client, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	src.ID = "prova"
	if c == nil {
		c = http.DefaultClient
	}
	for h, err := range wfs.Harvest(t.Context(), c, src) {
		var row *catalog.RowError
		switch {
		case errors.As(err, &row):
			refused = append(refused, row.Issue)
		case err != nil:
			failure = err
		default:
			kept = append(kept, h)
		}
	}
	return kept, refused, failure
}

// value is what a record has in a column of its layer.
func value(h catalog.Harvested, column string) any {
	for i, c := range h.Layer.Columns {
		if c.Name == column {
			return h.Values[i]
		}
	}
	return nil
}
