package main

import (
	"context"
	"log/slog"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/search"
)

const (
	followPause = 500 * time.Millisecond // between two looks at the change log: a change is found in under a second
	retryPause  = 10 * time.Second       // after Typesense has failed
)

// An engine is the store that pages and API read, with its searches answered by
// Typesense where there is one. While that fails, PostGIS answers.
type engine struct {
	*postgis.Store
	search search.Engine // nil: PostGIS
	log    *slog.Logger
}

// engine makes the one of the settings, and keeps Typesense up to date until
// ctx is done.
func (sh *shell) engine(ctx context.Context, n *node) *engine {
	e := &engine{Store: n.Store, log: sh.log}
	if sh.cfg.TypesenseURL == "" {
		return e
	}
	t := search.New(sh.cfg.TypesenseURL, string(sh.cfg.TypesenseKey), n.Store)
	e.search = t
	go func() {
		for ctx.Err() == nil {
			if err := t.Follow(ctx, followPause); err != nil && ctx.Err() == nil {
				sh.log.Warn("the index of Typesense is not brought up to date", "err", err, "retry", retryPause)
			}
			select {
			case <-ctx.Done():
			case <-time.After(retryPause):
			}
		}
	}()
	return e
}

// Search is answered by Typesense, or by PostGIS. A search in time is PostGIS's:
// the index knows when an event begins and ends, not on which days between, and
// of no hours.
func (e *engine) Search(ctx context.Context, q catalog.Query) (catalog.Results, error) {
	if e.search != nil && q.From == nil && q.To == nil && q.OpenAt == nil {
		r, err := e.search.Search(ctx, q)
		if err == nil || ctx.Err() != nil {
			return r, err
		}
		e.log.Warn("Typesense did not answer; PostGIS does", "err", err)
	}
	return e.Store.Search(ctx, q)
}

// Suggest is answered by Typesense, or by PostGIS.
func (e *engine) Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error) {
	if e.search != nil {
		s, err := e.search.Suggest(ctx, text, limit)
		if err == nil || ctx.Err() != nil {
			return s, err
		}
		e.log.Warn("Typesense did not answer; PostGIS does", "err", err)
	}
	return e.Store.Suggest(ctx, text, limit)
}
