package rest

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// What parameters of addresses are called.
var (
	pageParams   = []string{"page", "pagina", "p", "paged", "pageNumber", "page_number", "pageNum", "pagenum", "pageNo", "page[number]", "pagination[page]"}
	offsetParams = []string{"offset", "$offset", "skip", "$skip", "start", "startIndex", "startindex", "first", "b_start", "from", "resultOffset", "page[offset]", "pagination[start]"}
	limitParams  = []string{"limit", "$limit", "top", "$top", "rows", "per_page", "perPage", "pageSize", "pagesize", "page_size", "size", "b_size", "max", "maxResults", "count",
		"resultRecordCount", "page[size]", "page[limit]", "pagination[pageSize]", "pagination[limit]"}
)

// known is the way of interfaces that do not say in their answers how to go on,
// or give better pages when asked; nil for all others.
func known(address string) *way {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil
	}
	switch {
	case soda.MatchString(u.Path):
		w := &way{offset: "$offset", limit: "$limit", size: sodaRows, told: "pages: of Socrata, by $limit and $offset in the order of :id"}
		if q := u.Query(); !q.Has("$order") && !q.Has("$query") && !q.Has("$group") {
			w.param = [2]string{"$order", ":id"}
		}
		if n, err := strconv.Atoi(u.Query().Get("$limit")); err == nil && n > 0 {
			w.size = n
		}
		return w
	case strings.HasSuffix(u.Path, "/api/catalog/v1"):
		return &way{offset: "offset", limit: "limit", size: 100, total: []string{"resultSetSize"}, told: "pages: of Socrata's catalogue, by limit and offset"}
	case strings.Contains(u.Path, "/wp-json/wp/v2/") && u.Query().Get("page") == "":
		w := &way{page: "page", number: 1, pages: "Header: X-WP-TotalPages", total: []string{"Header: X-WP-Total"}, limit: "per_page", size: 100, told: "pages: of WordPress, by number up to X-WP-TotalPages"}
		if q := u.Query(); !q.Has("orderby") {
			w.param = [2]string{"orderby", "id"}
		}
		return w
	}
	return nil
}

// detect finds the way from the first page to the others in what it says, in
// its headers and in its address. w is what is known already; rows is how many
// the page has.
func detect(w *way, address string, a *answer, rows int) *way {
	if w == nil {
		w = &way{}
	}
	if len(w.total) == 0 {
		w.total = slices.DeleteFunc(slices.Clone(a.hints.totals), func(path string) bool {
			v, ok := a.value(path)
			n, err := strconv.Atoi(v)
			return !ok || err != nil || n < rows || n == rows && (strings.HasSuffix(path, "count") && !strings.Contains(path, "total") && path[0] != '@')
		})
		w.total = w.total[:min(1, len(w.total))]
	}
	if w.leads() {
		return w
	}
	query := params(address)
	w.limit = cmp.Or(w.limit, inQuery(query, limitParams))
	for _, try := range []func(*way, url.Values, *answer, int) bool{byLink, byToken, byNumber, byAddress} {
		if try(w, query, a, rows) {
			return w
		}
	}
	return w
}

// byLink: a link of the page, or in the header Link.
func byLink(w *way, query url.Values, a *answer, _ int) bool {
	for _, path := range a.hints.next {
		v, ok := a.text(path)
		if !ok || v == "false" || v == "true" {
			continue
		}
		if n, err := strconv.Atoi(v); err == nil { // "next": 2
			w.page, w.number = cmp.Or(inQuery(query, pageParams), "page"), n-1
			w.told = fmt.Sprintf("pages: by number in the parameter %s; the first one says that %s is %d", w.page, path, n)
			return true
		}
		if strings.ContainsAny(v, "/?") {
			w.next = []string{path}
			w.told = fmt.Sprintf("pages: by the next link at %q", path)
			return true
		}
	}
	if linkNext(a.header) != "" {
		w.next, w.told = []string{"Link"}, "pages: by the next link in the header Link"
		return true
	}
	return false
}

// byToken: a token, to be sent back in a parameter.
func byToken(w *way, _ url.Values, a *answer, _ int) bool {
	for _, t := range a.hints.tokens {
		if v, ok := a.text(t[0]); ok && v != "" && v != "false" {
			w.at, w.token = t[0], t[1]
			w.told = fmt.Sprintf("pages: by the token at %q in the parameter %s", w.at, w.token)
			return true
		}
	}
	return false
}

// byNumber: a count of pages.
func byNumber(w *way, query url.Values, a *answer, _ int) bool {
	for _, p := range a.hints.pages {
		v, _ := a.value(p[0])
		if last, err := strconv.Atoi(v); err != nil || last < 1 {
			continue
		}
		name := "page"
		if p[0] == strapiPages {
			name = "pagination[page]"
		}
		w.page, w.pages, w.number = cmp.Or(inQuery(query, pageParams), name), p[0], 1
		if v, ok := a.value(p[1]); ok && p[1] != "" {
			if n, err := strconv.Atoi(v); err == nil {
				w.number = n
			}
		}
		if n, err := strconv.Atoi(query.Get(w.page)); err == nil {
			w.number = n
		}
		w.zero = w.number == 0
		w.told = fmt.Sprintf("pages: by number in the parameter %s up to what %q says", w.page, p[0])
		return true
	}
	return false
}

// byAddress: parameters of the address itself, or an offset that the page tells.
func byAddress(w *way, query url.Values, a *answer, rows int) bool {
	if name := inQuery(query, pageParams); name != "" {
		if n, err := strconv.Atoi(query.Get(name)); err == nil {
			w.page, w.number, w.zero = name, n, n == 0
			w.told = fmt.Sprintf("pages: by number in the parameter %s of the address", name)
			return true
		}
	}
	if name := inQuery(query, offsetParams); name != "" {
		if n, err := strconv.Atoi(query.Get(name)); err == nil {
			w.offset, w.start = name, n
			w.told = fmt.Sprintf("pages: by offset in the parameter %s of the address", name)
			return true
		}
	}
	if len(w.total) == 0 {
		return false
	}
	if total, _ := a.value(w.total[0]); total == strconv.Itoa(rows) {
		return false
	}
	for _, name := range offsetParams {
		for _, path := range []string{name, "meta." + name, "pagination." + name} {
			v, _ := a.text(path)
			if n, err := strconv.Atoi(v); err == nil {
				w.offset, w.start = name, n
				w.told = fmt.Sprintf("pages: by offset in the parameter %s, as the page calls it", name)
				return true
			}
		}
	}
	return false
}

// inQuery is the first of names that an address has as a parameter, "" for none.
func inQuery(query url.Values, names []string) string {
	for _, name := range names {
		if query.Has(name) {
			return name
		}
	}
	return ""
}

// plan is the way before the first page is read.
func plan(m *catalog.Paging, address string, pageRows int) *way {
	w := configured(m, address)
	if !w.leads() {
		if k := known(address); k != nil {
			if w != nil {
				k.limit, k.size = cmp.Or(w.limit, k.limit), cmp.Or(w.size, k.size)
				if w.strict {
					k.total, k.strict = w.total, true
				}
			}
			w = k
		}
	}
	if w == nil {
		w = &way{}
	}
	if w.limit == "" && pageRows > 0 {
		w.limit = inQuery(params(address), limitParams)
	}
	if pageRows > 0 && w.limit != "" {
		w.size = pageRows
	}
	return w
}
