package postgis

import (
	"context"
	"fmt"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// NearestOf is the record of one of types nearest to p, at most metres away; nil
// when there is none.
func (s *Store) NearestOf(ctx context.Context, p orb.Point, metres float64, types ...string) (*catalog.Hit, error) {
	q := catalog.Query{Near: &p, RadiusMetres: metres, Types: types, Order: catalog.OrderDistance, Limit: 1}
	f, err := newFilter(q)
	if err != nil {
		return nil, err
	}
	f.add("kind <> 'feature'")
	hits, err := s.hits(ctx, q, f, false)
	if err != nil {
		return nil, fmt.Errorf("nearest of %v to %v: %w", types, p, err)
	}
	if len(hits) == 0 {
		return nil, nil
	}
	return &hits[0], nil
}
