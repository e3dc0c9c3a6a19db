package postgis

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Limits of what is told of a body.
const (
	maxWorst  = 10
	maxBroken = 20
)

// BodyQuality is how good the records of a body are.
func (s *Store) BodyQuality(ctx context.Context, body string) (catalog.BodyQuality, error) {
	q := catalog.BodyQuality{}
	rows, _ := s.public.Query(ctx, `
		select kind, count(*), avg(completeness)::float8, avg(mqa)::float8
		from quality
		where body_id = $1
		group by kind
		order by count(*) desc, kind`, body)
	var err error
	if q.Kinds, err = pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.KindQuality]); err != nil {
		return q, fmt.Errorf("quality of %s: %w", body, err)
	}
	rows, _ = s.public.Query(ctx, `
		select record_id::text
		from quality
		where body_id = $1 and worst is not null and worst < 100
		order by worst, record_id
		limit $2`, body, maxWorst)
	if q.Worst, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return q, fmt.Errorf("worst records of %s: %w", body, err)
	}
	rows, _ = s.public.Query(ctx, `
		select l.address, l.state, l.reason, l.at, l.status, l.ms, l.failed_on, p.id, p.kind, p.collection, p.slug, p.title, count(*) over ()
		from (
			select distinct on (l.address) l.*, r.record_id
			from link l
			join record_link r on r.address = l.address
			join quality q on q.record_id = r.record_id and q.body_id = $1
			where l.state = 'broken'
			order by l.address, r.record_id) l
		join published p on p.id = l.record_id
		order by l.failed_on, l.address
		limit $2`, body, maxBroken)
	q.Broken, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.BrokenLink, error) {
		b := catalog.BrokenLink{Record: &catalog.Record{}}
		var id uuid.UUID
		err := row.Scan(&b.Address, &b.State, &b.Reason, &b.At, &b.Status, &b.Millis, &b.FailedOn, &id, &b.Record.Kind, &b.Record.Collection, &b.Record.Slug, &b.Record.Title, &q.BrokenLinks)
		b.Record.ID = id.String()
		return b, err
	})
	if err != nil {
		return q, fmt.Errorf("broken links of %s: %w", body, err)
	}
	return q, nil
}
