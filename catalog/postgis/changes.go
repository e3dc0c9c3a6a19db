package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// MaxChanges is the most changes one call gives.
const MaxChanges = 10_000

// Changes are the next changes after a position, at most limit, the oldest
// first. Those of transactions that may still be joined by others are left for later.
func (s *Store) Changes(ctx context.Context, after catalog.Position, limit int) ([]catalog.Change, error) {
	others, err := s.others(ctx)
	if err != nil {
		return nil, err
	}
	rows, _ := s.public.Query(ctx, `
		select seq, xid, record_id, collection, kind, op, at
		from change
		where (xid, seq) > ($1::xid8, $2)
		  and xid < (select change_horizon($4::text[]::xid[]))
		order by xid, seq
		limit $3`, after.Transaction, after.Seq, max(1, min(limit, MaxChanges)), others)
	changes, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Change, error) {
		var c catalog.Change
		var id uuid.UUID
		err := row.Scan(&c.Seq, &c.Transaction, &id, &c.Collection, &c.Kind, &c.Op, &c.At)
		c.RecordID = id.String()
		return c, err
	})
	if err != nil {
		return nil, fmt.Errorf("changes after %d: %w", after.Seq, err)
	}
	return changes, nil
}

// others are the transactions under way that need not be waited for.
func (s *Store) others(ctx context.Context) (list []string, err error) {
	if err = s.public.QueryRow(ctx, `select other_transactions()::text[]`).Scan(&list); err != nil {
		err = fmt.Errorf("transactions of others: %w", err)
	}
	return list, err
}

// LogEnd is the position of the last change that Changes gives now; zero when
// nothing ever changed.
func (s *Store) LogEnd(ctx context.Context) (catalog.Position, error) {
	var p catalog.Position
	others, err := s.others(ctx)
	if err != nil {
		return p, err
	}
	err = s.public.QueryRow(ctx, `
		select xid, seq
		from change
		where xid < (select change_horizon($1::text[]::xid[]))
		order by xid desc, seq desc
		limit 1`, others).Scan(&p.Transaction, &p.Seq)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return p, fmt.Errorf("end of the changes: %w", err)
	}
	return p, nil
}

// RecordsByID are the published ones of the records called ids, whole, in no order.
func (s *Store) RecordsByID(ctx context.Context, ids []string) ([]*catalog.Record, error) {
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from published where id = any($1::text[]::uuid[])", ids)
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("%d records by id: %w", len(ids), err)
	}
	return records, nil
}

// Position is how far the reader of the change log called reader has come.
func (s *Store) Position(ctx context.Context, reader string) (catalog.Position, error) {
	var p catalog.Position
	err := s.db.QueryRow(ctx, `select xid, seq from mark where reader = $1`, reader).Scan(&p.Transaction, &p.Seq)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return p, fmt.Errorf("position of %s: %w", reader, err)
	}
	return p, nil
}

// SetPosition remembers how far reader has come.
func (s *Store) SetPosition(ctx context.Context, reader string, p catalog.Position) error {
	_, err := s.db.Exec(ctx, `
		insert into mark (reader, xid, seq, at)
		values ($1, $2, $3, now())
		on conflict (reader) do update set xid = excluded.xid, seq = excluded.seq, at = excluded.at`, reader, p.Transaction, p.Seq)
	if err != nil {
		return fmt.Errorf("position of %s: %w", reader, err)
	}
	return nil
}
