package main

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/harvesters"
)

// Limits of the job engine.
const (
	harvestQueue    = "harvest"
	harvestsAtOnce  = 2             // different sources; each asks one request at a time of its host
	longestHarvest  = 6 * time.Hour // no source's deadline is longer
	planEvery       = time.Minute
	lockedFor       = 20 * time.Second // until a source that somebody else holds is tried again
	harvestAttempts = 5                // of the job, when our own database failed; a source that fails is not tried again before its slot
)

// harvestArgs is the job of harvesting one source; there is one at a time of each.
type harvestArgs struct {
	Source   string `json:"source" river:"unique"`
	Approved int64  `json:"approved,omitempty"` // records that a person lets it withdraw
	Full     bool   `json:"full,omitempty"`     // list everything
}

// Kind names the job in the queue.
func (harvestArgs) Kind() string { return "harvest" }

// InsertOpts keeps a source from being queued twice.
func (harvestArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       harvestQueue,
		MaxAttempts: harvestAttempts,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
		}},
	}
}

// planArgs is the job that queues the sources whose slot has come and frees the
// jobs of processes that have died.
type planArgs struct{}

// Kind names the job in the queue.
func (planArgs) Kind() string { return "plan" }

type harvestWorker struct {
	river.WorkerDefaults[harvestArgs]
	store  *postgis.Store
	client *http.Client
	post   *post
	log    *slog.Logger
}

// Timeout is never shorter than a source's deadline, which ends the run.
func (harvestWorker) Timeout(*river.Job[harvestArgs]) time.Duration { return longestHarvest }

// Work harvests one source. That the source failed is in the run's receipt and
// no error of the job.
func (w *harvestWorker) Work(ctx context.Context, job *river.Job[harvestArgs]) error {
	src, err := w.store.Source(ctx, job.Args.Source)
	if errors.Is(err, catalog.ErrNotFound) {
		return river.JobCancel(err)
	}
	if err != nil {
		return err
	}
	if receipt, done, err := w.done(ctx, job); err != nil || done {
		return errors.Join(err, river.RecordOutput(ctx, receipt))
	}
	vocab, err := renewed(ctx, w.store, w.log)
	if err != nil {
		return err
	}
	receipt, err := harvest(ctx, w.client, w.store, src, vocab, harvesters.Options{Approved: job.Args.Approved, Full: job.Args.Full})
	if errors.Is(err, catalog.ErrExists) {
		return river.JobSnooze(lockedFor) // however long it takes, and no failure
	}
	if err != nil {
		return err
	}
	level := slog.LevelInfo
	if receipt.Outcome != catalog.RunCompleted {
		level = slog.LevelWarn
	}
	w.log.Log(ctx, level, "harvested", "source", src.ID, "run", receipt.Run, "outcome", receipt.Outcome, "read", receipt.Read,
		"new", receipt.New, "changed", receipt.Changed, "refused", receipt.Refused, "gone", receipt.Gone,
		"seconds", receipt.Seconds, "err", receipt.Error)
	if err := w.post.look(ctx, src.ID); err != nil {
		w.log.WarnContext(ctx, "nobody was told of the harvest; tried again with the next plan", "source", src.ID, "err", err)
	}
	return river.RecordOutput(ctx, receipt)
}

// done is the receipt of the run that an earlier attempt of the job has finished,
// when its process died before it could say so. To harvest once more would count
// what is missing twice within a moment.
func (w *harvestWorker) done(ctx context.Context, job *river.Job[harvestArgs]) (catalog.Receipt, bool, error) {
	if job.Attempt < 2 {
		return catalog.Receipt{}, false, nil
	}
	runs, err := w.store.Runs(ctx, job.Args.Source, 1)
	if err != nil || len(runs) == 0 || runs[0].Kind != catalog.RunHarvest || runs[0].Finished == nil || runs[0].Finished.Before(job.CreatedAt) {
		return catalog.Receipt{}, false, err
	}
	return runs[0].Receipt, true, nil
}

// harvest runs src in this process.
func harvest(ctx context.Context, client *http.Client, store *postgis.Store, src catalog.Source, vocab *catalog.Vocabularies, o harvesters.Options) (catalog.Receipt, error) {
	begin := store.Begin
	if o.DryRun {
		begin = store.Rehearse
	}
	h, err := begin(ctx, src)
	if err != nil {
		return catalog.Receipt{}, err
	}
	defer h.Close()
	o.Key = readKey
	return harvesters.Run(ctx, client, h, src, vocab, o)
}

type planWorker struct {
	river.WorkerDefaults[planArgs]
	store              *postgis.Store
	post               *post
	keepUndo, keepGone time.Duration
	noLinks            bool // nobody looks whether addresses work
}

// Work queues what is due.
func (w *planWorker) Work(ctx context.Context, _ *river.Job[planArgs]) error {
	if err := w.store.FreeOrphans(ctx); err != nil {
		return err
	}
	if err := w.store.Retain(ctx, time.Now(), w.keepUndo, w.keepGone); err != nil {
		return err
	}
	if err := w.post.look(ctx, ""); err != nil {
		return err
	}
	due, err := w.store.Due(ctx, time.Now(), slot)
	if err != nil {
		return err
	}
	client := river.ClientFromContext[pgx.Tx](ctx)
	for _, id := range due {
		if _, err := client.Insert(ctx, harvestArgs{Source: id}, nil); err != nil {
			return fmt.Errorf("queue %s: %w", id, err)
		}
	}
	return w.planQuality(ctx, func(args river.JobArgs) error {
		_, err := client.Insert(ctx, args, nil)
		return err
	})
}

// slot is when in its rhythm a source is harvested: its own place, the same
// every time, so that sources do not all come at once.
func slot(id string, rhythm time.Duration) time.Duration {
	h := fnv.New64a()
	h.Write([]byte(id))
	return time.Duration(h.Sum64() % uint64(max(rhythm, time.Minute)))
}

// A worker takes harvests from the queue, or, when another process does that,
// only puts them there.
type worker struct {
	*river.Client[pgx.Tx]
	works bool
	drain func() // waits a while for messages that have never been tried
}

// borrowWorker leaves the harvests to a server or worker that is already there,
// which may reach addresses that we may not; alone, it starts one of our own.
func borrowWorker(ctx context.Context, sh *shell, n *node) (*worker, error) {
	others, err := n.Workers(ctx)
	if err != nil {
		return nil, err
	}
	if others == 0 {
		return startWorker(ctx, sh, n, harvesters.Allow{}, false)
	}
	client, err := river.NewClient(riverpgxv5.New(n.DB()), &river.Config{Logger: slog.New(quiet{sh.log.Handler()})})
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	return &worker{Client: client}, nil
}

// startWorker begins to take jobs. With plan it also queues every source at its
// slot; a command that only waits for its own harvest does not.
func startWorker(ctx context.Context, sh *shell, n *node, allow harvesters.Allow, plan bool) (*worker, error) {
	log := sh.log
	if !plan {
		log = slog.New(slog.DiscardHandler) // the command prints the receipt itself, or what went wrong
	}
	mailer, err := newMailer(sh.cfg)
	if err != nil { // harvests go on without
		sh.log.Warn("no messages are sent", "err", err)
	}
	p := &post{mailer: mailer, store: n.Store, cfg: sh.letters()}
	workers := river.NewWorkers()
	client := sh.client(allow, n.Store) // one: the turns of hosts are its own
	river.AddWorker(workers, &harvestWorker{store: n.Store, client: client, post: p, log: log})
	river.AddWorker(workers, &planWorker{store: n.Store, post: p, keepUndo: sh.cfg.KeepUndo, keepGone: sh.cfg.KeepGone, noLinks: sh.cfg.NoLinkChecks})
	river.AddWorker(workers, &qualityWorker{store: n.Store})
	river.AddWorker(workers, &linksWorker{store: n.Store, client: client, hosts: onlyHosts(allow), log: log})
	cfg := &river.Config{
		ID:                   n.name,
		Queues:               map[string]river.QueueConfig{harvestQueue: {MaxWorkers: harvestsAtOnce}, qualityQueue: {MaxWorkers: 2}},
		Workers:              workers,
		JobTimeout:           longestHarvest,
		RescueStuckJobsAfter: longestHarvest + time.Hour,
		Logger:               slog.New(quiet{log.Handler()}),
	}
	if mailer != nil {
		river.AddWorker(workers, &mailWorker{post: p, log: log})
		cfg.Queues[mailQueue] = river.QueueConfig{MaxWorkers: 1}
	}
	if plan {
		cfg.Queues[river.QueueDefault] = river.QueueConfig{MaxWorkers: 1}
		cfg.PeriodicJobs = []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(planEvery),
			func() (river.JobArgs, *river.InsertOpts) { return planArgs{}, &river.InsertOpts{MaxAttempts: 1} },
			&river.PeriodicJobOpts{RunOnStart: true})}
	}
	queue, err := river.NewClient(riverpgxv5.New(n.DB()), cfg)
	if err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	if err := n.FreeOrphans(ctx); err != nil {
		return nil, err
	}
	if err := queue.Start(ctx); err != nil {
		return nil, fmt.Errorf("worker: %w", err)
	}
	w := &worker{Client: queue, works: true}
	if mailer != nil && !plan {
		w.drain = func() { p.drain(ctx) }
	}
	return w, nil
}

// stop lets go of the running harvests, which can be taken up again, and waits
// for them a short while.
func (w *worker) stop() {
	if !w.works {
		return
	}
	if w.drain != nil {
		w.drain()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = w.StopAndCancel(ctx) // what has not ended by then ends with the process
}

// client is the HTTP client of the harvests, which takes turns with other processes.
func (sh *shell) client(allow harvesters.Allow, turns harvesters.Turns) *http.Client {
	allow.Nets = append(allow.Nets, sh.cfg.AllowNets...)
	return harvesters.Client("ponet/"+version()+" (+"+sh.cfg.baseURL()+")", allow, turns)
}

// quiet is a log handler that passes on only warnings: the job engine has much
// to say about itself.
type quiet struct{ slog.Handler }

func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

func (q quiet) WithAttrs(a []slog.Attr) slog.Handler { return quiet{q.Handler.WithAttrs(a)} }
func (q quiet) WithGroup(g string) slog.Handler      { return quiet{q.Handler.WithGroup(g)} }
