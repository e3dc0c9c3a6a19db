package harvesters

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A seenKey stands for a layer and key: 16 bytes a description, so that the
// listing of a million of them fits in memory.
type seenKey [16]byte

func newSeenKey(layer, key string) seenKey {
	sum := sha256.Sum256([]byte(layer + "\x00" + key))
	return seenKey(sum[:16])
}

// stillListed keeps a description that the source has and that cannot be read
// from being missed.
func (r *run) stillListed(i catalog.Issue, layer *catalog.Layer) {
	switch {
	case !i.Listed:
	case i.Key == "":
		r.unnamed = true
	default:
		r.seen[newSeenKey(layer.Name, i.Key)] = struct{}{}
	}
}

// undeleted is the page without what the source says that it has withdrawn,
// which is noted for the end. What it says last of a key holds.
func (r *run) undeleted(page catalog.Batch) []catalog.BatchItem {
	items := page.Items[:0]
	for _, item := range page.Items {
		key := catalog.MissedKey{Layer: page.Layer.Name, Key: item.Harvested.Key}
		if item.Harvested.Deleted {
			r.deleted[key] = true
			continue
		}
		delete(r.deleted, key)
		items = append(items, item)
	}
	return items
}

// end closes the run: what it withdraws, leaves to the next one and says in its
// receipt are one transaction.
func (r *run) end(ctx context.Context, failure error) (receipt catalog.Receipt, err error) {
	err = r.store.Together(ctx, func() error {
		receipt, err = r.conclude(ctx, failure)
		return err
	})
	if err == nil && !r.options.DryRun {
		err = r.store.FoldTables(ctx)
	}
	return receipt, err
}

// conclude says how the run ended. Only a listing that was read to its end says
// anything about what is missing.
func (r *run) conclude(ctx context.Context, failure error) (catalog.Receipt, error) {
	t := &r.receipt
	t.Outcome, t.Partial = catalog.RunCompleted, r.listing.Partial
	if !believed(failure) {
		t.Outcome, t.Error = catalog.RunFailed, tellable(r.src, failure.Error())
	} else if err := r.gone(ctx); err != nil {
		return *t, err
	}
	t.Seconds = time.Since(r.started).Seconds()
	t.Requests, t.Bytes = r.traffic.requests.Load(), r.traffic.bytes.Load()
	if r.options.DryRun {
		return *t, r.store.Discard(ctx)
	}
	if t.New+t.Changed > 0 {
		n, err := r.store.Recognised(ctx)
		if err != nil {
			return *t, err
		}
		t.Recognised = n
	}
	if t.Outcome == catalog.RunCompleted {
		r.store.Remember(r.leaves())
	}
	return *t, r.store.Finish(ctx, *t)
}

// gone withdraws what the source has deleted, and what this complete listing did
// not hold, for the second time, unless that is more than can be believed.
func (r *run) gone(ctx context.Context) error {
	var m catalog.Missing
	var err error
	if r.tellsAbsence() {
		m, err = r.store.Missing(ctx, func(layer, key string) bool {
			_, ok := r.seen[newSeenKey(layer, key)]
			return ok || r.passing[layer] || r.deleted[catalog.MissedKey{Layer: layer, Key: key}] || r.isSpared(layer)
		})
	}
	if err == nil && len(r.deleted) > 0 {
		err = r.store.Deleted(ctx, slices.Collect(maps.Keys(r.deleted)), &m)
	}
	if err != nil || len(m.Keys)+len(m.Deleted)+len(m.Back) == 0 {
		return err
	}
	if r.options.DryRun && r.options.Differences != nil {
		list, err := r.store.Absent(ctx, m)
		if err != nil {
			return err
		}
		r.tell(list)
	}
	t := &r.receipt
	limit := mayGo(m.Live, r.options.Approved)
	t.Gone = int64(len(m.Gone))
	if would := t.Gone + int64(len(m.Again)); would > limit {
		t.Gone, t.Outcome = would, catalog.RunParked
		t.Error = fmt.Sprintf("would withdraw %d of %d records, more than %d; nothing was withdrawn", t.Gone, m.Live, limit)
		if r.options.DryRun {
			return nil
		}
		return r.store.Park(ctx, m)
	}
	if r.options.DryRun {
		return nil
	}
	t.Gone, err = r.store.Withdraw(ctx, m)
	return err
}
