package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Recognised is how many of the descriptions that the run has brought or changed so
// far are one record with what other sources say.
func (h *Harvest) Recognised(ctx context.Context) (n int64, err error) {
	err = pgx.BeginFunc(ctx, h.at(), func(tx pgx.Tx) error {
		return tx.QueryRow(ctx, `select count(*) from recognised where source_id = $1 and run_id = $2`, h.src.ID, h.run.ID).Scan(&n)
	})
	if err != nil {
		return 0, fmt.Errorf("run %d: recognised: %w", h.run.ID, err)
	}
	return n, nil
}

// RunRecognised are those of a run of a source which are that still and which no later
// run has changed, by title, at most limit.
func (s *Store) RunRecognised(ctx context.Context, source string, run int64, limit int) ([]catalog.Recognised, error) {
	rows, _ := s.public.Query(ctx, `
		select id::text, own::text, key, kind, collection, slug, title, others
		from recognised
		where source_id = $1 and run_id = $2
		order by plain(title), own
		limit $3`, source, run, limit)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Recognised])
	if err != nil {
		return nil, fmt.Errorf("run %d: recognised: %w", run, err)
	}
	return list, nil
}
