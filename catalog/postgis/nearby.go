package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// MaxNearby is the most records Nearby gives.
const MaxNearby = 100

// Nearby is the n records nearest to p that have a page of their own (rows of
// datasets have none yet), nearest first, without the record called not.
func (s *Store) Nearby(ctx context.Context, p orb.Point, n int, not string) ([]catalog.Hit, error) {
	q := catalog.Query{Near: &p, Order: catalog.OrderDistance, Limit: max(1, min(n, MaxNearby))}
	f := filterOf(q)
	f.add("kind not in ('feature', 'admin_area', 'street', 'address')") // the condition of the index record_paged
	f.add("geom is not null")
	if id, err := uuid.Parse(not); err == nil {
		f.add("id <> %s", id)
	}
	hits, err := s.hits(ctx, q, f, true)
	if err != nil {
		return nil, fmt.Errorf("near %v: %w", p, err)
	}
	return hits, nil
}
