package oaipmh

import (
	"net/url"
	"slices"
	"strings"
)

// A repository is where the address of a source leads.
type repository struct {
	data        bool     // its records describe data
	base        *url.URL // without the arguments of the protocol
	prefix      string   // of the metadata that are asked for, "" if nobody said
	sets        []string // none: everything
	from, until string   // by which somebody narrowed the address, "" if nobody did
}

// arguments are those of the protocol (OAI-PMH 2.0 §4), which do not belong to the
// address of a repository.
var arguments = []string{"verb", "identifier", "metadataPrefix", "from", "until", "set", "resumptionToken"}

// newRepository reads an address as people copy it, with any request in it:
// https://example.org/oai?verb=ListRecords&set=museo names the set. format, if
// somebody set one, is the prefix of the metadata.
func newRepository(address *url.URL, format string) *repository {
	asked := address.Query()
	r := &repository{prefix: asked.Get("metadataPrefix"), from: asked.Get("from"), until: asked.Get("until")}
	for _, set := range asked["set"] {
		if set != "" && !slices.Contains(r.sets, set) {
			r.sets = append(r.sets, set)
		}
	}
	if format != "" {
		r.prefix = format
	}
	base := *address
	base.Fragment = ""
	var rest []string
	for part := range strings.SplitSeq(base.RawQuery, "&") { // ?page=oai belongs to some; its spelling is the server's
		if name, _, _ := strings.Cut(part, "="); part != "" && !slices.Contains(arguments, name) {
			rest = append(rest, part)
		}
	}
	base.RawQuery = strings.Join(rest, "&")
	r.base = &base
	return r
}

// request is the address of a request; arguments come as name and value, those
// that are "" are left out, each is encoded once.
func (r *repository) request(verb string, arguments ...string) string {
	u := *r.base
	query := "verb=" + verb
	for i := 0; i+1 < len(arguments); i += 2 {
		if arguments[i+1] != "" {
			query += "&" + arguments[i] + "=" + url.QueryEscape(arguments[i+1])
		}
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String()
}
