package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Revisions are the last changes of a published record, newest first, at most n,
// and how many there are in all. A record as it first came has none.
func (s *Store) Revisions(ctx context.Context, id string, n int) ([]catalog.Revision, int64, error) {
	key, err := uuid.Parse(id)
	if err != nil {
		return nil, 0, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	var all int64
	rows, _ := s.public.Query(ctx, `
		select v.version, v.at, coalesce(v.run_id, 0), coalesce(r.kind, ''), coalesce(r.undoes, 0), v.changed, v.moved, v.was, v.status, (select version - 1 from published where id = $1)
		from revision v
		left join run r on r.id = v.run_id
		where v.record_id = $1
		order by version desc
		limit $2`, key, n)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Revision, error) {
		var r catalog.Revision
		var was, is catalog.Status
		err := row.Scan(&r.Version, &r.At, &r.RunID, &r.RunKind, &r.Undoes, &r.Changed, &r.Moved, &was, &is, &all)
		r.Withdrawn = was == catalog.StatusPublished && is != was
		r.Returned = is == catalog.StatusPublished && is != was
		return r, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("record %s: history: %w", id, err)
	}
	return list, all, nil
}
