package ponet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A logPage is one part of the change log.
type logPage struct {
	Next    string   `json:"next"`
	More    bool     `json:"more"`
	Changes []change `json:"changes"`
}

type change struct {
	Op         string          `json:"op"`
	Collection string          `json:"collection"`
	ID         string          `json:"id"`
	Record     json.RawMessage `json:"record"`
}

// changes reads the log from the cursor on. done is false when it does not reach
// so far back, or is longer than everything would be.
func (n *node) changes(ctx context.Context, l *catalog.Listing) (done bool, err error) {
	newest := map[string]change{}
	since, total := l.Since, 0
	for {
		page, err := n.logPage(ctx, since, l.Rows(pageRows))
		var status *fetch.StatusError
		if errors.As(err, &status) && (status.Code == http.StatusGone || status.Code == http.StatusBadRequest) {
			return false, nil // restored from a backup, or another node than last time
		}
		if err != nil {
			return false, err
		}
		if total += len(page.Changes); total > maxChanges {
			return false, nil
		}
		for _, c := range page.Changes {
			newest[c.ID] = c
		}
		since = page.Next
		if !page.More {
			break
		}
	}
	l.Cursor, l.Partial = since, true
	if len(newest) == 0 {
		return true, nil
	}
	if _, err := n.list(ctx); err != nil {
		return false, err
	}
	return true, n.changed(ctx, newest)
}

func (n *node) logPage(ctx context.Context, since string, rows int) (logPage, error) {
	var page logPage
	address := fmt.Sprintf("%s%s/changes?limit=%d&since=%s", n.home, prefix, rows, url.QueryEscape(since))
	if err := n.guard.Ask(address); err != nil {
		return page, err
	}
	if err := n.get(ctx, address, &page); err != nil {
		return page, err
	}
	if page.Next == "" || page.More && len(page.Changes) == 0 {
		return page, failed("%s is no part of a change log", address)
	}
	return page, nil
}

// changed hands on what the last change of each record left, by collection.
func (n *node) changed(ctx context.Context, newest map[string]change) error {
	byCollection := map[string][]change{}
	for _, id := range slices.Sorted(maps.Keys(newest)) {
		c := newest[id]
		byCollection[c.Collection] = append(byCollection[c.Collection], c)
	}
	for _, name := range slices.Sorted(maps.Keys(byCollection)) {
		if err := n.changedIn(ctx, name, byCollection[name]); err != nil {
			return fmt.Errorf("collection %s: %w", name, err)
		}
	}
	return nil
}

// changedIn hands on what changed in one collection. Of its records that are rows,
// all are read again: the columns of a table are those of all its rows, and a few of
// them would leave the others without theirs.
func (n *node) changedIn(ctx context.Context, name string, list []change) error {
	c, listed := n.collections[name]
	if !listed { // its last record is gone
		c = collection{ID: name, Title: name}
	}
	k, err := n.keep(c)
	if err != nil {
		return err
	}
	defer k.close()
	gone, rows := k.bare(), false
	for _, change := range list {
		switch {
		case change.Op == "withdraw":
			if !n.yield(catalog.Harvested{Layer: gone, Key: change.ID, Deleted: true}, nil) {
				return errEnough
			}
		case len(change.Record) == 0: // withdrawn since: the log says so further on
		case k.datasets == nil:
			rows = true
		default:
			f, err := parseFeature(change.Record)
			if err != nil {
				return failed("a record that is no Feature: %v", err)
			}
			if err := k.add(f); err != nil {
				return err
			}
		}
	}
	if !rows || !listed {
		return nil
	}
	return n.collection(ctx, c, n.src.Listing().Rows(pageRows))
}
