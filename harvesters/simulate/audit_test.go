package simulate

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// An audit is a question to the database whose answer must be no row: what is
// computed from the records agrees with them.
var audits = []struct{ what, sql string }{
	{"records that nothing harvested stands for", `
		select r.source_key from record r
		where r.source_id = $1 and r.title <> ''
		  and not exists (select from harvested h where h.source_id = $1 and h.record_id = r.id)
		  and not exists (select from former f where f.source_id = $1 and f.record_id = r.id)`},
	{"published records that nothing harvested stands for", `
		select r.source_key from record r
		where r.source_id = $1 and r.status = 'published' and not exists (select from harvested h where h.source_id = $1 and h.record_id = r.id)`},
	{"descriptions whose record is another's too", `
		select string_agg(layer || '/' || key, ', ') from (
			select layer, key, record_id from harvested where source_id = $1 union all select layer, key, record_id from former where source_id = $1
		) d group by record_id having count(*) > 1`},
	{"descriptions that are gone and have not been missed, or the other way round", `
		select h.key || ' ' || r.status || ', missed ' || h.missed
		from harvested h join record r on r.id = h.record_id
		where h.source_id = $1 and (r.status = 'published') <> (h.missed < 2)`},
	{"keys with two records", `
		select source_key from record where source_id = $1 and title <> '' group by source_key, kind having count(*) > 1`},
	{"histories with gaps", `
		select r.source_key || ' version ' || r.version || ', older ' || count(v.version)
		from record r left join record_version v on v.record_id = r.id
		where r.source_id = $1 and r.title <> ''
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
		where source_id = $1 and title <> '' and feature is not null and (convert_from(nullif(feature, ''), 'UTF8')::jsonb #>> '{properties,title}') is distinct from title`},
	{"runs that are still running", `select id::text from run where source_id = $1 and state = 'running'`},
	{"names for suggestions that are not those of what is published", `
		select r.source_key || ' ' || r.status || ' ' || coalesce(string_agg(n.text, ', '), '')
		from record r left join name n on n.record_id = r.id
		where r.source_id = $1
		group by r.id
		having array_remove(array_agg(n.text), null) <> case when r.status = 'published' and r.kind <> 'feature' then array[r.title] else '{}' end`},
	{"records that are not found by their title or key", `
		select source_key || ' ' || words
		from record
		where source_id = $1 and status = 'published'
		  and not words @@ (plainto_tsquery('simple', source_key) && plainto_tsquery('italian_unaccent', title))`},
	{"records that are found by another's key", `
		select r.source_key || ' ' || k.key
		from record r, lateral (select key from harvested where source_id = $1 and key <> r.source_key and layer <> '(dataset)') k
		where r.source_id = $1 and r.status = 'published' and r.words @@ plainto_tsquery('simple', k.key)`},
	{"shapes for maps that are not those of the records", `
		select source_key from record
		where source_id = $1 and (mercator is distinct from mercator(geom) or hilbert <> hilbert(geom))`},
	{"undo of runs that cannot be undone", `
		select u.relation || ' of run ' || u.run_id from undo u join run on run.id = u.run_id
		where run.source_id = $1 and not run.undoable and run.kind = 'purge'`},
	{"parked differences of runs that are not parked", `
		select p.run_id || ' ' || p.key from parked p join run on run.id = p.run_id
		where run.source_id = $1 and run.state not in ('parked', 'rejected')`},
	{"purged records of which something is kept", `
		select r.id || ' in ' || t.what
		from record r join (
			select record_id, 'harvested' as what from harvested union all select record_id, 'former' from former
			union all select record_id, 'undo' from undo union all select record_id, 'record_version' from record_version
			union all select record_id, 'parked' from parked union all select record_id, 'name' from name
		) t on t.record_id = r.id
		where r.source_id = $1 and r.title = ''`},
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

// auditAll holds the words for spelling of the whole catalogue against its titles, when nobody is
// at work.
func auditAll(ctx context.Context, db *pgxpool.Pool) ([]string, error) {
	rows, _ := db.Query(ctx, `
		select coalesce(a.word, b.word) || ': ' || coalesce(a.count, 0) || ', want ' || coalesce(b.count, 0)
		from word a full join (
			select w as word, count(*) as count
			from record, regexp_split_to_table(lower(title), '[^[:alpha:]]+') w
			where status = 'published' and kind <> 'feature' and length(w) > 2
			group by w
		) b on a.word = b.word
		where a.count is distinct from b.count
		limit 5`)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
