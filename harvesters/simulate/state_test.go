package simulate

import (
	"context"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// stored is what the catalogue holds of a source, key by key; wrong is what
// cannot be, whatever was harvested.
func stored(ctx context.Context, db *pgxpool.Pool, source string, placed bool) (fates, []string, error) {
	rows, err := db.Query(ctx, `
		select h.key, r.title, r.status, r.source_key, coalesce(ST_X(r.geom), 0), coalesce(ST_Y(r.geom), 0)
		from harvested h join record r on r.id = h.record_id
		where h.source_id = $1 and h.layer <> '(dataset)'`, source)
	if err != nil {
		return nil, nil, err
	}
	out := fates{}
	var (
		wrong                   []string
		key, name, status, ours string
		x, y                    float64
	)
	_, err = pgx.ForEachRow(rows, []any{&key, &name, &status, &ours, &x, &y}, func() error {
		var state int
		if _, err := fmt.Sscanf(name, "Città "+key+", stato %d", &state); err != nil || ours != key {
			wrong = append(wrong, fmt.Sprintf("%s has the title %q and the key %s", key, name, ours))
		}
		if lon, lat := place(key, state); placed && math.Abs(x-lon)+math.Abs(y-lat) > 1e-6 {
			wrong = append(wrong, fmt.Sprintf("%s in state %d lies at %f, %f; want %f, %f", key, state, x, y, lon, lat))
		}
		if _, twice := out[key]; twice {
			wrong = append(wrong, key+" is there twice")
		}
		out[key] = fate{state: state, live: status == "published"}
		return nil
	})
	return out, wrong, err
}

// An audit is a question to the database whose answer must be no row: what is
// computed from the records agrees with them.
var audits = []struct{ what, sql string }{
	{"records that nothing harvested stands for", `
		select r.source_key from record r
		where r.source_id = $1 and not exists (select from harvested h where h.source_id = $1 and h.record_id = r.id)`},
	{"keys with two records", `
		select source_key from record where source_id = $1 group by source_key, kind having count(*) > 1`},
	{"histories with gaps", `
		select r.source_key || ' version ' || r.version || ', older ' || count(v.version)
		from record r left join record_version v on v.record_id = r.id
		where r.source_id = $1
		group by r.id
		having count(v.version) <> r.version - 1 or max(v.version) <> r.version - 1`},
	{"versions that do not follow each other in time", `
		select r.source_key || ' version ' || v.version || ' ' || v.during
		from record r join record_version v on v.record_id = r.id
		left join record_version n on n.record_id = r.id and n.version = v.version + 1
		where r.source_id = $1 and (isempty(v.during) or upper(v.during) <> coalesce(lower(n.during), r.updated))`},
	{"the change log ends otherwise than the catalogue", `
		select r.source_key || ' ' || r.status || ', ' || coalesce(c.op, 'no change')
		from record r left join lateral (select op from change where record_id = r.id order by seq desc limit 1) c on true
		where r.source_id = $1 and (r.status = 'published') <> (coalesce(c.op, 'withdraw') in ('create', 'update'))`},
	{"the change log creates what is there, or updates what is not", `
		select source_key || ' ' || coalesce(before, 'nothing') || ' ' || op from (
			select r.source_key, c.op, lag(c.op) over (partition by c.record_id order by c.seq) as before
			from change c join record r on r.id = c.record_id where r.source_id = $1) s
		where (coalesce(before, 'withdraw') = 'withdraw') <> (op = 'create')`},
	{"changes and versions differ in number", `
		select r.source_key || ' version ' || r.version || ', changes ' || count(c.seq)
		from record r left join change c on c.record_id = r.id
		where r.source_id = $1 group by r.id having count(c.seq) <> r.version`},
	{"sums of a run that are not those of its changes", `
		select x.run_id || ' ' || x.collection
		from run_change x join run on run.id = x.run_id and run.source_id = $1
		where row(x.created::bigint, x.updated::bigint, x.withdrawn::bigint) is distinct from (
			select row(count(*) filter (where op = 'create'), count(*) filter (where op = 'update'), count(*) filter (where op = 'withdraw'))
			from change c where c.run_id = x.run_id and c.collection = x.collection)`},
	{"collections that count wrongly", `
		select m.collection || ' ' || m.count
		from collection_mark m
		where m.collection in (select collection from record where source_id = $1 and kind = 'feature')
		  and m.count <> (select count(*) from record r where r.collection = m.collection and r.status = 'published')`},
	{"pages that show another state than the record", `
		select source_key from record
		where source_id = $1 and feature is not null and (convert_from(feature, 'UTF8')::jsonb #>> '{properties,title}') is distinct from title`},
	{"runs that are still running", `select id::text from run where source_id = $1 and state = 'running'`},
	{"withdrawn records that are still found by name", `
		select r.source_key from record r join name n on n.record_id = r.id where r.source_id = $1 and r.status <> 'published'`},
}

// audit asks all of them.
func audit(ctx context.Context, db *pgxpool.Pool, source string) (wrong []string, err error) {
	for _, a := range audits {
		rows, _ := db.Query(ctx, a.sql, source) // Query's error comes out of Collect
		found, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.what, err)
		}
		if len(found) > 0 {
			wrong = append(wrong, fmt.Sprintf("%s: %v", a.what, found[:min(3, len(found))]))
		}
	}
	return wrong, nil
}
