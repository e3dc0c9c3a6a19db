package wfs_test

import (
	"net/http"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/harvesttest"
	"po-net.prato.it/ponet/harvesters/wfs"
)

// collect harvests src to its end.
func collect(t *testing.T, c *http.Client, src catalog.Source) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	t.Helper()
	src.ID = "prova"
	if c == nil {
		c = http.DefaultClient
	}
	return harvesttest.Collect(wfs.Harvest(t.Context(), c, src))
}

func value(h catalog.Harvested, column string) any { return harvesttest.Value(h, column) }
