package postgis_test

import (
	"testing"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

func insert(t testing.TB, store *postgis.Store, collection, geometry, properties string) string {
	t.Helper()
	return postgistest.Insert(t, store, collection, geometry, properties)
}

// badBox has its south above its north.
func badBox() *orb.Bound {
	return &orb.Bound{Min: orb.Point{11, 44}, Max: orb.Point{12, 43}}
}
