package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"po-net.prato.it/ponet/catalog"
)

// Statements are what the sources say of a published record that several of them describe,
// the one that is shown first; none of a record that has one alone.
func (s *Store) Statements(ctx context.Context, record string) ([]catalog.Statement, error) {
	id, err := uuid.Parse(record)
	if err != nil {
		return nil, fmt.Errorf("record %.60q: %w", record, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, `
		select c.own::text, c.source_id, coalesce(nullif(s.title, ''), c.source_id), c.layer, c.key, coalesce(c.url, ''), c.shown, c.missed,
			(select started from run where id = c.first_run), (select started from run where id = c.last_run), s.standing, c.said
		from statement c
		join source s on s.id = c.source_id
		where c.record_id = $1
		order by not c.shown, s.added, c.source_id, c.layer, c.key`, id)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Statement, error) {
		var st catalog.Statement
		var said []byte
		err := row.Scan(&st.ID, &st.Source, &st.Title, &st.Layer, &st.Key, &st.URL, &st.Shown, &st.Missed, &st.First, &st.Changed, &st.Standing, &said)
		if err == nil {
			st.Record, err = catalog.ReadRecord(said)
		}
		return st, err
	})
	if err != nil {
		return nil, fmt.Errorf("record %s: what its sources say: %w", record, err)
	}
	return list, nil
}

// Description is what one source says of a thing, by the id that its record would have by
// itself: also of a part of a record that several describe. catalog.ErrNotFound when no source
// describes it, or of a kind that is not recognised across sources.
func (s *Store) Description(ctx context.Context, id string) (*catalog.Record, error) {
	key, err := uuid.Parse(id)
	if err != nil {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	var said, shape []byte
	var source string
	err = s.db.QueryRow(ctx, `
		select source_id, said, ST_AsBinary(ST_Transform(ST_Force2D(ST_GeomFromEWKB(shape)), 4326))
		from harvested
		where record_id = $1 and said is not null and missed < $2`, key, missesToWithdraw).Scan(&source, &said, &shape)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", id, err)
	}
	r, err := catalog.ReadRecord(said)
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", id, err)
	}
	r.ID, r.SourceID = id, source
	if shape != nil {
		if r.Geometry, err = wkb.Unmarshal(shape); err != nil {
			return nil, fmt.Errorf("record %s: geometry: %w", id, err)
		}
	}
	return &r, nil
}
