package ckan

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// A package over which the portal fails costs that package only, wherever it
// is on a page and however little the portal says of it; one that package_show
// can give costs nothing.
func TestPackageThatBreaksItsPage(t *testing.T) {
	first, last := uuid(0), uuid(9990)
	for name, c := range map[string]struct {
		broken        []string
		fields, shows bool
		lists         bool // package_list works
		keyed         bool // lost ones are told by id
		cap           int
	}{
		"search gives fields":   {broken: []string{uuid(4560)}, fields: true, lists: true, keyed: true},
		"shown all the same":    {broken: []string{uuid(4560)}, fields: true, shows: true, lists: true},
		"listed by name":        {broken: []string{uuid(4560)}, lists: true},
		"listed and shown":      {broken: []string{uuid(4560)}, lists: true, shows: true},
		"only the row is known": {broken: []string{uuid(4560)}},
		"first and last":        {broken: []string{first, last}, fields: true, lists: true, keyed: true},
		"ends of a page":        {broken: []string{uuid(980), uuid(990), uuid(1000), uuid(1010)}, fields: true, lists: true, keyed: true},
		"the server's own cap":  {broken: []string{uuid(200), uuid(210), uuid(5000)}, fields: true, lists: true, keyed: true, cap: 10},
		"many":                  {broken: ids(1000)[300:340], fields: true, lists: true, keyed: true},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t, 1000)
			p.fields, p.shows, p.broken = c.fields, c.shows, map[string]bool{}
			if c.cap > 0 {
				p.cap = c.cap
			}
			if !c.lists {
				p.refuse["package_list"] = http.StatusForbidden
			}
			for _, id := range c.broken {
				p.broken[id] = true
			}
			l := harvestAll(t, p.URL)
			want := slices.DeleteFunc(ids(1000), func(id string) bool { return p.broken[id] && !(c.shows && (c.fields || c.lists)) })
			l.wantAll(t, want...)
			if lost := 1000 - len(want); len(l.refused) != lost {
				t.Fatalf("%d packages are told; want %d: %+v", len(l.refused), lost, l.refused)
			}
			for _, i := range l.refused {
				if i.Rule != "package-unreadable" || !i.Listed || (i.Key != "") != c.keyed || !strings.Contains(i.Read, "500") || c.lists && !strings.HasPrefix(i.Field, "dataset-") {
					t.Errorf("told as %+v", i)
				}
			}
			t.Logf("%d requests", len(p.requests))
			if most := 25 + 20*len(c.broken) + c.cap*20; len(p.requests) > most {
				t.Errorf("%d requests; want at most %d", len(p.requests), most)
			}
		})
	}
}

// A portal that fails over most of its packages is out of order, and so is one
// whose search fails over everything: neither is asked package by package for ever.
func TestPortalOutOfOrder(t *testing.T) {
	p := newPortal(t, 1000)
	p.broken, p.fields = map[string]bool{}, true
	for _, id := range ids(1000)[300:] {
		p.broken[id] = true
	}
	l := harvestAll(t, p.URL)
	l.wantFailed(t, "more than 50 packages")
	if len(l.all) < 200 || len(p.requests) > 400 {
		t.Errorf("%d datasets, %d requests; want those of the pages before, and an end", len(l.all), len(p.requests))
	}

	p = newPortal(t, 1000)
	p.before = func(action string, n int) {
		if n > 5 {
			p.refuse["package_search"] = http.StatusInternalServerError
		}
	}
	l = harvestAll(t, p.URL)
	l.wantFailed(t, "500 Internal Server Error")
	if len(p.requests) > 10 {
		t.Errorf("%d requests; want an end as soon as the portal cannot even count", len(p.requests))
	}
}
