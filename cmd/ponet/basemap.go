package main

import (
	"context"
	"fmt"

	"po-net.prato.it/ponet/datasets/basemap"
)

// ownBasemap loads our own figures where there is no base map yet.
func (sh *shell) ownBasemap(ctx context.Context, n *node) error {
	sources, err := n.BasemapSources(ctx)
	if err != nil || len(sources) > 0 {
		return err
	}
	parts, err := basemap.Own()
	if err != nil {
		return err
	}
	for _, p := range parts {
		if _, err := n.PutBasemap(ctx, p.Source, p.Shapes); err != nil {
			return fmt.Errorf("base map: %w", err)
		}
	}
	return nil
}
