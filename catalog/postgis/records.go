package postgis

import (
	"context"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Records streams the records q selects in the order of the Hilbert curve
// inside each collection: what lies together comes together. Only ID and
// Feature are filled (and with q.Targets those), which is all that an encoder reads and takes a quarter of
// the time of the rest. All come from one snapshot, however long the reader takes,
// and memory stays flat. An error is the last pair. Of q, cursors, order, limit
// and offset do not count. As of a past moment they come in order of key.
func (s *Store) Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		f, err := newFilter(q)
		if err == nil {
			order := "collection, hilbert, id"
			if q.AsOf != nil {
				order = keyOrder(false)
			}
			if q.Targets && q.AsOf != nil {
				err = fmt.Errorf("what records named is not known of the past: %w", catalog.ErrInvalid)
			} else {
				err = s.stream(ctx, f, order, q.Targets, func(r *catalog.Record) bool { return yield(r, nil) })
			}
		}
		if err != nil {
			yield(nil, fmt.Errorf("records of %q: %w", q.Collection, err))
		}
	}
}

// fetchSize is how many records come from the cursor at a time.
const fetchSize = 1000

// stream calls each with the records f selects until it is false. They come
// from a cursor: planned for a quick first row, which means the order of an
// index and no sort of a million rows, it can be left at any time. An export
// takes as long as its reader does, so that it has no statement timeout.
func (s *Store) stream(ctx context.Context, f *filter, order string, targets bool, each func(*catalog.Record) bool) error {
	tx, err := s.public.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, fmt.Sprintf(`
declare export no scroll cursor for
select id::text, feature
from %s published
where %s
order by %s`, f.table, f.where(), order), f.args...)
	if err != nil {
		return err
	}
	for {
		page, err := fetch(ctx, tx)
		if err == nil && targets {
			err = name(ctx, tx, page)
		}
		if err != nil {
			return err
		}
		for _, r := range page {
			if !each(r) {
				return nil
			}
		}
		if len(page) < fetchSize {
			return tx.Commit(ctx)
		}
	}
}

// fetch are the next records of the cursor.
func fetch(ctx context.Context, tx pgx.Tx) ([]*catalog.Record, error) {
	rows, _ := tx.Query(ctx, fmt.Sprintf("fetch %d from export", fetchSize))
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*catalog.Record, error) {
		r := &catalog.Record{}
		return r, row.Scan(&r.ID, &r.Feature)
	})
}
