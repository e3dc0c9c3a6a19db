package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"net"
	"net/http"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// sendFile sends what write writes, in turn with other downloads, and counts
// what was taken when all of it is out. An error before the first bytes are out is a
// problem document; after them the connection is broken, for nothing else
// tells the client that the file is not whole.
func (s *server) sendFile(w http.ResponseWriter, r *http.Request, taken []catalog.Taken, write func(*lateWriter) error) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		return
	}
	late := &lateWriter{w: w, sum: sha256.New()}
	digested := r.Header.Get("Accept-Encoding") == "" || r.Header.Get("Accept-Encoding") == "identity"
	if digested { // of what is compressed on the way the digest would be another
		w.Header().Set("Trailer", digestTrailer)
	}
	err := s.whenFree(r.Context(), func() error {
		if err := write(late); err != nil {
			return err
		}
		return late.flush()
	})
	switch {
	case err == nil:
		if digested {
			w.Header().Set(digestTrailer, "sha-256=:"+base64.StdEncoding.EncodeToString(late.sum.Sum(nil))+":")
		}
		if datasets.CountsAsDownload(r.Method, r.UserAgent(), r.Header.Get("Range")) {
			for _, t := range taken {
				s.store.CountDownload(t)
			}
		}
	case late.sent:
		if r.Context().Err() == nil {
			s.log.ErrorContext(r.Context(), "download broken off", "path", r.URL.Path, "err", err)
		}
		breakOff(w, r)
	default:
		for _, name := range []string{"Content-Disposition", "ETag", "Link", "Trailer", mementoHeader, attributionHeader} {
			w.Header().Del(name)
		}
		if errors.Is(err, errBusy) {
			w.Header().Set("Retry-After", "30")
		}
		writeProblem(w, s.problem(r.Context(), err).(*Problem))
	}
}

// digestTrailer is the SHA-256 of a file (RFC 9530), sent after it: files are
// made while they are sent.
const digestTrailer = "Repr-Digest"

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
	sum  hash.Hash
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
	l.sum.Write(b)
	return l.w.Write(b)
}
