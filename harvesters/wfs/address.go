package wfs

import (
	"net/url"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// ours are the parameters that we set ourselves; what else an address has, such as
// map, cql_filter or viewparams, goes with every request.
var ours = []string{"service", "version", "acceptversions", "request", "typename", "typenames", "outputformat",
	"count", "maxfeatures", "startindex", "sortby", "resulttype", "srsname", "namespaces"}

// An address is that of a service, without the request.
type address struct {
	at       *url.URL   // nil for a local file
	rest     url.Values // parameters that are kept
	version  string     // that it asks for, "" for any
	layers   []string   // that it asks for, none: all
	complete bool       // it names a request itself
}

// newAddress takes apart what was given as the source.
func newAddress(given string) address {
	u, ok := fetch.Web(given)
	if !ok {
		return address{}
	}
	a := address{at: u, rest: url.Values{}}
	for name, values := range u.Query() {
		if len(values) == 0 {
			continue
		}
		switch lower := strings.ToLower(name); {
		case lower == "version":
			a.version = values[0]
		case lower == "typename" || lower == "typenames":
			a.layers = strings.FieldsFunc(values[0], func(r rune) bool { return r == ',' || r == '(' || r == ')' })
		case lower == "request":
			a.complete = true
		case !slices.Contains(ours, lower):
			a.rest[name] = values
		}
	}
	return a
}

// with is the address of a request, whose parameters come in pairs; those without
// a value are left out. They stand in their order, after those of the address.
func (a address) with(parameters ...string) string {
	u := *a.at
	u.Fragment = ""
	query := []string{}
	if kept := a.rest.Encode(); kept != "" {
		query = append(query, kept)
	}
	for i := 0; i+1 < len(parameters); i += 2 {
		if parameters[i+1] != "" {
			query = append(query, parameters[i]+"="+url.QueryEscape(parameters[i+1]))
		}
	}
	u.RawQuery = strings.Join(query, "&")
	return u.String()
}

// elsewhere is the address at which capabilities that came as a file say that the
// service is.
func (a address) elsewhere(href string) address {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return address{}
	}
	b := newAddress(u.String())
	b.layers, b.version = a.layers, a.version
	return b
}
