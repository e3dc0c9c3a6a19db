package opendatasoft

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// Limits of the API.
const (
	pageRows = 100    // datasets of a page: the most that API 2.1 gives
	maxReach = 10_000 // limit and offset together
	overlap  = 48 * time.Hour
)

// list yields the datasets of a portal.
func (h *harvest) list(ctx context.Context) error {
	a := h.address
	if a.dataset != "" {
		return h.single(ctx)
	}
	if !a.old {
		err := h.explore(ctx)
		if !absent(err) || h.taken > 0 {
			return err
		}
		h.tell("api: 1.0, since 2.1 is not there")
		h.address.old = true
	}
	if err := h.pages(ctx, func(rows, start int) string {
		q := maps.Clone(h.address.query)
		q.Set("rows", strconv.Itoa(rows))
		q.Set("start", strconv.Itoa(start))
		return h.address.at(v1+"/search/", q)
	}); err != nil {
		return err
	}
	return nil
}

// absent reports whether an API is not there at all.
func absent(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone)
}

// explore lists by API 2.1: what changed, in pages; all, by the export of the
// catalogue, which is one answer and has no limit, else in pages.
func (h *harvest) explore(ctx context.Context) error {
	l := h.src.Listing()
	if since, err := time.Parse(time.RFC3339, l.Since); err == nil {
		where := fmt.Sprintf("modified >= date'%s'", since.Add(-overlap).UTC().Format(time.RFC3339))
		err := h.pages(ctx, h.pageOf(where))
		if err == nil || h.taken > 0 || !refused(err) {
			l.Partial, l.Cursor = err == nil, h.newest(since)
			return err
		}
		h.tell("listing: all, since the portal does not list by date of change")
	}
	total, err := h.count(ctx)
	if err != nil {
		return err
	}
	if err := h.exported(ctx, total); err == nil || h.taken > 0 {
		l.Cursor = h.newest(time.Time{})
		return err
	}
	if total > maxReach {
		return failed("the portal lists %d datasets, but does not export its catalogue, and gives %d at most in pages; narrow the address, such as …/api/explore/v2.1/catalog/datasets?refine=publisher:\"…\"", total, maxReach)
	}
	err = h.pages(ctx, h.pageOf(""))
	l.Cursor = h.newest(time.Time{})
	return err
}

// refused reports whether the portal does not understand a request.
func refused(err error) bool {
	var status *fetch.StatusError
	return errors.As(err, &status) && status.Code == http.StatusBadRequest
}

// newest is the latest change that was met, as a cursor.
func (h *harvest) newest(since time.Time) string {
	if h.modified.Before(since) {
		h.modified = since
	}
	if h.modified.IsZero() {
		return ""
	}
	return h.modified.UTC().Format(time.RFC3339)
}

// pageOf makes addresses of pages of API 2.1, narrowed by where.
func (h *harvest) pageOf(where string) func(rows, start int) string {
	return func(rows, start int) string {
		q := h.narrowed(where)
		q.Set("limit", strconv.Itoa(rows))
		q.Set("offset", strconv.Itoa(start))
		if !h.unordered {
			q.Set("order_by", "dataset_id")
		}
		return h.address.at(v21+"/catalog/datasets", q)
	}
}

func (h *harvest) narrowed(where string) url.Values {
	q := maps.Clone(h.address.query)
	if said := q.Get("where"); said != "" && where != "" {
		where = "(" + said + ") and " + where
	} else if where == "" {
		where = said
	}
	if where != "" {
		q.Set("where", where)
	}
	return q
}

// count is how many datasets the portal lists.
func (h *harvest) count(ctx context.Context) (int, error) {
	q := h.narrowed("")
	q.Set("limit", "1")
	a, err := h.get(ctx, h.address.at(v21+"/catalog/datasets", q))
	if err != nil {
		return 0, err
	}
	if a.total() < 0 {
		return 0, failed("the answer has no total_count: it is none of Opendatasoft's API 2.1")
	}
	h.tell("datasets: %d, by the API 2.1", a.total())
	return a.total(), nil
}

// exported takes all datasets from the export of the catalogue. It is not taken
// unless it has as many as are counted.
func (h *harvest) exported(ctx context.Context, total int) error {
	a, err := h.get(ctx, h.address.at(v21+"/catalog/exports/json", h.narrowed("")))
	if err != nil {
		return err
	}
	list := a.all()
	if len(list) < total {
		return failed("the export of the catalogue has %d datasets of %d", len(list), total)
	}
	for _, raw := range list {
		if _, ok := decode(raw); !ok {
			return failed("the export of the catalogue holds what is no dataset")
		}
	}
	h.tell("listing: the export of the catalogue")
	return h.takeAll(ctx, list)
}

// pages takes the datasets of every page. Pages go on by what was given, whatever
// was asked for, and end when as many as are counted have been met.
func (h *harvest) pages(ctx context.Context, address func(rows, start int) string) error {
	var guard fetch.Guard
	rows := min(h.src.Listing().Rows(pageRows), pageRows)
	met := map[string]bool{}
	for start := 0; ; {
		if start+rows > maxReach && !h.address.old {
			rows = maxReach - start
		}
		if rows <= 0 {
			return failed("the portal gives %d datasets at most in pages; narrow the address", maxReach)
		}
		at := address(rows, start)
		if err := guard.Ask(at); err != nil {
			return err
		}
		a, err := h.get(ctx, at)
		if refused(err) && start == 0 && !h.unordered && !h.address.old {
			h.unordered = true // a portal that does not sort by that
			continue
		}
		if err != nil {
			return err
		}
		if a.total() < 0 {
			return failed("the answer counts nothing (total_count, nhits): it is none of Opendatasoft's API")
		}
		list := a.all()
		if len(list) > 0 {
			ids, _ := json.Marshal(idsOf(list))
			if err := guard.Got(ids); err != nil {
				return err
			}
		}
		for _, id := range idsOf(list) {
			met[id] = true
		}
		if err := h.takeAll(ctx, list); err != nil {
			return err
		}
		start += len(list)
		switch {
		case start >= a.total() && len(met) >= a.total():
			return nil
		case start >= a.total():
			return failed("the portal counts %d datasets; of %d that were given %d came twice: the order changes from page to page", a.total(), start, start-len(met))
		case len(list) == 0:
			return failed("the portal counts %d datasets; the listing ended after %d", a.total(), start)
		}
	}
}

func idsOf(list []json.RawMessage) []string {
	ids := make([]string, len(list))
	for i, raw := range list {
		d, _ := decode(raw)
		ids[i] = d.key()
		if ids[i] == "" {
			ids[i] = string(raw)
		}
	}
	return ids
}

// single takes the one dataset that is named.
func (h *harvest) single(ctx context.Context) error {
	id := url.PathEscape(h.address.dataset)
	at := h.address.at(v21+"/catalog/datasets/"+id, nil)
	if h.address.old {
		at = h.address.at(v1+"/"+id+"/", nil)
	}
	a, err := h.get(ctx, at)
	if absent(err) && !h.address.old {
		h.address.old = true
		return h.single(ctx)
	}
	if err != nil {
		return err
	}
	return h.takeAll(ctx, a.all())
}

func (h *harvest) get(ctx context.Context, address string) (answer, error) {
	d, err := fetch.Read(ctx, h.c, address, "application/json")
	if err != nil {
		return answer{}, err
	}
	return read(d)
}
