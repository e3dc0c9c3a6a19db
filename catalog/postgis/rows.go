package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// MaxRows is the most rows that one Rows gives.
const MaxRows = 500

// Rows are the first records that q selects, whole, in the order of a property,
// down: the greatest first, or without one in the order of their key, which is
// that of their arrival. Those without the property come last. Sorting reads
// all that q selects; of q, cursors and order do not count.
func (s *Store) Rows(ctx context.Context, q catalog.Query, property string, down bool) ([]*catalog.Record, error) {
	f, err := newFilter(q)
	if err != nil {
		return nil, err
	}
	order := "collection, id"
	if property != "" {
		direction := "asc"
		if down {
			direction = "desc"
		}
		order = fmt.Sprintf("nullif(properties -> %s, 'null') %s nulls last, id", f.arg(property), direction)
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf("select %s from published where %s order by %s limit %s offset %s",
		recordColumns, f.where(), order, f.arg(max(1, min(q.Limit, MaxRows))), f.arg(max(0, q.Offset))), f.args...)
	list, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("rows of %q: %w", q.Collection, err)
	}
	return list, nil
}
