package ponet

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// everything reads all collections. What changes meanwhile is in the log after
// the position that is kept before the first of them.
func (n *node) everything(ctx context.Context, l *catalog.Listing) error {
	var log logPage
	if err := n.get(ctx, n.home+prefix+"/changes", &log); err != nil {
		return err
	}
	if log.Next == "" {
		return failed("the change log of %s says no position", n.home)
	}
	collections, err := n.list(ctx)
	if err != nil {
		return err
	}
	for _, c := range collections {
		if c.ItemType != "feature" {
			continue
		}
		if err := n.collection(ctx, c, l.Rows(pageRows)); err != nil {
			return fmt.Errorf("collection %s: %w", c.ID, err)
		}
	}
	l.Cursor = log.Next
	if n.own == 0 { // all that it has is at home elsewhere
		l.Empty = catalog.DatasetLayer()
	}
	return nil
}

// A recordPage is one page of the records of a collection.
type recordPage struct {
	Matched  *int              `json:"numberMatched"`
	Features []json.RawMessage `json:"features"`
	Links    []link            `json:"links"`
}

// collection reads the records of one collection, page by page.
func (n *node) collection(ctx context.Context, c collection, rows int) error {
	k, err := n.keep(c)
	if err != nil {
		return err
	}
	defer k.close()
	met, matched := map[string]bool{}, 0
	next := fmt.Sprintf("%s%s/collections/%s/items?limit=%d", n.home, prefix, url.PathEscape(c.ID), rows)
	for next != "" {
		page, err := n.recordPage(ctx, next)
		if err != nil {
			return err
		}
		if page.Matched != nil && matched == 0 {
			matched = *page.Matched
		}
		before := len(met)
		for _, raw := range page.Features {
			f, err := parseFeature(raw)
			if err != nil {
				return failed("a record that is no Feature: %v", err)
			}
			if met[f.ID] {
				continue
			}
			met[f.ID] = true
			if err := k.add(f); err != nil {
				return err
			}
		}
		if len(page.Features) > 0 && len(met) == before {
			return failed("a page whose records all came before: paging does not work there")
		}
		if next, err = n.nextPage(next, page); err != nil {
			return err
		}
	}
	if len(met) < matched {
		return failed("it counts %d records, its pages hold %d", matched, len(met))
	}
	return k.hand(ctx)
}

func (n *node) recordPage(ctx context.Context, address string) (recordPage, error) {
	var page recordPage
	if err := n.guard.Ask(address); err != nil {
		return page, err
	}
	err := n.get(ctx, address, &page)
	if err == nil && page.Features == nil {
		err = failed("%s holds no list of records", address)
	}
	return page, err
}

// nextPage is the address of the page after the one at address, "" after the
// last; as seen from here, whatever the node calls itself.
func (n *node) nextPage(address string, page recordPage) (string, error) {
	next := find(page.Links, "next")
	if next == "" {
		return "", nil
	}
	at, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	next, err = fetch.Rebase(at, next)
	if err != nil || !strings.HasPrefix(next, n.home) {
		return "", failed("its next page has the address %q", catalog.Excerpt(find(page.Links, "next")))
	}
	return next, nil
}
