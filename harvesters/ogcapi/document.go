package ogcapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A link of a document (RFC 8288).
type link struct {
	Href  string `json:"href"`
	Rel   string `json:"rel"`
	Type  string `json:"type"`
	Title string `json:"title"`
}

// A document is the landing page, the list of collections or one of them, in the
// members that we read.
type document struct {
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Type        string          `json:"type"`
	Links       []link          `json:"links"`
	Collections []collection    `json:"collections"`
	Features    json.RawMessage `json:"features"`
	ConformsTo  json.RawMessage `json:"conformsTo"`
	collection
	at *url.URL // nil for a file
}

// A collection as the list has it (17-069r4 §7.13).
type collection struct {
	ID          name            `json:"id"`
	Name        name            `json:"name"` // of drafts before 1.0
	Title       string          `json:"title"`
	Description string          `json:"description"`
	RawKeywords json.RawMessage `json:"keywords"`
	ItemType    string          `json:"itemType"`
	CRS         []string        `json:"crs"`
	Licence     string          `json:"license"`
	Attribution string          `json:"attribution"`
	Links       []link          `json:"links"`
	Extent      struct {
		Spatial struct {
			BBox json.RawMessage `json:"bbox"`
		} `json:"spatial"`
		Temporal struct {
			Interval [][]*string `json:"interval"`
		} `json:"temporal"`
	} `json:"extent"`
}

// A name is a text, or a number as ids of features are.
type name string

// UnmarshalJSON takes anything but objects and lists, which it leaves out.
func (n *name) UnmarshalJSON(b []byte) error {
	var s string
	switch {
	case json.Unmarshal(b, &s) == nil:
		*n = name(s)
	case len(b) > 0 && b[0] != '{' && b[0] != '[':
		*n = name(b)
	}
	return nil
}

const (
	acceptDocument = "application/json, */*;q=0.1" // QGIS Server refuses GeoJSON where it has none
	accept         = "application/geo+json, application/json;q=0.9, */*;q=0.1"
	maxAnswer      = 1 << 30 // bytes of a page of features
	crs84          = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
)

// read gets a document. A server that answers with a web page is asked for JSON by
// the parameter f, which most have.
func (s *service) read(ctx context.Context, at string) (*document, error) {
	body, u, err := s.bytes(ctx, at)
	if err != nil && (!isClientError(err) || s.format != "") {
		return nil, err
	}
	if err != nil || fetch.IsPage(body) && u != nil {
		s.format = "json"
		if body, u, err = s.bytes(ctx, with(at, "f", "json")); err != nil {
			return nil, err
		}
	}
	if fetch.IsPage(body) {
		return nil, fetch.PageError(body, u, "an OGC API", "application/json")
	}
	d := &document{at: u}
	var other *json.UnmarshalTypeError // a member that is not what we expect is left out
	if err := json.Unmarshal(bytes.TrimPrefix(body, []byte("\ufeff")), d); err != nil && !errors.As(err, &other) {
		return nil, failedBy(err, "%s is no JSON of an OGC API; it begins %q", at, catalog.Excerpt(string(body)))
	}
	// The members that a document and a collection share.
	d.collection.Title, d.collection.Description, d.collection.Links = d.Title, d.Description, d.Links
	return d, nil
}

func (s *service) bytes(ctx context.Context, at string) ([]byte, *url.URL, error) {
	r, err := fetch.Read(ctx, s.client, at, acceptDocument)
	if err != nil {
		return nil, nil, reported(err)
	}
	if len(bytes.TrimSpace(r.Bytes)) == 0 {
		return nil, nil, failed("%s: the answer is empty", at)
	}
	return r.Bytes, r.URL, nil
}

// reported adds to a status what the server says of it.
func reported(err error) error {
	var status *fetch.StatusError
	if !errors.As(err, &status) {
		return err
	}
	var said struct{ Title, Detail, Description string }
	if json.Unmarshal(bytes.Trim(status.Body, "[]\r\n "), &said) != nil { // QGIS Server has a list of one
		return err
	}
	if text := strings.TrimSpace(said.Title + " " + said.Detail + said.Description); text != "" {
		return fmt.Errorf("the server says %q: %w", catalog.Excerpt(text), err)
	}
	return err
}

// with is an address with a parameter set.
func with(at, name, value string) string {
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}

// without is an address without a parameter.
func without(at, name string) string {
	u, err := url.Parse(at)
	if err != nil {
		return at
	}
	q := u.Query()
	q.Del(name)
	u.RawQuery = q.Encode()
	return u.String()
}

// follow is where a link leads, seen from at; "" for none.
func follow(at *url.URL, href string) string {
	if href == "" {
		return ""
	}
	if at == nil {
		if _, ok := fetch.Web(href); ok {
			return href
		}
		return ""
	}
	next, err := fetch.Rebase(at, href)
	if err != nil {
		return ""
	}
	return next
}

// best is the link of a relation whose type is most likely JSON; nil for none.
func best(links []link, rels ...string) *link {
	for _, rel := range rels {
		for _, want := range []func(string) bool{
			func(t string) bool { return t == "application/geo+json" },
			func(t string) bool { return t == "application/json" || t == "application/ogcapi-features+json" },
			func(t string) bool { return t == "" },
		} {
			for i, l := range links {
				if strings.EqualFold(l.Rel, rel) && l.Href != "" && want(strings.ToLower(strings.TrimSpace(strings.Split(l.Type, ";")[0]))) {
					return &links[i]
				}
			}
		}
	}
	return nil
}

// isClientError: the server does not want the request as it is.
func isClientError(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && status.Code >= 400 && status.Code < 500 && status.Code != http.StatusTooManyRequests
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}

func failedBy(cause error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %w", fmt.Sprintf(format, args...), cause, catalog.ErrFailedListing)
}
