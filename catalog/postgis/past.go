package postgis

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PastMark is what an answer about the moment t depends on besides the question: the
// last erasure, and which sources were taken out of the catalogue. Nothing else
// changes what was, once it is settled; before, every change does.
func (s *Store) PastMark(ctx context.Context, t time.Time) (int64, error) {
	var present int64
	if !catalog.Settled(t, time.Now()) {
		var err error
		if present, err = s.Mark(ctx, ""); err != nil {
			return 0, err
		}
	}
	var erasures, removed string
	err := s.public.QueryRow(ctx, `
		select coalesce((select max(number) from erasure_log), 0)::text,
			coalesce((select string_agg(id || ' ' || extract(epoch from removed), '/' order by id) from source where removed is not null), '')`).Scan(&erasures, &removed)
	if err != nil {
		return 0, fmt.Errorf("mark of the past: %w", err)
	}
	h := fnv.New64a()
	fmt.Fprint(h, present, "/", erasures, "/", removed)
	return int64(h.Sum64()), nil
}

// markOf is what an answer to q depends on.
func (s *Store) markOf(ctx context.Context, q catalog.Query, collection string) (int64, error) {
	if q.AsOf != nil {
		return s.PastMark(ctx, *q.AsOf)
	}
	if q.Related != "" {
		collection = "" // what is called how in another decides too
	}
	return s.Mark(ctx, collection)
}

// pastKeys is the page of keys p in the past. What q selects is always counted, and
// of the same moment once.
func (s *Store) pastKeys(ctx context.Context, p keyPage, page *catalog.Page) ([]cursor, error) {
	f, matches := p.matches()
	q := p.q
	q.Order, q.Limit, q.Offset, q.After, q.Before = "", 0, 0, "", ""
	var err error
	page.Exact = true
	page.Matched, err = s.pastCounts.get(ctx, page.Mark, q, func(ctx context.Context) (n int64, err error) {
		err = s.public.QueryRow(ctx, "select count(*) from ("+matches+") m", f.args...).Scan(&n)
		return n, err
	})
	if err != nil || page.Matched == 0 {
		return nil, err
	}
	if page.Matched > maxCount {
		if len(p.f.clauses) == 0 || len(p.f.clauses) == 1 && p.q.Collection != "" {
			return s.next(ctx, p)
		}
		// Of much a page is soon found along the keys, without collecting and sorting it all.
		if keys, err := s.walk(ctx, p, firstWalk); err != nil || len(keys) == p.n {
			return keys, err
		}
	}
	f.from(p.at, p.back)
	return s.readKeys(ctx, fmt.Sprintf(`
with m as materialized (%s)
select collection, id from m where %s order by %s limit %s`, matches, f.where(), keyOrder(p.back), f.arg(p.n)), f.args)
}

// timeWritten is how our records write a date or a time.
const timeWritten = `^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$`

// pastOccurrences are when an event took place, out of its properties: the table
// occurrence knows it of the present alone.
const pastOccurrences = `
	select starts, greatest(starts, ends) as ends
	from jsonb_array_elements(case
		when kind <> 'event' then '[]'
		when jsonb_typeof(properties -> 'occurrences') = 'array' then properties -> 'occurrences'
		else jsonb_build_array(jsonb_build_object('start', properties -> 'start', 'end', properties -> 'end')) end) o,
	lateral (select
		case when o ->> 'start' !~ '` + timeWritten + `' then null
			when length(o ->> 'start') = 10 then (o ->> 'start')::timestamp at time zone 'Europe/Rome'
			else (o ->> 'start')::timestamptz end as starts,
		case when coalesce(o ->> 'end', o ->> 'start') !~ '` + timeWritten + `' then null
			when length(o ->> 'start') = 10 then (left(coalesce(o ->> 'end', o ->> 'start'), 10)::timestamp + interval '1 day') at time zone 'Europe/Rome'
			else coalesce(o ->> 'end', o ->> 'start')::timestamptz end as ends) t
	where starts is not null`

// ItemAsOf is the record called id as it was published at t, whole. One that was
// not is ErrNotFound, unless it is withdrawn now: then it may have been erased, and
// the answer is that of Item.
func (s *Store) ItemAsOf(ctx context.Context, id string, t time.Time) (*catalog.Record, error) {
	key, err := uuid.Parse(id)
	if err != nil || len(id) != 36 {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from published_at($1) where id = $2", t, key)
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		if err := s.absent(ctx, key); !errors.Is(err, catalog.ErrNotFound) {
			return nil, err
		}
		return nil, fmt.Errorf("record %s was not published at %s: %w", id, t.Format(time.RFC3339), catalog.ErrNotFound)
	case err != nil:
		return nil, fmt.Errorf("record %s at %s: %w", id, t.Format(time.RFC3339), err)
	}
	if source := catalog.Text(r.Properties.Get("source")); source != "" && r.Kind != catalog.KindFeature {
		r.SourceID, r.SourceKey = source, catalog.Text(r.Properties.Get("source_key")) // of several, the one that was shown first
	}
	return r, nil
}
