package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Retain erases what is older than it is kept: what was remembered for undoing
// runs, and the descriptions and versions of records that were withdrawn. It does
// so once a day, whoever calls it how often.
func (s *Store) Retain(ctx context.Context, undo, withdrawn time.Duration) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `
			insert into mark (reader, seq) values ('retention', 0)
			on conflict (reader) do update set at = now() where mark.at < now() - interval '1 day'`)
		if err != nil || tag.RowsAffected() == 0 {
			return err
		}
		return retain(ctx, tx, undo, withdrawn)
	})
	if err != nil {
		return fmt.Errorf("retention: %w", err)
	}
	return nil
}

func retain(ctx context.Context, tx pgx.Tx, undo, withdrawn time.Duration) error {
	if _, err := tx.Exec(ctx, `update run set undoable = false where undoable and finished < now() - $1::interval`, undo); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `delete from undo where not exists (select from run where id = undo.run_id and undoable)`); err != nil {
		return err
	}
	for _, table := range []string{"harvested", "record_version"} {
		if _, err := tx.Exec(ctx, `
			delete from `+table+` using record r
			where r.id = record_id and r.status = 'withdrawn' and r.updated < now() - $1::interval`, withdrawn); err != nil {
			return err
		}
	}
	return dropReadings(ctx, tx, readingUnused)
}
