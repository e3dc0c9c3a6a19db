// Package search is what answers a search: the interface that every engine
// meets, and Typesense as one of them. PostGIS, the other and the default, is
// postgis.Store; one test runs on both.
package search

import (
	"context"

	"po-net.prato.it/ponet/catalog"
)

// An Engine finds records and completes what is being typed.
type Engine interface {
	Search(ctx context.Context, q catalog.Query) (catalog.Results, error)
	Suggest(ctx context.Context, text string, limit int) ([]catalog.Suggestion, error)
}

// Records is what an index outside the database needs of it: the changes to
// follow, a place to remember how far it has come, and the records themselves,
// which are always read from the database, so that an index that lags
// behind shows nothing that has been withdrawn.
type Records interface {
	Changes(ctx context.Context, after catalog.Position, limit int) ([]catalog.Change, error)
	Position(ctx context.Context, reader string) (catalog.Position, error)
	SetPosition(ctx context.Context, reader string, p catalog.Position) error
	RecordsByID(ctx context.Context, ids []string) ([]*catalog.Record, error)
	Labels(ctx context.Context, facets map[string][]catalog.Facet) error
	Mark(ctx context.Context, collection string) (int64, error)
}
