package harvesters

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"po-net.prato.it/ponet/catalog"
)

// What one run may ask of the network, unless its source says less or more. Time
// is its deadline, pages are fetch.MaxPages, redirects maxRedirects.
const (
	MaxBytes    = 20 << 30 // received, unpacked: ten files of the greatest size that is read
	MaxRequests = 100_000  // redirects included: at ten a second almost three hours
)

// traffic counts what a run asks of the network, redirects included.
type traffic struct {
	requests, bytes       atomic.Int64
	refused               atomic.Bool // a request, for there had been enough
	maxRequests, maxBytes int64
	source                string
}

// counted is c with its requests counted in the receipt, and within the budget.
func (r *run) counted(c *http.Client) *http.Client {
	t := &r.traffic
	t.source, t.maxBytes, t.maxRequests = r.src.ID, MaxBytes, MaxRequests
	if r.src.MaxBytes > 0 {
		t.maxBytes = r.src.MaxBytes
	}
	if r.src.MaxRequests > 0 {
		t.maxRequests = int64(r.src.MaxRequests)
	}
	counting := *c
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	counting.Transport = countingTransport{conditional{next, &r.documents}, t}
	return &counting
}

// spent is the error after which nothing more is asked for, nil while there is
// something left.
func (t *traffic) spent() error {
	switch {
	case t.refused.Load():
		return fmt.Errorf("more than %d requests: the budget of the source is spent; raise it with: ponet source set %s --max-requests: %w", t.maxRequests, t.source, catalog.ErrFailedListing)
	case t.bytes.Load() > t.maxBytes:
		return fmt.Errorf("more than %d bytes received: the budget of the source is spent; raise it with: ponet source set %s --max-bytes: %w", t.maxBytes, t.source, catalog.ErrFailedListing)
	}
	return nil
}

type countingTransport struct {
	next http.RoundTripper
	*traffic
}

func (t countingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if t.requests.Load() >= t.maxRequests {
		t.refused.Store(true)
	}
	if err := t.spent(); err != nil {
		return nil, err
	}
	t.requests.Add(1)
	res, err := t.next.RoundTrip(req)
	if err == nil {
		res.Body = countedBody{res.Body, t.traffic}
	}
	return res, err
}

type countedBody struct {
	io.ReadCloser
	*traffic
}

func (b countedBody) Read(p []byte) (int, error) {
	if left := max(0, b.maxBytes-b.bytes.Load()); int64(len(p)) > left+1 {
		p = p[:left+1]
	}
	n, err := b.ReadCloser.Read(p)
	b.bytes.Add(int64(n))
	if over := b.spent(); over != nil {
		return n, over
	}
	return n, err
}
