package rest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A walk reads the pages of one listing.
type walk struct {
	syntax
	src   catalog.Source
	guard fetch.Guard
	way   *way
	path  string // of the rows

	rows     int              // read
	first    int              // of the first page
	total    int              // that the interface counts, -1: it does not
	counted  int              // the same, told before the first page; 0: it was not
	seen     map[uint64]int32 // page of each row
	repeated int              // rows that came on an earlier page too, although they have a name of their own
	pages    int
	web      bool   // it is no file
	crs      string // that a GeoJSON collection declares
	last     int    // rows of the page read last
	found    []string
}

// run reads every page and calls add with each row.
func (w *walk) run(ctx context.Context, c *http.Client, add func(row) error) error {
	w.total, w.seen = -1, map[uint64]int32{}
	if w.counted > 0 {
		w.total = w.counted
	}
	w.path = w.src.Mapping.Path
	listing := w.src.Listing()
	w.way = plan(w.src.Mapping.Paging, w.src.URL, listing.PageRows)
	listing.Rows(w.way.size) // a walk that fails is worth a second one with smaller pages
	address := w.way.first(w.src.URL)
	for address != "" {
		if err := w.guard.Ask(address); err != nil {
			return err
		}
		d, err := fetch.Read(ctx, c, address, w.accept)
		if err != nil {
			if w.pages > 0 && notFound(err) && w.total < 0 {
				break // behind the last page there is none (spec §3.5)
			}
			return err
		}
		a, err := w.open(d, w.path)
		if err == nil {
			address, err = w.page(a, address, add)
		}
		if err != nil {
			if w.pages > 1 {
				err = fmt.Errorf("page %d, %s: %w", w.pages, address, err)
			}
			return err
		}
	}
	return w.end()
}

// page takes the rows of a page and returns the address of the next, "" after the last.
func (w *walk) page(a *answer, address string, add func(row) error) (string, error) {
	w.pages++
	if w.pages == 1 {
		if err := w.locate(a); err != nil {
			return address, err
		}
	}
	rows, err := a.rows(w.path)
	if err != nil {
		return address, err
	}
	if said := a.complaint(); said != "" && len(rows) == 0 {
		return address, failed("the server says %s", said)
	}
	if w.pages == 1 {
		a.hints = a.hints.beside(w.path)
		w.way, w.first = detect(w.way, address, a, len(rows)), len(rows)
		if w.way.strict {
			if _, ok := a.value(w.way.total[0]); !ok {
				return address, failed("there is no count at %q", w.way.total[0])
			}
		}
	}
	w.count(a)
	if len(rows) > 0 {
		if stop, err := w.fresh(rows); err != nil || stop {
			return "", err
		}
	}
	w.last = len(rows)
	for _, r := range rows {
		w.rows++
		if err := add(r); err != nil {
			return address, err
		}
	}
	if a.address == nil {
		return "", nil // a file has no further pages
	}
	return w.way.after(address, a, len(rows), w.rows, w.total)
}

// locate finds where the rows are.
func (w *walk) locate(a *answer) error {
	w.found = append([]string{"format: " + w.name}, a.found...)
	w.web = a.address != nil
	w.crs, _ = a.text("crs.properties.name")
	if w.path != "" {
		w.found = append(w.found, fmt.Sprintf("rows: at %q, as the mapping says", w.path))
		return nil
	}
	path, rows, ok := a.guess()
	if !ok {
		return failed("no list of objects was found; name it with --path%s", a.instead())
	}
	w.path = path
	w.found = append(w.found, fmt.Sprintf("rows: at %q, %d on the first page", path, rows))
	return nil
}

// count notes how many rows the interface says there are.
func (w *walk) count(a *answer) {
	for _, path := range w.way.total {
		if v, ok := a.value(path); ok {
			if n, err := strconv.Atoi(v); err == nil && n >= 0 {
				w.total = n
			}
		}
	}
}

// fresh watches over what the pages hold. A page that repeats another one in
// whatever order has failed, unless it is the last one again, which servers
// give to whoever asks beyond it: then the listing stops.
func (w *walk) fresh(rows []row) (stop bool, err error) {
	sums := make([]uint64, len(rows))
	again := 0
	for i, r := range rows {
		sum := sha256.Sum256(r.raw)
		sums[i] = binary.BigEndian.Uint64(sum[:])
		if page := w.seen[sums[i]]; page > 0 && int(page) < w.pages {
			again++
			if r.identified {
				w.repeated++
			}
		} else {
			w.seen[sums[i]] = int32(w.pages)
		}
	}
	if again == len(rows) && w.pages > 2 && len(rows) == w.last && len(rows) < w.first && w.total < 0 {
		w.repeated -= again
		return true, nil
	}
	slices.Sort(sums)
	page := make([]byte, 0, 8*len(sums))
	for _, s := range sums {
		page = binary.BigEndian.AppendUint64(page, s)
	}
	return false, w.guard.Got(page)
}

// end judges the listing as a whole.
func (w *walk) end() error {
	if w.way.told != "" {
		w.found = append(w.found, w.way.told)
	}
	distinct := w.rows - w.repeated
	switch {
	case w.rows == 0:
		return failed("the listing is empty")
	case w.total >= 0 && distinct < w.total && w.repeated > 0:
		return failed("the interface counts %d rows; %d were read, of which %d came twice: the order changes from page to page", w.total, w.rows, w.repeated)
	case w.total >= 0 && distinct < w.total && !w.way.leads():
		return failed("the interface counts %d rows and gave %d, but does not say how the others are had; say it with --page-param, --offset-param or --next", w.total, w.rows)
	case w.total >= 0 && distinct < w.total:
		return failed("the interface counts %d rows; the listing ended after %d", w.total, w.rows)
	case w.total < 0 && w.repeated > 0:
		return failed("%d of %d rows came on two pages: the order changes from page to page", w.repeated, w.rows)
	}
	counted := "it does not count them"
	if w.total >= 0 {
		counted = fmt.Sprintf("it counts %d", w.total)
	}
	w.found = append(w.found, fmt.Sprintf("listing: %d rows on %d pages; %s", w.rows, w.pages, counted))
	if w.web && !w.way.leads() && w.total < 0 && slices.Contains(round, w.rows) {
		w.found = append(w.found, fmt.Sprintf("listing: exactly %d rows and no word of further ones; if there are more, say how they are had with --page-param, --offset-param or --next", w.rows))
	}
	return nil
}

// round are the sizes of pages that servers cut listings to without a word.
var round = []int{10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 5000, 10_000}
