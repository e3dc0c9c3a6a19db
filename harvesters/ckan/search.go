package ckan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of a listing.
const (
	pageRows   = 100 // asked for; servers give fewer when their own limit is lower
	maxRetreat = 100 // times that a reading goes back, after which the order is no order
	maxSweeps  = 3   // readings of a catalogue that changes while it is read
)

// A blockedError is a package_search that the portal refuses although its API
// is there.
type blockedError struct{ err error }

func (e *blockedError) Error() string { return e.err.Error() }
func (e *blockedError) Unwrap() error { return e.err }

// A searchResult is what package_search answers.
type searchResult struct {
	Count   *int              `json:"count"`
	Results []json.RawMessage `json:"results"`
}

// total is how many packages there are after end of them were met; ok is false
// when the portal does not say, or says what cannot be.
func (r searchResult) total(end int) (n int, ok bool) {
	if r.Count == nil || *r.Count < end {
		return 0, false
	}
	return *r.Count, true
}

// search yields every package that package_search lists. The catalogue may
// change meanwhile: what was put in before the row that has been reached makes
// the listing longer than what was met, and it is read once more.
func (h *harvest) search(ctx context.Context, a address) error {
	pages := 0
	for sweep := 1; ; sweep++ {
		before := len(h.seen)
		total, err := h.sweep(ctx, a, &pages)
		switch {
		case err != nil:
			return err
		case len(h.seen)+len(h.lost) >= total || sweep > 1 && len(h.seen) == before:
			return h.findLost(ctx, a) // all are met, or the portal counts some of them twice
		case sweep == maxSweeps:
			return failed("package_search counts %d packages, but %d readings met %d", total, sweep, len(h.seen))
		}
	}
}

// sweep reads the listing once from its beginning to its end, and returns how
// many packages the portal counts. Each page begins with the last row of the
// one before. When that is a package that was not met, others were deleted
// meanwhile and this one has moved up into what was read: then it goes back
// until it meets one that it knows.
func (h *harvest) sweep(ctx context.Context, a address, pages *int) (total int, err error) {
	met := map[string]bool{} // in this sweep
	next, overlap, retreats, said := 0, 0, 0, 0
	for {
		if *pages++; *pages > fetch.MaxPages {
			return 0, failed("package_search: no end after %d pages", fetch.MaxPages)
		}
		start := max(0, next-overlap)
		page, err := h.page(ctx, a, start)
		if err != nil {
			return 0, err
		}
		if *pages == 1 {
			if err := h.begin(ctx, a, page); err != nil {
				return 0, err
			}
		}
		if start > 0 && overlap > 0 && len(page.Results) > 0 && !met[rowKey(page.Results[0], start)] {
			if retreats++; retreats > maxRetreat {
				return 0, failed("package_search: the order of the packages changes while they are read (row %d)", start)
			}
			overlap *= 2
			continue
		}
		before := len(met)
		if err := h.takePage(page.Results, start, met); err != nil {
			return 0, err
		}
		end := start + len(page.Results)
		total, counted := page.total(end)
		switch {
		case counted && end == total:
			return total, nil
		case len(met) > before || overlap > 1: // it goes on, or had gone back
		case !counted && len(page.Results) <= overlap && said > 0:
			return 0, failed("package_search: the portal counted %d packages, and now no more than %d rows: it changes while it is read", said, start)
		case !counted && len(page.Results) <= overlap:
			return len(met), nil
		case len(page.Results) <= overlap:
			return 0, failed("package_search: the listing ends at row %d, the portal counts %d packages", next, total)
		default:
			return 0, failed("package_search: the page at row %d repeats what was listed before", start)
		}
		if counted {
			said = total
		}
		next, overlap = end, max(0, min(1, len(page.Results)-1)) // one row a page leaves no room
	}
}

// takePage yields the packages of the page from row start on and enters them
// into met.
func (h *harvest) takePage(results []json.RawMessage, start int, met map[string]bool) error {
	for i, raw := range results {
		if raw != nil {
			if err := h.take(raw); err != nil {
				return err
			}
		}
		met[rowKey(raw, start+i)] = true
	}
	return nil
}

// rowKey identifies what is in a row of the listing: a package by its key, one
// that the portal cannot give by its row.
func rowKey(raw json.RawMessage, row int) string {
	if raw == nil {
		return fmt.Sprint("row ", row)
	}
	return idOf(raw)
}

// page is the packages from row start on; nil stands for one that the portal
// cannot give.
func (h *harvest) page(ctx context.Context, a address, start int) (searchResult, error) {
	page, err := h.rows(ctx, a, start, h.size)
	if spoils(err) {
		// When the portal can count, it is one of the packages that it cannot give.
		if counted, silent := h.rows(ctx, a, 0, 0); silent == nil && counted.Count != nil && *counted.Count > start {
			page.Count = counted.Count
			page.Results, err = h.around(ctx, a, start, min(start+h.size, *counted.Count))
			return page, err
		}
	}
	if start == 0 && len(h.seen) == 0 && refused(err) {
		err = &blockedError{err}
	}
	return page, err
}

// rows asks for so many packages from row start on, or only how many there are.
func (h *harvest) rows(ctx context.Context, a address, start, rows int) (searchResult, error) {
	q := url.Values{"q": {"*:*"}}
	maps.Copy(q, a.query)
	q.Set("sort", "id asc")
	q.Set("rows", strconv.Itoa(rows))
	q.Set("start", strconv.Itoa(start))
	var page searchResult
	err := h.call(ctx, a, "package_search", q, &page)
	return page, err
}

// refused reports whether the portal answered that it does not do this.
func refused(err error) bool {
	var status *fetch.StatusError
	var said *refusedError
	return errors.As(err, &said) || errors.As(err, &status) && elsewhere(err)
}

// begin looks at the first page and at the portal's organisations before the
// first package is yielded.
func (h *harvest) begin(ctx context.Context, a address, page searchResult) error {
	total, counted := page.total(len(page.Results))
	if len(page.Results) == 0 {
		return failed("package_search: the portal lists no package (it counts %d)", total)
	}
	if counted {
		h.found("packages: %d, listed by id, %d a page", total, len(page.Results))
	}
	return h.readOrganizations(ctx, a, page)
}
