package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Decide keeps what a person, by, has said of two records, and makes one of them
// or two at once. It wins over everything that is computed, now and later. A
// record is called by the id of its description in one source, which is its
// published id where it has only one.
func (s *Store) Decide(ctx context.Context, a, b string, verdict catalog.Verdict, by, note string) error {
	return s.regroup(ctx, a, b, func(tx pgx.Tx, p catalog.Pair) error {
		_, err := tx.Exec(ctx, `
			insert into verdict (a, b, verdict, by_whom, note) values ($1, $2, $3, $4, $5)
			on conflict (a, b) do update set verdict = excluded.verdict, by_whom = excluded.by_whom, note = excluded.note, at = now()`,
			p.A, p.B, string(verdict), noNUL(by), noNUL(note))
		return err
	})
}

// Undecide takes back what was said of two records; catalog.ErrNotFound when nothing was.
func (s *Store) Undecide(ctx context.Context, a, b string) error {
	return s.regroup(ctx, a, b, func(tx pgx.Tx, p catalog.Pair) error {
		tag, err := tx.Exec(ctx, `delete from verdict where a = $1 and b = $2`, p.A, p.B)
		if err == nil && tag.RowsAffected() == 0 {
			err = fmt.Errorf("nothing was said of them: %w", catalog.ErrNotFound)
		}
		return err
	})
}

// regroup finds out anew what two records belong to, after change.
func (s *Store) regroup(ctx context.Context, a, b string, change func(pgx.Tx, catalog.Pair) error) error {
	for _, id := range []string{a, b} {
		if _, err := uuid.Parse(id); err != nil {
			return fmt.Errorf("%.60q is no id of a record: %w", id, catalog.ErrInvalid)
		}
	}
	p := catalog.NewPair(a, b)
	if p.A == p.B {
		return fmt.Errorf("a record is always the same as itself: %w", catalog.ErrInvalid)
	}
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		var described int
		if err := tx.QueryRow(ctx, `select count(distinct record_id) from harvested where record_id in ($1, $2) and said is not null`, p.A, p.B).Scan(&described); err != nil {
			return err
		}
		if described < 2 {
			return fmt.Errorf("both must be described by a source and of a kind that is recognised across sources (%v): %w", catalog.RecognisedKinds(), catalog.ErrNotFound)
		}
		if err := openStage(ctx, tx); err != nil {
			return err
		}
		g := newGrouping(tx, nil)
		if err := g.hold(ctx); err != nil {
			return err
		}
		if err := change(tx, p); err != nil {
			return err
		}
		switch few, err := g.closure(ctx, []string{p.A, p.B}); {
		case err != nil:
			return err
		case !few:
			return fmt.Errorf("they are tied by identifiers to more than %d others, which are left as they are: %w", maxGroup, catalog.ErrInvalid)
		}
		if err := g.regroup(ctx); err != nil {
			return err
		}
		if err := g.publish(ctx, 0); err != nil {
			return err
		}
		return marks(ctx, tx, stagedCollections)
	})
	if err != nil {
		return fmt.Errorf("records %s and %s: %w", a, b, err)
	}
	return s.foldTables(ctx, s.db, "", 0)
}

// Doubts are the pairs that a person should look at, the likeliest first, at most
// limit, and how many there are: of two records that several describe, one pair.
func (s *Store) Doubts(ctx context.Context, limit int) ([]catalog.Doubt, int64, error) {
	rows, _ := s.db.Query(ctx, `
		with open as (
			select d.*, least(h.a, h.b) as one, greatest(h.a, h.b) as other, a.title as title_a, b.title as title_b, a.source_id as source_a, b.source_id as source_b
			from doubt d
			join record a on a.id = d.a and a.status in ('published', 'merged')
			join record b on b.id = d.b and b.status in ('published', 'merged')
			left join same_as x on x.id = d.a
			left join same_as y on y.id = d.b,
			lateral (select coalesce(x.head, d.a) as a, coalesce(y.head, d.b) as b) h
			where h.a <> h.b
			  and not exists (
				select from verdict v left join same_as p on p.id = v.a left join same_as q on q.id = v.b
				where v.verdict = 'different' and (coalesce(p.head, v.a), coalesce(q.head, v.b)) in ((h.a, h.b), (h.b, h.a)))
		), likeliest as ( -- of the pairs of two records
			select distinct on (one, other) * from open order by one, other, score desc, since, a, b
		)
		select a::text, b::text, kind, value, title_a, title_b, source_a, source_b, score, since, count(*) over ()
		from likeliest
		order by score desc, since, a, b
		limit $1`, limit)
	var total int64
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Doubt, error) {
		var d catalog.Doubt
		err := row.Scan(&d.A, &d.B, &d.Kind, &d.Value, &d.Titles[0], &d.Titles[1], &d.Sources[0], &d.Sources[1], &d.Score, &d.Since, &total)
		return d, err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("doubts: %w", err)
	}
	return list, total, nil
}
