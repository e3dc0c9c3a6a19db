package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PutObservations stores one page of a run in one transaction: what is known and
// unchanged costs its part of one look-up and writes nothing, what is new goes in
// by COPY, what has changed moves the old value to the revisions. With dry, the
// transaction is undone at its end.
func (h *Harvest) PutObservations(ctx context.Context, page catalog.ObservationPage, dry bool) (catalog.BatchCounts, error) {
	counts := catalog.BatchCounts{Refused: int64(len(page.Refused)), Rules: map[string]int64{}}
	h.unerased(&page, &counts)
	issues := append(page.Issues, page.Refused...)
	if !dry {
		if err := h.partitions(ctx, page.Observations); err != nil {
			return counts, fmt.Errorf("run %d: %w", h.run.ID, err)
		}
	}
	err := h.page(ctx, func(tx pgx.Tx) error {
		streams, err := h.streamsOf(ctx, tx, page, &issues)
		if err != nil {
			return err
		}
		if err := h.observe(ctx, tx, page.Observations, streams, dry, &counts); err != nil {
			return err
		}
		if err := h.issues(ctx, tx, issues); err != nil {
			return err
		}
		if dry {
			return errDry
		}
		return nil
	})
	if err != nil && err != errDry {
		return counts, fmt.Errorf("run %d: observations: %w", h.run.ID, err)
	}
	if dry {
		h.streams = nil // those that were made are undone
	}
	for _, i := range issues {
		quote(&counts, i)
	}
	return counts, nil
}

// A stored observation, as far as it can change.
type storedObservation struct {
	value   *float64
	quality string
	reason  string
	run     int64
	result  *time.Time
	revised bool // by this very run
}

// says reports whether o is what is stored: the moment of publication alone is
// no news.
func (s storedObservation) says(o catalog.Observation) bool {
	same := (s.value == nil) == (o.Value == nil) && (s.value == nil || *s.value == *o.Value)
	return same && s.quality == string(o.Quality) && s.reason == noNUL(o.Reason)
}

// supersedes reports whether what is stored was published after o.
func (s storedObservation) supersedes(o catalog.Observation) bool {
	return s.result != nil && o.ResultTime != nil && s.result.After(*o.ResultTime)
}

// observe compares a page with what is stored, and writes what differs.
func (h *Harvest) observe(ctx context.Context, tx pgx.Tx, list []catalog.Observation, streams map[catalog.Stream]int32, dry bool, counts *catalog.BatchCounts) error {
	olds, err := h.storedObservations(ctx, tx, list, streams)
	if err != nil {
		return err
	}
	var fresh, changed []catalog.Observation
	for i, o := range list {
		old := olds[i]
		switch {
		case old == nil && o.Empty:
			counts.Unchanged++ // nothing was there, and nothing is
		case old == nil:
			fresh = append(fresh, o)
			counts.New++
		case !old.says(o) && !old.supersedes(o):
			changed = append(changed, o)
			counts.Changed++
		case old.run != h.run.ID:
			counts.Unchanged++
		case old.revised: // this run, before it was interrupted
			counts.Changed++
		default:
			counts.New++
		}
	}
	if dry {
		counts.Differences = observedDifferences(list, olds)
		return nil
	}
	if len(fresh)+len(changed) == 0 {
		return nil
	}
	if err := h.insertObservations(ctx, tx, fresh, streams); err != nil {
		return err
	}
	if err := h.reviseObservations(ctx, tx, changed, streams); err != nil {
		return err
	}
	return h.followObservations(ctx, tx, fresh, changed, streams)
}

// The key columns of a page of observations, as arrays.
type observationKeys struct {
	streams      []int32
	starts, ends []time.Time
}

func keysOf(list []catalog.Observation, streams map[catalog.Stream]int32) observationKeys {
	k := observationKeys{make([]int32, len(list)), make([]time.Time, len(list)), make([]time.Time, len(list))}
	for i, o := range list {
		k.streams[i], k.starts[i], k.ends[i] = streams[o.Stream], o.Start, o.End
	}
	return k
}

// storedObservations finds what is stored under the keys of list, nil where
// nothing is. The bounds let PostgreSQL leave out all other months, and the
// index is what finds the rest, whatever the statistics say of a page.
func (h *Harvest) storedObservations(ctx context.Context, tx pgx.Tx, list []catalog.Observation, streams map[catalog.Stream]int32) ([]*storedObservation, error) {
	olds := make([]*storedObservation, len(list))
	if len(list) == 0 {
		return olds, nil
	}
	// For the statements of this transaction: a page is small, whatever a new
	// month's missing statistics make of it.
	if _, err := tx.Exec(ctx, `set local enable_hashjoin = off; set local enable_mergejoin = off; set local enable_seqscan = off; set local enable_material = off`); err != nil {
		return nil, err
	}
	k := keysOf(list, streams)
	first, last := k.starts[0], k.starts[0]
	for _, t := range k.starts {
		if t.Before(first) {
			first = t
		}
		if t.After(last) {
			last = t
		}
	}
	rows, err := tx.Query(ctx, `
		select k.n, o.value, o.quality::text, coalesce(o.reason, ''), o.run_id, o.result_time,
			o.run_id = $6 and exists (select from observation_revision r
				where r.datastream = o.datastream and r.phenomenon_start = o.phenomenon_start and r.replaced_by = $6)
		from unnest($1::int[], $2::timestamptz[], $3::timestamptz[]) with ordinality as k(datastream, starts, ends, n)
		cross join lateral (
			select *
			from observation
			where datastream = k.datastream and phenomenon_start = k.starts and phenomenon_end = k.ends and phenomenon_start between $4 and $5
			offset 0 -- each key by the index: a month that is being filled has no statistics, and would be read whole for each
		) o`, k.streams, k.starts, k.ends, first, last, h.run.ID)
	if err != nil {
		return nil, err
	}
	var n int64
	var s storedObservation
	_, err = pgx.ForEachRow(rows, []any{&n, &s.value, &s.quality, &s.reason, &s.run, &s.result, &s.revised}, func() error {
		found := s
		if s.value != nil {
			v := *s.value
			found.value = &v
		}
		olds[n-1] = &found
		return nil
	})
	return olds, err
}

// insertObservations brings new ones in: no other run writes to these datastreams.
func (h *Harvest) insertObservations(ctx context.Context, tx pgx.Tx, list []catalog.Observation, streams map[catalog.Stream]int32) error {
	if len(list) == 0 {
		return nil
	}
	if _, err := tx.Exec(ctx, stageObservations); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"staged_observation"}, []string{"datastream", "quality", "phenomenon_start", "phenomenon_end", "value", "result_time", "reason"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			o := list[i]
			return []any{streams[o.Stream], string(o.Quality), o.Start, o.End, o.Value, o.ResultTime, nilIfEmpty(o.Reason)}, nil
		}))
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into observation (datastream, quality, phenomenon_start, phenomenon_end, value, run_id, result_time, reason)
		select datastream, quality::observation_quality, phenomenon_start, phenomenon_end, value, $1, result_time, reason
		from staged_observation`, h.run.ID)
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	return nil
}

// stageObservations is the table a page goes through, for COPY knows no casts.
const stageObservations = `
	create temporary table if not exists staged_observation (
		datastream integer, quality text, phenomenon_start timestamptz, phenomenon_end timestamptz,
		value double precision, result_time timestamptz, reason text
	) on commit delete rows`

func nilIfEmpty(s string) *string {
	if s = noNUL(s); s == "" {
		return nil
	}
	return &s
}

// reviseObservations overwrites values and keeps what they were.
func (h *Harvest) reviseObservations(ctx context.Context, tx pgx.Tx, list []catalog.Observation, streams map[catalog.Stream]int32) error {
	if len(list) == 0 {
		return nil
	}
	k := keysOf(list, streams)
	values, qualities := make([]*float64, len(list)), make([]string, len(list))
	results, reasons := make([]*time.Time, len(list)), make([]*string, len(list))
	for i, o := range list {
		values[i], qualities[i], results[i], reasons[i] = o.Value, string(o.Quality), o.ResultTime, nilIfEmpty(o.Reason)
	}
	_, err := tx.Exec(ctx, `
		with k as (
			select * from unnest($1::int[], $2::timestamptz[], $3::timestamptz[], $4::float8[], $5::text[], $6::timestamptz[], $7::text[])
				as k(datastream, starts, ends, value, quality, result_time, reason)
		), old as (
			insert into observation_revision (datastream, phenomenon_start, phenomenon_end, quality, value, run_id, result_time, reason, replaced_by)
			select o.datastream, o.phenomenon_start, o.phenomenon_end, o.quality, o.value, o.run_id, o.result_time, o.reason, $8::bigint
			from k join observation o on o.datastream = k.datastream and o.phenomenon_start = k.starts and o.phenomenon_end = k.ends
		)
		update observation o set value = k.value, quality = k.quality::observation_quality, result_time = k.result_time, reason = k.reason, run_id = $8
		from k
		where o.datastream = k.datastream and o.phenomenon_start = k.starts and o.phenomenon_end = k.ends`,
		k.streams, k.starts, k.ends, values, qualities, results, reasons, h.run.ID)
	if err != nil {
		return fmt.Errorf("changed: %w", err)
	}
	return nil
}

// followObservations keeps what lists show of the datastreams, and the change
// log: a change of a station's observations is one of the station for its page.
func (h *Harvest) followObservations(ctx context.Context, tx pgx.Tx, fresh, changed []catalog.Observation, streams map[catalog.Stream]int32) error {
	touched := map[int32]bool{}
	var numbers []int32
	for _, list := range [][]catalog.Observation{fresh, changed} {
		for _, o := range list {
			if n := streams[o.Stream]; !touched[n] {
				touched[n] = true
				numbers = append(numbers, n)
			}
		}
	}
	k := keysOf(fresh, streams)
	_, err := tx.Exec(ctx, `
		update datastream d set
			count = d.count + coalesce(k.more, 0), starts = least(d.starts, k.first), ends = greatest(d.ends, k.last), updated = now(),
			latest_start = l.phenomenon_start, latest_end = l.phenomenon_end, latest_value = l.value, latest_quality = l.quality
		from (select unnest($1::int[]) as number) t
		left join (
			select k.datastream, count(*) as more, min(k.starts) as first, max(k.ends) as last
			from unnest($2::int[], $3::timestamptz[], $4::timestamptz[]) as k(datastream, starts, ends)
			group by k.datastream
		) k on k.datastream = t.number
		left join lateral (
			select o.phenomenon_start, o.phenomenon_end, o.value, o.quality
			from observation o
			where o.datastream = t.number and o.value is not null and o.quality <> 'invalid'
			order by o.phenomenon_start desc
			limit 1
		) l on true
		where d.number = t.number`, numbers, k.streams, k.starts, k.ends)
	if err != nil {
		return fmt.Errorf("datastreams: %w", err)
	}
	_, err = tx.Exec(ctx, `
		insert into change (record_id, collection, kind, op, run_id)
		select distinct coalesce(station_id, id), $2::text, $3::text, 'update', $4::bigint
		from datastream
		where number = any($1)`, numbers, catalog.ObservationsCollection, string(catalog.KindObservation), h.run.ID)
	if err != nil {
		return fmt.Errorf("change log: %w", err)
	}
	return marks(ctx, tx, `select $1::text`, catalog.ObservationsCollection)
}

// hideObservations tells the readers of the change log that the measurements of a
// removed source are no longer shown; they stay, for a source that comes back.
func hideObservations(ctx context.Context, tx pgx.Tx, source string) error {
	tag, err := tx.Exec(ctx, `
		insert into change (record_id, collection, kind, op)
		select distinct coalesce(station_id, id), $2::text, $3::text, 'update'
		from datastream
		where source_id = $1`, source, catalog.ObservationsCollection, string(catalog.KindObservation))
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return marks(ctx, tx, `select $1::text`, catalog.ObservationsCollection)
}
