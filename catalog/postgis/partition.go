package postgis

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// firstMonth is the oldest month with a partition of its own: so there are some
// hundreds of them whatever a source says, for nothing may lie in the future.
var firstMonth = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)

// partitions makes the months of list that are not there yet. Each is made apart
// and attached, which readers do not notice; a partition made in place would
// lock all of them out.
func (h *Harvest) partitions(ctx context.Context, list []catalog.Observation) error {
	var months []time.Time
	for _, o := range list {
		s := o.Start.UTC()
		m := time.Date(s.Year(), s.Month(), 1, 0, 0, 0, 0, time.UTC)
		if !m.Before(firstMonth) && !h.months[m] && !slices.ContainsFunc(months, m.Equal) {
			months = append(months, m)
		}
	}
	for _, m := range months {
		if err := makeMonth(ctx, h.conn.Conn(), m); err != nil {
			return err
		}
		if h.months == nil {
			h.months = map[time.Time]bool{}
		}
		h.months[m] = true
	}
	return nil
}

// A beginner is a connection, or a transaction in which another is begun.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// makeMonth makes the partition of a month, if it is not there.
func makeMonth(ctx context.Context, conn beginner, month time.Time) error {
	name := "observation_" + month.Format("2006_01")
	var there bool
	if err := conn.QueryRow(ctx, isTable, name).Scan(&there); err != nil || there {
		return err
	}
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		// Two sources may want the same month at once.
		if _, err := tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('ponet observation partition', 0))`); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, isTable, name).Scan(&there); err != nil || there {
			return err
		}
		_, err := tx.Exec(ctx, fmt.Sprintf(`
			create table %[1]s (like observation including all);
			alter table observation attach partition %[1]s for values from ('%[2]s') to ('%[3]s')`,
			quoted(name), month.Format(time.RFC3339), month.AddDate(0, 1, 0).Format(time.RFC3339)))
		return err
	})
	if err != nil {
		return fmt.Errorf("month %s: %w", month.Format("2006-01"), err)
	}
	return nil
}

// isTable looks into the catalogue itself: to_regclass would answer from a cache
// that waiting for a lock does not renew.
const isTable = `select exists (select from pg_class where relname = $1 and relnamespace = 'public'::regnamespace)`

// monthsOfStreams makes the months in which some datastream has observations,
// for a restore.
func monthsOfStreams(ctx context.Context, conn beginner) error {
	rows, err := conn.Query(ctx, `
		select distinct month at time zone 'utc'
		from datastream, generate_series(date_trunc('month', greatest(starts, $1) at time zone 'utc'), ends at time zone 'utc', '1 month') month
		where ends >= $1`, firstMonth)
	if err != nil {
		return err
	}
	months, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return err
	}
	for _, m := range months {
		if err := makeMonth(ctx, conn, m.UTC()); err != nil {
			return err
		}
	}
	return nil
}
