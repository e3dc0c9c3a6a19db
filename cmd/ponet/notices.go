package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/portal"
)

const (
	mailQueue    = "mail"
	mailAttempts = 12 // with the pauses of the job engine some fifteen hours

	lettersRead = 3 // examples of each rule in a message
)

// mailArgs is the job of sending the message about one run.
type mailArgs struct {
	Run int64 `json:"run" river:"unique"`
}

// Kind names the job in the queue.
func (mailArgs) Kind() string { return "mail" }

// InsertOpts bounds the attempts.
func (mailArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: mailQueue, MaxAttempts: mailAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// A post tells correspondents what is news of harvests. The zero value, without
// a mail server, tells nobody.
type post struct {
	mailer *mailer
	store  *postgis.Store
	cfg    portal.Config
}

// look writes and queues the messages about the runs of source ("": of all) that
// have ended since the last time.
func (p *post) look(ctx context.Context, source string) error {
	if p.mailer == nil {
		return nil
	}
	client := river.ClientFromContext[pgx.Tx](ctx)
	return p.store.Notify(ctx, source, func(tx pgx.Tx, run int64) error {
		_, err := client.InsertTx(ctx, tx, mailArgs{Run: run}, nil)
		return err
	})
}

type mailWorker struct {
	river.WorkerDefaults[mailArgs]
	post *post
	log  *slog.Logger
}

// Timeout is that of a message, and a little for the database.
func (mailWorker) Timeout(*river.Job[mailArgs]) time.Duration { return mailTimeout + 15*time.Second }

// Work sends the message about a run, once. An attempt that ended when all was
// written but the end, and whose answer nobody heard, is not repeated: the message
// is doubtful, since a second one would be one too many.
func (w *mailWorker) Work(ctx context.Context, job *river.Job[mailArgs]) error {
	store, run := w.post.store, job.Args.Run
	n, err := store.Notice(ctx, run)
	switch {
	case errors.Is(err, catalog.ErrNotFound):
		return river.JobCancel(err)
	case err != nil:
		return err
	case n.State == catalog.NoticeHanded:
		return w.end(ctx, run, n.State, catalog.NoticeDoubtful, errors.New("the process ended before the mail server answered"))
	case n.State != catalog.NoticeWaiting:
		return nil
	case n.Address == "":
		return w.end(ctx, run, n.State, catalog.NoticeFailed, errors.New("the source has no address any more"))
	}
	letter, err := w.post.letter(ctx, n)
	if err != nil {
		return err
	}
	state := catalog.NoticeWaiting
	err = w.post.mailer.send(ctx, n.Address, letter, fmt.Sprintf("run-%d.%s", run, n.Source), func() error {
		ours, err := store.MarkNotice(ctx, run, catalog.NoticeWaiting, catalog.NoticeHanded, "")
		if err == nil && !ours {
			err = fmt.Errorf("the message about run %d is being sent by somebody else: %w", run, catalog.ErrExists)
		}
		if err == nil {
			state = catalog.NoticeHanded
		}
		return err
	})
	if err == nil {
		_, err = store.MarkNotice(ctx, run, catalog.NoticeHanded, catalog.NoticeSent, "")
		return err
	}
	said, final := answered(err)
	switch {
	case state == catalog.NoticeHanded && !said:
		return w.end(ctx, run, state, catalog.NoticeDoubtful, err)
	case final || job.Attempt >= job.MaxAttempts:
		return w.end(ctx, run, state, catalog.NoticeFailed, err)
	}
	if _, failed := store.MarkNotice(ctx, run, state, catalog.NoticeWaiting, err.Error()); failed != nil {
		return failed
	}
	w.log.WarnContext(ctx, "mail not sent, tried again later", "run", run, "attempt", job.Attempt, "err", err)
	return err
}

// end gives a message up.
func (w *mailWorker) end(ctx context.Context, run int64, from, to string, why error) error {
	w.log.WarnContext(ctx, "mail given up", "run", run, "state", to, "err", why)
	if _, err := w.post.store.MarkNotice(ctx, run, from, to, why.Error()); err != nil {
		return err
	}
	return river.JobCancel(why)
}

// letter is what a notice says, in the language of its correspondent.
func (p *post) letter(ctx context.Context, n catalog.Notice) (portal.Letter, error) {
	writer, err := portal.NewWriter(n.Lang, p.cfg)
	if err != nil {
		return portal.Letter{}, err
	}
	src, err := p.store.Source(ctx, n.Source)
	if err != nil {
		return portal.Letter{}, err
	}
	run, complaints, err := readRun(ctx, p.store, n.Run)
	if err != nil {
		return portal.Letter{}, err
	}
	return writer.News(src, run, n, complaints), nil
}

// readRun is a run with the first complaints of each rule.
func readRun(ctx context.Context, store *postgis.Store, id int64) (catalog.Run, []catalog.Complaint, error) {
	run, err := store.Run(ctx, id)
	if err != nil {
		return run, nil, err
	}
	var rules []string
	for rule := range run.Receipt.Rules {
		rules = append(rules, rule)
	}
	complaints, err := store.FirstComplaints(ctx, id, rules, lettersRead)
	return run, complaints, err
}

// drainFor is how long a command that harvested waits for its messages; those that
// are not sent by then are sent by the next process that takes jobs.
const drainFor = 20 * time.Second

// drain waits until every message has been tried.
func (p *post) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, drainFor)
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		list, err := p.store.Notices(ctx, 100)
		waits := slices.ContainsFunc(list, func(n catalog.Notice) bool {
			return n.State == catalog.NoticeHanded || n.State == catalog.NoticeWaiting && n.Attempts == 0
		})
		if err != nil || !waits {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
