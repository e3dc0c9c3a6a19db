package ckan

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"

	"po-net.prato.it/ponet/catalog"
)

// Harvest yields every public dataset of the portal, or of the answer of its
// API, that src.URL names, once each. A *catalog.RowError concerns one
// package; any other error is the last pair, and catalog.ErrFailedListing.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		h := &harvest{client: c, src: src, layer: catalog.DatasetLayer(), size: src.Listing().Rows(pageRows), yield: yield, seen: map[string]bool{}, names: map[string]bool{}}
		if err := h.run(ctx); err != nil && !errors.Is(err, errEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

// errEnough: the caller wants no more.
var errEnough = errors.New("enough")

// A harvest is the state of one reading of a source.
type harvest struct {
	client        *http.Client
	src           catalog.Source
	layer         *catalog.Layer
	site          string // the portal's address without final slash; "": not known
	size          int    // packages asked for in one page
	organizations map[string]organization
	yield         func(catalog.Harvested, error) bool
	seen          map[string]bool // ids of packages that were met, yielded or not
	names         map[string]bool // and their names
	lost          []lostPackage   // that the search counts and cannot give
}

// run reads what the source's address names.
func (h *harvest) run(ctx context.Context) error {
	a, err := h.locate(ctx)
	if err != nil {
		return err
	}
	if a.answer != "" {
		return h.answer(ctx, a.answer)
	}
	h.site = a.site
	h.found("CKAN action API at %s", a.action(""))
	err = h.search(ctx, a)
	if refusal := (*blockedError)(nil); errors.As(err, &refusal) {
		h.found("package_search is refused (%v); packages are read one by one", refusal.err)
		return h.oneByOne(ctx, a, refusal)
	}
	return err
}

// found explains something that was detected, before the first package.
func (h *harvest) found(format string, args ...any) {
	h.layer.Found = append(h.layer.Found, fmt.Sprintf(format, args...))
}

// take yields the dataset of one package, unless it was met before or is not
// public.
func (h *harvest) take(raw json.RawMessage) error {
	p, err := parsePackage(raw)
	if err != nil {
		if key := fmt.Sprintf("unreadable %x", sha256.Sum256(raw)); !h.seen[key] {
			h.seen[key] = true
			return h.refuse(catalog.Issue{Read: string(raw), Expected: "a package of CKAN: " + err.Error()})
		}
		return nil
	}
	key := p.key()
	if h.seen[key] {
		return nil
	}
	h.seen[key], h.names[textOf(p.top["name"])] = true, true
	if !p.public() {
		return nil
	}
	raw = p.without(append(p.persons(), h.src.Mapping.Drop...), raw)
	d, issues := h.dataset(p)
	for i := range issues {
		issues[i].Key = key
	}
	out := d.Harvested(h.layer, key, "application/json", raw)
	out.Issues = issues
	if !h.yield(out, nil) {
		return errEnough
	}
	return nil
}

// refuse tells of a package that cannot be used.
func (h *harvest) refuse(issue catalog.Issue) error {
	issue.Rule, issue.Read, issue.Refused = "package-unreadable", catalog.Excerpt(issue.Read), true
	if !h.yield(catalog.Harvested{Layer: h.layer}, &catalog.RowError{Issue: issue}) {
		return errEnough
	}
	return nil
}

// failed makes an error after which nothing may be concluded from what is missing.
func failed(format string, args ...any) error {
	return fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), catalog.ErrFailedListing)
}
