// Package fetch brings what the address of a source names, over HTTP or from a
// local path, within limits: the one way in which a protocol reads.
package fetch

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Limits; spec §3.0.
const (
	MaxDocument = 50 << 20 // bytes of a metadata answer, unpacked
	attempts    = 4        // of a request that a busy server refuses
	maxWait     = time.Minute
	firstWait   = time.Second
)

// A Response is an open answer, or an open file. Body ends with an error when
// there is more than was allowed or less than was announced.
type Response struct {
	Body      io.ReadCloser
	Length    int64    // announced bytes, -1: not known
	Name      string   // without folders: "biblioteche.csv"
	MediaType string   // declared, without parameters, "" if it was not
	Charset   string   // declared, "" if it was not
	URL       *url.URL // after redirects; nil for a local file
	Header    http.Header
}

// Open opens address: what has a scheme is fetched through c, everything else
// is a path. accept is the Accept header, "" for none. A server that is busy
// (429, 502, 503, 504) is asked again when it says, or after growing pauses.
// Every error is catalog.ErrFailedListing.
func Open(ctx context.Context, c *http.Client, address, accept string, limit int64) (*Response, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return local(address, limit)
	}
	secure, plain := subscription(address)
	if plain == "" {
		return open(ctx, c, cmp.Or(secure, address), accept, limit)
	}
	r, err := open(ctx, c, secure, accept, limit)
	var status *StatusError
	if err == nil || errors.As(err, &status) || ctx.Err() != nil {
		return r, err
	}
	if r, again := open(ctx, c, plain, accept, limit); again == nil {
		return r, nil
	}
	return nil, err
}

// subscription is what an address means by which programs are told to subscribe
// to a calendar or feed, webcal://… or feed:…: the web, by https or, where that is
// not told, else by http. It is "" for any other address.
func subscription(address string) (secure, plain string) {
	scheme, rest, _ := strings.Cut(address, ":")
	switch scheme = strings.ToLower(scheme); {
	case scheme == "feed" && !strings.HasPrefix(rest, "//"): // feed:https://…
		return rest, ""
	case scheme == "webcals":
		return "https:" + rest, ""
	case scheme == "webcal", scheme == "feed":
		return "https:" + rest, "http:" + rest
	}
	return "", ""
}

// Web is what address names on the web; false for a path.
func Web(address string) (*url.URL, bool) {
	secure, _ := subscription(address)
	u, err := url.Parse(cmp.Or(secure, address))
	return u, err == nil && (u.Scheme == "http" || u.Scheme == "https")
}

func open(ctx context.Context, c *http.Client, address, accept string, limit int64) (*Response, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil, failed("address %s: only http and https are read", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, failedBy(err, "address %s", address)
	}
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	return Do(c, req, limit)
}

// Do is Open for a request of one's own; its body, if any, must have GetBody.
func Do(c *http.Client, req *http.Request, limit int64) (*Response, error) {
	ctx, cancel := context.WithCancelCause(req.Context())
	res, err := patient(c, req.WithContext(ctx))
	if err != nil {
		cancel(nil)
		var request *url.Error
		if errors.As(err, &request) {
			err = request.Err // without the whole address, which may be long
		}
		return nil, failedBy(unnamed(err), "%s could not be reached", req.URL.Host)
	}
	if res.StatusCode != http.StatusOK {
		body := &steady{ReadCloser: res.Body, ctx: ctx, cancel: cancel}
		said, _ := io.ReadAll(io.LimitReader(body, maxSaid)) // as far as it comes: the status counts
		body.Close()
		return nil, &StatusError{Method: req.Method, URL: req.URL.Redacted(), Code: res.StatusCode, Body: said}
	}
	if res.ContentLength > limit {
		res.Body.Close()
		cancel(nil)
		return nil, failed("%s %s: %d bytes; at most %d are read", req.Method, req.URL.Redacted(), res.ContentLength, limit)
	}
	r := &Response{Length: res.ContentLength, Name: base(req.URL.Path), URL: res.Request.URL, Header: res.Header}
	r.Body = &bounded{body: &steady{ReadCloser: res.Body, ctx: ctx, cancel: cancel}, what: req.Method + " " + req.URL.Redacted(), announced: res.ContentLength, limit: limit}
	if m, p, err := mime.ParseMediaType(res.Header.Get("Content-Type")); err == nil {
		r.MediaType, r.Charset = m, p["charset"]
	}
	if _, p, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err == nil && p["filename"] != "" {
		r.Name = base(p["filename"])
	}
	return r, nil
}

// patient asks again when the server is busy.
func patient(c *http.Client, req *http.Request) (*http.Response, error) {
	wait := firstWait
	for try := 1; ; try++ {
		if try > 1 && req.GetBody != nil {
			body, err := req.GetBody()
			if err != nil {
				return nil, err
			}
			req.Body = body
		}
		res, err := c.Do(req)
		if err != nil || try == attempts || !busy(res.StatusCode) {
			return res, err
		}
		res.Body.Close()
		pause := wait + rand.N(wait/2)
		if told, ok := RetryAfter(res.Header.Get("Retry-After")); ok {
			pause = told
		}
		if pause > maxWait {
			return res, nil // too long for one run: the answer stands
		}
		select {
		case <-time.After(pause):
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
		wait *= 2
	}
}

func busy(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// RetryAfter is for how long a server wants to be left alone, in seconds or until an
// HTTP date (RFC 9110 §10.2.3).
func RetryAfter(s string) (time.Duration, bool) {
	if n, err := strconv.Atoi(s); err == nil && n >= 0 {
		return time.Duration(n) * time.Second, true
	}
	if t, err := http.ParseTime(s); err == nil {
		return max(0, time.Until(t)), true
	}
	return 0, false
}

func local(p string, limit int64) (*Response, error) {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		return nil, failedBy(err, "could not be read")
	case !info.Mode().IsRegular():
		return nil, failed("%s is not a file", p)
	case info.Size() > limit:
		return nil, failed("%s has %d bytes; at most %d are read", p, info.Size(), limit)
	}
	f, err := os.Open(p)
	if err != nil {
		return nil, failedBy(err, "could not be read")
	}
	return &Response{Body: f, Length: info.Size(), Name: filepath.Base(p)}, nil
}

// A Document is an answer read whole.
type Document struct {
	Response
	Bytes []byte
}

// Read reads a metadata answer of at most MaxDocument bytes; one that is
// gzipped although nobody asked is unpacked.
func Read(ctx context.Context, c *http.Client, address, accept string) (*Document, error) {
	r, err := Open(ctx, c, address, accept, MaxDocument)
	if err != nil {
		return nil, err
	}
	return r.Read()
}

// Read reads the rest of r and closes it.
func (r *Response) Read() (*Document, error) {
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err == nil && len(b) > 2 && b[0] == 0x1f && b[1] == 0x8b {
		b, err = gunzip(b)
	}
	if err != nil {
		if !errors.Is(err, catalog.ErrFailedListing) {
			err = failedBy(err, "%s", r.Name)
		}
		return nil, err
	}
	return &Document{Response: *r, Bytes: b}, nil
}

func gunzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(strings.NewReader(string(b)))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, MaxDocument+1))
	if err == nil && len(out) > MaxDocument {
		err = failed("more than %d bytes when unpacked", MaxDocument)
	}
	return out, err
}

// A StatusError is an answer other than 200.
type StatusError struct {
	Method, URL string
	Code        int
	Body        []byte // its beginning: services of the OGC say there what was wrong
}

const maxSaid = 64 << 10 // bytes of the answer of a StatusError

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s %s: the server answered %d %s", e.Method, e.URL, e.Code, http.StatusText(e.Code))
}

// ErrNotModified is what a StatusError of 304 is.
var ErrNotModified = errors.New("not modified")

// Is makes a StatusError of 304 an ErrNotModified.
func (e *StatusError) Is(target error) bool {
	return target == ErrNotModified && e.Code == http.StatusNotModified
}

// Unwrap makes a StatusError a catalog.ErrFailedListing.
func (e *StatusError) Unwrap() error { return catalog.ErrFailedListing }

// base is the last part of a foreign path, whichever way its slashes lean.
func base(name string) string { return path.Base(strings.ReplaceAll(name, `\`, "/")) }

// unnamed is err without the address of our own name server, which is nobody's business
// who reads a receipt.
func unnamed(err error) error {
	if dns, ok := errors.AsType[*net.DNSError](err); ok && dns.Server != "" {
		return unreached{err, strings.ReplaceAll(err.Error(), " on "+dns.Server, "")}
	}
	return err
}

// unreached is an error with other words.
type unreached struct {
	error
	text string
}

// Error implements error.
func (u unreached) Error() string { return u.text }

// Unwrap gives the error that it is.
func (u unreached) Unwrap() error { return u.error }

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}

// failedBy is failed with its cause; what happened stands before what it means.
func failedBy(cause error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", fmt.Sprintf(format, args...), cause, catalog.ErrFailedListing)
}
