package portal_test

import (
	"context"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

type bare struct{ *postgis.Store }

func (bare) BasemapTile(context.Context, uint32, uint32, uint32) ([]byte, error) { return nil, nil }
func (bare) BasemapShapes(context.Context, orb.Bound, float64) ([]catalog.BasemapShape, error) {
	return nil, nil
}
func (bare) BasemapSources(context.Context) ([]catalog.BasemapSource, error) { return nil, nil }
