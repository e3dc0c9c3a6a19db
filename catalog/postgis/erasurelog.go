package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// erasureColumns are those of a line of the log, in the order of its fields.
const erasureColumns = `number, at, act, source_id, coalesce(record_id::text, ''), field, coalesce(run_id, 0), records, by, why, previous, digest`

// logErasure adds a line to the log of erasures, in the transaction that erases. Of
// e, number, time and digests are filled here. One waits for the other, so that
// each finds the line that it follows.
func logErasure(ctx context.Context, tx pgx.Tx, e catalog.ErasureEntry) error {
	if _, err := tx.Exec(ctx, `lock table erasure_log in share row exclusive mode`); err != nil {
		return fmt.Errorf("log of erasures: %w", err)
	}
	rows, _ := tx.Query(ctx, `select `+erasureColumns+` from erasure_log order by number desc limit 1`)
	last, err := pgx.CollectExactlyOneRow(rows, scanErasure)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("log of erasures: %w", err)
	}
	if err := tx.QueryRow(ctx, `select clock_timestamp()`).Scan(&e.At); err != nil {
		return fmt.Errorf("log of erasures: %w", err)
	}
	e.Number, e.Previous = last.Number+1, last.Digest
	e.By, e.Why = noNUL(e.By), noNUL(e.Why)
	e.Digest = e.Sum()
	return addErasure(ctx, tx, e)
}

// addErasure writes a line of the log as it is.
func addErasure(ctx context.Context, tx pgx.Tx, e catalog.ErasureEntry) error {
	_, err := tx.Exec(ctx, `
		insert into erasure_log (number, at, act, source_id, record_id, field, run_id, records, by, why, previous, digest)
		values ($1, $2, $3, $4, nullif($5, '')::uuid, $6, nullif($7::bigint, 0), $8, $9, $10, $11, $12)`,
		e.Number, e.At, e.Act, e.Source, e.Record, e.Field, e.Run, e.Records, e.By, e.Why, e.Previous[:], e.Digest[:])
	if err != nil {
		return fmt.Errorf("log of erasures: line %d: %w", e.Number, err)
	}
	return nil
}

func scanErasure(row pgx.CollectableRow) (catalog.ErasureEntry, error) {
	var e catalog.ErasureEntry
	var previous, digest []byte
	err := row.Scan(&e.Number, &e.At, &e.Act, &e.Source, &e.Record, &e.Field, &e.Run, &e.Records, &e.By, &e.Why, &previous, &digest)
	e.At = e.At.UTC()
	copy(e.Previous[:], previous)
	copy(e.Digest[:], digest)
	return e, err
}

// ErasureLog is the whole log, from its first line on.
func (s *Store) ErasureLog(ctx context.Context) ([]catalog.ErasureEntry, error) {
	rows, _ := s.db.Query(ctx, `select `+erasureColumns+` from erasure_log order by number`)
	log, err := pgx.CollectRows(rows, scanErasure)
	if err != nil {
		return nil, fmt.Errorf("log of erasures: %w", err)
	}
	return log, nil
}

// ExtendErasureLog adds to the log the lines of kept, a copy of it, that it has not:
// a backup that is restored ends where it ended then. A copy that is not of the same
// log is ErrInvalid.
func (s *Store) ExtendErasureLog(ctx context.Context, kept []catalog.ErasureEntry) error {
	if err := catalog.CheckErasureLog(kept, nil); err != nil {
		return fmt.Errorf("copy of the %w", err)
	}
	return pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		rows, _ := tx.Query(ctx, `select `+erasureColumns+` from erasure_log order by number`)
		log, err := pgx.CollectRows(rows, scanErasure)
		if err != nil {
			return fmt.Errorf("log of erasures: %w", err)
		}
		for i, e := range log[:min(len(log), len(kept))] {
			if e.Digest != kept[i].Digest {
				return fmt.Errorf("log of erasures: line %d, of %s, is another one in the copy, of %s: %w",
					e.Number, e.At.UTC().Format(time.RFC3339), kept[i].At.UTC().Format(time.RFC3339), catalog.ErrInvalid)
			}
		}
		for _, e := range kept[min(len(log), len(kept)):] {
			if err := addErasure(ctx, tx, e); err != nil {
				return err
			}
		}
		return nil
	})
}
