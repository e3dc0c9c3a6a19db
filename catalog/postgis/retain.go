package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Retain erases what is older at a moment than it is kept: what was remembered
// for undoing runs, and of records that were withdrawn what they said:
// descriptions with their bytes, versions, issues. Their addresses go on
// answering 410. It does so once a day, whoever calls it how often.
func (s *Store) Retain(ctx context.Context, now time.Time, undo, withdrawn time.Duration) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			insert into mark (reader, seq, at) values ('retention', 0, $1)
			on conflict (reader) do update set at = excluded.at
			where mark.at not between excluded.at - interval '1 day' and excluded.at`, now)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return retain(ctx, tx, now, undo, withdrawn)
	})
	if err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	return nil
}

func retain(ctx context.Context, tx pgx.Tx, now time.Time, undo, withdrawn time.Duration) error {
	if _, err := tx.Exec(ctx, `update run set undoable = false where undoable and finished < $1`, now.Add(-undo)); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from undo where not exists (select from run where id = undo.run_id and undoable)`); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `
		create temporary table outlived on commit drop as
		select id, source_id, source_key from record where status = 'withdrawn' and updated < $1 and feature <> ''`, now.Add(-withdrawn)); err != nil {
		return err
	}
	for _, sql := range []string{
		`delete from issue using outlived o, run where run.id = issue.run_id and run.source_id = o.source_id and issue.key = o.source_key and issue.key <> ''`,
		`delete from harvested using outlived o where record_id = o.id`,
		`delete from tie using outlived o where own = o.id`,
		`delete from record_version using outlived o where record_id = o.id`,
		emptied + ` from outlived o where record.id = o.id`,
	} {
		if _, err := tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	var n int64
	if err := tx.QueryRow(ctx, `select count(*) from outlived`).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		if err := logErasure(ctx, tx, catalog.ErasureEntry{Act: catalog.ErasedRetention, Records: n}); err != nil {
			return err
		}
	}
	return dropReadings(ctx, tx, now.Add(-readingUnused))
}
