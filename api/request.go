package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"po-net.prato.it/ponet/catalog"
)

// Request is embedded in every input: it keeps the HTTP request, of which huma
// gives a handler only the parameters it knows, and refuses the query
// parameters that the operation does not have. It is exported because huma
// looks only into exported fields.
type Request struct {
	http *http.Request
}

// openQuery is the mark in an operation's Metadata of one that also takes the
// properties of the collection as parameters, and checks them itself.
const openQuery = "open query"

// Resolve keeps the request and checks the names of its query parameters.
func (q *Request) Resolve(ctx huma.Context) []error {
	q.http, _ = humago.Unwrap(ctx)
	query, err := url.ParseQuery(q.http.URL.RawQuery)
	if err != nil {
		return []error{&Fault{Message: "the query string cannot be read: " + err.Error() + "; percent-encode values"}}
	}
	if fault := unreadable(q.http.URL.Path, query); fault != nil {
		return []error{fault}
	}
	known := queryNames(ctx.Operation())
	var errs []error
	for _, name := range names(query) {
		switch {
		case !slices.Contains(known, name):
			if ctx.Operation().Metadata[openQuery] == nil {
				errs = append(errs, unknownParameter(name, known))
			}
		case len(query[name]) > 1:
			errs = append(errs, badQuery(name, strings.Join(query[name], " "), "given more than once: give it once, several values separated by commas"))
		}
	}
	return errs
}

// unreadable is the fault of a request with bytes that are no text: they can be
// in no record, and the database refuses them.
func unreadable(path string, query url.Values) error {
	isText := func(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
	if !isText(path) {
		return &Fault{Message: "the address is not text in UTF-8"}
	}
	for _, name := range names(query) {
		if !isText(name) || !isText(strings.Join(query[name], "")) {
			return &Fault{Location: "query." + strings.ToValidUTF8(name, "?"), Message: "is not text in UTF-8"}
		}
	}
	return nil
}

// names lists the parameters of query in a stable order.
func names(query url.Values) []string {
	list := make([]string, 0, len(query))
	for name := range query {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// queryNames lists the query parameters that an operation documents by name.
func queryNames(op *huma.Operation) []string {
	var list []string
	for _, p := range op.Parameters {
		if p.In == "query" && p.Schema.Type != huma.TypeObject {
			list = append(list, p.Name)
		}
	}
	return list
}

// unknownParameter says which names there are, the nearest first.
func unknownParameter(name string, known []string) error {
	message := "there is no such parameter"
	if near := catalog.Nearest(name, known); near != "" {
		message += fmt.Sprintf("; did you mean %q?", near)
	}
	if len(known) == 0 {
		return badQuery(name, "", message+"; this address takes none")
	}
	return badQuery(name, "", message+"; known are "+strings.Join(known, ", "))
}
