package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Contributions are the descriptions that a published record is made of, the one
// that is shown first; catalog.ErrNotFound when there is none.
func (s *Store) Contributions(ctx context.Context, record string) ([]catalog.Contributed, error) {
	id, err := uuid.Parse(record)
	if err != nil {
		return nil, fmt.Errorf("record %.60q: %w", record, catalog.ErrNotFound)
	}
	rows, _ := s.public.Query(ctx, `
		select c.own::text, c.source_id, coalesce(nullif(s.title, ''), c.source_id), c.layer, c.key, coalesce(c.url, ''), c.shown, c.missed,
			(select started from run where id = c.first_run), (select started from run where id = c.last_run)
		from contribution c
		join source s on s.id = c.source_id
		where c.record_id = $1
		order by not c.shown, s.added, c.source_id, c.layer, c.key`, id)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Contributed])
	if err == nil && len(list) == 0 {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: sources: %w", record, err)
	}
	return list, nil
}
