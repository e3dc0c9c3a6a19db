package rest

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A way leads from one page to the next.
type way struct {
	next   []string  // paths of its address, the first that there is counts; "Link": the header
	page   string    // parameter with its number
	number int       // of the page last read
	zero   bool      // the first page of all is number 0
	pages  string    // path of how many pages there are, "" if nobody says
	offset string    // parameter with the rows before it
	start  int       // rows before the first page that is read
	token  string    // parameter with its token
	at     string    // path of the token
	limit  string    // parameter with the rows of a page
	size   int       // to ask for; 0: as many as the server likes
	param  [2]string // further parameter that the walk needs: a sort order
	total  []string  // paths of the count of all rows
	told   string    // how it was found, in words
	strict bool      // the total was named by a person: it must be there
	empty  int       // pages without rows that came in turn
}

// maxEmpty is how many pages without rows may come in turn, each naming a next one:
// servers that filter after paging give some, others name a next page for ever.
const maxEmpty = 3

// first is the address of the first page.
func (w *way) first(address string) string {
	set := map[string]string{}
	if w.limit != "" && w.size > 0 {
		set[w.limit] = strconv.Itoa(w.size)
	}
	if w.page != "" {
		set[w.page] = strconv.Itoa(w.number)
	}
	if w.offset != "" {
		set[w.offset] = strconv.Itoa(w.start)
	}
	if w.param[0] != "" {
		set[w.param[0]] = w.param[1]
	}
	return with(address, set)
}

// after is the address of the page after one with so many rows, rows of them
// read in all; "" when that was the last.
func (w *way) after(address string, a *answer, here, rows, total int) (string, error) {
	if w.empty++; here > 0 {
		w.empty = 0
	}
	if w.empty > 0 && (total < 0 && w.empty == maxEmpty || total >= 0 && rows >= total || w.page != "" || w.offset != "") {
		return "", nil
	}
	if len(w.next) > 0 {
		return w.follow(a)
	}
	if total >= 0 && rows >= total {
		return "", nil
	}
	switch {
	case w.token != "":
		token, _ := a.value(w.at)
		if token == "" || token == "false" {
			return "", nil
		}
		return with(address, map[string]string{w.token: token}), nil
	case w.page != "":
		if v, ok := a.value(w.pages); ok && w.pages != "" {
			last, err := strconv.Atoi(v)
			if w.zero {
				last--
			}
			if err == nil && w.number >= last {
				return "", nil
			}
		}
		w.number++
		return with(address, map[string]string{w.page: strconv.Itoa(w.number)}), nil
	case w.offset != "":
		return with(address, map[string]string{w.offset: strconv.Itoa(w.start + rows)}), nil
	}
	return "", nil
}

// follow is the address that a page names as the next one.
func (w *way) follow(a *answer) (string, error) {
	for _, path := range w.next {
		next := ""
		if path == "Link" {
			next = linkNext(a.header)
		} else {
			next, _ = a.text(path)
		}
		if next == "" || next == "false" {
			continue
		}
		if a.address == nil {
			return "", nil // of a file only itself is read
		}
		address, err := fetch.Rebase(a.address, next)
		if err != nil {
			return "", failed("the next page is said to be at %q, which is no address", next)
		}
		return address, nil
	}
	return "", nil
}

// with is an address with parameters set to values; the others stay as they
// are, in their order and spelling.
func with(address string, values map[string]string) string {
	if len(values) == 0 {
		return address
	}
	address, fragment, _ := strings.Cut(address, "#")
	before, query, _ := strings.Cut(address, "?")
	left := map[string]string{}
	for name, value := range values {
		left[name] = value
	}
	var parts []string
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		raw, _, _ := strings.Cut(part, "=")
		name, err := url.QueryUnescape(raw)
		if err == nil {
			if value, ok := left[name]; ok {
				part = raw + "=" + url.QueryEscape(value)
				delete(left, name)
			} else if _, twice := values[name]; twice {
				continue
			}
		}
		parts = append(parts, part)
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		parts = append(parts, escapeName(name)+"="+url.QueryEscape(left[name]))
	}
	if fragment != "" {
		fragment = "#" + fragment
	}
	return before + "?" + strings.Join(parts, "&") + fragment
}

// escapeName escapes the name of a parameter, but for the signs that names are
// written with: $offset, page[number].
func escapeName(name string) string {
	return strings.NewReplacer("%24", "$", "%5B", "[", "%5D", "]", "%3A", ":").Replace(url.QueryEscape(name))
}

// configured is the way that the mapping says, nil when it says none. The
// address may hold some of its values already.
func configured(m *catalog.Paging, address string) *way {
	if m == nil {
		return nil
	}
	w := &way{limit: m.LimitParam, size: m.PageRows, page: m.PageParam, number: 1, offset: m.OffsetParam, token: m.TokenParam, at: m.Token}
	if m.Total != "" {
		w.total, w.strict = []string{m.Total}, true
	}
	query := params(address)
	switch {
	case m.Next != "":
		w.next, w.told = []string{m.Next}, fmt.Sprintf("pages: by the next link at %q, as the mapping says", m.Next)
	case m.TokenParam != "":
		w.told = fmt.Sprintf("pages: by the token at %q in the parameter %s, as the mapping says", m.Token, m.TokenParam)
	case m.PageParam != "":
		w.told = fmt.Sprintf("pages: by number in the parameter %s, as the mapping says", m.PageParam)
		if m.FirstPage != nil {
			w.number = *m.FirstPage
		} else if n, err := strconv.Atoi(query.Get(m.PageParam)); err == nil {
			w.number = n
		}
		w.zero = w.number == 0
	case m.OffsetParam != "":
		w.told = fmt.Sprintf("pages: by offset in the parameter %s, as the mapping says", m.OffsetParam)
		w.start, _ = strconv.Atoi(query.Get(m.OffsetParam))
	default:
		return w // a total or page size alone; the rest is detected
	}
	return w
}

// leads reports whether w leads anywhere beyond one page.
func (w *way) leads() bool {
	return w != nil && (len(w.next) > 0 || w.page != "" || w.offset != "" || w.token != "")
}

func params(address string) url.Values {
	if u, err := url.Parse(address); err == nil {
		return u.Query()
	}
	return url.Values{}
}
