package jsonld

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

const (
	accept    = "text/html, application/xhtml+xml, application/ld+json;q=0.9, application/json;q=0.8, */*;q=0.1"
	agent     = "ponet"  // by which a robots.txt may name us
	pageBytes = 10 << 20 // of one page of a site
	siteBytes = 2 << 30  // of all pages of one run
	maxFailed = 10       // pages in turn that cannot be read, after which the site cannot
)

// Harvest yields the events, places, courses and services that the page or site
// at src.URL describes. An address that ends in / is a site, or the part of one
// below it; any other is one page, a sitemap or a file. What cannot be used is a
// *catalog.RowError; any other error is the last pair.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return At(time.Now())(ctx, c, src)
}

// At is Harvest as it is at a moment, from which it depends which times of a
// recurring event are kept.
func At(now time.Time) func(context.Context, *http.Client, catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
		return func(yield func(catalog.Harvested, error) bool) {
			h := &harvest{c: c, src: src, now: now, yield: yield, robots: fetch.NewRobots(c, agent), layers: map[catalog.Kind]*catalog.Layer{},
				keys: map[string]bool{}, types: map[string]int{}, spoke: map[string]bool{}, mentions: map[string]mention{}}
			if err := h.run(ctx); err != nil && !errors.Is(err, errEnough) {
				yield(catalog.Harvested{}, err)
			}
		}
	}
}

// errEnough: the caller wants no more.
var errEnough = errors.New("enough")

// A harvest is one reading of a page or site.
type harvest struct {
	c      *http.Client
	src    catalog.Source
	now    time.Time
	yield  func(catalog.Harvested, error) bool
	robots *fetch.Robots

	found    []string
	layers   map[catalog.Kind]*catalog.Layer
	keys     map[string]bool    // of things that were yielded
	spoke    map[string]bool    // pages that described something themselves
	mentions map[string]mention // by key: things on other pages than their own
	order    []string           // of mentions
	types    map[string]int     // of what was met at the top of pages
	site     *siteMap           // nil for a single page
	read     int                // pages
	bytes    int64
	refused  int // things
}

// A mention is a thing that another page than its own describes.
type mention struct {
	t    *thing
	p    *page
	page string
}

func (h *harvest) run(ctx context.Context) error {
	u, web := fetch.Web(h.src.URL)
	if web && (u.Path == "" || strings.HasSuffix(u.Path, "/")) {
		if u.Path == "" {
			u.Path = "/"
		}
		return h.crawl(ctx, u, nil)
	}
	d, err := fetch.Read(ctx, h.c, h.src.URL, accept)
	if err != nil {
		return err
	}
	if d.URL != nil && !fetch.IsPage(d.Bytes) && isSitemap(d.Bytes) {
		root := *d.URL
		root.Path, root.RawPath, root.RawQuery = "/", "", ""
		return h.crawl(ctx, &root, d)
	}
	address := d.Name
	if d.URL != nil {
		address = d.URL.String()
	}
	p, err := read(d.Bytes, d.Charset, d.URL)
	if err != nil {
		return fmt.Errorf("%s: %w", d.Name, err)
	}
	h.tell("page: %d blocks of JSON-LD, of which %d had to be repaired, %d things in microdata and RDFa", p.blocks, p.repaired, p.others)
	if err := h.page(p, address); err != nil {
		return err
	}
	return h.end(ctx)
}

func (h *harvest) tell(format string, args ...any) {
	h.found = append(h.found, fmt.Sprintf(format, args...))
}

// crawl reads the pages of a site below root. d is a sitemap that was named to
// begin with; nil: those that the site names.
func (h *harvest) crawl(ctx context.Context, root *url.URL, d *fetch.Document) error {
	var err error
	if d != nil {
		h.site = &siteMap{root: root, listed: map[string]bool{}, hosts: map[string]int{}, files: 1}
		err = h.site.take(ctx, h.c, d, 0)
	} else {
		h.site, err = readSite(ctx, h.c, h.robots, root)
	}
	if err != nil {
		return err
	}
	pages, err := h.choose(root)
	if err != nil {
		return err
	}
	disallowed, failedInTurn := 0, 0
	for _, e := range pages {
		err := h.robots.Wait(ctx, e.address)
		if errors.Is(err, fetch.ErrDisallowed) {
			disallowed++
			continue
		}
		if err == nil {
			err = h.visit(ctx, e.address)
		}
		if err == nil {
			failedInTurn = 0
			continue
		}
		if errors.Is(err, errEnough) || errors.Is(err, errBudget) || ctx.Err() != nil {
			return err
		}
		if failedInTurn++; failedInTurn == maxFailed {
			return failed("%d pages in turn could not be read, the last one %s: %v", maxFailed, e.address, err)
		}
		if !h.yield(catalog.Harvested{}, unreadable(e.address, err)) {
			return errEnough
		}
	}
	if disallowed == len(pages) {
		return failed("robots.txt of %s allows none of the %d pages below %s", root.Host, len(pages), root.Path)
	}
	if failedInTurn == len(pages) {
		return failed("none of the %d pages could be read", len(pages))
	}
	return h.end(ctx)
}

// choose is the pages of the site that are read in this run: all, or those that
// changed since the last one where the sitemap can tell.
func (h *harvest) choose(root *url.URL) ([]entry, error) {
	s, l := h.site, h.src.Listing()
	switch {
	case s.files == 0:
		h.tell("sitemap: none; only the page at the address is read")
		return []entry{{address: root.String()}}, nil
	case len(s.pages) == 0 && s.looked > 0 && s.hosts[root.Host] == 0:
		hosts := slices.SortedFunc(maps.Keys(s.hosts), func(a, b string) int { return cmp.Compare(s.hosts[b], s.hosts[a]) })
		return nil, failed("the sitemaps of %s list only pages of %s; give the address of that", root.Host, strings.Join(hosts[:min(3, len(hosts))], ", "))
	case len(s.pages) == 0:
		return nil, failed("the sitemaps list %d addresses, none of them below %s", s.looked, root.Path)
	}
	h.tell("sitemap: %d files, %d addresses, of which %d are pages below %s", s.files, s.looked, len(s.pages), root.Path)
	pages := s.pages
	newest, today := "", h.now.Format(time.RFC3339)
	for _, e := range pages {
		if e.lastmod <= today { // one in the future would be the newest for ever
			newest = max(newest, e.lastmod)
		}
	}
	if !s.telling() {
		h.tell("sitemap: lastmod does not tell which pages changed; all are read")
	} else {
		l.Cursor = newest
		if l.Since != "" {
			pages = slices.DeleteFunc(slices.Clone(pages), func(e entry) bool { return e.lastmod != "" && e.lastmod < l.Since })
			l.Partial = true
			h.tell("sitemap: %d pages changed since %s", len(pages), l.Since)
		}
	}
	if len(pages) > maxPages {
		return nil, failed("%d pages below %s; at most %d are read in one run: give the address of a part of the site, such as %s", len(pages), root.Path, maxPages, part(root, pages))
	}
	return pages, nil
}

// part is a folder of the site in which many pages are.
func part(root *url.URL, pages []entry) string {
	count := map[string]int{}
	at := strings.TrimSuffix(root.String(), "/") + "/"
	for _, e := range pages {
		if rest, ok := strings.CutPrefix(e.address, at); ok {
			if folder, _, ok := strings.Cut(rest, "/"); ok {
				count[folder]++
			}
		}
	}
	best := ""
	for _, folder := range slices.Sorted(maps.Keys(count)) {
		if count[folder] <= maxPages && (best == "" || count[folder] > count[best]) {
			best = folder
		}
	}
	return at + best + "/"
}

// errBudget: the pages of a site are too many bytes.
var errBudget = errors.New("budget")

// visit reads one page of a site.
func (h *harvest) visit(ctx context.Context, address string) error {
	r, err := fetch.Open(ctx, h.c, address, accept, pageBytes)
	if err != nil {
		return err
	}
	if m := r.MediaType; m != "" && !strings.Contains(m, "html") && !strings.Contains(m, "json") && !strings.HasPrefix(m, "text/") {
		return r.Body.Close() // a picture, a PDF
	}
	d, err := r.Read()
	if err != nil {
		return err
	}
	h.read++
	if h.bytes += int64(len(d.Bytes)); h.bytes > siteBytes {
		return fmt.Errorf("%w: %w", errBudget, failed("the pages have more than %d bytes, after %d of them; give the address of a part of the site", int64(siteBytes), h.read))
	}
	p, err := read(d.Bytes, d.Charset, d.URL)
	if err != nil {
		return err
	}
	return h.page(p, address)
}

// page yields what a page describes. Things whose own page the sitemap lists
// too are left to that; they are taken from here only if it says nothing.
func (h *harvest) page(p *page, address string) error {
	for _, n := range p.roots {
		for _, t := range n.types() {
			h.types[t]++
		}
	}
	for _, b := range p.broken {
		issue := catalog.Issue{Rule: "jsonld-unreadable", File: address, Field: "script", Read: b.text, Expected: "JSON-LD", Refused: true, Listed: b.ours}
		if !h.yield(catalog.Harvested{}, &catalog.RowError{Issue: issue}) {
			return errEnough
		}
	}
	p.forget(h.src.Mapping.Drop)
	list := p.things()
	p.name(list, cmp.Or(p.canon, address))
	for _, t := range list {
		if h.site != nil && t.page != "" && t.page != address && t.page != p.canon && h.site.listed[t.page] {
			if _, known := h.mentions[t.key]; !known {
				h.mentions[t.key] = mention{t, p, address}
				h.order = append(h.order, t.key)
			}
			continue
		}
		h.spoke[address] = true
		if err := h.take(p, t, address); err != nil {
			return err
		}
	}
	return nil
}

// take yields a thing, unless another page has described it before.
func (h *harvest) take(p *page, t *thing, address string) error {
	if h.keys[string(t.kind)+t.key] {
		return nil
	}
	h.keys[string(t.kind)+t.key] = true
	layer := h.layers[t.kind]
	if layer == nil {
		layer = newLayer(t.kind, h.found)
		h.layers[t.kind] = layer
	}
	got, err := p.harvested(t, layer, address, h.now)
	if err != nil {
		h.refused++
	}
	if !h.yield(got, err) {
		return errEnough
	}
	return nil
}

// end yields the things whose own pages said nothing of them, and judges whether
// there was anything at all.
func (h *harvest) end(ctx context.Context) error {
	for _, key := range h.order {
		m := h.mentions[key]
		if h.spoke[m.t.page] || h.src.Listing().Partial {
			continue // in a partial listing that page has not changed
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := h.take(m.p, m.t, m.page); err != nil {
			return err
		}
	}
	if len(h.keys) > 0 || h.src.Listing().Partial {
		return nil
	}
	return h.nothing()
}
