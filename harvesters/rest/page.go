package rest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A page is a document that an interface answers, in JSON or XML.
type page interface {
	// guess is the path of what are most likely the rows, and how many there are.
	guess() (path string, rows int, ok bool)
	rows(path string) ([]row, error)
	// text is a value as text; false when it is not there.
	text(path string) (string, bool)
	// complaint is what the server says that went wrong, "" for nothing.
	complaint() string
	// instead says what there is where rows were looked for and are not.
	instead() string
}

// A row as its page has it.
type row struct {
	raw        []byte
	media      string
	properties []byte // a JSON object; nil when the row is none
	identified bool   // it has a member that tells rows apart
	line       int    // of its page, from 1; 0: unknown
	// pick is what a path leads to inside the row, as JSON; nil for nothing.
	pick func(path string) ([]byte, error)
}

// A syntax is a way in which pages are written.
type syntax struct {
	name   string // "JSON"
	accept string
	media  []string // of addresses that a web page names for it
	begin  string   // of a path inside a row
	texts  bool     // its values are texts, whose types are to be found out
	hints  hints
	parse  func(doc []byte, charset, path string) (page, []string, error) // path of the rows, "" before it is known
}

// An answer is a page and what came with it.
type answer struct {
	page
	address *url.URL // nil for a file
	header  http.Header
	found   []string // about how it is written
	hints   hints
}

// open reads the answer to a request.
func (s syntax) open(d *fetch.Document, path string) (*answer, error) {
	if fetch.IsPage(d.Bytes) {
		return nil, fetch.PageError(d.Bytes, d.URL, s.name, s.media...)
	}
	if len(bytes.TrimSpace(d.Bytes)) == 0 {
		return nil, failed("an empty answer in the place of %s", s.name)
	}
	p, found, err := s.parse(d.Bytes, d.Charset, path)
	if err != nil {
		return nil, err
	}
	return &answer{page: p, address: d.URL, header: d.Header, found: found, hints: s.hints}, nil
}

// value is what a path of the mapping names: a value in the page, or with
// "Header: NAME" one in the headers of the answer.
func (a *answer) value(path string) (string, bool) {
	name, isHeader := strings.CutPrefix(path, "Header:")
	if !isHeader {
		return a.text(path)
	}
	v := strings.TrimSpace(a.header.Get(strings.TrimSpace(name)))
	return v, v != ""
}

// linkNext is the address that a header Link names as the next page (RFC 8288
// §3), "" for none.
func linkNext(h http.Header) string {
	for _, line := range h.Values("Link") {
		for line != "" {
			_, rest, ok := strings.Cut(line, "<")
			if !ok {
				break
			}
			target, rest, ok := strings.Cut(rest, ">")
			if !ok {
				break
			}
			params := rest
			if i := strings.IndexByte(rest, '<'); i >= 0 {
				params, line = rest[:i], rest[i:]
			} else {
				line = ""
			}
			for p := range strings.FieldsFuncSeq(params, func(r rune) bool { return r == ';' || r == ',' }) {
				name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
				for rel := range strings.FieldsSeq(strings.Trim(strings.TrimSpace(value), `"'`)) {
					if strings.EqualFold(strings.TrimSpace(name), "rel") && strings.EqualFold(rel, "next") {
						return strings.TrimSpace(target)
					}
				}
			}
		}
	}
	return ""
}

// notFound reports whether the server has no such page.
func notFound(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
}

func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
