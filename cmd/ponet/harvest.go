package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/riverqueue/river/rivertype"
	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// pollEvery is how often a command that waits for a harvest looks at it.
const pollEvery = 200 * time.Millisecond

type harvestCmd struct {
	Sources       []string `arg:"" optional:"" name:"source" help:"Ids of the sources; remap and such ids; or revert or approve, and the number of a run."`
	All           bool     `help:"Every source that is not paused."`
	DryRun        bool     `help:"Read and compare, write nothing."`
	Full          bool     `help:"List everything anew, also where the source can tell what has changed."`
	ExceptChanged bool     `help:"Of revert: leave as it is what later runs have changed."`
	Limit         int      `placeholder:"N" help:"Of a dry run: how many differences of each class to show (20; with --json all)."`
	JSON          bool     `help:"Print one JSON receipt a source, when it ends."`
}

func (harvestCmd) Help() string {
	return `Exit status: 0 when every run completed, refused descriptions or not; 3 when a source failed;
4 when a run waits for a person because it would withdraw too much. A run that was interrupted
is taken up again by the next harvest of its source. ponet harvest approve RUN harvests the source of
a waiting run again, and lets it withdraw as many records as that run would have.

--dry-run shows what would be new, changed (with the fields, before and after), gone, and missed once, which goes if
the next listing lacks it too. It writes nothing.

ponet harvest revert RUN puts back what was before a run, as a run of its own, which can be reverted in
its turn. Where later runs have changed the same, nothing is done and they are named.

ponet harvest remap SOURCE… makes the records anew out of what is stored of the source, without asking it:
after its mapping, or a vocabulary of a new release, has changed.

Example:
  ponet harvest biblioteche --json
  ponet harvest biblioteche --dry-run
  ponet harvest approve 12
  ponet harvest revert 12
  ponet harvest remap biblioteche`
}

func (c harvestCmd) Run(sh *shell) error {
	remap := len(c.Sources) > 0 && c.Sources[0] == "remap"
	if remap {
		c.Sources = c.Sources[1:]
	}
	switch {
	case c.All && len(c.Sources) > 0:
		return errors.New("give either sources or --all")
	case !c.All && len(c.Sources) == 0:
		return errors.New("which source? Give its id, or --all; `ponet source list` shows them")
	}
	n, err := sh.open(sh.ctx, "harvest")
	if err != nil {
		return err
	}
	defer n.close()
	if len(c.Sources) > 0 && (c.Sources[0] == "approve" || c.Sources[0] == "revert") {
		id, err := runNumber(c.Sources)
		switch {
		case err != nil:
			return err
		case c.Sources[0] == "revert":
			return c.revert(sh, n, id)
		}
		return c.approve(sh, n, id)
	}
	sources, err := c.choose(sh.ctx, n)
	if err != nil {
		return err
	}
	if remap {
		return c.remap(sh, n, sources)
	}
	return c.harvest(sh, n, sources, 0)
}

// runNumber is the number in words: a verb and the run that it is about.
func runNumber(words []string) (int64, error) {
	id, err := strconv.ParseInt(strings.Join(words[1:], " "), 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("which run? ponet harvest %s 12; `ponet runs` lists them", words[0])
	}
	return id, nil
}

// choose is the sources that were named.
func (c harvestCmd) choose(ctx context.Context, n *node) ([]catalog.Source, error) {
	if c.All {
		all, err := n.Sources(ctx)
		if err != nil {
			return nil, err
		}
		var active []catalog.Source
		for _, s := range all {
			if !s.Paused {
				active = append(active, s)
			}
		}
		if len(active) == 0 {
			return nil, errors.New("there is no source; add one with: ponet source add file URL --id ID")
		}
		return active, nil
	}
	var chosen []catalog.Source
	for _, id := range c.Sources {
		if slices.Contains(reservedIDs, id) {
			return nil, fmt.Errorf("%q is a command and no source; see ponet harvest --help and ponet runs --help", id)
		}
		s, err := n.source(ctx, id)
		if err != nil {
			return nil, err
		}
		chosen = append(chosen, s)
	}
	return chosen, nil
}

// harvest runs the sources and prints their receipts; the worst decides the
// exit status. Of each, approved records may be withdrawn whatever their share.
func (c harvestCmd) harvest(sh *shell, n *node, sources []catalog.Source, approved int64) error {
	var (
		worst exitError
		print sync.Mutex
	)
	client := sh.client(harvesters.Allow{}, n.Store)
	wait := func(ctx context.Context, src catalog.Source, p *progress) (catalog.Receipt, error) {
		d := newDifferencePrinter(sh.stdout, &print, src.ID, c.Limit, c.JSON)
		receipt, err := harvest(ctx, client, n.Store, src, datasets.Vocabularies(),
			harvesters.Options{DryRun: true, Full: c.Full, Approved: approved, Progress: p.show, Differences: d.show})
		d.end()
		return receipt, err
	}
	if !c.DryRun {
		w, err := borrowWorker(sh.ctx, sh, n)
		if err != nil {
			return err
		}
		defer w.stop()
		wait = func(ctx context.Context, src catalog.Source, p *progress) (catalog.Receipt, error) {
			return w.harvest(ctx, n, harvestArgs{src.ID, approved, c.Full}, p)
		}
	}
	g, ctx := errgroup.WithContext(sh.ctx)
	g.SetLimit(harvestsAtOnce)
	for _, src := range sources {
		g.Go(func() error {
			p := newProgress(sh.stderr, src.ID)
			receipt, err := wait(ctx, src, p)
			p.done()
			if err != nil {
				return err
			}
			print.Lock()
			defer print.Unlock()
			worst = max(worst, status(receipt))
			if c.JSON {
				return printJSON(sh.stdout, receipt)
			}
			printReceipt(sh.stdout, receipt, c.DryRun)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if worst > 0 {
		return worst
	}
	return nil
}

// status is the exit status of one receipt.
func status(r catalog.Receipt) exitError {
	switch r.Outcome {
	case catalog.RunFailed:
		return exitFailed
	case catalog.RunParked:
		return exitParked
	}
	return 0
}

// harvest queues a source and waits until somebody, we or a server, has
// harvested it.
func (w *worker) harvest(ctx context.Context, n *node, args harvestArgs, p *progress) (catalog.Receipt, error) {
	id := args.Source
	inserted, err := w.Insert(ctx, args, nil)
	if err != nil {
		return catalog.Receipt{}, fmt.Errorf("queue %s: %w", id, err)
	}
	job := inserted.Job
	switch {
	case inserted.UniqueSkippedAsDuplicate && args.Approved > 0:
		return catalog.Receipt{}, fmt.Errorf("%s is being harvested or about to be; approve its last run when that has ended", id)
	case inserted.UniqueSkippedAsDuplicate && args.Full:
		return catalog.Receipt{}, fmt.Errorf("%s is being harvested or about to be; ask for a full listing when that has ended", id)
	}
	if inserted.UniqueSkippedAsDuplicate {
		if _, err := w.JobRetry(ctx, job.ID); err != nil { // it may be waiting for its next attempt; a running one stays as it is
			return catalog.Receipt{}, fmt.Errorf("queue %s: %w", id, err)
		}
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return catalog.Receipt{}, ctx.Err()
		case <-n.lost():
			return catalog.Receipt{}, n.ended(errLost)
		case <-tick.C:
		}
		if w.works { // PostgreSQL may notice only now that the process that had the job was killed
			if err := n.FreeOrphans(ctx); err != nil {
				return catalog.Receipt{}, n.ended(err)
			}
		}
		if job, err = w.JobGet(ctx, job.ID); err != nil {
			return catalog.Receipt{}, n.ended(fmt.Errorf("job of %s: %w", id, err))
		}
		switch job.State {
		case rivertype.JobStateCompleted:
			var receipt catalog.Receipt
			return receipt, json.Unmarshal(job.Output(), &receipt)
		case rivertype.JobStateScheduled: // see lockedFor
			return catalog.Receipt{}, fmt.Errorf("somebody else works on %s; its harvest follows when that has ended", id)
		case rivertype.JobStateDiscarded, rivertype.JobStateCancelled, rivertype.JobStateRetryable:
			return catalog.Receipt{}, fmt.Errorf("harvest of %s: %s", id, lastError(job))
		}
		if others, err := n.Workers(ctx); err == nil && others == 0 && !w.works {
			return catalog.Receipt{}, fmt.Errorf("the process that harvested %s has ended; harvest it again to take the run up", id)
		}
		if runs, err := n.Runs(ctx, id, 1); err == nil && len(runs) == 1 && runs[0].State == catalog.RunRunning {
			p.show(runs[0].Receipt)
		}
	}
}

func lastError(job *rivertype.JobRow) string {
	if len(job.Errors) == 0 {
		return string(job.State)
	}
	return job.Errors[len(job.Errors)-1].Error
}
