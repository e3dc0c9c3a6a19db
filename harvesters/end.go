package harvesters

import (
	"context"
	"crypto/sha256"
	"fmt"
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

// end closes the run: what it withdraws and its receipt are one transaction.
func (r *run) end(ctx context.Context, failure error) (receipt catalog.Receipt, err error) {
	err = r.store.Together(ctx, func() error {
		receipt, err = r.conclude(ctx, failure)
		return err
	})
	return receipt, err
}

// conclude says how the run ended. Only a listing that was read to its end says anything
// about what is missing; one without a single description is a failed listing.
func (r *run) conclude(ctx context.Context, failure error) (catalog.Receipt, error) {
	t := &r.receipt
	t.Outcome = catalog.RunCompleted
	if failure == nil && t.Read == 0 {
		failure = fmt.Errorf("the source holds no description at all: %w", catalog.ErrFailedListing)
	}
	if failure != nil {
		t.Outcome, t.Error = catalog.RunFailed, failure.Error()
	} else if err := r.gone(ctx); err != nil {
		return *t, err
	}
	t.Seconds = time.Since(r.started).Seconds()
	t.Requests, t.Bytes = r.traffic.requests.Load(), r.traffic.bytes.Load()
	if r.options.DryRun {
		return *t, r.store.Discard(ctx)
	}
	return *t, r.store.Finish(ctx, *t)
}

// gone withdraws what this complete listing did not hold, for the second time,
// unless that is more than can be believed.
func (r *run) gone(ctx context.Context) error {
	if r.unnamed {
		return nil
	}
	t := &r.receipt
	m, err := r.store.Missing(ctx, func(layer, key string) bool {
		_, ok := r.seen[newSeenKey(layer, key)]
		return ok || r.passing[layer] || r.isSpared(layer)
	})
	if err != nil || len(m.Keys) == 0 {
		return err
	}
	limit := max(valveRecords, int64(valveShare*float64(m.Live)), r.options.Approved)
	t.Gone = int64(len(m.Gone))
	if t.Gone > limit {
		t.Outcome = catalog.RunParked
		t.Error = fmt.Sprintf("would withdraw %d of %d records, more than %d; nothing was withdrawn", t.Gone, m.Live, limit)
		return nil
	}
	if r.options.DryRun {
		return nil
	}
	t.Gone, err = r.store.Withdraw(ctx, m)
	return err
}
