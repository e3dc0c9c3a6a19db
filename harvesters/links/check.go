package links

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of a run.
const (
	MaxRun  = 200              // addresses that a run looks at
	MaxHost = 20               // of one host
	Longest = 10 * time.Minute // of a run
	atOnce  = 4                // hosts; each is asked one thing at a time
	answer  = 30 * time.Second // for one address, redirects and the page that tells included
	pause   = time.Second      // between two requests to a host
	head    = 64 << 10         // bytes of a page that are read
	agent   = "ponet"          // by which a robots.txt may name us
)

// A Checker looks at addresses with a client of the harvests, which takes turns,
// obeys Retry-After and reaches nothing private.
type Checker struct {
	Client *http.Client
	Pause  time.Duration // between two requests to a host; 0: pause
}

// Check looks at each of list and gives what it found to each, one at a time. It ends
// early with ctx, or with the error of each.
func (c Checker) Check(ctx context.Context, list []catalog.Link, each func(before catalog.Link, f catalog.LinkFinding) error) error {
	ctx, cancel := context.WithTimeout(ctx, Longest)
	defer cancel()
	byHost := map[string][]catalog.Link{}
	var hosts []string
	for _, l := range list {
		u, err := url.Parse(l.Address)
		if err != nil {
			continue
		}
		if name := strings.ToLower(u.Hostname()); byHost[name] == nil {
			hosts, byHost[name] = append(hosts, name), []catalog.Link{l}
		} else {
			byHost[name] = append(byHost[name], l)
		}
	}
	found := make(chan func() error)
	g, looking := errgroup.WithContext(ctx)
	g.SetLimit(atOnce + 1)
	done := make(chan error, 1)
	go func() {
		var err error
		for put := range found {
			if err == nil {
				if err = put(); err != nil {
					cancel()
				}
			}
		}
		done <- err
	}()
	for _, name := range hosts {
		g.Go(func() error {
			h := newHost(c)
			for _, l := range byHost[name] {
				f, ok := h.look(looking, l)
				if !ok {
					return nil // the run is over
				}
				found <- func() error { return each(l, f) }
			}
			return nil
		})
	}
	_ = g.Wait() // hosts give no errors
	close(found)
	return <-done
}

// A host is one while a run looks at its addresses.
type host struct {
	Checker
	robots *fetch.Robots
	probes map[string]page // what it answers for what it cannot have, by folder
	next   time.Time
}

func newHost(c Checker) *host {
	if c.Pause == 0 {
		c.Pause = pause
	}
	return &host{Checker: c, robots: fetch.NewRobots(c.Client, agent), probes: map[string]page{}}
}

// look is what there is at one address; false when the run ended meanwhile.
func (h *host) look(run context.Context, l catalog.Link) (catalog.LinkFinding, bool) {
	f := catalog.LinkFinding{Address: l.Address, At: time.Now()}
	if f.Fault = h.mayLook(run, l.Address); f.Fault == "" {
		ctx, cancel := context.WithTimeout(run, answer)
		f.Fault = h.judge(ctx, l, &f)
		cancel()
	}
	return f, run.Err() == nil
}

// mayLook waits until robots.txt lets us look at an address, and is what is wrong when
// it does not, or is not to be had.
func (h *host) mayLook(run context.Context, address string) catalog.LinkFault {
	ctx, cancel := context.WithTimeout(run, answer)
	defer cancel()
	if _, err := h.robots.Sitemaps(ctx, address); err != nil { // which reads the file
		return catalog.LinkUnreachable
	}
	err := h.robots.Wait(run, address)
	status, answered := errors.AsType[*fetch.StatusError](err)
	switch {
	case err == nil:
		return ""
	case answered && status.Code == http.StatusTooManyRequests:
		return catalog.LinkBusy
	case errors.Is(err, fetch.ErrDisallowed) && (answered || !errors.Is(err, catalog.ErrFailedListing)):
		return catalog.LinkRobots
	}
	return catalog.LinkUnreachable
}

// judge is what is wrong at an address, "" for nothing.
func (h *host) judge(ctx context.Context, l catalog.Link, f *catalog.LinkFinding) catalog.LinkFault {
	p, fault := h.ask(ctx, http.MethodHead, l, f)
	if fault == catalog.LinkBusy || p.status == http.StatusNotModified {
		return fault
	}
	if fault == "" && !p.isHTML() {
		return "" // a file that is there
	}
	// A HEAD that failed may be the server's own fault, and a page has to be read.
	p, fault = h.ask(ctx, http.MethodGet, l, f)
	if fault != "" || p.status == http.StatusNotModified || !p.isHTML() {
		return fault
	}
	return h.read(ctx, l, p)
}

// ask makes one request and reads the beginning of the answer.
func (h *host) ask(ctx context.Context, method string, l catalog.Link, f *catalog.LinkFinding) (page, catalog.LinkFault) {
	req, err := http.NewRequestWithContext(ctx, method, l.Address, nil)
	if err != nil {
		return page{}, catalog.LinkUnreachable
	}
	req.Header.Set("Accept", "*/*")
	if l.State == catalog.LinkWorks {
		if l.ETag != "" {
			req.Header.Set("If-None-Match", l.ETag)
		}
		if l.LastModified != "" {
			req.Header.Set("If-Modified-Since", l.LastModified)
		}
	}
	if method == http.MethodGet {
		req.Header.Set("Range", "bytes=0-65535")
	}
	if err := h.wait(ctx); err != nil {
		return page{}, catalog.LinkBusy
	}
	began := time.Now()
	res, err := h.Client.Do(req)
	f.Millis = int(time.Since(began).Milliseconds())
	h.next = time.Now().Add(h.Pause)
	if err != nil {
		f.Status = 0
		if errors.Is(err, catalog.ErrFailedListing) { // its turn comes later than we wait
			return page{}, catalog.LinkBusy
		}
		return page{}, catalog.LinkUnreachable
	}
	defer res.Body.Close()
	f.Status = res.StatusCode
	p := page{status: res.StatusCode, url: res.Request.URL, mediaType: res.Header.Get("Content-Type")}
	if fault := faultOf(res); fault != "" {
		return p, fault
	}
	if res.StatusCode == http.StatusNotModified {
		f.ETag, f.LastModified = l.ETag, l.LastModified
		return p, ""
	}
	f.ETag, f.LastModified = shortly(res.Header.Get("ETag")), shortly(res.Header.Get("Last-Modified"))
	if method == http.MethodGet {
		if p.body, err = io.ReadAll(io.LimitReader(res.Body, head)); err != nil && len(p.body) == 0 {
			return p, catalog.LinkUnreachable
		}
	}
	return p, ""
}

// wait leaves the host alone for a moment.
func (h *host) wait(ctx context.Context) error {
	select {
	case <-time.After(time.Until(h.next)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// faultOf is what the status of an answer says, "" for nothing wrong.
func faultOf(res *http.Response) catalog.LinkFault {
	switch code := res.StatusCode; {
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable && res.Header.Get("Retry-After") != "":
		return catalog.LinkBusy
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusProxyAuthRequired:
		return catalog.LinkForbidden
	case code == http.StatusRequestedRangeNotSatisfiable: // an empty file
		return ""
	case code >= 500:
		return catalog.LinkServerError
	case code >= 400:
		return catalog.LinkMissing
	}
	return ""
}

// shortly is a validator, "" of one that is too long to be kept.
func shortly(s string) string {
	if len(s) > 200 {
		return ""
	}
	return s
}
