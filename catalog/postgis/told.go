package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// RunDifferences are what a run has done to records that everybody may see, in the
// order in which it did, at most limit after the change numbered after. Of a record
// that it changed, Fields are the properties before and after. Measured values are
// not among them.
func (s *Store) RunDifferences(ctx context.Context, run, after int64, limit int) ([]catalog.Told, error) {
	rows, _ := s.public.Query(ctx, `
		select c.seq, c.op, c.record_id::text, c.collection, c.kind, coalesce(p.source_key, ''), coalesce(p.slug, ''),
			coalesce(n.title, o.title, p.title, ''),
			case when c.op = 'update' then (
				select jsonb_agg(jsonb_build_object('field', field, 'before', before, 'after', after) order by field)
				from (
					select key as field, b.value as before, a.value as after
					from jsonb_each(o.properties - 'updated') b full join jsonb_each(n.properties - 'updated') a using (key)
					where b.value is distinct from a.value
					union all
					select 'geometry', `+shownGeometry("o.geom")+`, `+shownGeometry("n.geom")+` where o.geom is distinct from n.geom
				) d)
			end
		from (
			select seq, op, record_id, collection, kind
			from change
			where run_id = $1 and seq > $2 and kind <> 'observation'
			order by seq
			limit $3
		) c
		left join published p on p.id = c.record_id
		left join lateral (
			select version, title, properties, geom
			from (
				select version, run_id, title, properties, geom from published where id = c.record_id
				union all
				select version, run_id, title, properties, geom from published_version where id = c.record_id
			) v
			where v.run_id = $1
			order by version desc
			limit 1
		) n on c.op <> 'withdraw'
		left join lateral (
			select title, properties, geom
			from published_version v
			where v.id = c.record_id and v.run_id <> $1 and (n.version is null or v.version < n.version)
			order by version desc
			limit 1
		) o on true
		order by c.seq`, run, after, limit)
	list, err := pgx.CollectRows(rows, scanTold)
	if err != nil {
		return nil, fmt.Errorf("run %d: differences: %w", run, err)
	}
	return list, nil
}

// ops are the classes of what the change log says.
var ops = map[string]catalog.DifferenceClass{"create": catalog.DifferenceNew, "update": catalog.DifferenceChanged, "withdraw": catalog.DifferenceGone}

func scanTold(row pgx.CollectableRow) (catalog.Told, error) {
	var t catalog.Told
	err := row.Scan(&t.Seq, &t.Op, &t.Record, &t.Collection, &t.Kind, &t.Key, &t.Slug, &t.Title, &t.Fields)
	t.Class = ops[t.Op]
	return t, err
}

// ParkedRecords are what a parked run would withdraw and everybody may see, by
// title, at most limit, and how many there are in all.
func (s *Store) ParkedRecords(ctx context.Context, run int64, limit int) ([]catalog.Told, int64, error) {
	rows, _ := s.public.Query(ctx, `
		select id::text, collection, kind, layer, key, slug, title, count(*) over ()
		from parked_record
		where run_id = $1
		order by plain(title), layer, key
		limit $2`, run, limit)
	var total int64
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Told, error) {
		t := catalog.Told{Op: "withdraw"}
		t.Class = catalog.DifferenceGone
		err := row.Scan(&t.Record, &t.Collection, &t.Kind, &t.Layer, &t.Key, &t.Slug, &t.Title, &total)
		return t, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("run %d: what it would withdraw: %w", run, err)
	}
	return list, total, nil
}
