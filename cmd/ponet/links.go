package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/riverqueue/river/rivertype"

	"po-net.prato.it/ponet/catalog"
)

type linksCmd struct {
	Check linksCheckCmd `cmd:"" help:"Look now whether addresses work."`
	Show  linksShowCmd  `cmd:"" help:"Show what was found at addresses."`
}

func (linksCmd) Help() string {
	return "Example:\n  ponet links show\n  ponet links check --host dati.example.org"
}

type linksCheckCmd struct {
	Host string `help:"Only the addresses of this host, also those that are not due."`
	All  bool   `help:"Also what is not due yet."`
	JSON bool   `help:"Print JSON."`
}

func (linksCheckCmd) Help() string {
	return `A server does this by itself, a few addresses at a time. One run looks at 200 addresses at most, 20 of one host, a second
between two, and obeys robots.txt and Retry-After. One that fails is broken only when it fails on another day too.

Example:
  ponet links check
  ponet links check --host dati.example.org`
}

func (c linksCheckCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "links")
	if err != nil {
		return err
	}
	defer n.close()
	if err := n.measure(sh.ctx); err != nil {
		return err
	}
	if c.All || c.Host != "" {
		if _, err := n.HurryLinks(sh.ctx, time.Now(), c.Host); err != nil {
			return err
		}
	}
	w, err := borrowWorker(sh.ctx, sh, n)
	if err != nil {
		return err
	}
	defer w.stop()
	counts, err := w.checkLinks(sh, n)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, counts)
	}
	fmt.Fprintf(sh.stdout, "%d addresses: %d work, %d fail for the first time, %d are broken, of %d nothing can be said\n", counts.Looked, counts.Work, counts.Failing, counts.Broken, counts.Unsure)
	return nil
}

// checkLinks queues a run and waits for its end.
func (w *worker) checkLinks(sh *shell, n *node) (counts linkCounts, err error) {
	inserted, err := w.Insert(sh.ctx, linksArgs{Asked: true}, nil)
	if err != nil {
		return counts, fmt.Errorf("queue links: %w", err)
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-sh.ctx.Done():
			return counts, sh.ctx.Err()
		case <-n.lost():
			return counts, n.ended(errLost)
		case <-tick.C:
		}
		job, err := w.JobGet(sh.ctx, inserted.Job.ID)
		if err != nil {
			return counts, n.ended(fmt.Errorf("job of links: %w", err))
		}
		switch job.State {
		case rivertype.JobStateCompleted:
			return counts, json.Unmarshal(job.Output(), &counts)
		case rivertype.JobStateDiscarded, rivertype.JobStateCancelled, rivertype.JobStateRetryable:
			return counts, errors.New("links: " + lastError(job))
		}
	}
}

type linksShowCmd struct {
	Address string `arg:"" optional:"" help:"An address; without one, those in a state."`
	State   string `enum:"new,works,failing,broken,unsure" default:"broken" help:"new, works, failing (once), broken (on two days) or unsure (its server lets no program look)."`
	Limit   int    `default:"100" help:"How many."`
	JSON    bool   `help:"Print JSON, one address a line."`
}

func (linksShowCmd) Help() string {
	return "Example:\n  ponet links show\n  ponet links show --state failing\n  ponet links show https://dati.example.org/alberi.csv --json"
}

// A shownLink is an address as the command prints it.
type shownLink struct {
	Address string `json:"address"`
	catalog.LinkCheck
	FailedOn string    `json:"failedOn,omitempty"`
	Due      time.Time `json:"due"`
}

func (c linksShowCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "links")
	if err != nil {
		return err
	}
	defer n.close()
	var list []catalog.Link
	if c.Address != "" {
		l, err := n.Link(sh.ctx, c.Address)
		if err != nil {
			return err
		}
		list = []catalog.Link{l}
	} else if list, err = n.LinksIn(sh.ctx, catalog.LinkState(c.State), max(1, c.Limit)); err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	for _, l := range list {
		shown := shownLink{Address: l.Address, LinkCheck: l.LinkCheck, Due: l.Due}
		if !l.FailedOn.IsZero() {
			shown.FailedOn = l.FailedOn.Format(time.DateOnly)
		}
		if c.JSON {
			if err := printJSON(sh.stdout, shown); err != nil {
				return err
			}
			continue
		}
		at := ""
		if !l.At.IsZero() {
			at = shownTime(l.At)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", l.State, l.Reason, at, l.Status, shown.FailedOn, l.Address)
	}
	if err := w.Flush(); err != nil || c.JSON || c.Address != "" {
		return err
	}
	counts, err := n.LinkCounts(sh.ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%d work, %d failed once, %d are broken, of %d nothing can be said, %d are new\n", counts[catalog.LinkWorks], counts[catalog.LinkFailing], counts[catalog.LinkBroken], counts[catalog.LinkUnsure], counts[catalog.LinkNew])
	return nil
}
