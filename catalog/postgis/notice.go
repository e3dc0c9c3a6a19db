package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PutCorrespondent says to whom mail about a source goes; with no address, to
// nobody. What its runs were before is no news to a new one.
func (s *Store) PutCorrespondent(ctx context.Context, source string, c catalog.Correspondent) error {
	sql := `
		insert into correspondent (source_id, address, lang, told)
		values ($1, $2, $3, (select coalesce(max(id), 0) from run where source_id = $1))
		on conflict (source_id) do update set
			told = case when correspondent.address = excluded.address then correspondent.told else excluded.told end,
			address = excluded.address,
			lang = excluded.lang`
	args := []any{source, c.Address, c.Lang}
	if c.Address == "" {
		sql, args = `delete from correspondent where source_id = $1`, args[:1]
	}
	if _, err := s.db.Exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("source %s: address for mail: %w", source, err)
	}
	return nil
}

// Correspondents are to whom mail goes, by source.
func (s *Store) Correspondents(ctx context.Context) (map[string]catalog.Correspondent, error) {
	rows, _ := s.db.Query(ctx, `select source_id, address, lang from correspondent join source on id = source_id where removed is null`)
	out := map[string]catalog.Correspondent{}
	var id string
	var c catalog.Correspondent
	if _, err := pgx.ForEachRow(rows, []any{&id, &c.Address, &c.Lang}, func() error { out[id] = c; return nil }); err != nil {
		return nil, fmt.Errorf("addresses for mail: %w", err)
	}
	return out, nil
}

// noticeKept is how old a run may be that is still told of: after a week in which
// nobody could send, it is history.
const noticeKept = "7 days"

// Notify looks through the runs of source ("": of every source) that have ended
// since it was last asked, and writes a notice of each that brought news. queue is
// called with each, in the same transaction: to have it sent.
func (s *Store) Notify(ctx context.Context, source string, queue func(tx pgx.Tx, run int64) error) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `
			select c.source_id, c.told
			from correspondent c
			join source s on s.id = c.source_id and s.removed is null
			where $1 = '' or c.source_id = $1
			order by c.source_id
			for update of c skip locked`, source)
		type mark struct {
			Source string
			Told   int64
		}
		marks, err := pgx.CollectRows(rows, pgx.RowToStructByPos[mark])
		for i := 0; err == nil && i < len(marks); i++ {
			err = notify(ctx, tx, marks[i].Source, marks[i].Told, queue)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("news of harvests: %w", err)
	}
	return nil
}

// notify tells of the runs of a source after told, up to one that is not finished.
func notify(ctx context.Context, tx pgx.Tx, source string, told int64, queue func(tx pgx.Tx, run int64) error) error {
	rows, _ := tx.Query(ctx, `
		select `+runColumns+`, finished > now() - interval '`+noticeKept+`'
		from run
		where source_id = $1 and id > $2 and kind = 'harvest'
		  and id < coalesce((select min(id) from run where source_id = $1 and state = 'running'), 9223372036854775807)
		order by id`, source, told)
	type ended struct {
		catalog.Run
		fresh bool
	}
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (ended, error) {
		var e ended
		err := row.Scan(&e.ID, &e.SourceID, &e.Kind, &e.Undoes, &e.State, &e.Started, &e.Finished, &e.Pages, &e.Receipt, &e.fresh)
		return e, err
	})
	if err != nil || len(list) == 0 {
		return err
	}
	for _, e := range list {
		if !e.fresh {
			continue
		}
		news, rules, err := newsOf(ctx, tx, e.Run)
		if err != nil {
			return err
		}
		if len(news) == 0 {
			continue
		}
		if _, err := tx.Exec(ctx, `insert into notice (run_id, news, rules) values ($1, $2, $3) on conflict do nothing`, e.ID, news, append([]string{}, rules...)); err != nil {
			return err
		}
		if err := queue(tx, e.ID); err != nil {
			return err
		}
	}
	_, err = tx.Exec(ctx, `update correspondent set told = $2 where source_id = $1`, source, list[len(list)-1].ID)
	return err
}

// newsOf compares a run with those before it.
func newsOf(ctx context.Context, tx pgx.Tx, run catalog.Run) ([]catalog.News, []string, error) {
	rows, _ := tx.Query(ctx, `
		select `+runColumns+`
		from run
		where source_id = $1 and kind = 'harvest' and id < $2
		order by id desc
		limit 1`, run.SourceID, run.ID)
	list, err := pgx.CollectRows(rows, scanRun)
	if err != nil {
		return nil, nil, err
	}
	rows, _ = tx.Query(ctx, `
		select distinct rule
		from run, jsonb_object_keys(coalesce(receipt -> 'rules', '{}')) rule
		where source_id = $1 and kind = 'harvest' and id < $2`, run.SourceID, run.ID)
	known, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, nil, err
	}
	var before *catalog.Run
	if len(list) > 0 {
		before = &list[0]
	}
	news, rules := catalog.NewsOf(run, before, known)
	return news, rules, nil
}

const noticeColumns = `notice.run_id, run.source_id, notice.news, notice.rules, notice.state, notice.attempts, notice.error, coalesce(address, ''), coalesce(lang, '')
		from notice
		join run on run.id = notice.run_id
		left join correspondent c on c.source_id = run.source_id`

func scanNotice(row pgx.CollectableRow) (catalog.Notice, error) {
	var n catalog.Notice
	err := row.Scan(&n.Run, &n.Source, &n.News, &n.Rules, &n.State, &n.Attempts, &n.Error, &n.Address, &n.Lang)
	return n, err
}

// Notice is the message about a run; catalog.ErrNotFound if there is none.
func (s *Store) Notice(ctx context.Context, run int64) (catalog.Notice, error) {
	rows, _ := s.db.Query(ctx, `select `+noticeColumns+` where notice.run_id = $1`, run)
	n, err := pgx.CollectExactlyOneRow(rows, scanNotice)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return n, fmt.Errorf("message about run %d: %w", run, err)
	}
	return n, nil
}

// Notices are the newest messages, the last first.
func (s *Store) Notices(ctx context.Context, limit int) ([]catalog.Notice, error) {
	rows, _ := s.db.Query(ctx, `select `+noticeColumns+` order by notice.run_id desc limit $1`, limit)
	return pgx.CollectRows(rows, scanNotice)
}

// MarkNotice notes how far the message about a run has come, if it was at from:
// false means that it was not. failure is of an attempt, "" for none.
func (s *Store) MarkNotice(ctx context.Context, run int64, from, to, failure string) (bool, error) {
	tag, err := s.db.Exec(ctx, `
		update notice set state = $3, error = $4, attempts = attempts + case when $3 = 'handed' or $4 = '' then 0 else 1 end,
			ended = case when $3 in ('sent', 'failed', 'doubtful') then now() end
		where run_id = $1 and state = $2`, run, from, to, failure)
	if err != nil {
		return false, fmt.Errorf("message about run %d: %w", run, err)
	}
	return tag.RowsAffected() == 1, nil
}
