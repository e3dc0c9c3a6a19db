package arcgis

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A client asks one server.
type client struct{ http *http.Client }

// A serverError is an error that came with status 200.
type serverError struct {
	Code    int      `json:"code"`
	Message string   `json:"message"`
	Details []string `json:"details"`
}

func (e *serverError) Error() string {
	text := strings.TrimSpace(strings.Join(append([]string{e.Message}, e.Details...), " "))
	switch e.Code {
	case 498, 499, 403:
		text += "; the service wants a login, and only public ones are read"
	}
	return fmt.Sprintf("the server answered error %d: %s", e.Code, catalog.Excerpt(text))
}

// Unwrap makes a serverError a failed listing.
func (e *serverError) Unwrap() error { return catalog.ErrFailedListing }

// get asks address with parameters and reads the JSON into v.
func (c client) get(ctx context.Context, address string, q url.Values, v any) error {
	if len(q) > 0 {
		address += "?" + q.Encode()
	}
	doc, err := fetch.Read(ctx, c.http, address, "application/json")
	if err != nil {
		return err
	}
	return decode(doc.Bytes, address, v)
}

// post is get for parameters that are too long for an address.
func (c client) post(ctx context.Context, address string, q url.Values, v any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(q.Encode()))
	if err != nil {
		return failed("address %s: %v", address, err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := fetch.Do(c.http, req, fetch.MaxDocument)
	if err != nil {
		return err
	}
	doc, err := r.Read()
	if err != nil {
		return err
	}
	return decode(doc.Bytes, address, v)
}

// notNumbers are what servers in Java and C# write for a number that is none,
// although JSON has no such word.
var notNumbers = regexp.MustCompile(`([:,\[]\s*)-?(?:NaN|Infinity)(\s*[,}\]])`)

func decode(b []byte, address string, v any) error {
	var said struct {
		Error *serverError `json:"error"`
	}
	if strings.HasPrefix(strings.TrimSpace(string(b[:min(64, len(b))])), "<") {
		return failed("%s: a web page came instead of JSON", address)
	}
	if !json.Valid(b) {
		b = notNumbers.ReplaceAll(b, []byte("${1}null${2}"))
		b = notNumbers.ReplaceAll(b, []byte("${1}null${2}")) // those that stand side by side
	}
	if err := json.Unmarshal(b, &said); err != nil {
		return failed("%s: the answer is not valid JSON: %v", address, err)
	}
	if said.Error != nil {
		return fmt.Errorf("%s: %w", address, said.Error)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return failed("%s: the answer is not as it should be: %v", address, err)
	}
	return nil
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
