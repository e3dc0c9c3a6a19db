package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Park keeps what the run would have withdrawn, and that it was missed. A run that
// is taken up again writes it anew.
func (h *Harvest) Park(ctx context.Context, m catalog.Missing) error {
	records := append(append([]string{}, m.Gone...), m.Again...)
	var layers, keys []string
	for _, k := range append(append([]catalog.MissedKey{}, m.Keys...), m.Deleted...) {
		layers, keys = append(layers, k.Layer), append(keys, k.Key)
	}
	err := pgx.BeginFunc(ctx, h.at(), func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `delete from parked where run_id = $1`, h.run.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into parked (run_id, layer, key, record_id)
			select $1, h.layer, h.key, h.record_id
			from unnest($3::text[], $4::text[]) as m(layer, key)
			join harvested h on h.source_id = $2 and h.layer = m.layer and h.key = m.key
			where h.record_id = any($5)
			on conflict do nothing`, h.run.ID, h.src.ID, layers, keys, records)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update harvested h set missed = $3
			from parked p
			where p.run_id = $1 and h.source_id = $2 and h.layer = p.layer and h.key = p.key and h.missed < $3`, h.run.ID, h.src.ID, missesToWithdraw-1)
		return err
	})
	if err != nil {
		return fmt.Errorf("run %d: park: %w", h.run.ID, err)
	}
	return nil
}

// rejected is what the newest complete listing of the source would have
// withdrawn, where a person has rejected that.
func (h *Harvest) rejected(ctx context.Context) (map[catalog.MissedKey]struct{}, error) {
	rows, err := h.conn.Query(ctx, `
		select p.layer, p.key
		from parked p
		join run r on r.id = p.run_id
		where r.state = 'rejected' and r.id = (
			select max(id) from run where source_id = $1 and kind = 'harvest' and state in ('completed', 'parked', 'rejected'))`, h.src.ID)
	if err != nil {
		return nil, err
	}
	keys := map[catalog.MissedKey]struct{}{}
	var k catalog.MissedKey
	_, err = pgx.ForEachRow(rows, []any{&k.Layer, &k.Key}, func() error {
		keys[k] = struct{}{}
		return nil
	})
	return keys, err
}

// Parked are the records that a parked run would withdraw, by title, at most
// limit; the rest of them is counted.
func (s *Store) Parked(ctx context.Context, run int64, limit int) ([]catalog.Difference, int64, error) {
	rows, _ := s.db.Query(ctx, `
		select r.id::text, r.collection, p.layer, p.key, r.title, count(*) over ()
		from parked p
		join record r on r.id = p.record_id
		where p.run_id = $1
		order by plain(r.title), p.layer, p.key
		limit $2`, run, limit)
	var total int64
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Difference, error) {
		d := catalog.Difference{Class: catalog.DifferenceGone}
		err := row.Scan(&d.Record, &d.Collection, &d.Layer, &d.Key, &d.Title, &total)
		return d, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("run %d: difference: %w", run, err)
	}
	return list, total, nil
}

// Reject closes a parked run, and the earlier ones of its source, as rejected:
// nothing that it lacked is missed any more. The same difference in the next
// listing is parked again.
func (s *Store) Reject(ctx context.Context, run catalog.Run) error {
	src := catalog.Source{ID: run.SourceID}
	conn, err := s.db.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("run %d: reject: %w", run.ID, err)
	}
	h := &Harvest{store: s, conn: conn, src: src}
	defer h.Close()
	if err := h.hold(ctx); err != nil {
		return fmt.Errorf("run %d: reject: %w", run.ID, err)
	}
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `
			update harvested set missed = 0
			from parked p
			where p.run_id = $1 and harvested.source_id = $2 and harvested.layer = p.layer and harvested.key = p.key and harvested.missed < $3`,
			run.ID, run.SourceID, missesToWithdraw); err != nil {
			return err
		}
		if err := forgetListing(ctx, tx, run.SourceID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			update run set state = 'rejected', receipt = receipt || '{"outcome": "rejected"}'
			where source_id = $1 and state = 'parked' and id <= $2`, run.SourceID, run.ID)
		return err
	})
	if err != nil {
		return fmt.Errorf("run %d: reject: %w", run.ID, err)
	}
	return nil
}
