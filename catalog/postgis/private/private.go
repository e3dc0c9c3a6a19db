// Package private runs the catalogue's own PostgreSQL: the one a person gets
// who has set no database. It lives in a folder, listens on a Unix socket only
// and belongs to the process that started it. A second process connects to it.
// What is in the database is the business of catalog/postgis.
package private

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// joinEvery is how often a process that did not get the folder looks whether
// the server of the one that did answers.
const joinEvery = 50 * time.Millisecond

// watchEvery is how often a process that joined looks whether the owner is
// still there.
const watchEvery = 200 * time.Millisecond

// A Server is a running PostgreSQL of ours with the database "ponet" in it.
type Server struct {
	url   string
	owner bool
	lock  *os.File      // of the folder: held by the owner, watched by the others
	child *child        // nil when not the owner
	run   string        // folder of the socket
	said  func() string // what it wrote into its log since it was ready; nil when not the owner
	done  chan struct{}
	stop  chan struct{} // closed by Close of one that is not the owner
	close sync.Once
	err   error
}

// Open connects to the server that runs in the folder dir, or starts it, making
// the folder and the database on the first occasion. When ctx ends first,
// nothing that was begun stays behind. An error is a *Problem where there is
// something that a person can do about it.
func Open(ctx context.Context, dir string, log *slog.Logger) (*Server, error) {
	f, err := settle(dir, log)
	if err != nil {
		return nil, err
	}
	said := false
	for {
		lock, err := f.lock(ownerLock)
		if err != nil {
			return nil, err
		}
		err = tryLock(lock)
		if err == nil {
			var s *Server
			if s, err = own(ctx, f, lock, log); err == nil {
				return s, nil
			}
		}
		if !errors.Is(err, errHeld) {
			lock.Close()
			return nil, fmt.Errorf("database in %s: %w", f.pg, err)
		}
		n := readNotice(lock)
		if n.URL != "" {
			err := answers(ctx, n.URL)
			if err == nil {
				return join(lock, n.URL), nil
			}
			if refused(err) {
				lock.Close()
				return nil, &Problem{"the database in " + f.pg + " runs but does not let " + userName(os.Getuid()) + " in", "Run as the user who started it, or as root.", err}
			}
		}
		lock.Close()
		if !said {
			log.Info("waiting for the process that is starting the database", "pid", n.PID, "folder", f.pg)
			said = true
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("database in %s: waiting for process %d: %w", f.pg, n.PID, ctx.Err())
		case <-time.After(joinEvery):
		}
	}
}

// URL is the address of the database for pgx: a socket, no password.
func (s *Server) URL() string { return s.url }

// Owner reports whether this process started the server, which then ends with it.
func (s *Server) Owner() bool { return s.owner }

// Done is closed when the server has ended: stopped, crashed, or its owner gone.
func (s *Server) Done() <-chan struct{} { return s.done }

// Why is what ended a server that was not stopped, once it is done: a full
// disk, say. It is nil where nothing is known, as in a process that joined.
func (s *Server) Why() error {
	select {
	case <-s.done:
	default:
		return nil
	}
	if s.said == nil {
		return nil
	}
	if words := s.said(); words != "" {
		return heard("the private database has ended", words, nil)
	}
	return nil
}

// Close stops the server if this process owns it, waiting until it has ended,
// and otherwise only lets go of it.
func (s *Server) Close() error {
	s.close.Do(func() {
		if s.owner {
			s.err = s.child.stop()
		} else {
			close(s.stop)
		}
		<-s.done
	})
	return s.err
}

// own starts the server in the folder whose lock we hold, and says so in it.
func own(ctx context.Context, f folder, lock *os.File, log *slog.Logger) (*Server, error) {
	began := time.Now()
	if err := writeNotice(lock, notice{PID: os.Getpid()}); err != nil {
		return nil, f.explain(err)
	}
	cluster, err := f.lock(clusterLock)
	if err != nil {
		return nil, err
	}
	defer cluster.Close() // the server has its own copy
	if err := f.waitForLeftovers(ctx, cluster, log); err != nil {
		return nil, err
	}
	c, err := f.prepare(ctx, cluster, log)
	if err != nil {
		return nil, err
	}
	child, err := c.start(ctx, cluster, log)
	if err != nil {
		return nil, err
	}
	if err := writeNotice(lock, notice{PID: os.Getpid(), URL: c.url()}); err != nil {
		child.stop()
		return nil, f.explain(err)
	}
	ready := c.logSize()
	s := &Server{url: c.url(), owner: true, lock: lock, child: child, run: c.socket, done: make(chan struct{}), said: func() string { return c.said(ready) }}
	go func() {
		<-child.done
		if c.socket != filepath.Join(c.pg, "run") {
			os.Remove(c.socket) // if it is empty; the next start makes it again
		}
		lock.Close() // whoever waits for the folder may have it now
		close(s.done)
	}()
	log.Info("database started", "version", c.version, "folder", c.data, "took", time.Since(began).Round(time.Millisecond))
	return s, nil
}

// join is the server of another process, which ends for us when that process
// gives up the folder.
func join(lock *os.File, url string) *Server {
	s := &Server{url: url, lock: lock, done: make(chan struct{}), stop: make(chan struct{})}
	go func() {
		defer close(s.done)
		defer lock.Close()
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for tryLock(lock) != nil {
			select {
			case <-s.stop:
				return
			case <-tick.C:
			}
		}
	}()
	return s
}
