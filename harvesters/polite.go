package harvesters

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxRateWait is how long a request waits for a server to count anew what it
// allows; one that asks for more is not waited for.
const maxRateWait = 15 * time.Minute

// maxRest is how long a Retry-After can keep us from a host.
const maxRest = 24 * time.Hour

// polite lets one request at a time through to a host, from its first byte to
// the last of the answer: whatever the scheme and port, for all sources of the
// process and of those that share turns with it, and at every hop of a redirect,
// whichever version of HTTP is spoken. It waits when the host says that nothing is
// left of what it allows, or that it wants to be left alone.
type polite struct {
	turns Turns // nil: this process has hosts for itself
	next  http.RoundTripper
	mu    sync.Mutex
	hosts map[string]*host
}

// A host is one that is spoken to, or that has to be waited for.
type host struct {
	turn  chan struct{} // holds one while a request is under way
	users int           // with it or waiting
	free  time.Time     // when the next request may begin
}

func newPolite(turns Turns, next http.RoundTripper) *polite {
	return &polite{turns: turns, next: next, hosts: map[string]*host{}}
}

// RoundTrip implements http.RoundTripper.
func (p *polite) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx, name := req.Context(), strings.ToLower(strings.TrimSuffix(req.URL.Hostname(), "."))
	h := p.enter(name)
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		p.leave(name, h)
		return nil, ctx.Err()
	}
	back := func() {}
	release := sync.OnceFunc(func() {
		back()
		<-h.turn
		p.leave(name, h)
	})
	err := p.wait(req, h)
	if err == nil {
		back, err = p.shared(req, name)
	}
	if err != nil {
		release()
		return nil, err
	}
	res, err := p.next.RoundTrip(req)
	if err != nil {
		release()
		return nil, err
	}
	if free, ok := allowed(res); ok {
		p.mu.Lock()
		h.free = free
		p.mu.Unlock()
		if p.turns != nil {
			_ = p.turns.Rest(ctx, name, time.Until(free)) // without a database this process knows it
		}
	}
	// an answer that nobody closes keeps nobody from its host for ever
	res.Body = &turnBody{res.Body, release, context.AfterFunc(ctx, release)}
	return res, nil
}

func (p *polite) enter(name string) *host {
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, h := range p.hosts { // there are few: those of the harvests under way
		if h.users == 0 && h.free.Before(time.Now()) {
			delete(p.hosts, other)
		}
	}
	h := p.hosts[name]
	if h == nil {
		h = &host{turn: make(chan struct{}, 1)}
		p.hosts[name] = h
	}
	h.users++
	return h
}

func (p *polite) leave(name string, h *host) {
	p.mu.Lock()
	defer p.mu.Unlock()
	h.users--
}

// wait waits until the host has something left for us, if that is soon enough.
func (p *polite) wait(req *http.Request, h *host) error {
	p.mu.Lock()
	pause := time.Until(h.free)
	p.mu.Unlock()
	if pause <= 0 {
		return nil
	}
	return sleep(req, pause)
}

// sleep waits until a host may be asked again, unless that is too long.
func sleep(req *http.Request, pause time.Duration) error {
	free := time.Now().Add(pause)
	if end, ok := req.Context().Deadline(); pause > maxRateWait || ok && free.After(end) {
		return fmt.Errorf("%s allows no further request before %s: %w", req.URL.Hostname(), free.UTC().Format(time.RFC3339), catalog.ErrFailedListing)
	}
	select {
	case <-time.After(pause):
		return nil
	case <-req.Context().Done():
		return req.Context().Err()
	}
}

// A turnBody ends the turn with the answer.
type turnBody struct {
	io.ReadCloser
	release func()
	stop    func() bool
}

func (b *turnBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.end()
	}
	return n, err
}

func (b *turnBody) Close() error {
	defer b.end()
	return b.ReadCloser.Close()
}

func (b *turnBody) end() {
	b.stop()
	b.release()
}

// allowed is when the next request may be made, of an answer that says so: of a busy
// server by Retry-After, of one that allows no more by X-RateLimit-Remaining and -Reset, RateLimit-Remaining and -Reset, or
// the field RateLimit of the drafts (remaining=0, reset=30; "default";r=0;t=30).
func allowed(res *http.Response) (time.Time, bool) {
	if res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable {
		if rest, ok := fetch.RetryAfter(res.Header.Get("Retry-After")); ok && rest > 0 {
			return time.Now().Add(min(rest, maxRest)), true
		}
	}
	for _, prefix := range []string{"X-RateLimit-", "X-Rate-Limit-", "RateLimit-"} {
		left, reset := res.Header.Get(prefix+"Remaining"), res.Header.Get(prefix+"Reset")
		if left != "" && none(left) || left == "" && res.StatusCode == http.StatusTooManyRequests {
			if at, ok := resetTime(reset); ok {
				return at, true
			}
		}
	}
	var left, reset string
	for part := range strings.FieldsFuncSeq(res.Header.Get("RateLimit"), func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
		switch name, value, _ := strings.Cut(part, "="); strings.ToLower(name) {
		case "remaining", "r":
			left = value
		case "reset", "t":
			reset = value
		}
	}
	if none(left) {
		return resetTime(reset)
	}
	return time.Time{}, false
}

func none(left string) bool {
	n, err := strconv.ParseFloat(strings.TrimSpace(left), 64)
	return err == nil && n < 1
}

// resetTime reads seconds from now, or a moment in seconds or milliseconds since
// 1970: servers mean either (spec §3.0, rule 4).
func resetTime(s string) (time.Time, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || n < 0 || n > 1e14:
		return time.Time{}, false
	case n >= 1e11:
		return time.UnixMilli(int64(n)), true
	case n >= 1e8: // more than three years of seconds
		return time.Unix(int64(n), 0), true
	}
	return time.Now().Add(time.Duration(n * float64(time.Second))), true
}
