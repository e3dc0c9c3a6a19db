package sensorthings

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// Harvest yields the Things of the service at src.URL as stations, then the
// observations of their datastreams: all, or those since the listing's cursor.
func Harvest(ctx context.Context, c *http.Client, src catalog.Source) iter.Seq2[catalog.Harvested, error] {
	return func(yield func(catalog.Harvested, error) bool) {
		err := harvest(ctx, c, src, yield)
		if err != nil && !errors.Is(err, table.ErrEnough) {
			yield(catalog.Harvested{}, err)
		}
	}
}

func harvest(ctx context.Context, c *http.Client, src catalog.Source, yield func(catalog.Harvested, error) bool) error {
	listing, began := src.Listing(), time.Now()
	s, err := find(ctx, c, src.URL, listing.Rows(pageThings))
	if err != nil {
		return err
	}
	spool, err := table.NewSpool()
	if err != nil {
		return err
	}
	defer spool.Close()
	list, err := s.things(ctx, spool)
	if err != nil {
		return err
	}
	wants := func(layer string) bool {
		return len(src.Mapping.Layers) == 0 || slices.Contains(src.Mapping.Layers, layer)
	}
	if wants("things") && spool.Len() > 0 {
		t := spool.Table("things")
		t.Title, t.SRID = "Stazioni", 4326
		t.Found = []string{fmt.Sprintf("service: SensorThings at %s", s.base), fmt.Sprintf("datastreams: %d", len(list))}
		t.Guess = catalog.Mapping{Kind: catalog.KindStation, Fields: map[string]string{"title": "name", "description": "description"}}
		if err := t.Harvest(ctx, src.Mapping, -1, yield); err != nil {
			return err
		}
	}
	if !wants("observations") {
		return nil
	}
	r := &reader{service: s, layer: observationLayer(), since: parseCursor(listing.Since), now: cursor{Read: began, Last: map[string]string{}}, yield: yield}
	if err := r.all(ctx, list); err != nil {
		return err
	}
	listing.Cursor = r.now.String()
	return nil
}
