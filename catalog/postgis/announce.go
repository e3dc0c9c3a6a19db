package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// alone lets one transaction at a time go on to what all sources share: which
// descriptions are the same, words, bodies and marks. A run may come to these more
// than once and in another order than the next run, and two of them would wait for
// each other.
func alone(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('ponet identity', 0))`)
	return err
}

// announce writes the change log and everything that follows the records in
// the same transaction, but the marks: names, words, areas. What is counted are
// the descriptions of the run's source.
func announce(ctx context.Context, tx pgx.Tx, run int64, counts *catalog.BatchCounts) error {
	if err := alone(ctx, tx); err != nil {
		return err
	}
	var created, updated, same int64
	err := tx.QueryRow(ctx, `
		with c as (
			insert into change (record_id, collection, kind, op, bbox, run_id)
			select id, collection, kind, case when was = 'published' and was_in is null then 'update' else 'create' end, box2d(geom), $1::bigint
			from stage
			where (differs is null or differs) and status = 'published'
			union all -- a record that moves to another collection, or turns out to be another one, leaves where it was
			select id, coalesce(was_in, collection), kind, 'withdraw', null::box2d, $1
			from stage
			where differs and was = 'published' and (was_in is not null or status <> 'published')
		)
		-- what this very run stored before it was interrupted counts as it did then
		select count(*) filter (where differs is null or first_run = $1 or differs and first_run = 0),
			count(*) filter (where first_run not in (0, $1) and (differs or last_run = $1)),
			count(*) filter (where first_run <> $1 and not differs and last_run <> $1)
		from stage
		where ours`, run).Scan(&created, &updated, &same)
	if err != nil {
		return fmt.Errorf("change log: %w", err)
	}
	counts.New += created
	counts.Changed += updated
	counts.Unchanged += same
	if _, err := tx.Exec(ctx, newBodies); err != nil {
		return fmt.Errorf("bodies: %w", err)
	}
	if _, err := tx.Exec(ctx, followRecords); err != nil {
		return fmt.Errorf("names: %w", err)
	}
	if _, err := tx.Exec(ctx, unfollow(`select id from stage where differs and status <> 'published'`)); err != nil {
		return fmt.Errorf("what followed merged records: %w", err)
	}
	if err := recount(ctx, tx, `
		select was_called, -1 from stage where differs and was_called is not null
		union all
		select title, 1 from stage where (differs is null or differs) and status = 'published' and `+calledByName); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, linkStations(`exists (select from stage where kind = 'station')`)); err != nil {
		return fmt.Errorf("stations of datastreams: %w", err)
	}
	return nil
}

// stagedCollections are those that what is on the stage changes: for marks.
const stagedCollections = `select collection from stage where differs is null or differs union select was_in from stage where differs`

// unfollow takes out of the small tables that are computed from records what
// belongs to those that records selects, which are not published any more.
func unfollow(records string) string {
	return `
		with gone as (` + records + `),
			n as (delete from name using gone where record_id = gone.id),
			o as (delete from occurrence using gone where record_id = gone.id),
			h as (delete from opening using gone where record_id = gone.id)
		delete from area using gone where record_id = gone.id`
}

// calledByName are the kinds whose names are suggested and whose words are known for spelling:
// not rows of datasets, and not streets and street numbers, of which there are so many
// that nothing else would be suggested.
const calledByName = `kind not in ('feature', 'street', 'address')`

// newBodies notes the bodies that a catalogue names and nobody has entered; one
// that was called by its id gets its name.
const newBodies = `
	insert into body (id, name)
	select distinct on (body_id) body_id, coalesce(nullif(properties::jsonb ->> 'body_name', ''), body_id)
	from stage
	where body_id <> '' and (differs is null or differs)
	  and not exists (select from body where id = body_id and name <> id)
	order by body_id
	on conflict (id) do update set name = excluded.name`

// followRecords keeps the small tables that are computed from records: names
// for suggestions, areas for "in which municipality".
var followRecords = `
	with changed as (
		select * from stage where (differs is null or differs) and status = 'published' and ` + calledByName + `
	), gone as (
		delete from name using changed where record_id = changed.id and plain <> plain(changed.title)
	), names as (
		insert into name (record_id, text, plain, note, weight)
		select id, title, plain(title), note, case kind when 'admin_area' then 2 when 'place' then 1.5 else 1 end
		from changed
		on conflict (record_id, plain) do update set text = excluded.text, note = excluded.note, weight = excluded.weight
		where (name.text, name.note, name.weight) is distinct from (excluded.text, excluded.note, excluded.weight)
	)
	insert into area (code, level, name, geom, record_id)
	select distinct on (code, level) * from (
		select coalesce(nullif(istat_code, ''), properties::jsonb ->> 'code') as code,
			case type
				when '' then 'municipality' when 'comune' then 'municipality'
				when 'provincia' then 'province' when 'citta-metropolitana' then 'province'
				when 'regione' then 'region' when 'frazione' then 'place' when 'quartiere' then 'district'
				when 'sezione-di-censimento' then 'section' else type end as level,
			title, ST_Multi(geom), id
		from changed
		where kind = 'admin_area' and ST_Dimension(geom) = 2
	) a
	where code <> '' and level in ('country', 'region', 'province', 'municipality', 'place', 'district', 'section')
	on conflict (level, code) do update set name = excluded.name, geom = excluded.geom, record_id = excluded.record_id`

// recount adds the words of titles to those for spelling, or takes them away:
// titles selects each title with 1 or -1.
func recount(ctx context.Context, tx pgx.Tx, titles string, args ...any) error {
	if err := alone(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into word (word, plain, count)
		select w, plain(w), sum(times)
		from (`+titles+`) t(title, times), regexp_split_to_table(lower(title), '[^[:alpha:]]+') w
		where length(w) > 2
		group by w
		having sum(times) <> 0
		on conflict (word) do update set count = word.count + excluded.count`, args...)
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	_, err = tx.Exec(ctx, `
		delete from word
		where count <= 0 and word in (
			select w from (`+titles+`) t(title, times), regexp_split_to_table(lower(title), '[^[:alpha:]]+') w where times < 0)`, args...)
	if err != nil {
		return fmt.Errorf("words: %w", err)
	}
	return nil
}

// marks moves the marks of the collections that collections selects to the last
// change and counts them anew from the change log of this transaction, which
// also tells what the run has changed in each: once for each collection and
// transaction.
func marks(ctx context.Context, tx pgx.Tx, collections string, args ...any) error {
	if err := alone(ctx, tx); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, `
		insert into collection_mark as m (collection, seq, count)
		select c.collection, c.seq, c.more
		from (
			select collection, max(seq) as seq,
				sum(case op when 'create' then 1 when 'withdraw' then -1 else 0 end) as more
			from change
			where xid = pg_current_xact_id() and collection in (`+collections+`)
			group by collection
			order by collection
		) c
		on conflict (collection) do update set seq = excluded.seq, count = m.count + excluded.count`, args...)
	if err != nil {
		return fmt.Errorf("collection marks: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into run_change as r (run_id, collection, created, updated, withdrawn)
		select run_id, collection, count(*) filter (where op = 'create'), count(*) filter (where op = 'update'), count(*) filter (where op = 'withdraw')
		from change
		where xid = pg_current_xact_id() and run_id > 0 and kind <> 'observation' and collection in (`+collections+`)
		group by run_id, collection
		on conflict (run_id, collection) do update set
			created = r.created + excluded.created, updated = r.updated + excluded.updated, withdrawn = r.withdrawn + excluded.withdrawn`, args...)
	if err != nil {
		return fmt.Errorf("changes of the run: %w", err)
	}
	return nil
}
