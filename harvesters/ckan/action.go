package ckan

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// An envelope is what every action answers with.
type envelope struct {
	Help    string          `json:"help"`
	Success *bool           `json:"success"`
	Result  json.RawMessage `json:"result"`
	Error   json.RawMessage `json:"error"`
}

// A refusedError is an action that the portal answered with success false.
type refusedError struct{ action, said string }

func (e *refusedError) Error() string {
	return fmt.Sprintf("%s: the portal says it did not succeed: %s", e.action, e.said)
}

// Unwrap makes a refusedError a catalog.ErrFailedListing.
func (e *refusedError) Unwrap() error { return catalog.ErrFailedListing }

// An address is where the action API of a portal is, or one answer of it.
type address struct {
	site   string     // without final slash
	path   string     // of the actions below site; "": usualActions
	query  url.Values // what a package_search address asked for besides paging
	answer string     // address or path of a single answer, instead of the API
}

// action is the address of an action of the API.
func (a address) action(name string) string {
	return a.site + cmp.Or(a.path, usualActions) + name
}

// Where portals have the actions: CKAN as it is delivered, and one that has
// them plainly below the address of its API, as that of Florence.
const (
	usualActions = "/api/3/action/"
	plainActions = "/api/"
)

// call performs an action and returns its result.
func (h *harvest) call(ctx context.Context, a address, name string, query url.Values, result any) error {
	at := a.action(name)
	if len(query) > 0 {
		at += "?" + query.Encode()
	}
	d, err := fetch.Read(ctx, h.client, at, "application/json")
	if err != nil {
		return err
	}
	e, err := parseEnvelope(name, d.Bytes)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(e.Result, result); err != nil {
		return failed("%s: the result is not what CKAN answers: %v", at, err)
	}
	return nil
}

// parseEnvelope reads an answer; one that is a page and no JSON, or that says
// it did not succeed, is a failed listing.
func parseEnvelope(what string, b []byte) (envelope, error) {
	var e envelope
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	text := bytes.TrimSpace(b)
	switch {
	case len(text) == 0:
		return e, failed("%s: an empty answer", what)
	case text[0] == '<':
		return e, failed("%s: a web page and not JSON: %q", what, catalog.Excerpt(pageTitle(string(text))))
	}
	if err := json.Unmarshal(text, &e); err != nil {
		return e, failed("%s: the answer is not the JSON of CKAN: %v", what, err)
	}
	if e.Success == nil && e.Error == nil {
		return e, failed("%s: the answer has no member %q; this is not CKAN", what, "success")
	}
	if e.Success == nil || !*e.Success {
		return e, &refusedError{what, catalog.Excerpt(reason(e.Error))}
	}
	return e, nil
}

// reason is what an error of CKAN says: its message, else all of it.
func reason(said json.RawMessage) string {
	var e struct {
		Message string `json:"message"`
		Type    string `json:"__type"`
	}
	if json.Unmarshal(said, &e) == nil && e.Message != "" {
		return strings.TrimSpace(e.Type + ": " + e.Message)
	}
	if len(said) == 0 {
		return "no reason is given"
	}
	return string(said)
}

// pageTitle is the title of a web page, else its beginning.
func pageTitle(page string) string {
	low := strings.ToLower(page)
	if from := strings.Index(low, "<title>"); from >= 0 && len(low) == len(page) {
		if to := strings.Index(low[from:], "</title>"); to > 0 {
			return strings.Join(strings.Fields(page[from+len("<title>"):from+to]), " ")
		}
	}
	return page
}
