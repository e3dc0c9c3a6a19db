package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// foldPage is how many rows change their state in one transaction.
const foldPage = 2000

// tableGroups are the tables of the datasets that several sources describe, with
// the source whose rows are published: the one that is shown if it has rows, else
// the first that was added.
const tableGroups = `
	select l.source_id, l.name, l.folded, c.record_id as dataset, c.key, r.source_id as reader
	from layer l
	join lateral (
		select * from contribution c where c.record_id = l.dataset and c.source_id = l.source_id and c.key = l.dataset_key and c.missed < 2 offset 0
	) c on true
	join lateral (
		select o.source_id
		from contribution o join source s on s.id = o.source_id and s.removed is null
		where o.record_id = c.record_id and o.missed < 2 and exists (
			select from layer m
			where m.source_id = o.source_id and m.dataset_key = o.key and m.dataset_key <> ''
			  and exists (select from harvested h where h.source_id = m.source_id and h.layer = m.name and h.missed < 2))
		order by o.shown desc, s.added, s.id
		limit 1
	) r on true
	where l.dataset_key <> '' and exists (select from same_as where head = l.dataset)`

// Elsewhere are those of the datasets of the run's source, by their keys, whose
// tables another source gives: they need not be read here too.
func (h *Harvest) Elsewhere(ctx context.Context, keys []string) (map[string]bool, error) {
	rows, err := h.conn.Query(ctx, `select distinct key from (`+tableGroups+`) t where source_id = $1 and reader <> $1 and key = any($2)`, h.src.ID, keys)
	if err != nil {
		return nil, err
	}
	list := map[string]bool{}
	var key string
	if _, err := pgx.ForEachRow(rows, []any{&key}, func() error { list[key] = true; return nil }); err != nil {
		return nil, fmt.Errorf("run %d: tables that others give: %w", h.run.ID, err)
	}
	return list, nil
}

// FoldTables publishes the rows of a dataset that several sources describe once: those
// of one source. Those of the others lead to the dataset, until that source has
// them no more.
func (h *Harvest) FoldTables(ctx context.Context) error {
	return h.store.foldTables(ctx, h.conn, h.src.ID, h.run.ID)
}

// foldable is a connection or a pool.
type foldable interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// foldTables does so in short transactions, for run; of source also what came since
// its tables were folded.
func (s *Store) foldTables(ctx context.Context, db foldable, source string, run int64) error {
	rows, _ := db.Query(ctx, `
		select source_id, name, dataset::text, reader <> source_id
		from (`+tableGroups+`) t
		where folded <> (reader <> source_id) or folded and source_id = $1
		union
		-- a dataset that one source alone describes has its own rows
		select l.source_id, l.name, l.dataset::text, false
		from layer l
		where l.folded and not exists (
			select from harvested h join same_as m on m.id = h.record_id
			where h.source_id = l.source_id and h.key = l.dataset_key and h.missed < 2)
		order by 1, 2`, source)
	type table struct {
		source, layer string
		dataset       *string // record that the rows lead to
		folded        bool
	}
	tables, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t table, err error) {
		err = row.Scan(&t.source, &t.layer, &t.dataset, &t.folded)
		return t, err
	})
	if err != nil {
		return fmt.Errorf("tables of one dataset: %w", err)
	}
	for _, t := range tables {
		for more := true; more; {
			err := pgx.BeginFunc(ctx, db, func(tx pgx.Tx) error {
				var free bool // else its own run does it, at its end
				if err := tx.QueryRow(ctx, `select pg_try_advisory_xact_lock(`+sourceLock+`)`, t.source).Scan(&free); err != nil || !free {
					more = false
					return err
				}
				n, err := fold(ctx, tx, t.source, t.layer, t.dataset, t.folded, run)
				if more = n == foldPage; err != nil || more {
					return err
				}
				// What no run may undo: it follows from what the sources describe.
				_, err = tx.Exec(ctx, `select set_config('ponet.run', '', true)`)
				if err == nil {
					_, err = tx.Exec(ctx, `update layer set folded = $3 where source_id = $1 and name = $2`, t.source, t.layer, t.folded)
				}
				return err
			})
			if err != nil {
				return fmt.Errorf("table %q of %s: %w", t.layer, t.source, err)
			}
		}
	}
	return nil
}

// fold takes the next rows of a table out of sight, or shows them again; how many
// they were is returned.
func fold(ctx context.Context, tx pgx.Tx, source, layer string, dataset *string, away bool, run int64) (int64, error) {
	from, to := catalog.StatusMerged, catalog.StatusPublished
	if away {
		from, to = to, from
	}
	rows, _ := tx.Query(ctx, `
		select r.id::text
		from harvested h join record r on r.id = h.record_id
		where h.source_id = $1 and h.layer = $2 and h.missed < $3 and r.status = $4
		limit $5`, source, layer, missesToWithdraw, string(from), foldPage)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	if _, err := tx.Exec(ctx, archive+` from record r where r.id = any($1)`, ids); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `
		with w as (
			update record r set status = $2, merged_into = case when $2 = 'merged' then $3::uuid end, version = version + 1, updated = `+since+`, run_id = $4
			where id = any($1)
			returning id, collection, kind, geom
		)
		insert into change (record_id, collection, kind, op, bbox, run_id)
		select id, collection, kind, case $2 when 'merged' then 'withdraw' else 'create' end, box2d(geom), $4 from w`,
		ids, string(to), dataset, run); err != nil {
		return 0, err
	}
	if err := recount(ctx, tx, `select title, case status when 'merged' then -1 else 1 end from record where id = any($1) and `+calledByName, ids); err != nil {
		return 0, err
	}
	return int64(len(ids)), marks(ctx, tx, `select distinct collection from record where id = any($1)`, ids)
}
