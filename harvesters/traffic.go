package harvesters

import (
	"io"
	"net/http"
	"sync/atomic"
)

// traffic counts what a run asks of the network, redirects included.
type traffic struct{ requests, bytes atomic.Int64 }

// counted is c with its requests counted in the receipt.
func (r *run) counted(c *http.Client) *http.Client {
	counting := *c
	counting.Transport = countingTransport{c.Transport, &r.traffic}
	return &counting
}

type countingTransport struct {
	next http.RoundTripper
	*traffic
}

func (t countingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	t.requests.Add(1)
	next := t.next
	if next == nil {
		next = http.DefaultTransport
	}
	res, err := next.RoundTrip(req)
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
	n, err := b.ReadCloser.Read(p)
	b.bytes.Add(int64(n))
	return n, err
}
