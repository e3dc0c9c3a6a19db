package postgis

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// AddRating stores a rating; what is not one is catalog.ErrInvalid.
func (s *Store) AddRating(ctx context.Context, r catalog.Rating) error {
	if !r.Valid() {
		return fmt.Errorf("rating of %q: %w", r.Page, catalog.ErrInvalid)
	}
	_, err := s.db.Exec(ctx, `
		insert into rating (id, page, body_id, stars, answer, details)
		values ($1, $2, $3, $4, $5, $6)`,
		r.ID, r.Page, r.BodyID, r.Stars, r.Answer, r.Details)
	if err != nil {
		return fmt.Errorf("rating of %q: %w", r.Page, err)
	}
	return nil
}

// CompleteRating adds the second answer to the rating called r.ID, once and on
// the same day or the next; catalog.ErrNotFound when there is no such rating.
func (s *Store) CompleteRating(ctx context.Context, r catalog.Rating) error {
	r.Page, r.Stars = "-", 1 // they are known, and stay
	if !r.Valid() {
		return fmt.Errorf("rating %s: %w", r.ID, catalog.ErrInvalid)
	}
	tag, err := s.db.Exec(ctx, `
		update rating
		set answer = $2, details = $3
		where id = $1 and answer = 0 and details = '' and day >= current_date - 1`,
		r.ID, r.Answer, r.Details)
	if err != nil {
		return fmt.Errorf("rating %s: %w", r.ID, err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("rating %s: %w", r.ID, catalog.ErrNotFound)
	}
	return nil
}

// Clarity yields the ratings counted by month, page and body, the newest month
// first; from a month on, of one page and of one body where those are given.
func (s *Store) Clarity(ctx context.Context, from time.Time, page, body string) iter.Seq2[catalog.Clarity, error] {
	return func(yield func(catalog.Clarity, error) bool) {
		rows, err := s.public.Query(ctx, `
			select month, page, body_id, ratings, average, stars, hard, liked
			from clarity
			where month >= $1 and ($2 = '' or page = $2) and ($3 = '' or body_id = $3)
			order by month desc, page, body_id`, from, page, body)
		if err != nil {
			yield(catalog.Clarity{}, fmt.Errorf("ratings: %w", err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			c, err := pgx.RowToStructByPos[catalog.Clarity](rows)
			if !yield(c, err) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(catalog.Clarity{}, fmt.Errorf("ratings: %w", err))
		}
	}
}
