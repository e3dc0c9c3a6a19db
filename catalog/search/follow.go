package search

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/typesense/typesense-go/v2/typesense/api"
	"github.com/typesense/typesense-go/v2/typesense/api/pointer"

	"po-net.prato.it/ponet/catalog"
)

const (
	// followBatch is how many changes are brought over at a time.
	followBatch = 1000
	// deleteBatch is how many ids go into one filter, which stands in the address.
	deleteBatch = 100
)

// Follow keeps the index up to date with the change log until ctx is done,
// looking for changes after every pause, and calls current whenever there are none
// left. It goes on where it was, and from the start when the index is not there. An
// error ends it; whoever called may call again.
func (t *Typesense) Follow(ctx context.Context, pause time.Duration, current func()) error {
	for {
		n, err := t.CatchUp(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			return err
		}
		if n > 0 {
			continue
		}
		current()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// CatchUp brings the next changes over, and is their number: 0 when the index is
// up to date. Doing the same changes again does no harm.
func (t *Typesense) CatchUp(ctx context.Context) (int, error) {
	made, err := t.ensure(ctx)
	if err != nil {
		return 0, err
	}
	if made {
		if err := t.records.SetPosition(ctx, reader, catalog.Position{}); err != nil {
			return 0, err
		}
	}
	at, err := t.records.Position(ctx, reader)
	if err != nil {
		return 0, err
	}
	changes, err := t.records.Changes(ctx, at, followBatch)
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	if err := t.bring(ctx, changes); err != nil {
		return 0, err
	}
	return len(changes), t.records.SetPosition(ctx, reader, changes[len(changes)-1].Position())
}

// reader is the name under which the index remembers how far it has come.
const reader = "typesense " + Index

// bring makes the changed records in the index what they are now: there, or gone.
func (t *Typesense) bring(ctx context.Context, changes []catalog.Change) error {
	changed := map[string]bool{}
	var ids []string
	for _, c := range changes {
		if !changed[c.RecordID] {
			changed[c.RecordID] = true
			ids = append(ids, c.RecordID)
		}
	}
	records, err := t.records.RecordsByID(ctx, ids)
	if err != nil {
		return err
	}
	var documents []any
	for _, r := range records {
		documents = append(documents, newDocument(r))
		delete(changed, r.ID)
	}
	if err := t.put(ctx, documents); err != nil {
		return err
	}
	var gone []string
	for _, id := range ids {
		if changed[id] {
			gone = append(gone, id)
		}
	}
	for len(gone) > 0 {
		n := min(len(gone), deleteBatch)
		if _, err := t.client.Collection(Index).Documents().Delete(ctx, &api.DeleteDocumentsParams{FilterBy: pointer.String("id:=" + list(gone[:n]))}); err != nil {
			return fmt.Errorf("typesense: delete: %w", err)
		}
		gone = gone[n:]
	}
	return nil
}

func (t *Typesense) put(ctx context.Context, documents []any) error {
	if len(documents) == 0 {
		return nil
	}
	answers, err := t.client.Collection(Index).Documents().Import(ctx, documents,
		&api.ImportDocumentsParams{Action: pointer.String("upsert"), BatchSize: pointer.Int(len(documents))})
	if err != nil {
		return fmt.Errorf("typesense: import: %w", err)
	}
	var refused []error
	for _, a := range answers {
		if !a.Success && len(refused) < 3 {
			refused = append(refused, fmt.Errorf("typesense: import: %s: %.300s", a.Error, a.Document))
		}
	}
	return errors.Join(refused...)
}
