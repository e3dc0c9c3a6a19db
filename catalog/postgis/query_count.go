package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// size is how many records a collection has, "" for all, as its writers have counted.
func (s *Store) size(ctx context.Context, collection string) (int64, error) {
	var n int64
	err := s.public.QueryRow(ctx, `
		select coalesce(sum(count), 0)::bigint
		from collection_mark
		where $1 = '' or collection = $1`, collection).Scan(&n)
	return n, err
}

// atMost counts what f selects, up to n+1.
func (s *Store) atMost(ctx context.Context, f *filter, n int) (int64, error) {
	c := f.clone()
	var got int64
	err := s.public.QueryRow(ctx, fmt.Sprintf("select count(*) from (select from %s published where %s limit %s) s", c.table, c.where(), c.arg(n+1)), c.args...).Scan(&got)
	return got, err
}

// estimate is how many records the planner expects q to select. It must see the
// values, which a prepared statement would hide from it, and it knows where
// geometries lie, not where their plain boxes do.
func (s *Store) estimate(ctx context.Context, q catalog.Query) (int64, error) {
	f, err := newFilter(q, partBBox)
	if err != nil {
		return 0, err
	}
	if q.BBox != nil {
		boxes, err := splitBox(*q.BBox)
		if err != nil {
			return 0, err
		}
		f.clauses = append(f.clauses, f.each(boxes, func(b orb.Bound) string { return "geom && " + f.envelope(b) }))
	}
	args := append([]any{pgx.QueryExecModeSimpleProtocol}, f.args...)
	var plan []byte
	if err := s.public.QueryRow(ctx, "explain (format json) select from published where "+f.where(), args...).Scan(&plan); err != nil {
		return 0, fmt.Errorf("estimate: %w", err)
	}
	var plans []struct {
		Plan struct {
			Rows float64 `json:"Plan Rows"`
		}
	}
	if err := json.Unmarshal(plan, &plans); err != nil || len(plans) != 1 {
		return 0, errors.Join(errors.New("estimate: the plan cannot be read"), err)
	}
	return int64(plans[0].Plan.Rows), nil
}
