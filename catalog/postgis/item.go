package postgis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb/encoding/wkb"

	"po-net.prato.it/ponet/catalog"
)

// Item is the published record called id, whole. One that was withdrawn is
// ErrWithdrawn, with the date and the reason; what never was published is
// ErrNotFound.
func (s *Store) Item(ctx context.Context, id string) (*catalog.Record, error) {
	key, err := uuid.Parse(id)
	if err != nil || len(id) != 36 {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound) // our ids are UUIDs: it cannot be one
	}
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from published where id = $1", key)
	r, err := pgx.CollectExactlyOneRow(rows, scanRecord)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, s.absent(ctx, key)
	}
	if err != nil {
		return nil, fmt.Errorf("record %s: %w", id, err)
	}
	if err := s.told(ctx, key, r); err != nil {
		return nil, fmt.Errorf("record %s: last check: %w", id, err)
	}
	return r, nil
}

// told fills in who describes r, of several the one whose description is shown,
// and when it was last seen there: a run that found it unchanged writes nothing
// in it, but it has seen it; those that missed it have not.
func (s *Store) told(ctx context.Context, id uuid.UUID, r *catalog.Record) error {
	var missed int16
	err := s.public.QueryRow(ctx, `
		select source_id, key, missed from contribution where record_id = $1 and shown order by missed limit 1`, id).Scan(&r.SourceID, &r.SourceKey, &missed)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return s.public.QueryRow(ctx, `
		select greatest($2, (
			select finished
			from run
			where source_id = $1 and state = 'completed'
			order by id desc
			offset $3
			limit 1))`, r.SourceID, r.Updated, missed).Scan(&r.Verified)
}

// absent is why there is no published record called id.
func (s *Store) absent(ctx context.Context, id uuid.UUID) error {
	var at time.Time
	var sourceRemoved bool
	var successor *uuid.UUID
	var merged bool
	err := s.public.QueryRow(ctx, `
		select at, source_removed, successor, merged
		from withdrawn
		where id = $1`, id).Scan(&at, &sourceRemoved, &successor, &merged)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return fmt.Errorf("record %s: %w", id, catalog.ErrNotFound)
	case err != nil:
		return fmt.Errorf("record %s: %w", id, err)
	}
	if merged && successor != nil {
		return &catalog.MergedError{ID: id.String(), Into: successor.String()}
	}
	gone := &catalog.WithdrawnError{ID: id.String(), At: at, SourceRemoved: sourceRemoved}
	if successor != nil {
		gone.Successor = successor.String()
	}
	return gone
}

// recordColumns is what scanRecord reads of published, with all that the
// properties do not hold.
const recordColumns = `
	id, kind, collection, slug, title, summary, theme, type, municipality, istat_code, body_id, licence,
	source_id, source_key, feature, ST_AsBinary(geom), accuracy_metres, version, created, updated, run_id`

// scanRecord reads a whole record.
func scanRecord(row pgx.CollectableRow) (*catalog.Record, error) {
	var r catalog.Record
	var id uuid.UUID
	var body *string
	var geometry []byte
	err := row.Scan(&id, &r.Kind, &r.Collection, &r.Slug, &r.Title, &r.Summary, &r.Theme, &r.Type, &r.Municipality, &r.ISTATCode,
		&body, &r.Licence, &r.SourceID, &r.SourceKey, &r.Feature, &geometry, &r.AccuracyMetres, &r.Version, &r.Created, &r.Updated, &r.RunID)
	if err != nil {
		return nil, err
	}
	r.ID, r.Status, r.Verified = id.String(), catalog.StatusPublished, r.Updated
	if body != nil {
		r.BodyID = *body
	}
	if geometry != nil {
		if r.Geometry, err = wkb.Unmarshal(geometry); err != nil {
			return nil, fmt.Errorf("record %s: geometry: %w", r.ID, err)
		}
	}
	if r.Properties, err = featureProperties(r.Feature); err != nil {
		return nil, fmt.Errorf("record %s: feature: %w", r.ID, err)
	}
	r.FromProperties()
	return &r, nil
}
