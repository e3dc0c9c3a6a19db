package postgis

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Datastreams are those of stations, given by the ids of their records, by
// station and name; what is not an id has none.
func (s *Store) Datastreams(ctx context.Context, stations ...string) ([]catalog.Datastream, error) {
	return s.datastreams(ctx, "station_id = any($1)", stations)
}

// Datastream is the one called id; catalog.ErrNotFound if there is none.
func (s *Store) Datastream(ctx context.Context, id string) (catalog.Datastream, error) {
	list, err := s.datastreams(ctx, "id = any($1)", []string{id})
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("datastream %.60q: %w", id, catalog.ErrNotFound)
	}
	if err != nil {
		return catalog.Datastream{}, err
	}
	return list[0], nil
}

// DatastreamsOf are those that q selects, by station and name.
func (s *Store) DatastreamsOf(ctx context.Context, q catalog.DatastreamQuery) ([]catalog.Datastream, error) {
	return s.selectDatastreams(ctx, "($1 = '' or source_id = $1) and (cardinality($2::text[]) = 0 or code = any($2) or property = any($2))", q.Source, append([]string{}, q.Properties...))
}

func (s *Store) datastreams(ctx context.Context, condition string, ids []string) ([]catalog.Datastream, error) {
	var keys []uuid.UUID
	for _, id := range ids {
		if key, err := uuid.Parse(id); err == nil && len(id) == 36 {
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, nil
	}
	return s.selectDatastreams(ctx, condition, keys)
}

func (s *Store) selectDatastreams(ctx context.Context, condition string, args ...any) ([]catalog.Datastream, error) {
	rows, _ := s.public.Query(ctx, `
		select id, number, source_id, station, station_id, property, code, uri, title, unit, aggregation, interval, clock, reading,
			source_title, source_url, licence, body_id, body_name, starts, ends, count, updated,
			latest_start, latest_end, latest_value, latest_quality::text
		from published_datastream
		where `+condition+`
		order by station_id, title, interval, number`, args...)
	list, err := pgx.CollectRows(rows, scanDatastream)
	if err != nil {
		return nil, fmt.Errorf("datastreams: %w", err)
	}
	return list, nil
}

func scanDatastream(row pgx.CollectableRow) (catalog.Datastream, error) {
	var (
		d          catalog.Datastream
		id         uuid.UUID
		station    *uuid.UUID
		interval   string
		start, end *time.Time
		value      *float64
		quality    *string
	)
	err := row.Scan(&id, &d.Number, &d.SourceID, &d.Station, &station, &d.Property, &d.Code, &d.URI, &d.Title, &d.Unit, &d.Aggregation, &interval, &d.Clock, &d.Reading,
		&d.SourceTitle, &d.SourceURL, &d.Licence, &d.BodyID, &d.BodyName, &d.First, &d.Last, &d.Count, &d.Updated,
		&start, &end, &value, &quality)
	if err != nil {
		return d, err
	}
	d.ID = id.String()
	if station != nil {
		d.StationID = station.String()
	}
	if start != nil && quality != nil {
		d.Latest = &catalog.Reading{Start: *start, End: *end, Value: value, Quality: catalog.Quality(*quality)}
	}
	return d, d.Interval.UnmarshalText([]byte(interval))
}

// Observations streams what q selects, by time. All come from one snapshot; an
// error is the last pair.
func (s *Store) Observations(ctx context.Context, q catalog.ObservationQuery) iter.Seq2[catalog.Reading, error] {
	return func(yield func(catalog.Reading, error) bool) {
		if err := s.eachObservation(ctx, q, func(r catalog.Reading) bool { return yield(r, nil) }); err != nil {
			yield(catalog.Reading{}, fmt.Errorf("observations of %s: %w", q.Datastream.ID, err))
		}
	}
}

func (s *Store) eachObservation(ctx context.Context, q catalog.ObservationQuery, each func(catalog.Reading) bool) error {
	d := q.Datastream
	if d.First == nil || d.Last == nil {
		return nil // nothing has ever been measured
	}
	w := newWindow(q)
	tx, err := s.public.BeginTx(ctx, pgx.TxOptions{AccessMode: pgx.ReadOnly})
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	if q.Limit == 0 { // a file takes as long as its reader does
		if _, err := tx.Exec(ctx, "set local statement_timeout = 0"); err != nil {
			return err
		}
	}
	if q.Step != catalog.StepRaw && q.Step != "" {
		return w.summed(ctx, tx, each)
	}
	return w.raw(ctx, tx, each)
}

// A window is what q asks, in instants that the index knows.
type window struct {
	q          catalog.ObservationQuery
	first      time.Time // no observation that meets the window starts earlier
	from, to   time.Time
	start, end time.Time // of the last one of the page before
	limit      *int
}

func newWindow(q catalog.ObservationQuery) window {
	d := q.Datastream
	w := window{q: q, from: *d.First, to: *d.Last}
	if q.From != nil && q.From.After(w.from) {
		w.from = *q.From
	}
	if q.To != nil && q.To.Before(w.to) {
		w.to = *q.To
	}
	w.first = w.from.Add(-d.Interval.Longest())
	w.start = w.first.Add(-time.Second)
	w.end = w.start
	if q.After != nil {
		w.start, w.end = q.After[0], q.After[1]
		if w.start.After(w.first) {
			w.first = w.start
		}
	}
	if q.Limit > 0 {
		w.limit = &q.Limit
	}
	return w
}

// meets is the condition of the window on observations: $1 is the datastream.
const meets = `
	datastream = $1 and phenomenon_start >= $2 and phenomenon_start <= $3
	and (phenomenon_start < $3 or phenomenon_end = phenomenon_start) and (phenomenon_end > $4 or phenomenon_start >= $4)`

func (w window) raw(ctx context.Context, tx pgx.Tx, each func(catalog.Reading) bool) error {
	rows, err := tx.Query(ctx, `
		select phenomenon_start, phenomenon_end, value, quality::text, coalesce(reason, ''), result_time
		from published_observation
		where `+meets+` and (phenomenon_start, phenomenon_end) > ($5, $6)
		order by phenomenon_start, phenomenon_end
		limit $7`, w.q.Datastream.Number, w.first, w.to, w.from, w.start, w.end, w.limit)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r catalog.Reading
		if err := rows.Scan(&r.Start, &r.End, &r.Value, &r.Quality, &r.Reason, &r.ResultTime); err != nil {
			return err
		}
		if !each(r) {
			return nil
		}
	}
	return rows.Err()
}

// values are what several values come to, by aggregation of the datastream.
// Directions have a mean on the circle, and neither least nor greatest.
func (w window) values() string {
	const ok = " filter (where value is not null and quality <> 'invalid')"
	if w.q.Datastream.Unit == "deg" {
		return "mod((degrees(atan2(avg(sind(value))" + ok + ", avg(cosd(value))" + ok + ")) + 360)::numeric, 360)::float8, null::float8, null::float8"
	}
	value := map[catalog.Aggregation]string{catalog.AggregationSum: "sum", catalog.AggregationMax: "max", catalog.AggregationMin: "min"}[w.q.Datastream.Aggregation]
	if value == "" {
		value = "avg"
	}
	return value + "(value)" + ok + ", min(value)" + ok + ", max(value)" + ok
}

// summed tells what all of each hour, day or month come to, by the clock that
// the datastream keeps. A page is a stretch of time, so that no more is read
// than it shows.
func (w window) summed(ctx context.Context, tx pgx.Tx, each func(catalog.Reading) bool) error {
	loc, err := time.LoadLocation(w.q.Datastream.Clock.Zone())
	if err != nil {
		return err
	}
	step := string(w.q.Step)
	begin := w.first // of the page
	if w.q.After != nil {
		begin = w.end
	} else if w.from.After(begin) {
		begin = w.from
	}
	for {
		until := w.to
		if w.limit != nil {
			if t := stepAfter(begin.In(loc), w.q.Step, *w.limit); t.Before(until) {
				until = t
			}
		}
		rows, err := tx.Query(ctx, `
			select date_trunc($6, phenomenon_start, $7), `+w.values()+`,
				count(*) filter (where value is not null and quality <> 'invalid'), count(*) filter (where value is null or quality = 'invalid')
			from published_observation
			where `+meets+` and phenomenon_start >= $5
			group by 1
			order by 1`, w.q.Datastream.Number, w.first, until, w.from, begin, step, w.q.Datastream.Clock.Zone())
		if err != nil {
			return err
		}
		n := 0
		for rows.Next() {
			var r catalog.Reading
			if err := rows.Scan(&r.Start, &r.Value, &r.Min, &r.Max, &r.Count, &r.Missing); err != nil {
				rows.Close()
				return err
			}
			r.Start = r.Start.In(loc)
			r.End = stepAfter(r.Start, w.q.Step, 1)
			if n++; !each(r) {
				rows.Close()
				return nil
			}
		}
		if rows.Close(); rows.Err() != nil {
			return rows.Err()
		}
		if n > 0 || !until.Before(w.to) {
			return nil
		}
		begin = until // a gap longer than a page
	}
}

// stepAfter is the beginning of the n-th hour, day or month after that of t, in
// the zone of t.
func stepAfter(t time.Time, step catalog.Step, n int) time.Time {
	switch step {
	case catalog.StepMonth:
		return time.Date(t.Year(), t.Month()+time.Month(n), 1, 0, 0, 0, 0, t.Location())
	case catalog.StepDay:
		return time.Date(t.Year(), t.Month(), t.Day()+n, 0, 0, 0, 0, t.Location())
	}
	return t.Truncate(time.Hour).Add(time.Duration(n) * time.Hour)
}
