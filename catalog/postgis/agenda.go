package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// MaxAgenda is the most happenings that one Agenda lists.
const MaxAgenda = 1000

// Agenda lists when the events that q selects take place between q.From and
// q.To, both of which must be given, in the order of their start: the first
// limit of them, and whether there are more. Of q, order, cursors and limit do
// not count.
func (s *Store) Agenda(ctx context.Context, q catalog.Query, limit int) (list []catalog.Happening, more bool, err error) {
	if q.From == nil || q.To == nil {
		return nil, false, fmt.Errorf("agenda: from and to must be given: %w", catalog.ErrInvalid)
	}
	limit = max(1, min(limit, MaxAgenda))
	from, to := *q.From, *q.To
	f, err := eventFilter(q)
	if err != nil {
		return nil, false, err
	}
	rows, _ := s.public.Query(ctx, fmt.Sprintf(`
select record_id, n, starts, ends
from occurrence
where %s
  and record_id in (select id from published where %s)
order by starts, ends, record_id, n
limit %s`, f.meets(from, to), f.where(), f.arg(limit+1)), f.args...)
	times, err := pgx.CollectRows(rows, pgx.RowToStructByPos[timeOf])
	if err != nil {
		return nil, false, fmt.Errorf("agenda: %w", err)
	}
	more = len(times) > limit
	list, err = s.happenings(ctx, times[:min(len(times), limit)])
	return list, more, err
}

// NextHappening is when one of the events that q selects first takes place, at
// or after t; false when none does. Of q, the time does not count.
func (s *Store) NextHappening(ctx context.Context, q catalog.Query, t time.Time) (time.Time, bool, error) {
	f, err := eventFilter(q)
	if err != nil {
		return time.Time{}, false, err
	}
	var at *time.Time
	err = s.public.QueryRow(ctx, fmt.Sprintf(`
select min(starts)
from occurrence
where starts >= %s
  and record_id in (select id from published where %s)`, f.arg(t), f.where()), f.args...).Scan(&at)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("next event: %w", err)
	}
	if at == nil {
		return time.Time{}, false, nil
	}
	return *at, true, nil
}

// A timeOf is one row of occurrence.
type timeOf struct {
	Record       uuid.UUID
	N            int // from 1: its place in the list of the record
	Starts, Ends time.Time
}

// happenings gives times their records. Those of a record that was withdrawn
// between the two statements are left out.
func (s *Store) happenings(ctx context.Context, times []timeOf) ([]catalog.Happening, error) {
	records := map[uuid.UUID]*catalog.Record{}
	var ids []uuid.UUID
	for _, t := range times {
		if _, there := records[t.Record]; !there {
			records[t.Record] = nil
			ids = append(ids, t.Record)
		}
	}
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from published where id = any($1)", ids)
	found, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("agenda: %w", err)
	}
	for _, r := range found {
		records[uuid.MustParse(r.ID)] = r
	}
	var list []catalog.Happening
	for _, t := range times {
		r := records[t.Record]
		if r == nil || t.N > len(r.Occurrences) {
			continue
		}
		list = append(list, catalog.Happening{Record: r, Occurrence: r.Occurrences[t.N-1], Starts: t.Starts, Ends: t.Ends})
	}
	return list, nil
}

// eventFilter is the filter of q without its time, on events.
func eventFilter(q catalog.Query) (*filter, error) {
	q.From, q.To = nil, nil
	f, err := newFilter(q)
	if err != nil {
		return nil, err
	}
	f.clauses = append(f.clauses, "kind = 'event'")
	return f, nil
}

// meets is the clause that a row of occurrence meets [from, to]. Its end is the
// moment after, unless it is the start.
func (f *filter) meets(from, to any) string {
	return fmt.Sprintf("occurrence.starts <= %[1]s and occurrence.ends >= %[2]s and (occurrence.ends > %[2]s or occurrence.ends = occurrence.starts)", f.arg(to), f.arg(from))
}
