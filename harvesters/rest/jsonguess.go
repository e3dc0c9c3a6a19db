package rest

import (
	"fmt"
	"slices"
	"strings"
)

const guessDepth = 4 // objects in objects in which lists are looked for

// A jsonList is a list in a page.
type jsonList struct {
	path    string
	rows    int
	objects bool
}

// lists are the arrays of a page that do not lie in others.
func (p *jsonPage) lists() []jsonList {
	var all []jsonList
	var walk func(v any, path string, depth int)
	walk = func(v any, path string, depth int) {
		switch v := v.(type) {
		case *array:
			_, object := v.ValueAtIndex(0).(*object)
			all = append(all, jsonList{path, v.Size(), object})
		case *object:
			if depth == guessDepth {
				return
			}
			for _, name := range v.Keys() {
				inner, _ := v.ValueForKey(name)
				walk(inner, strings.TrimPrefix(path+"."+name, "."), depth+1)
			}
		}
	}
	walk(p.root, "", 0)
	return all
}

// usual are the names under which interfaces put their rows.
var usual = []string{"data", "items", "results", "records", "features", "rows", "elements", "value", "member", "hydra:member", "content", "objects", "entries", "docs", "it"}

// besides are the names of lists beside the rows.
var besides = []string{"error", "errors", "warnings", "links", "facets", "included", "aggregations", "breadcrumbs", "parameters"}

// guess finds the list that is most likely that of the rows: of objects, under a
// usual name, the longest; else one that is empty.
func (p *jsonPage) guess() (path string, rows int, ok bool) {
	best, rank := jsonList{}, -1
	for _, l := range p.lists() {
		r := 0
		name := l.path[strings.LastIndexByte(l.path, '.')+1:]
		if slices.Contains(besides, name) {
			continue
		}
		if l.path == "" || slices.Contains(usual, name) {
			r = 1
		}
		switch {
		case l.objects:
			r += 2
		case l.rows > 0 || r == 0:
			continue // of texts or numbers, or an empty one of any name
		}
		if r > rank || r == rank && l.rows > best.rows {
			best, rank = l, r
		}
	}
	if best.path == "" && rank >= 0 {
		return "$", best.rows, true
	}
	return best.path, best.rows, rank >= 0
}

// complaint is what an interface says in the place of rows, "" when it says nothing.
func (p *jsonPage) complaint() string {
	var said []string
	for _, path := range []string{"error", "error.message", "error.type", "error.code", "error.details", "errors", "message", "detail", "title", "error_description", "errorMessage", "code", "status"} {
		v, ok := member(p.root, path)
		if a, list := v.(*array); list && a.Size() > 0 {
			v = a.ValueAtIndex(0)
			if m, ok := member(v, "message"); ok {
				v = m
			}
		}
		switch v.(type) {
		case string, float64, bool:
			if ok && v != "" && v != true {
				said = append(said, fmt.Sprintf("%s: %v", path, v))
			}
		}
	}
	plainly := slices.ContainsFunc(said, func(s string) bool { return strings.HasPrefix(s, "error") || strings.HasPrefix(s, "message") })
	if v, ok := member(p.root, "success"); ok && v == false {
		plainly = true
	}
	if !plainly {
		return ""
	}
	return strings.Join(said[:min(4, len(said))], ", ")
}

// instead says what there is where rows were looked for and are not.
func (p *jsonPage) instead() string {
	if said := p.complaint(); said != "" {
		return "; the server says " + said
	}
	var there []string
	for _, l := range p.lists() {
		there = append(there, fmt.Sprintf("%q (%d)", l.path, l.rows))
	}
	if len(there) == 0 {
		return "; there is no list in the answer"
	}
	return "; there are the lists " + strings.Join(there[:min(10, len(there))], ", ")
}
