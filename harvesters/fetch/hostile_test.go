package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A script answers requests in turn, without a network, so that minutes of
// waiting pass at once.
type script struct {
	answers  []func(*http.Request) (*http.Response, error)
	requests []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.requests = append(s.requests, time.Now())
	n := min(len(s.requests), len(s.answers)) - 1
	return s.answers[n](r)
}

func answer(status int, header http.Header, body io.ReadCloser) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: body, ContentLength: -1, Request: r}, nil
	}
}

// A slow body gives some bytes after each pause, and ends with its request.
type slow struct {
	request *http.Request
	pause   time.Duration
	bytes   int
	left    int
}

func (s *slow) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	select {
	case <-time.After(s.pause):
	case <-s.request.Context().Done():
		return 0, s.request.Context().Err()
	}
	n := min(s.bytes, len(p), s.left)
	s.left -= n
	return n, nil
}

func (s *slow) Close() error { return nil }

// A server that drips or goes silent is left after a minute of waiting; one that
// is only slow is read to its end, and so is one whose reader takes its time.
func TestSlowServers(t *testing.T) {
	for name, c := range map[string]struct {
		pause       time.Duration
		bytes, left int
		pondering   time.Duration // of the reader
		fault       string
		most        time.Duration
	}{
		"drips for ever":     {time.Second, 1, 1 << 30, 0, "too slow, or has stopped answering", 2 * time.Minute},
		"silent":             {24 * time.Hour, 1, 1, 0, "too slow, or has stopped answering", 2 * time.Minute},
		"slow":               {time.Second, 100, 60_000, 0, "", time.Hour},
		"pauses":             {50 * time.Second, 4096, 40_960, 0, "", time.Hour},
		"quick, slow reader": {time.Millisecond, 10, 200, time.Minute, "", time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c.most += time.Duration(c.left/c.bytes) * c.pondering
				s := &script{answers: []func(*http.Request) (*http.Response, error){func(r *http.Request) (*http.Response, error) {
					return answer(http.StatusOK, nil, &slow{request: r, pause: c.pause, bytes: c.bytes, left: c.left})(r)
				}}}
				began := time.Now()
				r, err := Open(t.Context(), &http.Client{Transport: s}, "http://example.org/a.csv", "", 1<<40)
				if err != nil {
					t.Fatal(err)
				}
				defer r.Body.Close()
				buffer, total := make([]byte, 8192), 0
				for err == nil {
					var n int
					n, err = r.Body.Read(buffer)
					total += n
					time.Sleep(c.pondering)
				}
				if c.fault == "" && (!errors.Is(err, io.EOF) || total != c.left) {
					t.Errorf("%d bytes, %v; want all %d", total, err, c.left)
				}
				if c.fault != "" && (!strings.Contains(err.Error(), c.fault) || !errors.Is(err, catalog.ErrFailedListing) || strings.Contains(err.Error(), "canceled")) {
					t.Errorf("ended with %v; want %q", err, c.fault)
				}
				if took := time.Since(began); took > c.most {
					t.Errorf("took %s; want at most %s", took, c.most)
				}
			})
		})
	}
}

// A busy server is asked again when it says, in seconds or by a date, and at
// growing pauses when it does not; one that says too late a time is not waited for.
func TestRetryAfter(t *testing.T) {
	for name, c := range map[string]struct {
		status   int
		after    func() string
		low      time.Duration // of the first pause
		high     time.Duration
		requests int
	}{
		"seconds":      {429, func() string { return "7" }, 7 * time.Second, 7 * time.Second, 2},
		"date":         {503, func() string { return time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat) }, 29 * time.Second, 30 * time.Second, 2},
		"date past":    {503, func() string { return time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat) }, 0, 0, 2},
		"nothing":      {502, func() string { return "" }, time.Second, 1500 * time.Millisecond, 2},
		"nonsense":     {504, func() string { return "tra poco" }, time.Second, 1500 * time.Millisecond, 2},
		"tomorrow":     {503, func() string { return "86400" }, 0, 0, 1},
		"far date":     {503, func() string { return time.Now().Add(48 * time.Hour).UTC().Format(http.TimeFormat) }, 0, 0, 1},
		"not busy":     {500, func() string { return "7" }, 0, 0, 1},
		"not busy 404": {404, func() string { return "" }, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{answers: []func(*http.Request) (*http.Response, error){
					answer(c.status, http.Header{"Retry-After": {c.after()}}, http.NoBody),
					answer(http.StatusOK, nil, io.NopCloser(strings.NewReader("at last"))),
				}}
				d, err := Read(t.Context(), &http.Client{Transport: s}, "http://example.org/", "")
				if len(s.requests) != c.requests || (err == nil) != (c.requests == 2) {
					t.Fatalf("%d requests, %v; want %d", len(s.requests), err, c.requests)
				}
				if err == nil {
					if pause := s.requests[1].Sub(s.requests[0]); pause < c.low || pause > c.high || string(d.Bytes) != "at last" {
						t.Errorf("asked again after %s; want %s to %s", pause, c.low, c.high)
					}
				}
			})
		})
	}
}

// What packs to nothing is not unpacked for ever, neither by the transport nor here.
func TestGzipBombs(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	zeros := make([]byte, 1<<20)
	for range MaxDocument>>20 + 10 {
		z.Write(zeros)
	}
	z.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/encoded" {
			w.Header().Set("Content-Encoding", "gzip")
		}
		w.Write(bomb.Bytes())
	}))
	defer server.Close()
	for _, path := range []string{"/encoded", "/file.gz"} {
		_, err := Read(t.Context(), http.DefaultClient, server.URL+path, "")
		if !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(err), "more than") {
			t.Errorf("%s, %d bytes packed: %v; want a failed listing that says how much is read", path, bomb.Len(), err)
		}
	}
}

// The addresses by which programs are told to subscribe name the web.
func TestSubscriptionAddresses(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/none" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, r.URL.Path)
	})
	plain, secure := httptest.NewServer(handler), httptest.NewTLSServer(handler)
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer plain.Close()
	defer secure.Close()
	plainHost, secureHost := strings.TrimPrefix(plain.URL, "http:"), strings.TrimPrefix(secure.URL, "https:")
	for _, c := range []struct{ address, fault string }{
		{"webcal:" + secureHost + "/a.ics", ""},
		{"webcal:" + plainHost + "/a.ics", ""},
		{"WEBCAL:" + plainHost + "/a.ics", ""},
		{"webcals:" + secureHost + "/a.ics", ""},
		{"webcals:" + plainHost + "/a.ics", "could not be reached"},
		{"feed:" + plainHost + "/a.ics", ""},
		{"feed:" + plain.URL + "/a.ics", ""},
		{"feed:" + secure.URL + "/a.ics", ""},
		{"webcal:" + secureHost + "/none", "404 Not Found"},
		{"feed:ftp://example.org/a", "only http and https"},
		{"gopher://example.org/a", "only http and https"},
	} {
		d, err := Read(t.Context(), secure.Client(), c.address, "")
		if c.fault == "" && (err != nil || string(d.Bytes) != "/a.ics") {
			t.Errorf("%s: %v", c.address, err)
		}
		if c.fault != "" && (!errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), c.fault)) {
			t.Errorf("%s: %v; want %q", c.address, err, c.fault)
		}
	}
}

// Servers that break off, turn in circles or show a certificate of nobody are
// failed listings that say so.
func TestServersThatBreakOff(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/circle":
			http.Redirect(w, r, "/circle", http.StatusFound)
		case "/half": // chunked, and the connection is closed before the last chunk
			fmt.Fprint(w, "half of it")
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		case "/hangup":
			panic(http.ErrAbortHandler)
		case "/unmodified":
			w.WriteHeader(http.StatusNotModified)
		case "/elsewhere":
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}
	}))
	defer server.Close()
	foreign := httptest.NewTLSServer(http.NotFoundHandler())
	foreign.Config.ErrorLog = log.New(io.Discard, "", 0)
	defer foreign.Close()
	for address, fault := range map[string]string{
		server.URL + "/circle":     "redirects",
		server.URL + "/half":       "ended after 10 bytes",
		server.URL + "/hangup":     "could not be reached: EOF",
		server.URL + "/unmodified": "304 Not Modified",
		server.URL + "/elsewhere":  "unsupported protocol scheme",
		foreign.URL:                "certificate",
	} {
		if _, err := Read(t.Context(), http.DefaultClient, address, ""); !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(err), fault) {
			t.Errorf("%s: %v; want %q", address, err, fault)
		}
	}
}
