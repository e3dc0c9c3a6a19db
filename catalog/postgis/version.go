package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// DatasetChanges are the newest runs that changed rows of tables, the last
// first, at most limit.
func (s *Store) DatasetChanges(ctx context.Context, tables []catalog.Table, limit int) ([]catalog.DatasetChange, error) {
	collections, sources := make([]string, len(tables)), make([]string, len(tables))
	for i, t := range tables {
		collections[i], sources[i] = t.Collection.Name, t.Source
	}
	rows, _ := s.public.Query(ctx, `
		select c.run_id, coalesce(r.finished, r.started), sum(c.created)::bigint, sum(c.updated)::bigint, sum(c.withdrawn)::bigint
		from unnest($1::text[], $2::text[]) as t(collection, source_id)
		join run_change c on c.collection = t.collection
		join run r on r.id = c.run_id and (t.source_id = '' or r.source_id = t.source_id)
		group by c.run_id, r.finished, r.started
		order by c.run_id desc
		limit $3`, collections, sources, limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.DatasetChange])
	if err != nil {
		return nil, fmt.Errorf("changes of a dataset: %w", err)
	}
	return list, nil
}

// ReadingChanges are the newest runs of a source that brought new or other
// measured values, the last first.
func (s *Store) ReadingChanges(ctx context.Context, source string, limit int) ([]catalog.DatasetChange, error) {
	rows, _ := s.public.Query(ctx, `
		select id, coalesce(finished, started), n.new, n.changed, 0::bigint
		from run, lateral (select coalesce((receipt ->> 'new')::bigint, 0) as new, coalesce((receipt ->> 'changed')::bigint, 0) as changed) n
		where source_id = $1 and n.new + n.changed > 0
		order by id desc
		limit $2`, source, limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.DatasetChange])
	if err != nil {
		return nil, fmt.Errorf("runs of %s: %w", source, err)
	}
	return list, nil
}

// DatasetVersions are the descriptions of the dataset called id that are no
// longer true, the last first, at most limit.
func (s *Store) DatasetVersions(ctx context.Context, id string, limit int) ([]catalog.DatasetVersion, error) {
	rows, _ := s.public.Query(ctx, `
		select version, title, feature, lower(during), upper(during)
		from published_version
		where id = $1::uuid
		order by version desc
		limit $2`, id, limit)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.DatasetVersion, error) {
		v := catalog.DatasetVersion{Record: &catalog.Record{ID: id}}
		err := row.Scan(&v.Record.Version, &v.Record.Title, &v.Record.Feature, &v.From, &v.Until)
		if err == nil {
			v.Record.Properties, err = featureProperties(v.Record.Feature)
		}
		return v, err
	})
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", id, err)
	}
	return list, nil
}
