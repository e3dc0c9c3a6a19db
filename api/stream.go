package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// stream sends what q selects. An error before the first bytes are out is a
// problem document; after them the connection is broken, for nothing else
// tells the client that the file is not whole.
func (s *server) stream(w http.ResponseWriter, r *http.Request, format datasets.Format, c catalog.Collection, q catalog.Query) {
	s.sendFile(w, r, func(out *lateWriter) error { return format.Encode(out, c, s.store.Records(r.Context(), q)) })
}

// sendFile sends what write writes, in turn with other downloads.
func (s *server) sendFile(w http.ResponseWriter, r *http.Request, write func(*lateWriter) error) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	late := &lateWriter{w: w}
	err := s.whenFree(r.Context(), func() error {
		if err := write(late); err != nil {
			return err
		}
		return late.flush()
	})
	switch {
	case err == nil:
	case late.sent:
		if r.Context().Err() == nil {
			s.log.ErrorContext(r.Context(), "download broken off", "path", r.URL.Path, "err", err)
		}
		breakOff(w, r)
	default:
		for _, name := range []string{"Content-Disposition", "ETag", "Link", attributionHeader} {
			w.Header().Del(name)
		}
		if errors.Is(err, errBusy) {
			w.Header().Set("Retry-After", "30")
		}
		writeProblem(w, s.problem(r.Context(), err).(*Problem))
	}
}

// patience is how long a download waits for its turn.
const patience = 10 * time.Second

var errBusy = newProblem(http.StatusServiceUnavailable, "too many downloads are running: try again in half a minute, or page through items")

// whenFree does work when fewer downloads run than may.
func (s *server) whenFree(ctx context.Context, work func() error) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errBusy)
	defer cancel()
	select {
	case s.busy <- struct{}{}:
		defer func() { <-s.busy }()
		return work()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// breakOff ends the connection so that the client sees an error. In HTTP/1.0,
// which some proxies still speak to us, closing is also how a whole answer
// ends: there the connection is reset.
func breakOff(w http.ResponseWriter, r *http.Request) {
	if !r.ProtoAtLeast(1, 1) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			if tcp, ok := conn.(*net.TCPConn); ok {
				tcp.SetLinger(0)
			}
			conn.Close()
		}
	}
	panic(http.ErrAbortHandler)
}

const (
	// lateBytes is how much of a file is held back, so that what fails at once
	// can still be told as a problem.
	lateBytes = 256 << 10
	// stalledAfter is how long a client may take nothing before it is given up:
	// it holds a connection to the database.
	stalledAfter = time.Minute
)

// lateWriter keeps the first bytes until there are many, or all.
type lateWriter struct {
	w    http.ResponseWriter
	held []byte
	sent bool // something has gone out
}

func (l *lateWriter) Write(b []byte) (int, error) {
	if !l.sent && len(l.held)+len(b) <= lateBytes {
		l.held = append(l.held, b...)
		return len(b), nil
	}
	if err := l.flush(); err != nil {
		return 0, err
	}
	return l.send(b)
}

func (l *lateWriter) flush() error {
	held := l.held
	l.held = nil
	_, err := l.send(held)
	return err
}

// send gives the client its time anew with every write.
func (l *lateWriter) send(b []byte) (int, error) {
	l.sent = true
	http.NewResponseController(l.w).SetWriteDeadline(time.Now().Add(stalledAfter)) // not every server has one
	return l.w.Write(b)
}
