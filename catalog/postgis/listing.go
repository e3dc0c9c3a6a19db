package postgis

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// Listing is what the last completed run of the source left, the zero state if
// none did, or if the municipalities that places are looked up in have changed
// since. Unless dry, its documents are taken out of the catalogue: until
// this run is completed nobody knows any more which answer it holds.
func (h *Harvest) Listing(ctx context.Context, dry bool) (catalog.ListingState, error) {
	var s catalog.ListingState
	err := h.conn.QueryRow(ctx, `select reading, cursor, listed, documents from listing where source_id = $1`, h.src.ID).
		Scan(&s.Reading, &s.Cursor, &s.Listed, &s.Documents)
	if errors.Is(err, pgx.ErrNoRows) {
		return catalog.ListingState{}, nil
	}
	if err == nil && !dry && len(s.Documents) > 0 {
		_, err = h.conn.Exec(ctx, `update listing set documents = '{}' where source_id = $1`, h.src.ID)
	}
	if err != nil {
		return s, fmt.Errorf("run %d: last listing: %w", h.run.ID, err)
	}
	reading, same := bytes.CutSuffix(s.Reading, h.areas)
	if !same {
		return catalog.ListingState{}, nil
	}
	s.Reading = reading
	return s, nil
}

// Remember is what Finish leaves to the next run of the source, if this one is
// completed.
func (h *Harvest) Remember(s catalog.ListingState) { h.listing = &s }

// remembered writes what the next run begins with.
func (h *Harvest) remembered(ctx context.Context, tx pgx.Tx) error {
	documents, err := json.Marshal(h.listing.Documents)
	if err != nil {
		return err
	}
	if h.listing.Documents == nil {
		documents = []byte("{}")
	}
	_, err = tx.Exec(ctx, `
		insert into listing (source_id, reading, cursor, listed, documents)
		select id, $2::bytea, $3::text, $4::timestamptz, $5::jsonb from source where id = $1 and removed is null
		on conflict (source_id) do update set
			reading = excluded.reading, cursor = excluded.cursor, listed = excluded.listed, documents = excluded.documents`,
		h.src.ID, slices.Concat(h.listing.Reading, h.areas), noNUL(h.listing.Cursor), h.listing.Listed, noNUL(string(documents)))
	if err != nil {
		return fmt.Errorf("listing: %w", err)
	}
	return nil
}

// Held calls each for everything that the last complete listing of the source
// held, of the layers whose names are prefix or begin with prefix and a slash;
// "": of all.
func (h *Harvest) Held(ctx context.Context, prefix string, each func(layer, key string)) error {
	rows, err := h.conn.Query(ctx, `
		select layer, key
		from harvested
		where source_id = $1 and missed = 0 and ($2 = '' or layer = $2 or starts_with(layer, $2 || '/'))`, h.src.ID, prefix)
	if err != nil {
		return fmt.Errorf("run %d: %w", h.run.ID, err)
	}
	var layer, key string
	_, err = pgx.ForEachRow(rows, []any{&layer, &key}, func() error {
		each(layer, key)
		return nil
	})
	if err != nil {
		return fmt.Errorf("run %d: what is held: %w", h.run.ID, err)
	}
	return nil
}

// forgetListing makes the next harvest of a source read everything. Whoever
// changes what is kept of a source outside a run calls it.
func forgetListing(ctx context.Context, tx pgx.Tx, source string) error {
	if _, err := tx.Exec(ctx, `delete from listing where source_id = $1`, source); err != nil {
		return fmt.Errorf("listing of %s: %w", source, err)
	}
	return nil
}
