package search

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/typesense/typesense-go/v2/typesense"
	"github.com/typesense/typesense-go/v2/typesense/api"
	"github.com/typesense/typesense-go/v2/typesense/api/pointer"
)

const (
	// Index is the collection of records in Typesense. Its number goes up when
	// the fields change: the new one is then filled from the start.
	Index = "ponet_records_1"
	// requestTimeout is how long Typesense may take; it answers in milliseconds.
	requestTimeout = 10 * time.Second
)

// Typesense is an Engine on a Typesense server. It finds ids there and reads the
// records from the database. It differs from PostGIS in three things: words
// are not stemmed, a bbox is compared with the box of a shape and not with the
// shape, and there is no paging beyond what the server allows.
type Typesense struct {
	client  *typesense.Client
	records Records
}

// New is the engine on the server at url, with its API key.
func New(url, key string, records Records) *Typesense {
	return &Typesense{
		client:  typesense.NewClient(typesense.WithServer(url), typesense.WithAPIKey(key), typesense.WithConnectionTimeout(requestTimeout)),
		records: records,
	}
}

// ensure makes the index if it is not there, and says whether it did.
func (t *Typesense) ensure(ctx context.Context) (made bool, err error) {
	_, err = t.client.Collection(Index).Retrieve(ctx)
	if err == nil {
		return false, nil
	}
	if status, ok := errors.AsType[*typesense.HTTPError](err); !ok || status.Status != http.StatusNotFound {
		return false, fmt.Errorf("typesense: index %s: %w", Index, err)
	}
	if _, err := t.client.Collections().Create(ctx, schema()); err != nil {
		return false, fmt.Errorf("typesense: make index %s: %w", Index, err)
	}
	return true, nil
}

// schema is the index: a field for each filter, facet and order, and three to
// be searched. What may be absent is optional.
func schema() *api.CollectionSchema {
	field := func(name, kind string) api.Field { return api.Field{Name: name, Type: kind} }
	facet := func(name string) api.Field {
		return api.Field{Name: name, Type: "string", Facet: pointer.True(), Optional: pointer.True()}
	}
	optional := func(name, kind string) api.Field {
		return api.Field{Name: name, Type: kind, Optional: pointer.True()}
	}
	return &api.CollectionSchema{
		Name:            Index,
		TokenSeparators: &[]string{"-", "'", "’", "/", ".", ","},
		Fields: []api.Field{
			field("title", "string"), optional("text", "string"), optional("codes", "string[]"),
			{Name: "title_order", Type: "string", Sort: pointer.True()},
			field("dataset_row", "bool"), field("hour", "int64"), field("mixed", "int64"), field("accessible", "bool"),
			facet("collection"), facet("theme"), facet("type"), facet("type_label"), facet("municipality"), facet("body"),
			optional("municipality_plain", "string"), optional("istat_code", "string"), field("source", "string"),
			optional("pairs", "string[]"), optional("starts", "int64"), optional("ends", "int64"),
			optional("location", "geopoint"),
			optional("west", "float"), optional("south", "float"), optional("east", "float"), optional("north", "float"),
		},
	}
}
