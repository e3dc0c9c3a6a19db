package postgis

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Check keeps that a body has looked at a published record and found it true; the
// body must be known. catalog.ErrNotFound when there is no such record or body.
func (s *Store) Check(ctx context.Context, record string, c catalog.Check) error {
	id, err := uuid.Parse(record)
	if err != nil {
		return fmt.Errorf("record %.60q: %w", record, catalog.ErrNotFound)
	}
	tag, err := s.db.Exec(ctx, `
		insert into checked (record_id, body_id, by_whom, note, at)
		select r.id, b.id, $3, $4, $5 from record r, body b where r.id = $1 and r.status = 'published' and b.id = $2
		on conflict (record_id, at) do update set body_id = excluded.body_id, by_whom = excluded.by_whom, note = excluded.note`,
		id, strings.ToLower(c.BodyID), noNUL(c.By), noNUL(c.Note), c.At)
	if err == nil && tag.RowsAffected() == 0 {
		err = fmt.Errorf("no such published record, or no body %q (ponet body list): %w", c.BodyID, catalog.ErrNotFound)
	}
	if err != nil {
		return fmt.Errorf("check of %s: %w", record, err)
	}
	return nil
}

// LastCheck is the last check of a published record, also of those that turned out to be the
// same; catalog.ErrNotFound when there was none. Who did it and the note are not published.
func (s *Store) LastCheck(ctx context.Context, record string) (catalog.Check, error) {
	var c catalog.Check
	id, err := uuid.Parse(record)
	if err != nil {
		return c, fmt.Errorf("record %.60q: %w", record, catalog.ErrNotFound)
	}
	err = s.public.QueryRow(ctx, `select body_id, body_name, at from last_check where record_id = $1 order by at desc limit 1`, id).Scan(&c.BodyID, &c.Body, &c.At)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return c, fmt.Errorf("check of %s: %w", record, err)
	}
	return c, nil
}

// ChecksDue are the published records that should be looked at before until, of a body ("" of all),
// those that never were first, at most limit, and how many there are.
func (s *Store) ChecksDue(ctx context.Context, body string, until time.Time, limit int) ([]catalog.CheckDue, int64, error) {
	kinds, months := []string{}, []int32{}
	for _, k := range catalog.Kinds() {
		if n := k.CheckedEvery(); n > 0 {
			kinds, months = append(kinds, string(k)), append(months, int32(n))
		}
	}
	rows, _ := s.public.Query(ctx, `
		select r.id::text, r.kind, r.title, coalesce(b.name, r.body_id, ''), c.at, c.at + e.months * interval '1 month', count(*) over ()
		from published r
		join unnest($1::text[], $2::int[]) e(kind, months) on e.kind = r.kind
		left join body b on b.id = r.body_id
		left join (select record_id, max(at) as at from last_check group by record_id) c on c.record_id = r.id
		where ($3 = '' or r.body_id = $3) and (c.at is null or c.at + e.months * interval '1 month' < $4)
		order by c.at nulls first, r.title, r.id
		limit $5`, kinds, months, strings.ToLower(body), until, limit)
	var total int64
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (d catalog.CheckDue, err error) {
		err = row.Scan(&d.ID, &d.Kind, &d.Title, &d.Body, &d.At, &d.Due, &total)
		for _, t := range []*time.Time{d.At, d.Due} {
			if t != nil {
				*t = t.UTC().Truncate(time.Second)
			}
		}
		return d, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("checks that are due: %w", err)
	}
	return list, total, nil
}
