package postgis

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

const linkColumns = `address, file, state, reason, at, status, ms, failed_on, due, etag, last_modified`

func scanLink(row pgx.CollectableRow) (l catalog.Link, err error) {
	var at, failed *time.Time
	err = row.Scan(&l.Address, &l.File, &l.State, &l.Reason, &at, &l.Status, &l.Millis, &failed, &l.Due, &l.ETag, &l.LastModified)
	if at != nil {
		l.At = *at
	}
	if failed != nil { // a day of Italy
		l.FailedOn = time.Date(failed.Year(), failed.Month(), failed.Day(), 0, 0, 0, 0, catalog.Rome)
	}
	return l, err
}

// maxDue is among how many links that are due a run chooses.
const maxDue = 20_000

// DueLinks are the links to look at now: at most limit, and so many of one host, the
// longest due first. hosts limits them to some; none: all. What no record gives any
// more is not among them, and is forgotten.
func (s *Store) DueLinks(ctx context.Context, now time.Time, limit, ofHost int, hosts []string) ([]catalog.Link, error) {
	if _, err := s.db.Exec(ctx, `
		delete from link
		where address in (select address from link where due <= $1 order by due limit $2)
		  and not exists (select from record_link l where l.address = link.address)`, now, maxDue); err != nil {
		return nil, fmt.Errorf("links that nobody gives: %w", err)
	}
	rows, _ := s.db.Query(ctx, `
		select `+linkColumns+`
		from (select *, row_number() over (partition by host order by due, address) as n
			from (select * from link where due <= $1 and ($4::text[] is null or host = any($4)) order by due limit $5) d) d
		where n <= $3
		order by due, address
		limit $2`, now, limit, ofHost, hosts, maxDue)
	list, err := pgx.CollectRows(rows, scanLink)
	if err != nil {
		return nil, fmt.Errorf("links that are due: %w", err)
	}
	return list, nil
}

// HurryLinks makes links due: those of a host, with "" of all, which is how many.
func (s *Store) HurryLinks(ctx context.Context, now time.Time, host string) (int64, error) {
	tag, err := s.db.Exec(ctx, `update link set due = $1 where due > $1 and ($2 = '' or host = $2)`, now, host)
	if err != nil {
		return 0, fmt.Errorf("links: %w", err)
	}
	return tag.RowsAffected(), nil
}

// LinksDue reports whether there is a link to look at, and the last run, which reader
// remembers, was so long ago. A run in the future was under a wrong clock.
func (s *Store) LinksDue(ctx context.Context, reader string, now time.Time, every time.Duration) (due bool, err error) {
	if err = s.db.QueryRow(ctx, `
		select exists (select from link where due <= $1)
		  and not exists (select from mark where reader = $2 and at between $1::timestamptz - $3::interval and $1::timestamptz + $3::interval)`, now, reader, every).Scan(&due); err != nil {
		err = fmt.Errorf("links that are due: %w", err)
	}
	return due, err
}

// PutLink keeps what was found at a link, and measures the records that give it
// anew when it is thought of otherwise than before.
func (s *Store) PutLink(ctx context.Context, v *catalog.Vocabularies, before, l catalog.Link) error {
	var failed *time.Time
	if !l.FailedOn.IsZero() {
		failed = &l.FailedOn
	}
	var at *time.Time
	if !l.At.IsZero() {
		at = &l.At
	}
	if _, err := s.db.Exec(ctx, `
		update link set state = $2, reason = $3, at = $4, status = $5, ms = $6, failed_on = $7::timestamptz::date, due = $8, etag = $9, last_modified = $10
		where address = $1`,
		l.Address, l.State, l.Reason, at, l.Status, l.Millis, failed, l.Due, noNUL(l.ETag), noNUL(l.LastModified)); err != nil {
		return fmt.Errorf("link %.100s: %w", l.Address, err)
	}
	if before.State == l.State {
		return nil
	}
	rows, _ := s.db.Query(ctx, `select record_id::text from record_link where address = $1 limit $2`, l.Address, measureBatch)
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("records of link %.100s: %w", l.Address, err)
	}
	return s.measure(ctx, v, ids)
}

// LinkCounts are how many links there are in each state.
func (s *Store) LinkCounts(ctx context.Context) (map[catalog.LinkState]int64, error) {
	rows, _ := s.public.Query(ctx, `select state, count(*) from link group by state`)
	counts := map[catalog.LinkState]int64{}
	var state catalog.LinkState
	var n int64
	if _, err := pgx.ForEachRow(rows, []any{&state, &n}, func() error { counts[state] = n; return nil }); err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return counts, nil
}

// LinksIn are the links in a state, the newest look first.
func (s *Store) LinksIn(ctx context.Context, state catalog.LinkState, limit int) ([]catalog.Link, error) {
	rows, _ := s.public.Query(ctx, `select `+linkColumns+` from link where state = $1 order by at desc nulls last, address limit $2`, state, limit)
	list, err := pgx.CollectRows(rows, scanLink)
	if err != nil {
		return nil, fmt.Errorf("links: %w", err)
	}
	return list, nil
}

// Link is what is known of an address; catalog.ErrNotFound when no record gives it.
func (s *Store) Link(ctx context.Context, address string) (catalog.Link, error) {
	rows, _ := s.public.Query(ctx, `select `+linkColumns+` from link where address = $1`, address)
	l, err := pgx.CollectOneRow(rows, scanLink)
	if err == pgx.ErrNoRows {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return l, fmt.Errorf("link %.200s: %w", address, err)
	}
	return l, nil
}
