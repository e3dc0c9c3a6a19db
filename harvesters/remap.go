package harvesters

import (
	"context"
	"fmt"
	"slices"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Remap makes the records of src anew out of what is stored of its descriptions,
// after its mapping or a vocabulary has changed, without asking the source. What
// its reader had detected (columns, keys, positions) stays as it was detected.
// Nothing is missed and nothing withdrawn.
func Remap(ctx context.Context, store Store, src catalog.Source, v *catalog.Vocabularies, o Options) (catalog.Receipt, error) {
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
		t.Outcome, t.Error = catalog.RunFailed, tellable(r.src, failure.Error())
	}
	return *t, store.Finish(ctx, *t)
}

// remap goes through the layers, page by page.
func (r *run) remap(ctx context.Context, store Store) error {
	if r.src.Mapping.Kind == catalog.KindObservation {
		return fmt.Errorf("measured values are not kept as the source wrote them: harvest it: %w", catalog.ErrInvalid)
	}
	layers, err := store.StoredLayers(ctx)
	if err != nil {
		return err
	}
	for _, layer := range layers {
		if err := r.remapLayer(ctx, store, layer); err != nil {
			return err
		}
	}
	return nil
}

// remapLayer goes through the rows of a layer, each by the columns it was read
// with. What the mapping drops now goes out of them.
func (r *run) remapLayer(ctx context.Context, store Store, layer *catalog.Layer) error {
	src := r.src
	if layer.As != nil {
		src = *layer.As
	}
	w := without{drop: slices.Concat(src.Mapping.Drop, r.src.Mapping.Drop), of: map[*catalog.Layer]keptLayer{}}
	for after := ""; ; {
		rows, err := store.StoredRows(ctx, layer, after, pageRows)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			break
		}
		after = rows[len(rows)-1].Key
		pages, unknown := w.pages(rows)
		for _, page := range pages {
			if err := r.put(ctx, src, page); err != nil {
				return err
			}
		}
		if err := r.refuse(ctx, unknown); err != nil {
			return err
		}
	}
	if _, met := w.of[layer]; met && len(w.of) == 1 || len(w.of) == 0 {
		return nil
	}
	// As it was read last, so it is described, whichever rows came last.
	_, _, err := r.describe(ctx, src, w.kept(layer).Layer)
	return err
}

// refuse counts stored descriptions that cannot be read anew.
func (r *run) refuse(ctx context.Context, issues []catalog.Issue) error {
	if len(issues) == 0 {
		return nil
	}
	counts, err := r.store.Put(ctx, catalog.Batch{Layer: &catalog.Layer{}, Refused: issues}, nil, r.options.DryRun)
	if err != nil {
		return r.ours(ctx, err)
	}
	r.receipt.Read += int64(len(issues))
	r.count(counts)
	return r.progress(ctx)
}

// without leaves out of stored rows what is dropped.
type without struct {
	drop []string
	of   map[*catalog.Layer]keptLayer
}

// A keptLayer is a layer without dropped columns.
type keptLayer struct {
	*catalog.Layer
	dropped []bool // of the columns of the layer it was; nil: none
}

func (w without) kept(layer *catalog.Layer) keptLayer {
	if k, ok := w.of[layer]; ok {
		return k
	}
	kept, dropped := layer.Without(w.drop)
	w.of[layer] = keptLayer{kept, dropped}
	return w.of[layer]
}

// pages are rows by the layers under which they were read, and the issues of
// those of which that is not known.
func (w without) pages(rows []catalog.Harvested) (pages []catalog.Batch, unknown []catalog.Issue) {
	at := map[*catalog.Layer]int{}
	for _, h := range rows {
		if h.Values == nil || len(h.Values) != len(h.Layer.Columns) {
			unknown = append(unknown, catalog.Issue{Rule: "stored-before", File: h.Layer.Name, Key: h.Key,
				Expected: "a harvest of the source, which keeps what this needs; the record stays as it is", Refused: true})
			continue
		}
		layer := w.kept(h.Layer)
		i, ok := at[layer.Layer]
		if !ok {
			i = len(pages)
			at[layer.Layer] = i
			pages = append(pages, catalog.Batch{Layer: layer.Layer})
		}
		if layer.dropped != nil {
			h = h.Without(layer.Layer, layer.dropped)
		}
		pages[i].Items = append(pages[i].Items, catalog.BatchItem{Harvested: h})
	}
	return pages, unknown
}
