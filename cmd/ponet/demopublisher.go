package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets/demo"
)

// A publisher is the web server of the territory's bodies.
type publisher struct {
	listener net.Listener
	address  netip.AddrPort
	server   *http.Server
	log      *os.File
}

// openPublisher listens at address, on a loopback interface only. Port 0 is the
// one of the last start where it is free, so that addresses stay as they were.
func openPublisher(sh *shell, n *node, address string) (*publisher, error) {
	wanted, err := netip.ParseAddrPort(address)
	if err != nil || !wanted.Addr().IsLoopback() {
		return nil, errors.New("--publisher: the demo publishes on a loopback address only, such as 127.0.0.1:8081")
	}
	start, before, err := firstStart(sh.ctx, n)
	if err != nil {
		return nil, err
	}
	p := &publisher{}
	if wanted.Port() == 0 && before != "" {
		p.listener, _ = net.Listen("tcp", before) // taken by another program: any free port does
	}
	if p.listener == nil {
		if p.listener, err = net.Listen("tcp", address); err != nil {
			return nil, fmt.Errorf("publisher of the demo: %w", err)
		}
	}
	p.address = netip.MustParseAddrPort(p.listener.Addr().String())
	dir, err := sh.cfg.dataDir()
	if err == nil {
		p.log, err = os.OpenFile(filepath.Join(dir, "publisher.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	}
	if err != nil {
		p.listener.Close()
		return nil, fmt.Errorf("log of the demo's publisher: %w", err)
	}
	p.server = &http.Server{Handler: logged(p.log, demo.Publisher(start)), ReadHeaderTimeout: readHeaderTimeout}
	return p, nil
}

func (p *publisher) url() string { return "http://" + p.address.String() }

func (p *publisher) close() {
	p.server.Close()
	p.log.Close()
}

// firstStart is when the territory was first opened, which dates its events, and
// the host and port at which it was published last. Without one it is now.
func firstStart(ctx context.Context, n *node) (start time.Time, host string, err error) {
	sources, err := n.Sources(ctx)
	if err != nil {
		return start, "", err
	}
	ours := map[string]bool{}
	for _, src := range demo.Sources("") {
		ours[src.ID] = true
	}
	sources = slices.DeleteFunc(sources, func(s catalog.Source) bool { return !ours[s.ID] })
	if len(sources) == 0 {
		return time.Now(), "", nil
	}
	first := slices.MinFunc(sources, func(a, b catalog.Source) int { return cmp.Or(a.Added.Compare(b.Added), cmp.Compare(a.ID, b.ID)) })
	if u, err := url.Parse(first.URL); err == nil && net.ParseIP(u.Hostname()).IsLoopback() {
		host = u.Host
	}
	return first.Added, host, nil
}

// logged writes a line of the common log format for every request.
func logged(w *os.File, h http.Handler) http.Handler {
	var mu sync.Mutex
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c := &answerNotes{ResponseWriter: rw, status: http.StatusOK}
		h.ServeHTTP(c, r)
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(w, "%s - - [%s] %q %d %d\n", host, time.Now().Format("02/Jan/2006:15:04:05 -0700"), r.Method+" "+r.URL.RequestURI()+" "+r.Proto, c.status, c.bytes)
	})
}

// answerNotes notes what was answered.
type answerNotes struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (c *answerNotes) WriteHeader(status int) {
	c.status = status
	c.ResponseWriter.WriteHeader(status)
}

func (c *answerNotes) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.bytes += int64(n)
	return n, err
}
