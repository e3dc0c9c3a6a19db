package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/private"
	"po-net.prato.it/ponet/datasets"
)

// A node is an open catalogue: the database, ours or the one of the settings,
// at this release's schema.
type node struct {
	*postgis.Store
	url    string
	name   string          // unique to this process; also its name in pg_stat_activity
	server *private.Server // nil with PONET_DATABASE_URL
}

// workingVerbs are the commands whose processes take harvests from the queue for
// as long as they run; they stand in the node's name.
var workingVerbs = []string{"serve", "work", "demo"}

// Workers is how many processes take harvests from the queue, other than a
// command that only waits for its own.
func (n *node) Workers(ctx context.Context) (int, error) { return n.Processes(ctx, workingVerbs) }

// harvestingVerbs are those of the processes that harvest at all.
var harvestingVerbs = append([]string{"harvest", "import"}, workingVerbs...)

// outcome is how a run stands: one that nobody works at any more was interrupted.
func (n *node) outcome(ctx context.Context, r catalog.Run) (string, error) {
	if r.State != catalog.RunRunning {
		return string(r.State), nil
	}
	working, err := n.Processes(ctx, harvestingVerbs)
	if err == nil && working == 0 {
		return "interrupted", nil
	}
	return string(r.State), err
}

// open connects to the catalogue, starting the private database if nobody has.
func (sh *shell) open(ctx context.Context, verb string) (*node, error) {
	n := &node{url: string(sh.cfg.DatabaseURL), name: fmt.Sprintf("ponet %s %d-%s", verb, os.Getpid(), uuid.NewString()[:8])}
	if n.url == "" {
		dir, err := sh.cfg.dataDir()
		if err != nil {
			return nil, err
		}
		if n.server, err = private.Open(ctx, dir, sh.log); err != nil {
			return nil, err
		}
		n.url = n.server.URL()
	}
	if err := n.connect(ctx, sh.log); err != nil {
		n.close()
		var unreachable *pgconn.ConnectError
		var unreadable *pgconn.ParseConfigError
		if sh.cfg.DatabaseURL != "" && (errors.As(err, &unreachable) || errors.As(err, &unreadable)) {
			err = fmt.Errorf("database of PONET_DATABASE_URL: %w\n%s", err, checkTheAddress)
		}
		return nil, err
	}
	return n, nil
}

func (n *node) connect(ctx context.Context, log *slog.Logger) error {
	if err := postgis.Migrate(ctx, n.url); err != nil {
		return err
	}
	store, err := postgis.Open(ctx, n.url, n.name)
	if err != nil {
		return err
	}
	n.Store = store
	v, err := renewed(ctx, store, log)
	if err != nil {
		return err
	}
	return store.PutVocabularies(ctx, v)
}

// renewed are the vocabularies with the editions that are in force, for the whole
// process from now on. An edition that does not fit this release is told and left out.
func renewed(ctx context.Context, store *postgis.Store, log *slog.Logger) (*catalog.Vocabularies, error) {
	editions, err := store.Editions(ctx)
	if err != nil {
		return nil, err
	}
	for _, left := range datasets.Renew(editions) {
		log.WarnContext(ctx, "an edition of a vocabulary does not count; ponet vocab update takes over another", "err", left)
	}
	return datasets.Vocabularies(), nil
}

// lost is closed when the private database has ended under us; nil, which
// never is, with a database of the settings.
func (n *node) lost() <-chan struct{} {
	if n.server == nil {
		return nil
	}
	return n.server.Done()
}

// ended says, instead of err, why the private database has ended, when that is
// what err comes from: then it goes within a moment.
func (n *node) ended(err error) error {
	if n.server == nil {
		return err
	}
	select {
	case <-n.server.Done():
	case <-time.After(endsWithin):
		return err
	}
	if why := n.server.Why(); why != nil {
		return fmt.Errorf("%w\nHarvests are taken up where they were", why)
	}
	return errLost
}

// endsWithin is how long a server takes to end after a crash of one of its processes.
const endsWithin = 5 * time.Second

func (n *node) close() {
	if n.Store != nil {
		n.Store.Close()
	}
	if n.server != nil {
		n.server.Close()
	}
}

type migrateCmd struct{}

func (migrateCmd) Help() string { return "Example:\n  ponet migrate" }

func (migrateCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "migrate")
	if err != nil {
		return err
	}
	defer n.close()
	fmt.Fprintln(sh.stdout, "the database is at this release's schema")
	return nil
}
