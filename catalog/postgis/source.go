package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// PutSource adds a source or replaces its definition. A removed one comes back.
func (s *Store) PutSource(ctx context.Context, src catalog.Source) error {
	mapping, err := json.Marshal(src.Mapping)
	if err != nil {
		return fmt.Errorf("source %s: %w", src.ID, err)
	}
	_, err = s.db.Exec(ctx, `
		insert into source (id, protocol, url, title, body_id, licence, mapping, paused, rhythm, deadline, max_bytes, max_requests, credentials, federated_nationally, standing)
		values ($1, $2, $3, $4, nullif($5, ''), $6, $7, $8, $9, $10, $11, $12, coalesce($13, '[]'::jsonb), $14, $15)
		on conflict (id) do update set
			protocol = excluded.protocol,
			url = excluded.url,
			title = excluded.title,
			body_id = excluded.body_id,
			licence = excluded.licence,
			mapping = excluded.mapping,
			paused = excluded.paused,
			rhythm = excluded.rhythm,
			deadline = excluded.deadline,
			max_bytes = excluded.max_bytes,
			max_requests = excluded.max_requests,
			credentials = excluded.credentials,
			federated_nationally = excluded.federated_nationally,
			standing = excluded.standing,
			removed = null`,
		src.ID, src.Protocol, src.URL, src.Title, src.BodyID, src.Licence, mapping, src.Paused,
		time.Duration(src.Rhythm), time.Duration(src.Deadline), src.MaxBytes, src.MaxRequests, src.Credentials, src.FederatedNationally, string(src.Standing))
	if err != nil {
		return fmt.Errorf("source %s: %w", src.ID, err)
	}
	return nil
}

const sourceColumns = `source.id, protocol, url, title, coalesce(body_id, ''), coalesce(body.name, ''), licence, mapping, paused, rhythm, deadline, max_bytes, max_requests, credentials, federated_nationally, standing, added`

// Source is the definition of one source; catalog.ErrNotFound if there is none.
func (s *Store) Source(ctx context.Context, id string) (catalog.Source, error) {
	rows, _ := s.db.Query(ctx, `select `+sourceColumns+` from source left join body on body.id = body_id where source.id = $1 and removed is null`, id) // Query's error comes out of Collect
	src, err := pgx.CollectExactlyOneRow(rows, scanSource)
	if errors.Is(err, pgx.ErrNoRows) {
		err = catalog.ErrNotFound
	}
	if err != nil {
		return src, fmt.Errorf("source %s: %w", id, err)
	}
	return src, nil
}

// Sources are all sources, by id.
func (s *Store) Sources(ctx context.Context) ([]catalog.Source, error) {
	rows, _ := s.db.Query(ctx, `select `+sourceColumns+` from source left join body on body.id = body_id where removed is null order by source.id`)
	return pgx.CollectRows(rows, scanSource)
}

func scanSource(row pgx.CollectableRow) (catalog.Source, error) {
	var (
		src              catalog.Source
		rhythm, deadline time.Duration
	)
	err := row.Scan(&src.ID, &src.Protocol, &src.URL, &src.Title, &src.BodyID, &src.BodyName, &src.Licence, &src.Mapping,
		&src.Paused, &rhythm, &deadline, &src.MaxBytes, &src.MaxRequests, &src.Credentials, &src.FederatedNationally, &src.Standing, &src.Added)
	src.Rhythm, src.Deadline = catalog.Duration(rhythm), catalog.Duration(deadline)
	return src, err
}

// PutBody adds a body or brings what is known of it up to date.
func (s *Store) PutBody(ctx context.Context, b catalog.Body) error {
	_, err := s.db.Exec(ctx, `
		insert into body (id, name, kind, website, phone, email)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (id) do update set
			name = excluded.name,
			kind = excluded.kind,
			website = excluded.website,
			phone = excluded.phone,
			email = excluded.email`,
		b.ID, b.Name, b.Kind, b.Website, b.Phone, b.Email)
	if err != nil {
		return fmt.Errorf("body %s: %w", b.ID, err)
	}
	return nil
}

// Bodies are all bodies, by name.
func (s *Store) Bodies(ctx context.Context) ([]catalog.Body, error) {
	rows, _ := s.db.Query(ctx, `select id, name, kind, website, phone, email from body order by name`)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Body])
}

// NameBody makes sure that a body exists; a new one is called by its id until
// somebody says its name.
func (s *Store) NameBody(ctx context.Context, id string) error {
	_, err := s.db.Exec(ctx, `insert into body (id, name) values ($1, $1) on conflict do nothing`, id)
	if err != nil {
		return fmt.Errorf("body %s: %w", id, err)
	}
	return nil
}
