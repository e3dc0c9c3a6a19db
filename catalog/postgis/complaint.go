package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// RunPage is one run of a source that everybody may see; catalog.ErrNotFound if
// there is none.
func (s *Store) RunPage(ctx context.Context, id int64) (catalog.RunPage, error) {
	rows, _ := s.public.Query(ctx, `
		select r.id, r.source_id, r.kind, coalesce(r.undoes, 0), r.state, r.started, r.finished, r.pages, r.receipt,
			coalesce((select max(id) from run u where u.source_id = r.source_id and u.undoes = r.id), 0),
			coalesce((select min(id) from run u where u.source_id = r.source_id and u.id > r.id), 0),
			coalesce((select max(id) from run u where u.source_id = r.source_id and u.id < r.id), 0)
		from run r
		join source on source.id = r.source_id and removed is null
		where r.id = $1`, id)
	run, err := pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (catalog.RunPage, error) {
		var p catalog.RunPage
		err := row.Scan(&p.ID, &p.SourceID, &p.Kind, &p.Undoes, &p.State, &p.Started, &p.Finished, &p.Pages, &p.Receipt, &p.UndoneBy, &p.Newer, &p.Older)
		return p, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return run, fmt.Errorf("run %d: %w", id, err)
	}
	return run, nil
}

// RunsBefore are the newest runs of a source whose number is below before (0:
// all), the last first.
func (s *Store) RunsBefore(ctx context.Context, source string, before int64, limit int) ([]catalog.Run, error) {
	rows, _ := s.public.Query(ctx, `
		select `+runColumns+`
		from run
		where source_id = $1 and ($2 = 0 or id < $2)
		order by id desc
		limit $3`, source, before, limit)
	list, err := pgx.CollectRows(rows, scanRun)
	if err != nil {
		return nil, fmt.Errorf("runs of %s: %w", source, err)
	}
	return list, nil
}

const complaintColumns = `c.n, c.rule, c.file, c.line, c.key, c.field, c.read, c.expected, c.refused, c.withheld, coalesce(c.record_id::text, '')`

func scanComplaint(row pgx.CollectableRow) (catalog.Complaint, error) {
	var c catalog.Complaint
	err := row.Scan(&c.N, &c.Rule, &c.File, &c.Line, &c.Key, &c.Field, &c.Read, &c.Expected, &c.Refused, &c.Withheld, &c.Record)
	return c, err
}

// Complaints are what was wrong in a run, of one rule or with "" of all, in the
// order found, at most limit after the one numbered after.
func (s *Store) Complaints(ctx context.Context, run int64, rule string, after int64, limit int) ([]catalog.Complaint, error) {
	rows, _ := s.public.Query(ctx, `
		select `+complaintColumns+`
		from complaint c
		where c.run_id = $1 and ($2 = '' or c.rule = $2) and c.n > $3
		order by c.n
		limit $4`, run, rule, after, limit)
	list, err := pgx.CollectRows(rows, scanComplaint)
	if err != nil {
		return nil, fmt.Errorf("run %d: complaints: %w", run, err)
	}
	return list, nil
}

// FirstComplaints are the first of each of rules, at most each of them, refusals
// first. Of words that no vocabulary has (rules …-unknown) it is the most frequent
// ones, each once with how often it was read among the first maxSameWords.
func (s *Store) FirstComplaints(ctx context.Context, run int64, rules []string, each int) ([]catalog.Complaint, error) {
	rows, _ := s.public.Query(ctx, `
		select `+complaintColumns+`, c.times
		from unnest($2::text[]) as wanted(rule)
		cross join lateral (
			select *
			from (
				select f.*, count(*) over said as times, row_number() over (said order by f.n) as nth
				from (
					select *
					from complaint
					where run_id = $1 and rule = wanted.rule
					order by refused desc, n
					limit case when wanted.rule like '%-unknown' then $4::bigint else $3::bigint end) f
				window said as (partition by case when wanted.rule like '%-unknown' then f.field || chr(31) || f.read else f.n::text end)) w
			where nth = 1
			order by refused desc, times desc, n
			limit $3) c
		order by c.rule, c.refused desc, c.times desc, c.n`, run, rules, each, maxSameWords)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Complaint, error) {
		var c catalog.Complaint
		err := row.Scan(&c.N, &c.Rule, &c.File, &c.Line, &c.Key, &c.Field, &c.Read, &c.Expected, &c.Refused, &c.Withheld, &c.Record, &c.Times)
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("run %d: complaints: %w", run, err)
	}
	return list, nil
}

// maxSameWords is among how many complaints of a rule equal words are counted:
// enough to see what is frequent, and quick.
const maxSameWords = 10_000

// Received tells of a published record which descriptions it was made of, and the
// complaints about them: of the run that last changed each, since later ones that
// find it unchanged do not look at it again, and of the newest.
func (s *Store) Received(ctx context.Context, source, record string) ([]catalog.Received, []catalog.Complaint, error) {
	id, err := uuid.Parse(record)
	if err != nil {
		return nil, nil, fmt.Errorf("record %.60q: %w", record, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, `
		select layer, key, first_run, last_run, missed
		from received
		where source_id = $1 and record_id = $2
		order by last_run desc, layer, key`, source, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Received])
	if err == nil && len(list) == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return nil, nil, fmt.Errorf("record %s of %s: %w", record, source, err)
	}
	rows, _ = s.public.Query(ctx, complaintsOf, source, id)
	complaints, err := pgx.CollectRows(rows, scanComplaint)
	if err != nil {
		return nil, nil, fmt.Errorf("record %s of %s: complaints: %w", record, source, err)
	}
	return list, complaints, nil
}

// complaintsOf are the complaints about the descriptions that source $1 gave of record $2.
const complaintsOf = `
	select distinct on (c.rule, c.field, c.read) ` + complaintColumns + `
	from received h
	join complaint c on c.key = h.key and c.run_id in (h.last_run, (select max(id) from run where source_id = $1 and kind = 'harvest' and state <> 'running'))
	where h.source_id = $1 and h.record_id = $2 and h.key <> ''
	  and not exists (select from layer l where l.source_id = $1 and l.name = c.file and l.name not in ('', h.layer))
	order by c.rule, c.field, c.read, c.run_id desc, c.n
	limit 100`
