package ckan

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// listing is what one harvest gave.
type listing struct {
	all     []catalog.Harvested
	keys    map[string]int
	refused []catalog.Issue
	err     error
}

func harvestAll(t *testing.T, address string) listing {
	t.Helper()
	l := listing{keys: map[string]int{}}
	for h, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", Protocol: "ckan", URL: address}) {
		var row *catalog.RowError
		switch {
		case errors.As(err, &row):
			l.refused = append(l.refused, row.Issue)
		case err != nil:
			l.err = err
		default:
			l.all = append(l.all, h)
			l.keys[h.Key]++
		}
		if l.err != nil && err == nil {
			t.Error("a description came after the error that ends the listing")
		}
	}
	return l
}

// wantAll checks that every id was yielded, once.
func (l listing) wantAll(t *testing.T, ids ...string) {
	t.Helper()
	if l.err != nil {
		t.Fatalf("the listing ended with %v after %d datasets", l.err, len(l.all))
	}
	for _, id := range ids {
		if n := l.keys[id]; n != 1 {
			t.Errorf("%s was yielded %d times; want 1", id, n)
		}
	}
	for id, n := range l.keys {
		if n != 1 {
			t.Errorf("%s was yielded %d times; want 1", id, n)
		}
	}
}

func (l listing) wantFailed(t *testing.T, why string) {
	t.Helper()
	if !errors.Is(l.err, catalog.ErrFailedListing) || !strings.Contains(fmt.Sprint(l.err), why) {
		t.Errorf("the listing ended with %v; want a failed listing that says %q", l.err, why)
	}
}

func ids(n int) []string {
	var list []string
	for i := range n {
		list = append(list, uuid(i*10))
	}
	return list
}

// 2,500 packages from a server that gives 100 at most.
func TestListsMoreThanTheServerGivesAtOnce(t *testing.T) {
	p := newPortal(t, 2500)
	p.cap = 100
	l := harvestAll(t, p.URL)
	l.wantAll(t, ids(2500)...)
	if len(l.all) != 2500 {
		t.Errorf("%d datasets; want 2500", len(l.all))
	}
	if n := len(p.requests); n > 30 {
		t.Errorf("%d requests for 25 pages; want at most 30", n)
	}
}

// The portal's catalogue changes while it is read: nothing that was there all
// the time is lost, nothing comes twice, and what was put in is found.
func TestCatalogueChangesWhileItIsRead(t *testing.T) {
	for name, change := range map[string]func(p *portal){
		"insert behind": func(p *portal) { p.put(15) },
		"insert ahead":  func(p *portal) { p.put(24_005) },
		"many inserts": func(p *portal) {
			for i := range 500 {
				p.put(i*30 + 5)
			}
		},
		"delete behind": func(p *portal) { delete(p.packages, uuid(20)) },
		"delete ahead":  func(p *portal) { delete(p.packages, uuid(24_000)) },
		"delete the last one read": func(p *portal) {
			for i := 2970; i <= 3000; i += 10 {
				delete(p.packages, uuid(i))
			}
		},
		"many deletes": func(p *portal) {
			for i := range 250 {
				delete(p.packages, uuid(i*10))
			}
		},
		"insert and delete": func(p *portal) { p.put(25); delete(p.packages, uuid(40)); delete(p.packages, uuid(50)) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t, 2500)
			p.cap = 100
			pages := 0
			p.before = func(action string, _ int) {
				if action != "package_search" {
					return
				}
				if pages++; pages == 5 {
					change(p)
				}
			}
			l := harvestAll(t, p.URL)
			var there []string
			for id := range p.packages {
				there = append(there, id)
			}
			if name == "insert and delete" { // as many came as went: the listing is as long as before
				delete(l.keys, uuid(25))
				there = nil
				for _, id := range ids(2500) {
					if p.packages[id] != nil {
						there = append(there, id)
					}
				}
			}
			l.wantAll(t, there...)
		})
	}
}

// A listing that changes with every page is read, or said to have failed; it
// has an end.
func TestCatalogueThatNeverRests(t *testing.T) {
	p := newPortal(t, 1000)
	p.cap = 50
	n := 0
	p.before = func(string, int) { n++; p.put(n*7 + 1); delete(p.packages, uuid(n*10)) }
	l := harvestAll(t, p.URL)
	if l.err != nil {
		l.wantFailed(t, "package_search")
	}
	for i := 200; i < 1000; i++ {
		if p.packages[uuid(i*10)] != nil && l.keys[uuid(i*10)] != 1 {
			t.Fatalf("package %d was there all the time and was yielded %d times", i, l.keys[uuid(i*10)])
		}
	}
}

// What a server can do wrong ends the listing as failed, so that nothing is
// withdrawn; what was read before is still yielded.
func TestFailedListings(t *testing.T) {
	page := func(count int, ids ...int) string {
		var list []string
		for _, i := range ids {
			list = append(list, fmt.Sprintf(`{"id":%q,"name":"d%d","title":"D"}`, uuid(i), i))
		}
		return fmt.Sprintf(`{"success":true,"result":{"count":%d,"results":[%s]}}`, count, strings.Join(list, ","))
	}
	for name, c := range map[string]struct {
		pages []string // of package_search, the last one again and again
		why   string
		read  int
	}{
		"repeated page":        {[]string{page(10, 1, 2, 3)}, "the page at row 2 repeats", 3},
		"repeated page by one": {[]string{page(10, 1)}, "the page at row 1 repeats", 1},
		"end too early":        {[]string{page(10, 1, 2, 3), page(10, 3)}, "ends at row 3, the portal counts 10", 3},
		"empty page":           {[]string{page(10, 1, 2, 3), page(10)}, "ends at row 3, the portal counts 10", 3},
		"no package":           {[]string{page(0)}, "lists no package", 0},
		"packages not shown":   {[]string{page(7)}, "lists no package (it counts 7)", 0},
		"empty answer":         {[]string{page(10, 1, 2, 3), ""}, "an empty answer", 3},
		"empty first answer":   {[]string{""}, "an empty answer", 0},
		"web page":             {[]string{page(10, 1, 2), "<!DOCTYPE html>\n<html><head><title>Chi sei?</title>"}, "a web page and not JSON: \"Chi sei?\"", 2},
		"half an answer":       {[]string{page(10, 1, 2), page(10, 2, 3)[:90]}, "not the JSON of CKAN", 2},
		"no success":           {[]string{page(10, 1, 2), `{"success":false,"error":{"message":"Search is down"}}`}, "Search is down", 2},
		"other JSON":           {[]string{page(10, 1, 2), `{"status":"ok"}`}, "this is not CKAN", 2},
		"other result":         {[]string{page(10, 1, 2), `{"success":true,"result":[1,2]}`}, "not what CKAN answers", 2},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPortal(t, 0)
			served := 0
			p.before = func(action string, _ int) {
				if action == "package_search" {
					p.answers[action] = c.pages[min(served, len(c.pages)-1)]
					served++
				}
			}
			l := harvestAll(t, p.URL)
			l.wantFailed(t, c.why)
			if len(l.all) != c.read {
				t.Errorf("%d datasets before the end; want %d", len(l.all), c.read)
			}
		})
	}
}

// A server whose listing never ends is left after 10,000 pages.
func TestEndlessListing(t *testing.T) {
	if testing.Short() {
		t.Skip("asks for 10,000 pages")
	}
	p := newPortal(t, 0)
	n := 0
	p.before = func(action string, _ int) {
		if action == "package_search" {
			n++
			p.answers[action] = fmt.Sprintf(`{"success":true,"result":{"count":%d,"results":[{"id":"%d"},{"id":"%d"}]}}`, n*2+10, n-1, n)
		}
	}
	l := harvestAll(t, p.URL)
	l.wantFailed(t, "no end after 10000 pages")
	if len(l.all) != 10_001 {
		t.Errorf("%d datasets; want 10001", len(l.all))
	}
}

// A server that gives one row a page, whatever it is asked for.
func TestOneRowAPage(t *testing.T) {
	p := newPortal(t, 12)
	p.cap = 1
	harvestAll(t, p.URL).wantAll(t, ids(12)...)
}

// Portals that count wrongly, or not at all, are read to their end.
func TestCountsThatAreWrong(t *testing.T) {
	p := newPortal(t, 0)
	served := 0
	p.before = func(action string, _ int) {
		if action == "package_search" {
			p.answers[action] = []string{
				`{"success":true,"result":{"results":[{"id":"a"},{"id":"b"}]}}`,
				`{"success":true,"result":{"count":1,"results":[{"id":"b"},{"id":"c"}]}}`,
				`{"success":true,"result":{"results":[{"id":"c"}]}}`,
			}[min(served, 2)]
			served++
		}
	}
	harvestAll(t, p.URL).wantAll(t, "a", "b", "c")
}

// A portal that lists a package twice for ever is read twice and then believed.
func TestPackageListedTwice(t *testing.T) {
	p := newPortal(t, 0)
	p.answers["package_search"] = `{"success":true,"result":{"count":3,"results":[{"id":"a"},{"id":"b"},{"id":"b"}]}}`
	harvestAll(t, p.URL).wantAll(t, "a", "b")
	if len(p.requests) > 6 {
		t.Errorf("%d requests: %v", len(p.requests), p.requests)
	}
}

// One package that cannot be used does not end the listing.
func TestUnusablePackage(t *testing.T) {
	p := newPortal(t, 0)
	p.answers["package_search"] = `{"success":true,"result":{"count":3,"results":[{"id":"a"},{"title":"senza id"},{"id":"c","extras":7,"resources":"x","tags":{}}]}}`
	l := harvestAll(t, p.URL)
	l.wantAll(t, "a", "c")
	if len(l.refused) != 1 || l.refused[0].Rule != "package-unreadable" || !strings.Contains(l.refused[0].Read, "senza id") {
		t.Errorf("refused %+v; want the package without id", l.refused)
	}
}

// What is private, deleted or no dataset is not for us.
func TestOnlyPublicDatasets(t *testing.T) {
	p := newPortal(t, 7)
	p.packages[uuid(50)]["state"] = "draft"
	p.packages[uuid(60)]["type"] = "showcase"
	p.packages[uuid(0)]["private"] = true
	p.packages[uuid(10)]["state"] = "deleted"
	p.packages[uuid(20)]["type"] = "harvest"
	p.packages[uuid(30)]["private"] = "True"
	l := harvestAll(t, p.URL)
	l.wantAll(t, uuid(40))
	if len(l.all) != 1 {
		t.Errorf("%d datasets; want 1", len(l.all))
	}
}

// The caller may stop at any description, and a cancelled harvest ends.
func TestStops(t *testing.T) {
	p := newPortal(t, 300)
	n := 0
	for range Harvest(t.Context(), http.DefaultClient, catalog.Source{URL: p.URL}) {
		if n++; n == 150 {
			break
		}
	}
	if n != 150 {
		t.Errorf("%d descriptions; want 150", n)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for _, err := range Harvest(ctx, http.DefaultClient, catalog.Source{URL: p.URL}) {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("a cancelled harvest ended with %v", last)
	}
}
