package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Purge erases for good what the catalogue holds of src: of one record, or with
// record "" of all of them. Descriptions with their bytes, versions, what was kept
// for undoing, issues (they quote values), measured values and, of the whole
// source, its layers go; of a record a row without content stays, so that its
// address answers 410. No run of the source can be undone after it. The run that
// it is has a receipt with counts alone.
func (s *Store) Purge(ctx context.Context, src catalog.Source, record string) (catalog.Receipt, error) {
	receipt := catalog.Receipt{Source: src.ID, Outcome: catalog.RunCompleted}
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return receipt, fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src}
	defer h.Close()
	if err := h.hold(ctx); err != nil {
		return receipt, fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return purge(ctx, tx, src.ID, record, &receipt) })
	if err != nil {
		err = fmt.Errorf("purge of %s: %w", src.ID, err)
	}
	return receipt, err
}

func purge(ctx context.Context, tx pgx.Tx, source, record string, receipt *catalog.Receipt) error {
	started := time.Now()
	rows, _ := tx.Query(ctx, `select id::text from record where source_id = $1 and ($2 = '' or id::text = lower($2))`, source, record)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if record != "" && len(ids) == 0 {
		return fmt.Errorf("it has no record %s: %w", record, catalog.ErrNotFound)
	}
	if err := tx.QueryRow(ctx, `insert into run (source_id, kind, state) values ($1, 'purge', 'completed') returning id`, source).Scan(&receipt.Run); err != nil {
		return err
	}
	if receipt.Gone, err = withdraw(ctx, tx, ids, receipt.Run); err != nil {
		return err
	}
	receipt.Read = int64(len(ids))
	steps := erasures
	args := []any{ids, source}
	if record == "" {
		steps = append(append([]string{}, erasures...), sourceErasures...)
	}
	for _, sql := range steps {
		if _, err := tx.Exec(ctx, `with given as (select $1::uuid[] as ids, $2::text as source) `+sql, args...); err != nil {
			return fmt.Errorf("%.60s: %w", sql, err)
		}
	}
	receipt.Seconds = time.Since(started).Seconds()
	b, err := json.Marshal(receipt)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `update run set receipt = $2, finished = clock_timestamp() where id = $1`, receipt.Run, b); err != nil {
		return err
	}
	return forgetListing(ctx, tx, source)
}

// erasures erase what there is of the records given.ids of given.source, in an
// order in which what tells where to look goes last.
var erasures = []string{
	`delete from issue using given, run, record
		where run.id = issue.run_id and run.source_id = given.source and record.id = any(given.ids)
		  and (issue.key = record.source_key or issue.key = '')`,
	`update run set receipt = receipt - 'samples', undoable = false from given where source_id = given.source`,
	`delete from undo using given, harvested h
		where h.source_id = given.source and h.record_id = any(given.ids)
		  and undo.relation = 'harvested' and undo.key = jsonb_build_array(h.source_id, h.layer, h.key)`,
	`delete from undo using given where record_id = any(given.ids)`,
	`delete from parked using given where record_id = any(given.ids)`,
	`delete from former using given where record_id = any(given.ids)`,
	`delete from harvested using given where record_id = any(given.ids)`,
	`delete from relation using given where from_id = any(given.ids) or to_id = any(given.ids)`,
	`delete from record_version using given where record_id = any(given.ids)`,
	`update change set bbox = null from given where record_id = any(given.ids) and bbox is not null`,
	`update record set slug = '', title = '', summary = '', theme = '', type = '', municipality = '', istat_code = '', body_id = null,
		licence = '', source_key = '', starts = null, ends = null, accessible = false, properties = '{}', feature = '',
		geom = null, mercator = null, source_geom = null, accuracy_metres = 0, hilbert = 0, words = ''
		from given where id = any(given.ids)`,
}

// sourceErasures erase what else there is of given.source.
var sourceErasures = []string{
	`delete from issue using given, run where run.id = issue.run_id and run.source_id = given.source`,
	`delete from undo using given, run where run.id = undo.run_id and run.source_id = given.source`,
	`delete from run_change using given, run where run.id = run_change.run_id and run.source_id = given.source`,
	`delete from observation_revision using given, datastream d where d.number = datastream and d.source_id = given.source`,
	`delete from observation using given, datastream d where d.number = datastream and d.source_id = given.source`,
	`delete from datastream using given where source_id = given.source`,
	`delete from former using given where source_id = given.source`,
	`delete from layer using given where source_id = given.source`,
}

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
