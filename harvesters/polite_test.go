package harvesters

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A slowServer answers after a second and knows how many requests it has at once.
type slowServer struct {
	mu         sync.Mutex
	now, most  map[string]int // by host
	answer     func(*http.Request) *http.Response
	requests   []time.Time
	unfinished bool // bodies have no end
}

func (s *slowServer) RoundTrip(req *http.Request) (*http.Response, error) {
	host := req.URL.Hostname()
	s.mu.Lock()
	if s.now == nil {
		s.now, s.most = map[string]int{}, map[string]int{}
	}
	s.now[host]++
	s.most[host] = max(s.most[host], s.now[host])
	s.requests = append(s.requests, time.Now())
	s.mu.Unlock()
	time.Sleep(time.Second)
	res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: req}
	if s.answer != nil {
		res = s.answer(req)
	}
	var body io.Reader = strings.NewReader("abc")
	if s.unfinished {
		body = endless{}
	}
	res.Body = &leaving{body, func() {
		s.mu.Lock()
		s.now[host]--
		s.mu.Unlock()
	}}
	return res, nil
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

type leaving struct {
	io.Reader
	left func()
}

func (l *leaving) Close() error { l.left(); return nil }

// One host has one request at a time, also by another scheme, port or spelling;
// others do not wait for it.
func TestOneRequestAtATimeToOneHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &slowServer{}
		c := &http.Client{Transport: newPolite(nil, s)}
		began := time.Now()
		var wg sync.WaitGroup
		for _, address := range []string{"http://a.example/1", "https://a.example/2", "https://A.example:8443/3", "http://a.example./4", "http://b.example/1"} {
			wg.Go(func() {
				res, err := c.Get(address)
				if err != nil {
					t.Error(err)
					return
				}
				time.Sleep(time.Second) // the answer belongs to the request
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			})
		}
		wg.Wait()
		for host, n := range s.most {
			if n > 1 {
				t.Errorf("%s had %d requests at once", host, n)
			}
		}
		if took := time.Since(began); took != 8*time.Second {
			t.Errorf("took %s; want 8 s, four requests of two seconds one after the other", took)
		}
		if n := len(c.Transport.(*polite).hosts); n > 3 {
			t.Errorf("%d hosts are remembered", n)
		}
	})
}

// Who waits for a host stops when it has to, and an answer that is never closed
// holds the host no longer than its request may take.
func TestAnAnswerLeftOpenKeepsNobodyWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &http.Client{Transport: newPolite(nil, &slowServer{unfinished: true})}
		get := func(d time.Duration) error {
			ctx, cancel := context.WithTimeout(t.Context(), d)
			t.Cleanup(cancel)
			req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://a.example/", nil)
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Do(req)
			return err
		}
		if err := get(time.Minute); err != nil { // its body is left open
			t.Fatal(err)
		}
		if err := get(10 * time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while the host is held: %v", err)
		}
		if err := get(2 * time.Minute); err != nil {
			t.Errorf("after the first request's time: %v", err)
		}
	})
}

// What a host says is left of what it allows is kept to, in seconds and as a moment.
func TestRateHeaders(t *testing.T) {
	at := func(d time.Duration) string { return strconv.FormatInt(time.Now().Add(d).Unix(), 10) }
	for name, c := range map[string]struct {
		status int
		header func() map[string]string
		pause  time.Duration // before the second request, -1: it is refused
	}{
		"some left": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "3", "X-RateLimit-Reset": "60"}
		}, 0},
		"seconds": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "60"}
		}, time.Minute},
		"Unix time": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(90 * time.Second)}
		}, 90 * time.Second},
		"milliseconds": {200, func() map[string]string {
			return map[string]string{"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": at(90*time.Second) + "000"}
		}, 90 * time.Second},
		"429 without count": {429, func() map[string]string { return map[string]string{"X-RateLimit-Reset": "5"} }, 5 * time.Second},
		"Retry-After":       {503, func() map[string]string { return map[string]string{"Retry-After": "7"} }, 7 * time.Second},
		"of a good answer":  {200, func() map[string]string { return map[string]string{"Retry-After": "7"} }, 0},
		"of a day":          {429, func() map[string]string { return map[string]string{"Retry-After": "86400"} }, -1},
		"draft":             {200, func() map[string]string { return map[string]string{"RateLimit": "limit=100, remaining=0, reset=30"} }, 30 * time.Second},
		"later draft":       {200, func() map[string]string { return map[string]string{"RateLimit": `"default";r=0;t=30`} }, 30 * time.Second},
		"draft, some left":  {200, func() map[string]string { return map[string]string{"RateLimit": `"default";r=1;t=30`} }, 0},
		"past": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": at(-time.Hour)}
		}, 0},
		"nonsense": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "domani"}
		}, 0},
		"tomorrow": {200, func() map[string]string {
			return map[string]string{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "86400"}
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &slowServer{answer: func(r *http.Request) *http.Response {
					h := http.Header{}
					for k, v := range c.header() {
						h.Set(k, v)
					}
					return &http.Response{StatusCode: c.status, Header: h, Request: r}
				}}
				client := &http.Client{Transport: newPolite(nil, s)}
				var ended time.Time
				var err error
				for range 2 {
					var res *http.Response
					if res, err = client.Get("http://a.example/"); err == nil {
						res.Body.Close()
					}
					if ended.IsZero() {
						ended = time.Now()
					}
				}
				switch {
				case c.pause < 0:
					if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(err), "no further request before") {
						t.Errorf("%v; want a refusal that says until when", err)
					}
				case err != nil || len(s.requests) != 2:
					t.Fatalf("%d requests, %v", len(s.requests), err)
				default:
					if pause := s.requests[1].Sub(ended); pause < c.pause-time.Second || pause > c.pause {
						t.Errorf("asked again after %s; want %s", pause, c.pause)
					}
				}
			})
		})
	}
}

// Redirects go through the same door: from one host to itself by another port,
// while somebody else waits for it.
func TestRedirectsTakeTurns(t *testing.T) {
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "ok") }))
	defer target.Close()
	first := httptest.NewServer(http.RedirectHandler(target.URL, http.StatusFound))
	defer first.Close()
	c := Client("ponet/test", Allow{Nets: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, nil)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			res, err := c.Get(first.URL)
			if err != nil {
				t.Error(err)
				return
			}
			defer res.Body.Close()
			if b, err := io.ReadAll(res.Body); err != nil || string(b) != "ok" {
				t.Errorf("%q, %v", b, err)
			}
		})
	}
	wg.Wait()
}
