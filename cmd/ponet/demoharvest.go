package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
)

// A demoHarvest tells a person, source by source, what comes in.
type demoHarvest struct {
	sh    *shell
	n     *node
	w     *worker
	known map[string]string // the definitions of the last start, by id

	mu              sync.Mutex
	sources, failed int
	records         int64
}

// waitingHarvests is how many sources are in the queue at a time, so that the
// next one begins as soon as one ends.
const waitingHarvests = 2 * harvestsAtOnce

// all harvests sources, a few at a time.
func (h *demoHarvest) all(ctx context.Context, sources []catalog.Source) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(waitingHarvests)
	for _, src := range sources {
		g.Go(func() error {
			if done, err := h.complete(ctx, src); done || err != nil {
				return err
			}
			return h.harvest(ctx, src)
		})
	}
	return g.Wait()
}

// harvest waits for one source and prints its receipt in a line.
func (h *demoHarvest) harvest(ctx context.Context, src catalog.Source) error {
	receipt, err := h.w.harvest(ctx, h.n, harvestArgs{Source: src.ID}, newProgress(h.sh.stderr, src.ID))
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.sources++
	if receipt.Outcome != catalog.RunCompleted {
		h.failed++
		fmt.Fprintf(h.sh.stdout, "  ✗ %-28s %s\n", src.ID, receipt.Error)
		return nil
	}
	h.records += receipt.Read - receipt.Refused
	fmt.Fprintf(h.sh.stdout, "  ✓ %-28s %-5s %2d requests, %d read = %d new + %d changed + %d unchanged + %d refused; %d warnings, %.1f s\n",
		src.ID, src.Protocol, receipt.Requests, receipt.Read, receipt.New, receipt.Changed, receipt.Unchanged, receipt.Refused, receipt.Issues, receipt.Seconds)
	return nil
}

// summary says where to look, when everything but the long series is there.
func (h *demoHarvest) summary(began time.Time, portal string) {
	fmt.Fprintf(h.sh.stdout, "\n%d records of %d sources in %.0f s", h.records, h.sources, time.Since(began).Seconds())
	if h.failed > 0 {
		fmt.Fprintf(h.sh.stdout, ", %d sources failed", h.failed)
	}
	fmt.Fprintf(h.sh.stdout, ".\nExplore them at %s/mappa; the API is at %s/api/v1.\nLast the long series: a year of hourly readings of the demonstration stations.\n", portal, portal)
}

// complete reports whether a long series was read to its end before, by the same
// definition: it is then left to its slot, so that a second start is quick.
func (h *demoHarvest) complete(ctx context.Context, src catalog.Source) (bool, error) {
	if src.Mapping.Kind != catalog.KindObservation || h.known[src.ID] != definition(src) {
		return false, nil
	}
	runs, err := h.n.Runs(ctx, src.ID, 1)
	if err != nil || len(runs) == 0 || runs[0].Receipt.Outcome != catalog.RunCompleted {
		return false, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	fmt.Fprintf(h.sh.stdout, "  ✓ %-28s is there since %s\n", src.ID, runs[0].Started.Local().Format("2006-01-02 15:04"))
	return true, nil
}
