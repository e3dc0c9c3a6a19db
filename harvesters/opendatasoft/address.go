package opendatasoft

import (
	"net/url"
	"strings"
)

// An address is what the address of a source means.
type address struct {
	base    *url.URL   // of the portal, without a slash at the end
	dataset string     // the one that is meant, "" for all
	query   url.Values // what narrows the listing, by API 2.1 or 1.0
	old     bool       // API 1.0 was named
}

// Beginnings of paths that are those of an API or of the portal's pages.
const (
	v21  = "/api/explore/v2.1"
	v1   = "/api/datasets/1.0"
	page = "/explore"
)

// parse reads an address: of a portal, of its pages (…/explore/dataset/ID/) or of
// either API.
func parse(u *url.URL) address {
	a := address{base: &url.URL{Scheme: u.Scheme, Host: u.Host}, query: narrowing(u.Query())}
	for _, mark := range []string{v21, "/api/explore/v2.0", "/api/v2", v1, page} {
		before, rest, ok := strings.Cut(u.Path, mark)
		if !ok || rest != "" && rest[0] != '/' {
			continue
		}
		a.base.Path, a.old = before, mark == v1
		parts := strings.Split(strings.Trim(rest, "/"), "/")
		switch {
		case mark == v1 && parts[0] != "search":
			a.dataset = parts[0]
		case len(parts) > 2 && parts[0] == "catalog" && parts[1] == "datasets":
			a.dataset = parts[2]
		case len(parts) > 1 && parts[0] == "dataset":
			a.dataset = parts[1]
		}
		if mark == page { // q and refine.theme of the pages are those of API 1.0
			a.query = refined(u.Query())
		}
		return a
	}
	a.base.Path = strings.TrimSuffix(u.Path, "/")
	return a
}

// narrowing is a query without what only says how much is wanted and how.
func narrowing(q url.Values) url.Values {
	out := url.Values{}
	for name, values := range q {
		switch name {
		case "limit", "offset", "rows", "start", "order_by", "sort", "select", "group_by", "include_links", "include_app_metas", "facet", "timezone", "lang", "disjunctive":
		default:
			out[name] = values
		}
	}
	return out
}

// refined is the query of a portal's page as API 2.1 has it: refine.theme=Sport is
// refine=theme:"Sport", q is a search in where.
func refined(q url.Values) url.Values {
	out := url.Values{}
	for name, values := range narrowing(q) {
		for _, v := range values {
			if facet, ok := strings.CutPrefix(name, "refine."); ok {
				out.Add("refine", facet+`:"`+v+`"`)
			} else if name == "q" && v != "" {
				out.Add("where", `"`+strings.ReplaceAll(v, `"`, "")+`"`)
			}
		}
	}
	return out
}

// at is an address of the portal.
func (a address) at(path string, query url.Values) string {
	u := *a.base
	u.Path += path
	u.RawQuery = query.Encode()
	return u.String()
}
