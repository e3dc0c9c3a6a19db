package postgis

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Readings are the layers of a source, and what they were when rows of theirs
// that are kept were stored.
func (s *Store) Readings(ctx context.Context, source string) ([]*catalog.Layer, error) {
	rows, _ := s.db.Query(ctx, `
		select described from layer where source_id = $1 and described is not null
		union all
		select columns from reading where source_id = $1`, source)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (*catalog.Layer, error) {
		var b []byte
		if err := row.Scan(&b); err != nil {
			return nil, err
		}
		l := &catalog.Layer{}
		return l, json.Unmarshal(b, l)
	})
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", source, err)
	}
	return list, nil
}

// PurgeField erases for good what is left of a field of src that its mapping
// drops, after the records that are published were made anew without it: out of
// their versions, what was kept for undoing, issues and what else quotes values. A
// record whose description could not be read anew is emptied, versions included,
// and withdrawn until it is harvested again; so are those that were withdrawn
// before. fed is what came from the field: where that is more than properties, or
// where only the reader knows it, no version is kept.
func (s *Store) PurgeField(ctx context.Context, src catalog.Source, field string, fed catalog.Fed, asked catalog.Request) (catalog.Receipt, error) {
	line := catalog.ErasureEntry{Act: catalog.ErasedField, Field: field, By: asked.By, Why: asked.Why}
	return s.erase(ctx, src, line, func(tx pgx.Tx, receipt *catalog.Receipt) error {
		return purgeField(ctx, tx, src.ID, field, fed, receipt)
	})
}

func purgeField(ctx context.Context, tx pgx.Tx, source, field string, fed catalog.Fed, receipt *catalog.Receipt) error {
	without, err := readingsWithout(ctx, tx, source, field, fed)
	if err != nil {
		return err
	}
	rows, _ := tx.Query(ctx, `
		select record_id::text from harvested
		where source_id = $1 and layer <> '(dataset)' and (parsed is null or reading is null or reading <> all($2))`, source, without)
	holding, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if receipt.Gone, err = withdraw(ctx, tx, holding, receipt.Run); err != nil {
		return err
	}
	if err := tx.QueryRow(ctx, `select count(*) from harvested where source_id = $1 and layer <> '(dataset)'`, source).Scan(&receipt.Read); err != nil {
		return err
	}
	names := append([]string{field}, fed.Properties...)
	steps := append(traces[:len(traces):len(traces)],
		`delete from issue using given, run where run.id = issue.run_id and run.source_id = given.source
			and (refused or issue.key = '' or field = '' or lower(field) = any(select lower(n) from unnest(given.names) n))`,
		`delete from record_version using given where record_id = any(given.ids)`,
		toldBeside,
		`update harvested set raw = '', parsed = null, reading = null, content = null, alike = null, said = null, shape = null, hash = '' from given
			where source_id = given.source and record_id = any(given.ids)`,
		`delete from tie using given where own = any(given.ids)`,
		emptied+` from given where id = any(given.ids)`,
	)
	if fed.Columnar || !fed.Columns {
		steps = append(steps,
			`delete from record_version v using given, record r where r.id = v.record_id and r.source_id = given.source`,
			`delete from body b where b.id in (select id from named) and `+unused+` and not exists (select from record where body_id = b.id)`)
	} else {
		steps = append(steps, versionsWithout)
	}
	if _, err := tx.Exec(ctx, `
		create temporary table named on commit drop as
		select distinct v.record ->> 'body_id' as id from record_version v join record r on r.id = v.record_id where r.source_id = $1`, source); err != nil {
		return err
	}
	for _, sql := range steps {
		if _, err := tx.Exec(ctx, `with given as (select $1::uuid[] as ids, $2::text as source, $3::text[] as names) `+sql, holding, source, names); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	return nil
}

// readingsWithout are the numbers of the readings under which nothing of a field
// is stored: it is no column of theirs, or one that only the reader knows was
// left out.
func readingsWithout(ctx context.Context, tx pgx.Tx, source, field string, fed catalog.Fed) ([]int64, error) {
	rows, _ := tx.Query(ctx, `select number, columns from reading where source_id = $1`, source)
	without := []int64{}
	var number int64
	var columns []byte
	_, err := pgx.ForEachRow(rows, []any{&number, &columns}, func() error {
		var l catalog.Layer
		if err := json.Unmarshal(columns, &l); err != nil {
			return err
		}
		clean := catalog.Drops(l.Dropped, field)
		if fed.Columns {
			_, has := l.Without([]string{field})
			clean = has == nil
		}
		if clean {
			without = append(without, number)
		}
		return nil
	})
	return without, err
}

// versionsWithout takes properties out of the versions of the records of
// given.source; the words they were found by go but for those of the title.
const versionsWithout = `
	update record_version v set
		record = jsonb_set(v.record, '{properties}', (v.record -> 'properties') - given.names),
		feature = convert_to('{"type":"Feature","id":' || (f.f -> 'id')::text || ',"geometry":' || (f.f -> 'geometry')::text || ',"properties":{'
			|| coalesce((select string_agg(to_json(key)::text || ':' || value::text, ',' order by n) from json_each(f.f -> 'properties') with ordinality p(key, value, n) where key <> all(given.names)), '')
			|| '}}', 'UTF8'),
		words = setweight(to_tsvector('italian', plain(v.record ->> 'title')), 'A')
	from given, record r, record_version o, lateral (select convert_from(o.feature, 'UTF8')::json as f) f
	where r.source_id = given.source and o.record_id = r.id and v.record_id = o.record_id and v.version = o.version
	  and v.record -> 'properties' ?| given.names`
