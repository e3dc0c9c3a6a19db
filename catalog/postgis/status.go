package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Statuses tells how every source is doing, by title.
func (s *Store) Statuses(ctx context.Context) ([]catalog.SourceStatus, error) {
	return s.statuses(ctx, "true")
}

// Status tells how one source is doing, with its newest runs, the last first.
func (s *Store) Status(ctx context.Context, id string, runs int) (catalog.SourceStatus, []catalog.Run, error) {
	list, err := s.statuses(ctx, "s.id = $1", id)
	if err == nil && len(list) == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return catalog.SourceStatus{}, nil, fmt.Errorf("source %s: %w", id, err)
	}
	rows, _ := s.public.Query(ctx, `
		select `+runColumns+`
		from run
		where source_id = $1
		order by id desc
		limit $2`, id, runs)
	last, err := pgx.CollectRows(rows, scanRun)
	return list[0], last, err
}

func (s *Store) statuses(ctx context.Context, where string, args ...any) ([]catalog.SourceStatus, error) {
	rows, _ := s.public.Query(ctx, `
		select s.id, s.protocol, s.url, s.title, coalesce(s.body_id, ''), coalesce(b.name, ''), s.licence, s.paused, s.rhythm, s.added,
			good.finished, coalesce((good.receipt ->> 'read')::bigint - (good.receipt ->> 'refused')::bigint, 0),
			last.id, last.state, last.started, last.finished, last.pages, last.receipt
		from source s
		left join body b on b.id = s.body_id
		left join lateral (
			select finished, receipt from run where source_id = s.id and kind = 'harvest' and state = 'completed' order by id desc limit 1
		) good on true
		left join lateral (
			select * from run where source_id = s.id and kind = 'harvest' order by id desc limit 1
		) last on true
		where s.removed is null and `+where+`
		order by lower(coalesce(nullif(s.title, ''), s.id)), s.id`, args...)
	list, err := pgx.CollectRows(rows, scanStatus)
	if err != nil {
		return nil, fmt.Errorf("status of sources: %w", err)
	}
	return list, nil
}

func scanStatus(row pgx.CollectableRow) (catalog.SourceStatus, error) {
	var (
		st      catalog.SourceStatus
		rhythm  time.Duration
		id      *int64
		state   *catalog.RunState
		started *time.Time
		run     catalog.Run
		pages   *int
		receipt *catalog.Receipt
	)
	err := row.Scan(&st.ID, &st.Protocol, &st.URL, &st.Title, &st.BodyID, &st.BodyName, &st.Licence, &st.Paused, &rhythm, &st.Added,
		&st.Read, &st.Listed, &id, &state, &started, &run.Finished, &pages, &receipt)
	if err != nil {
		return st, err
	}
	st.Rhythm = catalog.Duration(rhythm)
	if id != nil {
		run.ID, run.SourceID, run.State, run.Started, run.Pages, run.Receipt = *id, st.ID, *state, *started, *pages, *receipt
		st.Last = &run
	}
	return st, nil
}

// BodyStatuses are all bodies, by name, each with its sources and how many of its
// records are published.
func (s *Store) BodyStatuses(ctx context.Context) ([]catalog.BodyStatus, error) {
	sources, err := s.Statuses(ctx)
	if err != nil {
		return nil, err
	}
	records := map[string]int64{}
	var body string
	var n int64
	rows, _ := s.public.Query(ctx, `
		select body_id, count(*) from published where collection <> 'datasets' and body_id is not null group by body_id`)
	if _, err := pgx.ForEachRow(rows, []any{&body, &n}, func() error { records[body] = n; return nil }); err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	rows, _ = s.public.Query(ctx, `select id, name, kind, website, phone, email from body order by lower(name), id`)
	bodies, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Body])
	if err != nil {
		return nil, fmt.Errorf("bodies: %w", err)
	}
	var list []catalog.BodyStatus
	for _, b := range bodies {
		st := catalog.BodyStatus{Body: b, Records: records[b.ID]}
		for _, src := range sources {
			if src.BodyID == b.ID {
				st.Sources = append(st.Sources, src)
			}
		}
		list = append(list, st)
	}
	return list, nil
}
