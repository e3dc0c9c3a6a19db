package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// A revert is the undoing of a run, in one transaction.
type revert struct {
	tx      pgx.Tx
	src     catalog.Source
	run     int64 // that is undone
	receipt catalog.Receipt
}

// Revert puts back what was before a run of src, as a new run, which can be
// reverted in its turn. Everything that the run touched gets the content and the
// state it had; versions and the change log go on, and a record that the run made is
// withdrawn, so that its address answers. What was changed again since is in
// the way: it is a catalog.ConflictError and nothing is done, or with exceptChanged
// it stays as it is. What later runs made of it and undid again is not.
func (s *Store) Revert(ctx context.Context, src catalog.Source, run catalog.Run, exceptChanged bool) (catalog.Receipt, error) {
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return catalog.Receipt{}, fmt.Errorf("revert of run %d: %w", run.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src}
	defer h.Close()
	if err := h.hold(ctx); err != nil {
		return catalog.Receipt{}, fmt.Errorf("revert of run %d: %w", run.ID, err)
	}
	r := &revert{src: src, run: run.ID}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		r.tx = tx
		return r.all(ctx, exceptChanged)
	})
	var conflict *catalog.ConflictError
	if err != nil && !errors.As(err, &conflict) {
		err = fmt.Errorf("revert of run %d: %w", run.ID, err)
	}
	if err == nil {
		err = h.FoldTables(ctx)
	}
	return r.receipt, err
}

// all does it, in an order in which each step finds what it needs.
func (r *revert) all(ctx context.Context, exceptChanged bool) error {
	started := time.Now()
	if err := r.check(ctx); err != nil {
		return err
	}
	if err := r.plan(ctx); err != nil {
		return err
	}
	if err := r.planObservations(ctx); err != nil {
		return fmt.Errorf("observations: %w", err)
	}
	if err := r.conflicts(ctx, exceptChanged); err != nil {
		return err
	}
	if err := r.begin(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{r.records, r.beside, r.identity, r.layers, r.bodies, r.observations, r.announce} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if err := forgetListing(ctx, r.tx, r.src.ID); err != nil {
		return err
	}
	t := &r.receipt
	t.Outcome, t.Seconds = catalog.RunCompleted, time.Since(started).Seconds()
	b, err := json.Marshal(t)
	if err != nil {
		return err
	}
	_, err = r.tx.Exec(ctx, `update run set receipt = $2, finished = clock_timestamp() where id = $1`, t.Run, b)
	return err
}

// check tells runs that cannot be undone.
func (r *revert) check(ctx context.Context) error {
	var (
		state, kind string
		undoable    bool
		by, running *int64
	)
	err := r.tx.QueryRow(ctx, `
		select state, kind, undoable,
			(select max(id) from run u where u.undoes = run.id and not exists (select from run uu where uu.undoes = u.id)),
			(select id from run o where o.source_id = run.source_id and o.state = 'running')
		from run where id = $1`, r.run).Scan(&state, &kind, &undoable, &by, &running)
	switch {
	case err != nil:
		return err
	case running != nil:
		return fmt.Errorf("run %d of the source is not finished: harvest the source first: %w", *running, catalog.ErrExists)
	case kind == string(catalog.RunPurge):
		return fmt.Errorf("what is erased does not come back: %w", catalog.ErrInvalid)
	case by != nil:
		return fmt.Errorf("it is undone already, by run %d; to bring it back, revert that: %w", *by, catalog.ErrExists)
	case !undoable:
		return fmt.Errorf("what was before it is no longer kept: %w", catalog.ErrNotFound)
	}
	return nil
}

// begin makes the run that does it.
func (r *revert) begin(ctx context.Context) error {
	t := &r.receipt
	t.Source = r.src.ID
	if err := r.tx.QueryRow(ctx, `
		insert into run (source_id, kind, undoes, undoable, state) values ($1, 'revert', $2, true, 'completed') returning id`,
		r.src.ID, r.run).Scan(&t.Run); err != nil {
		return err
	}
	_, err := r.tx.Exec(ctx, `select set_config('ponet.run', $1::bigint::text, true)`, t.Run)
	return err
}

// plan finds the records that the run changed, with the version they had before
// (null: there was none) and the last one that it made, and what of its work
// was changed again (clash). Records of kinds that are recognised across sources are no
// work of one run alone: of those only the description is put back (identity).
func (r *revert) plan(ctx context.Context) error {
	for _, sql := range []string{`
		create temporary table reverting (
			id uuid primary key, before integer, after integer, was text, was_in text, was_called text
		) on commit drop`, `
		create temporary table clash (record_id uuid primary key, run_id bigint) on commit drop`,
	} {
		if _, err := r.tx.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if _, err := r.tx.Exec(ctx, `
		insert into reverting (id, before, after, was, was_in, was_called)
		select t.id, nullif(t.first - 1, 0), t.last, r.status, r.collection, case when r.status = 'published' and r.`+calledByName+` then r.title end
		from (
			select id, min(version) as first, max(version) as last
			from (
				select record_id as id, version from record_version where run_id = $1
				union all
				select id, version from record where source_id = $2 and run_id = $1
			) v
			group by id
		) t
		join record r on r.id = t.id
		where r.kind <> all($3)`, r.run, r.src.ID, catalog.RecognisedKinds()); err != nil {
		return err
	}
	var lost int64
	if err := r.tx.QueryRow(ctx, `
		select count(*) from reverting t
		where before is not null and not exists (select from record_version v where v.record_id = t.id and v.version = t.before)`).Scan(&lost); err != nil {
		return err
	}
	if lost > 0 {
		return fmt.Errorf("the versions before it of %d records are erased: %w", lost, catalog.ErrNotFound)
	}
	// The present record is what the run left if it is that version, or one that
	// says the same: a later change that was undone is in nobody's way.
	if _, err := r.tx.Exec(ctx, `
		insert into clash (record_id, run_id)
		select t.id, r.run_id
		from reverting t
		join record r on r.id = t.id and r.version > t.after
		join record_version v on v.record_id = t.id and v.version = t.after
		where (r.properties - 'updated') is distinct from ((v.record -> 'properties') - 'updated')
		   or r.geom is distinct from v.geom
		   or to_jsonb(r) - '{feature,geom,mercator,source_geom,words,hilbert}'::text[] is distinct from
			to_jsonb(jsonb_populate_record(r, v.record - '{version,updated,run_id,created,properties}'::text[])) - '{feature,geom,mercator,source_geom,words,hilbert}'::text[]`); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	_, err := r.tx.Exec(ctx, `
		insert into clash (record_id, run_id)
		select u.record_id, max(n.run_id)
		from undo u
		join lateral (
			select before, (select max(run_id) from undo where relation = 'harvested' and key = u.key) as run_id
			from undo
			where relation = 'harvested' and key = u.key and run_id > $1
			order by undo.run_id
			limit 1
		) n on true
		left join harvested h on h.source_id = u.key ->> 0 and h.layer = u.key ->> 1 and h.key = u.key ->> 2
		where u.run_id = $1 and u.relation = 'harvested'
		  and ((h.missed < $2) is distinct from ((n.before ->> 'missed')::int < $2) or case -- not how it was written or read
			when h.said is not null then h.said::text is distinct from n.before ->> 'said' or h.shape::text is distinct from n.before ->> 'shape'
			when h.content <> '' then h.content::text is distinct from n.before ->> 'content'
			else h.hash::text is distinct from n.before ->> 'hash' end)
		group by u.record_id
		on conflict do nothing`, r.run, missesToWithdraw)
	if err != nil {
		return fmt.Errorf("compare descriptions: %w", err)
	}
	return nil
}

// conflicts are what stands in the way.
func (r *revert) conflicts(ctx context.Context, exceptChanged bool) error {
	rows, _ := r.tx.Query(ctx, `
		select c.record_id::text, r.title, r.source_key, c.run_id, count(*) over ()
		from clash c join record r on r.id = c.record_id
		union all
		select '', title || ' · ' || station, station, run_id, total
		from (
			select d.title, d.station, max(o.clash) as run_id, sum(count(*)) over () as total
			from reverted_value o join datastream d on d.number = o.datastream
			where o.clash is not null
			group by d.title, d.station
		) o
		order by 4 desc, 2
		limit $1`, catalog.MaxConflicts)
	e := &catalog.ConflictError{Run: r.run}
	var c catalog.Conflict
	var total int64
	if _, err := pgx.ForEachRow(rows, []any{&c.Record, &c.Title, &c.Key, &c.Run, &total}, func() error {
		e.Conflicts, e.Total = append(e.Conflicts, c), max(e.Total, total)
		return nil
	}); err != nil {
		return err
	}
	r.receipt.Unchanged = e.Total
	if refuses(e.Total, exceptChanged) {
		return e
	}
	return nil
}

// records puts the records back.
func (r *revert) records(ctx context.Context) error {
	if _, err := r.tx.Exec(ctx, `delete from reverting using clash where id = record_id`); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, archive+` from record r join reverting t on t.id = r.id`); err != nil {
		return fmt.Errorf("history: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `
		update record r set
			kind = p.kind, collection = p.collection, slug = p.slug, status = p.status, title = p.title, summary = p.summary,
			theme = p.theme, type = p.type, municipality = p.municipality, istat_code = p.istat_code, body_id = p.body_id,
			licence = p.licence, merged_into = p.merged_into, source_id = p.source_id, source_key = p.source_key, starts = p.starts, ends = p.ends,
			accessible = p.accessible, accuracy_metres = p.accuracy_metres,
			properties = case when p.properties ? 'updated' then jsonb_set(p.properties, '{updated}', to_jsonb(s.stamp)) else p.properties end,
			feature = convert_to(regexp_replace(convert_from(v.feature, 'UTF8'), '"updated":"[^"]*"\}\}$', '"updated":"' || s.stamp || '"}}'), 'UTF8'),
			geom = v.geom, mercator = mercator(v.geom), source_geom = v.source_geom, hilbert = hilbert(v.geom), words = coalesce(v.words, r.words),
			version = r.version + 1, updated = `+since+`, run_id = $1
		from reverting t
		join record_version v on v.record_id = t.id and v.version = t.before,
			lateral jsonb_populate_record(null::public.record, v.record) p,
			lateral (select to_char(now() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as stamp) s
		where r.id = t.id`, r.receipt.Run); err != nil {
		return fmt.Errorf("records: %w", err)
	}
	if _, err := r.tx.Exec(ctx, `
		update record r set status = 'withdrawn', version = r.version + 1, updated = `+since+`, run_id = $1
		from reverting t
		where r.id = t.id and t.before is null`, r.receipt.Run); err != nil {
		return fmt.Errorf("records that it made: %w", err)
	}
	return nil
}

// announce writes the change log of the records, and what follows them.
func (r *revert) announce(ctx context.Context) error {
	t := &r.receipt
	var back, changed, gone int64
	err := r.tx.QueryRow(ctx, `
		with now as (
			select t.*, r.status, r.collection, r.kind, r.geom, t.was = 'published' as shown, r.status = 'published' as shows
			from reverting t join record r on r.id = t.id
		), c as (
			insert into change (record_id, collection, kind, op, bbox, run_id)
			select id, collection, kind, case when shown and was_in = collection then 'update' else 'create' end, box2d(geom), $1::bigint
			from now
			where shows
			union all
			select id, was_in, kind, 'withdraw', box2d(geom), $1
			from now
			where shown and (not shows or was_in <> collection)
		)
		select count(*) filter (where shows and not shown), count(*) filter (where shows and shown), count(*) filter (where shown and not shows)
		from now`, t.Run).Scan(&back, &changed, &gone)
	if err != nil {
		return fmt.Errorf("change log: %w", err)
	}
	t.New, t.Changed, t.Gone = t.New+back, t.Changed+changed, t.Gone+gone
	t.Read = t.New + t.Changed + t.Unchanged
	if err := recount(ctx, r.tx, `
		select was_called, -1 from reverting where was_called is not null
		union all
		select r.title, 1 from reverting t join record r on r.id = t.id where r.status = 'published' and r.`+calledByName); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, linkStations(`exists (select from reverting t join record r on r.id = t.id where r.kind = 'station')`)); err != nil {
		return fmt.Errorf("stations of datastreams: %w", err)
	}
	return marks(ctx, r.tx, `select was_in from reverting union select r.collection from reverting t join record r on r.id = t.id`)
}
