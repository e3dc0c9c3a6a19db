package ckan

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// A portal is a CKAN as far as harvests see it: it answers over HTTP from
// packages that may change between two requests, caps what it is asked for,
// and refuses what CKAN refuses.
type portal struct {
	*httptest.Server
	mu       sync.Mutex
	base     string // path below which CKAN lies
	path     string // of its actions below that
	cap      int    // ckan.search.rows_max
	packages map[string]map[string]any
	orgs     []map[string]any
	refuse   map[string]int    // status by action
	answers  map[string]string // body by action, instead of the real one
	// before is called with each action, before it is answered.
	before   func(action string, number int)
	busy     func() bool     // answers 429 when it is true
	broken   map[string]bool // ids of packages over which package_search and package_show fail
	fields   bool            // the search can give fields without the package
	shows    bool            // package_show can give what is broken
	requests []string
}

func newPortal(t *testing.T, packages int) *portal {
	p := &portal{cap: 1000, path: usualActions, packages: map[string]map[string]any{}, refuse: map[string]int{}, answers: map[string]string{}}
	for i := range packages {
		p.put(i * 10)
	}
	p.Server = httptest.NewServer(p)
	t.Cleanup(p.Close)
	return p
}

// uuid spreads the ids of packages, which sort by i.
func uuid(i int) string { return fmt.Sprintf("%08x-0000-4000-8000-000000000000", i) }

func (p *portal) put(i int) {
	id := uuid(i)
	p.packages[id] = map[string]any{
		"id": id, "name": "dataset-" + strconv.Itoa(i), "title": "Dataset " + strconv.Itoa(i), "type": "dataset", "state": "active", "private": false,
		"owner_org": "org-1", "metadata_modified": "2026-01-02T03:04:05.678901", "modified": "2026-01-01", "extras": []any{}, "resources": []any{},
	}
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	action, ok := strings.CutPrefix(r.URL.Path, p.base+p.path)
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, "<html><title>404</title></html>")
		return
	}
	if p.busy != nil && p.busy() {
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	p.requests = append(p.requests, action)
	if p.before != nil {
		p.before(action, len(p.requests))
	}
	if status := p.refuse[action]; status != 0 {
		p.answer(w, status, map[string]any{"success": false, "error": map[string]any{"__type": "Authorization Error", "message": "Access denied"}})
		return
	}
	if body, ok := p.answers[action]; ok {
		fmt.Fprint(w, body)
		return
	}
	q := r.URL.Query()
	switch action {
	case "site_read":
		p.success(w, r, true)
	case "package_search":
		p.search(w, r)
	case "package_list":
		var names []string
		for _, d := range p.packages {
			names = append(names, d["name"].(string))
		}
		slices.Sort(names)
		p.success(w, r, names)
	case "package_show":
		for _, d := range p.packages {
			if d["name"] == q.Get("id") || d["id"] == q.Get("id") {
				if p.broken[d["id"].(string)] && !p.shows {
					http.Error(w, "<h1>Server Error</h1>", http.StatusInternalServerError)
					return
				}
				p.success(w, r, d)
				return
			}
		}
		p.answer(w, http.StatusNotFound, map[string]any{"success": false, "error": map[string]any{"__type": "Not Found Error", "message": "Not found"}})
	case "organization_list":
		offset, _ := strconv.Atoi(q.Get("offset"))
		p.success(w, r, p.orgs[min(offset, len(p.orgs)):min(offset+25, len(p.orgs))]) // the cap of all_fields is 25
	case "organization_show":
		for _, o := range p.orgs {
			if o["id"] == q.Get("id") || o["name"] == q.Get("id") {
				p.success(w, r, o)
				return
			}
		}
		p.answer(w, http.StatusNotFound, map[string]any{"success": false, "error": map[string]any{"__type": "Not Found Error", "message": "Not found"}})
	default:
		p.answer(w, http.StatusBadRequest, "Bad request - Action name not known: "+action)
	}
}

// search is package_search: sort and the one filter harvests use, rows capped.
func (p *portal) search(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if sort := q.Get("sort"); sort != "" && sort != "id asc" {
		p.answer(w, http.StatusConflict, map[string]any{"success": false, "error": map[string]any{"__type": "Search Error", "message": "Search Query is invalid"}})
		return
	}
	var found []map[string]any
	for _, d := range p.packages {
		if fq := q.Get("fq"); fq == "" || fq == fmt.Sprintf("organization:%q", d["owner_org"]) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b map[string]any) int { return cmp.Compare(a["id"].(string), b["id"].(string)) })
	rows, err := strconv.Atoi(cmp.Or(q.Get("rows"), "10"))
	start, err2 := strconv.Atoi(cmp.Or(q.Get("start"), "0"))
	if err != nil || err2 != nil || start < 0 {
		p.answer(w, http.StatusConflict, map[string]any{"success": false, "error": map[string]any{"__type": "Validation Error"}})
		return
	}
	from := min(start, len(found))
	results := slices.Clone(found[from:min(from+min(rows, p.cap), len(found))])
	for i, d := range results {
		switch {
		case p.fields && q.Get("fl") == "id,name":
			results[i] = map[string]any{"id": d["id"], "name": d["name"]}
		case p.broken[d["id"].(string)]:
			http.Error(w, "<h1>Server Error</h1>", http.StatusInternalServerError)
			return
		}
	}
	p.success(w, r, map[string]any{"count": len(found), "sort": "id asc", "results": results})
}

func (p *portal) success(w http.ResponseWriter, r *http.Request, result any) {
	p.answer(w, http.StatusOK, map[string]any{"help": p.URL + p.base + "/api/3/action/help_show?name=x", "success": true, "result": result})
}

func (p *portal) answer(w http.ResponseWriter, status int, body any) {
	b, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.WriteHeader(status)
	w.Write(b)
}
