package harvesters

import (
	"context"
	"fmt"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A RemapStore is a run that reads what is stored anew (postgis.Store.BeginRemap).
type RemapStore interface {
	Store
	// StoredLayers are the layers of the source.
	StoredLayers(ctx context.Context) ([]*catalog.Layer, error)
	// StoredRows are the next descriptions of a layer after a key.
	StoredRows(ctx context.Context, layer *catalog.Layer, after string, limit int) ([]catalog.Harvested, error)
}

// Remap makes the records of src anew out of what is stored of its descriptions,
// after its mapping or a vocabulary has changed, without asking the source. What
// its reader had detected (columns, keys, positions) stays as it was detected.
// Nothing is missed and nothing withdrawn.
func Remap(ctx context.Context, store RemapStore, src catalog.Source, v *catalog.Vocabularies, o Options) (catalog.Receipt, error) {
	r := &run{src: src, store: store, vocab: v, options: o, started: time.Now()}
	r.receipt = catalog.Receipt{Run: store.RunID(), Source: src.ID, Outcome: catalog.RunRunning}
	r.restart(&catalog.Listing{})
	failure := r.remap(ctx, store)
	if failure == nil {
		failure = r.ownDatasets(ctx)
	}
	if ctx.Err() != nil {
		return r.receipt, fmt.Errorf("remap of %s interrupted after %d descriptions; do it again: %w", src.ID, r.receipt.Read, ctx.Err())
	}
	t := &r.receipt
	t.Outcome, t.Seconds = catalog.RunCompleted, time.Since(r.started).Seconds()
	if failure != nil {
		t.Outcome, t.Error = catalog.RunFailed, failure.Error()
	}
	return *t, store.Finish(ctx, *t)
}

// remap goes through the layers, page by page.
func (r *run) remap(ctx context.Context, store RemapStore) error {
	if r.src.Mapping.Kind == catalog.KindObservation {
		return fmt.Errorf("measured values are not kept as the source wrote them: harvest it: %w", catalog.ErrInvalid)
	}
	layers, err := store.StoredLayers(ctx)
	if err != nil {
		return err
	}
	for _, layer := range layers {
		src := r.src
		if layer.As != nil {
			src = *layer.As
		}
		for after := ""; ; {
			rows, err := store.StoredRows(ctx, layer, after, pageRows)
			if err != nil {
				return err
			}
			if len(rows) == 0 {
				break
			}
			after = rows[len(rows)-1].Key
			if err := r.put(ctx, src, remapped(layer, rows)); err != nil {
				return err
			}
		}
	}
	return nil
}

// remapped is a page of what can be read anew; the rest is told.
func remapped(layer *catalog.Layer, rows []catalog.Harvested) catalog.Batch {
	page := catalog.Batch{Layer: layer}
	for _, h := range rows {
		if h.Values == nil || len(h.Values) != len(layer.Columns) {
			page.Refused = append(page.Refused, catalog.Issue{Rule: "stored-before", File: layer.Name, Key: h.Key,
				Expected: "a harvest of the source, which keeps what this needs; the record stays as it is", Refused: true})
			continue
		}
		page.Items = append(page.Items, catalog.BatchItem{Harvested: h})
	}
	return page
}
