package fetch

import (
	"context"
	"errors"
	"io"
	"time"
)

// A server that gives less than slowBytes in slowAfter of waiting is left: it
// drips, or has gone silent. 2 kB a minute is less than any line has.
const (
	slowAfter = time.Minute
	slowBytes = 2 << 10
)

var errSlow = errors.New("the server is too slow, or has stopped answering")

// A steady body ends with errSlow when it brings too little. Only the time in
// which it is waited for counts, not what the reader does meanwhile.
type steady struct {
	io.ReadCloser
	ctx    context.Context // of the request, which ends with cancel
	cancel context.CancelCauseFunc
	waited time.Duration // since bytes were counted anew
	bytes  int
}

func (s *steady) Read(p []byte) (int, error) {
	silent := time.AfterFunc(slowAfter, func() { s.cancel(errSlow) })
	began := time.Now()
	n, err := s.ReadCloser.Read(p)
	silent.Stop()
	s.waited += time.Since(began)
	s.bytes += n
	switch {
	case err != nil && errors.Is(context.Cause(s.ctx), errSlow):
		err = errSlow
	case err == nil && s.waited >= slowAfter:
		if s.bytes < slowBytes {
			err = errSlow
		}
		s.waited, s.bytes = 0, 0
	}
	return n, err
}

func (s *steady) Close() error {
	defer s.cancel(nil)
	return s.ReadCloser.Close()
}

// bounded counts what is read.
type bounded struct {
	body                   io.ReadCloser
	what                   string
	read, announced, limit int64
}

func (b *bounded) Close() error { return b.body.Close() }

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	b.read += int64(n)
	switch {
	case b.read > b.limit:
		return n, failed("%s: more than %d bytes", b.what, b.limit)
	case err == io.EOF && b.announced >= 0 && b.read != b.announced:
		return n, failed("%s: %d bytes, the server announced %d", b.what, b.read, b.announced)
	case err != nil && err != io.EOF:
		return n, failedBy(err, "%s: ended after %d bytes", b.what, b.read)
	}
	return n, err
}
