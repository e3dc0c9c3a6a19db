package postgis

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

const (
	// DefaultLimit is how many items a page has when the query does not say.
	DefaultLimit = 10
	// MaxLimit is the most items a page may have.
	MaxLimit = 10_000
)

// Items is one page of the records q selects, in the order of their key
// (collection, id), after or before a cursor. Of each record, ID, Kind,
// Collection and Feature are filled.
func (s *Store) Items(ctx context.Context, q catalog.Query) (catalog.Page, error) {
	var page catalog.Page
	at, back, err := position(q)
	if err != nil {
		return page, err
	}
	limit := pageLimit(q.Limit)
	// The mark is read before the rows, so that it never promises more than they hold.
	if page.Mark, err = s.markOf(ctx, q, q.Collection); err != nil {
		return page, err
	}
	keys, err := s.keys(ctx, q, at, back, limit+1, &page)
	if err != nil {
		return page, fmt.Errorf("items of %q: %w", q.Collection, err)
	}
	more := len(keys) > limit
	keys = keys[:min(len(keys), limit)]
	if back {
		slices.Reverse(keys)
	}
	if page.Records, err = s.features(ctx, q, keys); err != nil {
		return page, fmt.Errorf("items of %q: %w", q.Collection, err)
	}
	if len(keys) > 0 {
		if (back && more) || (!back && at != nil) {
			page.Prev = keys[0].String()
		}
		if back || more {
			page.Next = keys[len(keys)-1].String()
		}
	}
	return page, nil
}

// position is where the page starts, nil for the beginning, and whether it goes back.
func position(q catalog.Query) (at *cursor, back bool, err error) {
	text := q.After
	if q.Before != "" {
		if q.After != "" {
			return nil, false, fmt.Errorf("a page is after or before a cursor, not both: %w", catalog.ErrInvalid)
		}
		text, back = q.Before, true
	}
	if text == "" {
		return nil, false, nil
	}
	c, err := parseCursor(text)
	if err != nil {
		return nil, false, err
	}
	if q.Collection != "" && c.collection != q.Collection {
		return nil, false, fmt.Errorf("the cursor belongs to collection %q, not %q: %w", c.collection, q.Collection, catalog.ErrInvalid)
	}
	return &c, back, nil
}

func pageLimit(limit int) int {
	if limit <= 0 {
		return DefaultLimit
	}
	return min(limit, MaxLimit)
}

// features reads the encoded features of keys, which q selected, in their order. A
// record that was withdrawn between the two statements is left out.
func (s *Store) features(ctx context.Context, q catalog.Query, keys []cursor) ([]*catalog.Record, error) {
	ids := make([]uuid.UUID, len(keys))
	for i, k := range keys {
		ids[i] = k.id
	}
	f := filterOf(q)
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
		select published.id, published.kind, published.collection, published.feature
		from (select * from %[1]s p where id = any(%[2]s)) published
		join unnest(%[2]s::uuid[]) with ordinality as k (id, n) using (id)
		order by k.n`, f.table, f.arg(ids)), f.args...)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*catalog.Record, error) {
		var r catalog.Record
		var id uuid.UUID
		err := row.Scan(&id, &r.Kind, &r.Collection, &r.Feature)
		r.ID, r.Status = id.String(), catalog.StatusPublished
		return &r, err
	})
}
