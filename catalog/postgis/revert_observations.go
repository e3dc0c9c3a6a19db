package postgis

import (
	"context"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// planObservations finds the measured values that the run stored, changed or
// took out: with what was there before (no quality: nothing) and, in clash, the
// later run that changed them again. They lie in the datastreams that the run
// touched, which undo knows.
func (r *revert) planObservations(ctx context.Context) error {
	if _, err := r.tx.Exec(ctx, `
		create temporary table reverted_value (
			datastream integer, phenomenon_start timestamptz, phenomenon_end timestamptz,
			quality observation_quality, value double precision, result_time timestamptz, reason text, clash bigint,
			primary key (datastream, phenomenon_start, phenomenon_end)
		) on commit drop`); err != nil {
		return err
	}
	// after: what the run left, none if it took the value out; o: what is there
	// now. Equal contents are no conflict, whoever put them there.
	_, err := r.tx.Exec(ctx, `
		with stream as (
			select (key ->> 0)::int as number from undo where run_id = $1 and relation = 'datastream'
		), touched as (
			select o.datastream, o.phenomenon_start, o.phenomenon_end
			from observation o join stream s on s.number = o.datastream
			where o.run_id = $1
			union
			select datastream, phenomenon_start, phenomenon_end from observation_revision where run_id = $1
			union
			select datastream, phenomenon_start, phenomenon_end from observation_revision where replaced_by = $1
		)
		insert into reverted_value
		select t.datastream, t.phenomenon_start, t.phenomenon_end, b.quality, b.value, b.result_time, b.reason,
			case
				when o.run_id = $1 then null
				when (a.quality, a.value, a.reason) is not distinct from (o.quality, o.value, o.reason) then null
				else coalesce(o.run_id, a.replaced_by)
			end
		from touched t
		left join observation o using (datastream, phenomenon_start, phenomenon_end)
		left join lateral (
			select v.* from observation_revision v
			where v.datastream = t.datastream and v.phenomenon_start = t.phenomenon_start and v.phenomenon_end = t.phenomenon_end
			  and v.replaced_by = $1 and v.run_id <> $1
			order by v.replaced, v.run_id limit 1
		) b on true
		left join lateral (
			select v.* from observation_revision v
			where v.datastream = t.datastream and v.phenomenon_start = t.phenomenon_start and v.phenomenon_end = t.phenomenon_end
			  and v.run_id = $1 and v.replaced_by <> $1
			order by v.replaced, v.replaced_by limit 1
		) a on true`, r.run)
	return err
}

// observations puts the values back, and what is known of their datastreams.
func (r *revert) observations(ctx context.Context) error {
	if err := r.values(ctx); err != nil {
		return fmt.Errorf("observations: %w", err)
	}
	const computed = "{count,starts,ends,latest_start,latest_end,latest_value,latest_quality,updated}"
	if err := r.putBack(ctx, "datastream", `t.number = (u.key ->> 0)::int`, computed,
		`not exists (select from observation o where o.datastream = t.number)`); err != nil {
		return fmt.Errorf("datastreams: %w", err)
	}
	_, err := r.tx.Exec(ctx, `
		update datastream d set
			count = a.count, starts = a.starts, ends = a.ends,
			latest_start = l.phenomenon_start, latest_end = l.phenomenon_end, latest_value = l.value, latest_quality = l.quality
		from (select distinct datastream as number from reverted_value) t
		left join lateral (
			select count(*) as count, min(phenomenon_start) as starts, max(phenomenon_end) as ends from observation where datastream = t.number
		) a on true
		left join lateral (
			select phenomenon_start, phenomenon_end, value, quality
			from observation
			where datastream = t.number and value is not null and quality <> 'invalid'
			order by phenomenon_start desc
			limit 1
		) l on true
		where d.number = t.number`)
	if err != nil {
		return fmt.Errorf("datastreams: %w", err)
	}
	return marks(ctx, r.tx, `select $1::text`, catalog.ObservationsCollection)
}

// values moves what is there to the revisions and puts back what was there
// before. The change log comes first: a datastream may go.
func (r *revert) values(ctx context.Context) error {
	t := &r.receipt
	if _, err := r.tx.Exec(ctx, `delete from reverted_value where clash is not null`); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `
		insert into change (record_id, collection, kind, op, run_id)
		select distinct coalesce(d.station_id, d.id), $1::text, $2::text, 'update', $3::bigint
		from datastream d
		where number in (select datastream from reverted_value)`, catalog.ObservationsCollection, string(catalog.KindObservation), t.Run); err != nil {
		return err
	}
	var back, changed, gone int64
	if err := r.tx.QueryRow(ctx, `
		select count(*) filter (where v.quality is not null and o.quality is null), count(*) filter (where v.quality is not null and o.quality is not null),
			count(*) filter (where v.quality is null and o.quality is not null)
		from reverted_value v left join observation o using (datastream, phenomenon_start, phenomenon_end)`).Scan(&back, &changed, &gone); err != nil {
		return err
	}
	t.New, t.Changed, t.Gone = t.New+back, t.Changed+changed, t.Gone+gone
	if _, err := r.tx.Exec(ctx, `
		insert into observation_revision (datastream, phenomenon_start, phenomenon_end, quality, value, run_id, result_time, reason, replaced_by)
		select o.datastream, o.phenomenon_start, o.phenomenon_end, o.quality, o.value, o.run_id, o.result_time, o.reason, $1::bigint
		from reverted_value v join observation o using (datastream, phenomenon_start, phenomenon_end)`, t.Run); err != nil {
		return err
	}
	if _, err := r.tx.Exec(ctx, `
		delete from observation o using reverted_value v
		where o.datastream = v.datastream and o.phenomenon_start = v.phenomenon_start and o.phenomenon_end = v.phenomenon_end`); err != nil {
		return err
	}
	_, err := r.tx.Exec(ctx, `
		insert into observation (datastream, quality, phenomenon_start, phenomenon_end, value, run_id, result_time, reason)
		select datastream, quality, phenomenon_start, phenomenon_end, value, $1, result_time, reason
		from reverted_value
		where quality is not null`, t.Run)
	return err
}
