package postgis

import (
	"context"
	"errors"
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

// Versions are the versions of a published record that the public may see, newest
// first, at most n: since when each was true, and which run made it.
func (s *Store) Versions(ctx context.Context, id string, n int) ([]catalog.Revision, error) {
	key, err := uuid.Parse(id)
	if err != nil {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, `
		select v.version, v.updated, v.run_id, coalesce(r.kind, ''), coalesce(r.undoes, 0)
		from (
			select version, updated, run_id from published where id = $1
			union all
			select version, updated, run_id from published_version where id = $1
		) v
		left join run r on r.id = v.run_id
		order by v.version desc
		limit $2`, key, n)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Revision, error) {
		var r catalog.Revision
		err := row.Scan(&r.Version, &r.At, &r.RunID, &r.RunKind, &r.Undoes)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("record %s: versions: %w", id, err)
	}
	return list, nil
}

// Version is one version of a record that the public may see, whole.
func (s *Store) Version(ctx context.Context, id string, version int) (*catalog.Record, error) {
	key, err := uuid.Parse(id)
	if err != nil {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, `
		select `+recordColumns+` from published where id = $1 and version = $2
		union all
		select `+recordColumns+` from published_version where id = $1 and version = $2`, key, version)
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("record %s, version %d: %w", id, version, err)
	}
	return r, nil
}
