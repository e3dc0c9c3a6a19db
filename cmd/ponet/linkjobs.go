package main

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/links"
)

const (
	qualityQueue   = "quality"
	linksEvery     = 10 * time.Minute // between two runs that nobody asked for: a host is asked for links.MaxHost addresses in that time
	qualityTimeout = time.Hour        // of a catalogue that is measured from the beginning
)

// unique keeps a job from being queued twice.
var unique = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
}}

// qualityArgs is the job of bringing the quality of records up to the change log.
type qualityArgs struct{}

// Kind names the job in the queue.
func (qualityArgs) Kind() string { return "quality" }

// InsertOpts keeps it from being queued twice.
func (qualityArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: qualityQueue, MaxAttempts: 1, UniqueOpts: unique}
}

// linksArgs is the job of looking at the links that are due.
type linksArgs struct {
	Asked bool `json:"asked,omitempty"` // by a person, who waits for it
}

// Kind names the job in the queue.
func (linksArgs) Kind() string { return "links" }

// InsertOpts keeps it from being queued twice.
func (linksArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: qualityQueue, MaxAttempts: 1, UniqueOpts: unique}
}

type qualityWorker struct {
	river.WorkerDefaults[qualityArgs]
	store *postgis.Store
}

// Timeout bounds the work of one job; the next one goes on where it was.
func (qualityWorker) Timeout(*river.Job[qualityArgs]) time.Duration { return qualityTimeout }

// Work measures what has changed.
func (w *qualityWorker) Work(ctx context.Context, _ *river.Job[qualityArgs]) error {
	return measure(ctx, w.store)
}

// measure brings what is known of the quality of records up to the change log.
func measure(ctx context.Context, store *postgis.Store) error {
	for {
		read, err := store.Measure(ctx, datasets.Vocabularies())
		if err != nil || read == 0 {
			return err
		}
	}
}

type linksWorker struct {
	river.WorkerDefaults[linksArgs]
	store  *postgis.Store
	client *http.Client
	hosts  []string // that may be asked; nil: all
	log    *slog.Logger
}

// Timeout is that of a run, and a little for the database.
func (linksWorker) Timeout(*river.Job[linksArgs]) time.Duration { return links.Longest + time.Minute }

// Work looks at the links that are due, as many as one run may.
func (w *linksWorker) Work(ctx context.Context, _ *river.Job[linksArgs]) error {
	counts, err := w.run(ctx)
	if err != nil {
		return err
	}
	if counts.Looked > 0 {
		w.log.InfoContext(ctx, "links checked", "looked", counts.Looked, "work", counts.Work, "failing", counts.Failing, "broken", counts.Broken, "unsure", counts.Unsure)
	}
	return river.RecordOutput(ctx, counts)
}

// linkCounts are what a run found.
type linkCounts struct {
	Looked  int `json:"looked"`
	Work    int `json:"work"`
	Failing int `json:"failing"`
	Broken  int `json:"broken"`
	Unsure  int `json:"unsure"`
}

func (w *linksWorker) run(ctx context.Context) (linkCounts, error) {
	var counts linkCounts
	if err := w.store.SetPosition(ctx, linksReader, catalog.Position{}); err != nil {
		return counts, err
	}
	due, err := w.store.DueLinks(ctx, time.Now(), links.MaxRun, links.MaxHost, w.hosts)
	if err != nil {
		return counts, err
	}
	err = links.Checker{Client: w.client}.Check(ctx, due, func(before catalog.Link, f catalog.LinkFinding) error {
		after := before.After(f, rand.Float64())
		counts.Looked++
		switch after.State {
		case catalog.LinkWorks:
			counts.Work++
		case catalog.LinkFailing:
			counts.Failing++
		case catalog.LinkBroken:
			counts.Broken++
		default:
			counts.Unsure++
		}
		return w.store.PutLink(ctx, datasets.Vocabularies(), before, after)
	})
	return counts, errors.Join(err, ctx.Err())
}

// linksReader is the name under which it is remembered when links were last looked at.
const linksReader = "links"

// planQuality queues what there is to measure and to look at.
func (w *planWorker) planQuality(ctx context.Context, insert func(river.JobArgs) error) error {
	if err := insert(qualityArgs{}); err != nil || w.noLinks {
		return err
	}
	now := time.Now()
	if due, err := w.store.LinksDue(ctx, linksReader, now, linksEvery); err != nil || !due {
		return err
	}
	return insert(linksArgs{})
}

// onlyHosts are the hosts that a demonstration looks at: its own publisher's, since
// the sites of real bodies are not there to be asked by every demonstration.
func onlyHosts(allow harvesters.Allow) (hosts []string) {
	for _, h := range allow.Hosts {
		hosts = append(hosts, h.Addr().String())
	}
	return hosts
}
