package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// missesToWithdraw is how many complete listings in a row must lack a
// description before its record is withdrawn.
const missesToWithdraw = 2

// Missing finds the descriptions of the source that listed does not know, with
// one pass over harvested; nothing is written. An event that is over may leave
// the listing: calendars hold what is to come.
func (h *Harvest) Missing(ctx context.Context, listed func(layer, key string) bool) (catalog.Missing, error) {
	var (
		m                  catalog.Missing
		layer, key, record string
		times              int16
		absent             []string
		gone, again        []bool
	)
	kept, err := h.rejected(ctx)
	if err != nil {
		return m, fmt.Errorf("run %d: what a person has rejected: %w", h.run.ID, err)
	}
	rows, err := h.conn.Query(ctx, `
		select layer, key, record_id::text, missed from harvested where source_id = $1`, h.src.ID)
	if err != nil {
		return m, err
	}
	_, err = pgx.ForEachRow(rows, []any{&layer, &key, &record, &times}, func() error {
		if times < missesToWithdraw {
			m.Live++
		}
		switch {
		case times >= missesToWithdraw:
			return nil
		case listed(layer, key):
			if times > 0 {
				m.Back = append(m.Back, catalog.MissedKey{Layer: layer, Key: key})
			}
			return nil
		}
		missed := catalog.MissedKey{Layer: layer, Key: key}
		_, rejected := kept[missed]
		m.Keys = append(m.Keys, missed)
		absent = append(absent, record)
		gone = append(gone, enough(times))
		again = append(again, stays(rejected))
		return nil
	})
	if err != nil {
		return m, fmt.Errorf("run %d: missing descriptions: %w", h.run.ID, err)
	}
	over, err := h.over(ctx, absent)
	if err != nil {
		return m, fmt.Errorf("run %d: events that are over: %w", h.run.ID, err)
	}
	keys := m.Keys[:0]
	for i, record := range absent {
		if over[record] {
			continue
		}
		keys = append(keys, m.Keys[i])
		switch {
		case gone[i]:
			m.Gone = append(m.Gone, record)
		case again[i]:
			m.Again = append(m.Again, record)
		}
	}
	m.Keys = keys
	return m, nil
}

// Deleted finds of the descriptions that the source says it has withdrawn those
// that are kept, and of a dataset also the rows of its files; nothing is written.
// It adds them to m, which Missing made of a whole listing, or to an empty one.
func (h *Harvest) Deleted(ctx context.Context, said []catalog.MissedKey, m *catalog.Missing) error {
	layers, keys := make([]string, len(said)), make([]string, len(said))
	for i, k := range said {
		layers[i], keys[i] = k.Layer, k.Key
	}
	if m.Live == 0 {
		err := h.conn.QueryRow(ctx, `select count(*) from harvested where source_id = $1 and missed < $2`, h.src.ID, missesToWithdraw).Scan(&m.Live)
		if err != nil {
			return fmt.Errorf("run %d: deletions: %w", h.run.ID, err)
		}
	}
	rows, err := h.conn.Query(ctx, `
		select layer, key, record_id::text
		from harvested
		where source_id = $1 and missed < $4 and (
			(layer, key) in (select * from unnest($2::text[], $3::text[]))
			or layer in (select name from layer where source_id = $1 and dataset_key = any($3) and starts_with(name, dataset_key || '/')))`, h.src.ID, layers, keys, missesToWithdraw)
	if err != nil {
		return fmt.Errorf("run %d: deletions: %w", h.run.ID, err)
	}
	var layer, key, record string
	_, err = pgx.ForEachRow(rows, []any{&layer, &key, &record}, func() error {
		m.Deleted = append(m.Deleted, catalog.MissedKey{Layer: layer, Key: key})
		m.Gone = append(m.Gone, record)
		return nil
	})
	if err != nil {
		return fmt.Errorf("run %d: deletions: %w", h.run.ID, err)
	}
	return nil
}

// over are those of records that are events in the past; one that is told in
// days is over when its last day is.
func (h *Harvest) over(ctx context.Context, records []string) (map[string]bool, error) {
	over := map[string]bool{}
	if len(records) == 0 {
		return over, nil
	}
	var id string
	rows, err := h.conn.Query(ctx, `
		select id::text
		from record
		where id = any($1)
			and kind = 'event'
			and coalesce(ends, starts) < now() - case
				when length(coalesce(properties ->> 'end', properties ->> 'start')) = 10 then interval '1 day'
				else interval '0' end`, records)
	if err != nil {
		return nil, err
	}
	_, err = pgx.ForEachRow(rows, []any{&id}, func() error {
		over[id] = true
		return nil
	})
	return over, err
}

// Withdraw counts the missed and deleted descriptions and withdraws the records
// that are gone, in one transaction; their history stays.
func (h *Harvest) Withdraw(ctx context.Context, m catalog.Missing) (int64, error) {
	var n int64
	err := pgx.BeginFunc(ctx, h.at(), func(tx pgx.Tx) error {
		if err := h.miss(ctx, tx, m.Keys, 1); err != nil {
			return err
		}
		if err := h.miss(ctx, tx, m.Deleted, missesToWithdraw); err != nil {
			return err
		}
		if err := h.miss(ctx, tx, m.Back, -1); err != nil {
			return err
		}
		var err error
		n, err = withdraw(ctx, tx, m.Gone, h.run.ID)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("run %d: withdraw: %w", h.run.ID, err)
	}
	return n, nil
}

// miss counts times for each of keys that it is not listed.
func (h *Harvest) miss(ctx context.Context, tx pgx.Tx, missed []catalog.MissedKey, times int) error {
	layers, keys := make([]string, len(missed)), make([]string, len(missed))
	for i, k := range missed {
		layers[i], keys[i] = k.Layer, k.Key
	}
	_, err := tx.Exec(ctx, `
		update harvested set missed = missed + $4
		from unnest($2::text[], $3::text[]) as m(layer, key)
		where source_id = $1 and harvested.layer = m.layer and harvested.key = m.key`, h.src.ID, layers, keys, times)
	return err
}

// withdraw takes records out of sight whose descriptions are gone. One that other
// sources describe too is not withdrawn: what is left of it is made anew of what they
// say, and its address leads there.
func withdraw(ctx context.Context, tx pgx.Tx, ids []string, run int64) (int64, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	if err := openStage(ctx, tx); err != nil { // outside a harvest there is none yet
		return 0, err
	}
	into, err := leave(ctx, tx, ids, run)
	if err != nil {
		return 0, err
	}
	n, err := takeAway(ctx, tx, ids, into, run)
	if err != nil {
		return 0, err
	}
	return n, marks(ctx, tx, stagedCollections+` union select collection from record where id = any($1)`, ids)
}

// takeAway is what withdraw does with the records themselves; into is where the
// addresses of those lead that others describe too. The marks are left to the caller.
func takeAway(ctx context.Context, tx pgx.Tx, ids []string, into map[string]string, run int64) (int64, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	heads := make([]*string, len(ids))
	for i, id := range ids {
		if head, ok := into[id]; ok {
			heads[i] = &head
		}
	}
	if _, err := tx.Exec(ctx, archive+` from record r where r.id = any($1) and r.status = 'published'`, ids); err != nil {
		return 0, err
	}
	if err := recount(ctx, tx, `select title, -1 from record where id = any($1) and status = 'published' and `+calledByName, ids); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, `
		with w as (
			update record r set status = case when g.head is null then 'withdrawn' else 'merged' end, merged_into = g.head,
				version = version + 1, updated = `+since+`, run_id = $3
			from unnest($1::uuid[], $2::uuid[]) g(id, head)
			where r.id = g.id and r.status = 'published'
			returning r.id, r.collection, r.kind, r.geom
		), c as (
			insert into change (record_id, collection, kind, op, bbox, run_id)
			select id, collection, kind, 'withdraw', box2d(geom), $3 from w
		)
		-- one that was shown under another's address is gone too, though nobody sees it
		select 1 from w
		union all
		select 1 from record r where r.id = any($1) and r.status = 'merged'`, ids, heads, run)
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, unfollow(`select unnest($1::uuid[]) as id`), ids); err != nil {
		return 0, err
	}
	return tag.RowsAffected(), nil
}

// leave takes the descriptions of records out of those that they are the same
// as, and makes these anew; into is where the address of each of them leads that is not alone.
func leave(ctx context.Context, tx pgx.Tx, ids []string, run int64) (into map[string]string, err error) {
	g, err := identify(ctx, tx, ids)
	if err != nil || len(g.around) == 0 {
		return nil, err
	}
	if err := g.publish(ctx, run); err != nil {
		return nil, err
	}
	return g.successors(), nil
}

// RemoveSource withdraws everything that came from a source and forgets what it
// said; the history of its records stays.
func (s *Store) RemoveSource(ctx context.Context, id string) (int64, error) {
	var n int64
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `update source set removed = now() where id = $1 and removed is null`, id)
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return errNoSource
		}
		if _, err := tx.Exec(ctx, `delete from correspondent where source_id = $1`, id); err != nil {
			return err
		}
		rows, _ := tx.Query(ctx, `select id::text from record where source_id = $1 and status in ('published', 'merged')`, id)
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return err
		}
		if n, err = withdraw(ctx, tx, ids, 0); err != nil {
			return err
		}
		if err := hideObservations(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from harvested where source_id = $1`, id); err != nil {
			return err
		}
		if err := forgetListing(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			update run set state = 'failed', finished = now(), receipt = receipt || '{"outcome": "failed", "error": "the source was removed"}'
			where source_id = $1 and state = 'running'`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from reading where source_id = $1`, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from layer where source_id = $1`, id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("source %s: %w", id, err)
	}
	return n, s.foldTables(ctx, s.db, "", 0)
}
