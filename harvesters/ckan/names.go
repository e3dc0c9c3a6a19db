package ckan

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// maxFailures is how many packages in a row may be unreadable before the
// portal is held to be out of order.
const maxFailures = 5

// oneByOne yields every package of package_list, asking for each: slow, for
// portals whose search is blocked. One that cannot be read is told; since
// nobody knows its id, nothing is concluded from what is missing.
func (h *harvest) oneByOne(ctx context.Context, a address, blocked error) error {
	if len(a.query["fq"]) > 0 || len(a.query["q"]) > 0 {
		return blocked // package_list knows no filter
	}
	var names []string
	if err := h.call(ctx, a, "package_list", nil, &names); err != nil {
		return fmt.Errorf("package_search: %w; and package_list: %w", blocked, err)
	}
	if len(names) == 0 {
		return failed("package_list: the portal lists no package")
	}
	h.found("packages: %d", len(names))
	if err := h.readOrganizations(ctx, a, searchResult{}); err != nil {
		return err
	}
	inARow := 0
	for _, name := range names {
		raw, err := h.show(ctx, a, name)
		switch {
		case err == nil && raw == nil: // gone since, or not for us
			inARow = 0
		case err == nil:
			inARow = 0
			if err := h.take(raw); err != nil {
				return err
			}
		case inARow+1 == maxFailures || !elsewhere(err):
			return fmt.Errorf("package_show of %s: %w", name, err)
		default:
			inARow++
			if err := h.refuse(catalog.Issue{Field: name, Listed: true, Read: err.Error(), Expected: "an answer of package_show; what was harvested of it before stays"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// show is the package called name; nil when it is gone or not public.
func (h *harvest) show(ctx context.Context, a address, name string) (json.RawMessage, error) {
	var raw json.RawMessage
	err := h.call(ctx, a, "package_show", url.Values{"id": {name}}, &raw)
	var status *fetch.StatusError
	if errors.As(err, &status) && (status.Code == http.StatusNotFound || status.Code == http.StatusGone || status.Code == http.StatusForbidden) {
		return nil, nil
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) == nil && len(list) == 1 {
		return list[0], err // as DKAN answers
	}
	return raw, err
}
