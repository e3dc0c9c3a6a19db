package ckan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxLost is how many packages a portal may be unable to give: one costs some
// fifteen requests, and a portal that has lost more is out of order.
const maxLost = 50

// A lostPackage is one that the search counts and cannot give: a page with it
// is an error. id and name are "" when the portal does not even say these.
type lostPackage struct {
	row      int
	id, name string
	err      error
}

// spoils reports whether err may be due to a package on the page that was asked
// for: the portal failed over it, and is neither busy nor gone.
func spoils(err error) bool {
	var status *fetch.StatusError
	var connection *net.OpError
	switch {
	case err == nil, errors.As(err, &connection) && connection.Op == "dial", errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return false
	case errors.As(err, &status):
		return status.Code == http.StatusInternalServerError || status.Code == http.StatusBadGateway || status.Code == http.StatusGatewayTimeout
	}
	return true
}

// around is the packages of the rows from start to before end, in halves, until
// those that the portal cannot give stand alone.
func (h *harvest) around(ctx context.Context, a address, start, end int) ([]json.RawMessage, error) {
	page, err := h.rows(ctx, a, start, end-start)
	switch {
	case err == nil:
		return page.Results, nil
	case !spoils(err):
		return nil, err
	case end-start == 1:
		raw, err := h.lose(ctx, a, start, err)
		return []json.RawMessage{raw}, err
	}
	middle := (start + end) / 2
	low, err := h.around(ctx, a, start, middle)
	if err != nil || len(low) < middle-start { // the server's own limit; the listing goes on from there
		return low, err
	}
	high, err := h.around(ctx, a, middle, end)
	return append(low, high...), err
}

// lose finds out which package is in a row that the portal cannot give, by the
// fields that the search has without the package itself. Often package_show can
// give it; if not, it is nil and noted.
func (h *harvest) lose(ctx context.Context, a address, row int, why error) (json.RawMessage, error) {
	l := lostPackage{row: row, err: why}
	var page struct {
		Results []struct{ ID, Name string } `json:"results"`
	}
	q := url.Values{"q": {"*:*"}}
	maps.Copy(q, a.query)
	maps.Copy(q, url.Values{"sort": {"id asc"}, "rows": {"1"}, "start": {fmt.Sprint(row)}, "fl": {"id,name"}})
	if err := h.call(ctx, a, "package_search", q, &page); err == nil && len(page.Results) == 1 {
		l.id, l.name = page.Results[0].ID, page.Results[0].Name
	} else if !spoils(err) && err != nil {
		return nil, err
	}
	if l.id != "" {
		if raw, err := h.show(ctx, a, l.id); err == nil && raw != nil {
			return raw, nil
		}
	}
	for _, known := range h.lost {
		if known.row == row || known.id != "" && known.id == l.id {
			return nil, nil
		}
	}
	if h.lost = append(h.lost, l); len(h.lost) > maxLost {
		return nil, failed("package_search cannot give more than %d packages: %v", maxLost, why)
	}
	return nil, nil
}

// findLost looks for the packages whose row only is known among those of
// package_list that were not met, and tells which cannot be read.
func (h *harvest) findLost(ctx context.Context, a address) error {
	var nameless []lostPackage
	for _, l := range h.lost {
		if l.id == "" {
			nameless = append(nameless, l)
		} else if err := h.refuse(l.issue(l.id)); err != nil {
			return err
		}
	}
	if len(nameless) == 0 {
		return nil
	}
	unmet, err := h.unmet(ctx, a)
	if err != nil {
		return err
	}
	for _, name := range unmet {
		raw, err := h.show(ctx, a, name)
		if err == nil && raw != nil {
			if err := h.take(raw); err != nil {
				return err
			}
			nameless = nameless[:max(0, len(nameless)-1)]
		} else if !spoils(err) && err != nil {
			return err
		} else if err != nil && len(nameless) > 0 {
			nameless[0].name = name
			if err := h.refuse(nameless[0].issue("")); err != nil {
				return err
			}
			nameless = nameless[1:]
		}
	}
	for _, l := range nameless {
		if err := h.refuse(l.issue("")); err != nil {
			return err
		}
	}
	return nil
}

// unmet are the names of package_list that the search did not give, as long as
// they are not many more than the packages that are lost; none where the portal
// has no such list or the source is a part of it.
func (h *harvest) unmet(ctx context.Context, a address) ([]string, error) {
	if len(a.query["fq"]) > 0 || len(a.query["q"]) > 0 {
		return nil, nil
	}
	var all, unmet []string
	if err := h.call(ctx, a, "package_list", nil, &all); err != nil {
		return nil, ctx.Err()
	}
	for _, name := range all {
		if !h.names[name] && !h.seen[name] {
			unmet = append(unmet, name)
		}
	}
	if len(unmet) > 2*maxLost {
		return nil, nil
	}
	return unmet, nil
}

// issue tells of l. With its key, "" if nobody knows it, what was stored of the
// package before stays.
func (l lostPackage) issue(key string) catalog.Issue {
	return catalog.Issue{
		Key: key, Field: l.name, Line: l.row + 1, Listed: true, Read: l.err.Error(),
		Expected: "a package that package_search or package_show can give; what was harvested of it before stays",
	}
}
