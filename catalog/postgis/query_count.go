package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// maxCount is how many records are counted one by one; from there on the
// count is the planner's estimate and says so.
const maxCount = 2000

// count is how many records f selects, and whether that is exact. Without any
// filter but the collection, the writers have counted.
func (s *Store) count(ctx context.Context, q catalog.Query, f *filter) (n int64, exact bool, err error) {
	if len(f.clauses) == 0 || (len(f.clauses) == 1 && q.Collection != "") {
		err = s.public.QueryRow(ctx, `
			select coalesce(sum(count), 0)::bigint
			from collection_mark
			where $1 = '' or collection = $1`, q.Collection).Scan(&n)
		return n, true, err
	}
	c := f.clone()
	sql := fmt.Sprintf("select count(*) from (select from published where %s limit %s) s", c.where(), c.arg(maxCount+1))
	if err = s.public.QueryRow(ctx, sql, c.args...).Scan(&n); err != nil {
		return 0, false, fmt.Errorf("count: %w", err)
	}
	if n <= maxCount {
		return n, true, nil
	}
	n, err = s.estimate(ctx, f)
	return max(n, maxCount+1), false, err
}

// estimate is how many rows the planner expects of f. It must see the values,
// which a prepared statement would hide from it.
func (s *Store) estimate(ctx context.Context, f *filter) (int64, error) {
	args := append([]any{pgx.QueryExecModeSimpleProtocol}, f.args...)
	var plan []byte
	err := s.public.QueryRow(ctx, "explain (format json) select from published where "+f.where(), args...).Scan(&plan)
	if err != nil {
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
