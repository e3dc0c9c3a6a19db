package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

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
