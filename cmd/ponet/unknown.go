package main

import (
	"context"
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// unknown is the error for a name that no what has, with the nearest name that
// there is, and what lists them.
func unknown(what, name string, known []string, list string) error {
	meant := ""
	if near := catalog.Nearest(name, known); near != "" {
		meant = fmt.Sprintf("; did you mean %q?", near)
	}
	return fmt.Errorf("there is no %s %q%s; `%s` shows them", what, name, meant, list)
}

// source is the source called id.
func (n *node) source(ctx context.Context, id string) (catalog.Source, error) {
	src, err := n.Source(ctx, id)
	if !errors.Is(err, catalog.ErrNotFound) {
		return src, err
	}
	all, err := n.Sources(ctx)
	if err != nil {
		return src, err
	}
	var ids []string
	for _, s := range all {
		ids = append(ids, s.ID)
	}
	return src, unknown("source", id, ids, "ponet source list")
}

// collection is the collection called name.
func (n *node) collection(ctx context.Context, name string) (catalog.Collection, error) {
	c, err := n.Collection(ctx, name)
	if !errors.Is(err, catalog.ErrNotFound) {
		return c, err
	}
	all, err := n.Collections(ctx)
	if err != nil {
		return c, err
	}
	var names []string
	for _, c := range all {
		names = append(names, c.Name)
	}
	return c, unknown("collection", name, names, "ponet source list")
}

// run is the run of that number.
func (n *node) run(ctx context.Context, id int64) (catalog.Run, error) {
	r, err := n.Run(ctx, id)
	if errors.Is(err, catalog.ErrNotFound) {
		err = fmt.Errorf("there is no run %d; `ponet runs` lists them", id)
	}
	return r, err
}
