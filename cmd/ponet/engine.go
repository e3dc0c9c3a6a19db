package main

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/search"
)

const (
	followPause = 500 * time.Millisecond // between two looks at the change log: a change is found in under a second
	retryPause  = 10 * time.Second       // after Typesense has failed
	searchWait  = 2 * time.Second        // for an answer of Typesense, which takes milliseconds: a person waits for it
)

// An engine is the store that pages and API read, with its searches answered by
// Typesense where there is one. While that fails, or its index is still behind,
// PostGIS answers and the results say so.
type engine struct {
	*postgis.Store
	search search.Engine // nil: PostGIS
	ready  atomic.Bool   // search answers, from an index that has caught up
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
	go e.follow(ctx, t, followPause, retryPause)
	return e
}

// follow keeps the index of t up to date until ctx is done. Whoever finds that t
// does not answer leaves it alone; here it is found to answer again.
func (e *engine) follow(ctx context.Context, t *search.Typesense, pause, retry time.Duration) {
	for ctx.Err() == nil {
		err := t.Follow(ctx, pause, func() {
			if !e.ready.Swap(true) {
				e.log.Info("Typesense answers the searches")
			}
		})
		if ctx.Err() == nil {
			e.failed(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
}

// failed leaves the searches to PostGIS until the index is followed again.
func (e *engine) failed(err error) {
	e.ready.Store(false)
	e.log.Warn("Typesense does not answer; PostGIS does", "err", err)
}

// Search is answered by Typesense, or by PostGIS. A search in time is PostGIS's:
// the index knows when an event begins and ends, not on which days between, and
// of no hours; and so are one in the past and one
// of what has to do with a record, of which it knows nothing.
func (e *engine) Search(ctx context.Context, q catalog.Query) (catalog.Results, error) {
	if e.search == nil || q.From != nil || q.To != nil || q.OpenAt != nil || q.AsOf != nil || q.Related != "" {
		return e.Store.Search(ctx, q)
	}
	if r, ok, err := answer(ctx, e, func(ctx context.Context) (catalog.Results, error) { return e.search.Search(ctx, q) }); ok {
		return r, err
	}
	r, err := e.Store.Search(ctx, q)
	r.Reduced = true
	return r, err
}

// Suggest is answered by Typesense, or by PostGIS.
func (e *engine) Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error) {
	if s, ok, err := answer(ctx, e, func(ctx context.Context) ([]catalog.Suggestion, error) { return e.search.Suggest(ctx, text, limit) }); ok {
		return s, err
	}
	return e.Store.Suggest(ctx, text, limit)
}

// answer is Typesense's answer; not ok when PostGIS must give it. What is wrong with
// the question is no failure of Typesense.
func answer[T any](ctx context.Context, e *engine, question func(context.Context) (T, error)) (found T, ok bool, err error) {
	if !e.ready.Load() {
		return found, false, nil
	}
	wait, cancel := context.WithTimeout(ctx, searchWait)
	defer cancel()
	found, err = question(wait)
	if err == nil || ctx.Err() != nil || errors.Is(err, catalog.ErrInvalid) {
		return found, true, err
	}
	e.failed(err)
	return found, false, nil
}
