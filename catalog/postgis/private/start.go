package private

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	readyEvery  = 10 * time.Millisecond // between two greetings to a server that is starting
	startLimit  = 15 * time.Minute      // recovery after a crash reads at most max_wal_size
	sayAfter    = 3 * time.Second       // a start that takes longer is explained in the log
	logKeptSize = 8 << 20               // bytes of the server's log before it is put aside
)

// start runs the server and returns when the database answers.
func (c cluster) start(ctx context.Context, lock *os.File, log *slog.Logger) (*child, error) {
	if err := c.removeStale(); err != nil {
		return nil, c.explain(err)
	}
	words, err := c.openLog()
	if err != nil {
		return nil, c.explain(err)
	}
	defer words.Close() // the server has its own copy
	begin, err := words.Seek(0, 2)
	if err != nil {
		return nil, err
	}
	cmd := c.command("postgres", "-D", c.data)
	cmd.Stdout, cmd.Stderr = words, words
	cmd.ExtraFiles = []*os.File{lock}
	server, err := spawn(cmd)
	if err != nil {
		return nil, c.explain(err)
	}
	if err := c.ready(ctx, server, log); err != nil {
		server.stop()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, heard("PostgreSQL "+c.version+" did not start", c.said(begin), err)
	}
	return server, nil
}

// ready waits until the server takes connections and has our database.
func (c cluster) ready(ctx context.Context, server *child, log *slog.Logger) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	slow := time.After(sayAfter)
	for {
		conn, err := pgx.Connect(ctx, address(c.socket, "postgres"))
		if err == nil {
			err := createDatabase(ctx, conn)
			return errors.Join(err, conn.Close(ctx))
		}
		select {
		case <-server.done:
			return fmt.Errorf("it ended at once: %w", server.err)
		case <-ctx.Done():
			return fmt.Errorf("it does not answer: %w", err)
		case <-slow:
			log.Info("the database is getting ready; after a crash it first reads its log", "pid", server.pid())
		case <-time.After(readyEvery):
		}
	}
}

// createDatabase makes the catalogue's database in a new cluster, or in one
// whose first start was interrupted between the two.
func createDatabase(ctx context.Context, conn *pgx.Conn) error {
	var there bool
	err := conn.QueryRow(ctx, "select exists (select from pg_database where datname = $1)", role).Scan(&there)
	if err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{role}.Sanitize())
	return err
}

// removeStale removes what a killed server left: nobody holds the lock that
// every process of it held, so the process ids in these files are strangers',
// and PostgreSQL would take them for another server. Where we cannot see the
// processes it is left to PostgreSQL to judge.
func (c cluster) removeStale() error {
	if _, sure := c.processes(); !sure {
		return nil
	}
	for _, name := range []string{
		filepath.Join(c.data, "postmaster.pid"),
		filepath.Join(c.socket, ".s.PGSQL."+port),
		filepath.Join(c.socket, ".s.PGSQL."+port+".lock"),
	} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// logName is the server's log; what it says is short (see settings).
func (c cluster) logName() string { return filepath.Join(c.pg, "postgres.log") }

func (c cluster) openLog() (*os.File, error) {
	name := c.logName()
	if info, err := os.Stat(name); err == nil && info.Size() > logKeptSize {
		if err := os.Rename(name, name+".old"); err != nil {
			return nil, err
		}
	}
	return c.account.open(name, os.O_CREATE|os.O_RDWR|os.O_APPEND)
}

// logSize is how much of the log is written.
func (c cluster) logSize() int64 {
	info, err := os.Stat(c.logName())
	if err != nil {
		return 0
	}
	return info.Size()
}

// said is the end of what the server wrote into its log from a place on.
func (c cluster) said(from int64) string {
	b, err := os.ReadFile(c.logName())
	if err != nil || int64(len(b)) < from {
		return ""
	}
	return lastLines(string(b[from:]), 8)
}
