package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Origin is what the public may know of the source called id: its protocol,
// address, title, body and licence, and when it was last read to its end (the
// zero time: never).
func (s *Store) Origin(ctx context.Context, id string) (catalog.Source, time.Time, error) {
	src := catalog.Source{ID: id}
	var body *string
	var read *time.Time
	err := s.public.QueryRow(ctx, `
		select protocol, url, title, body_id, coalesce((select name from body where id = body_id), ''), licence, added,
			(select max(finished) from run where source_id = source.id and state = 'completed')
		from source
		where id = $1`, id).Scan(&src.Protocol, &src.URL, &src.Title, &body, &src.BodyName, &src.Licence, &src.Added, &read)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return src, time.Time{}, fmt.Errorf("source %s: %w", id, err)
	}
	if body != nil {
		src.BodyID = *body
	}
	if read != nil {
		return src, *read, nil
	}
	return src, time.Time{}, nil
}
