package postgis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

var errNoSource = fmt.Errorf("no such source: %w", catalog.ErrNotFound)

// Collection is the collection to which the records of a layer go: that of
// their kind, or one of their own, named as the source, or as the layer when the file
// has several. A name that is taken gets the source's before it.
func (h *Harvest) Collection(ctx context.Context, kind catalog.Kind, layer string) (string, error) {
	if c := kind.Collection(); c != "" {
		return c, nil
	}
	if c, ok := h.collections[layer]; ok {
		return c, nil
	}
	var old string
	err := h.conn.QueryRow(ctx, `select collection from layer where source_id = $1 and name = $2`, h.src.ID, layer).Scan(&old)
	if err == nil && catalog.ReservedCollection(old) {
		err = pgx.ErrNoRows // it was mapped to a kind before
	}
	switch {
	case err == nil:
		h.collections[layer] = old
		return old, nil
	case !errors.Is(err, pgx.ErrNoRows):
		return "", err
	}
	name := h.src.ID
	if layer != "" {
		name = catalog.Slug(layer)
		var taken bool
		err := h.conn.QueryRow(ctx, `
			select exists (select from layer where collection = $1 and (source_id, name) <> ($2, $3))
				or exists (select from source where id = $1 and id <> $2)`, name, h.src.ID, layer).Scan(&taken)
		if err != nil {
			return "", err
		}
		if taken || name == "" || catalog.ReservedCollection(name) {
			name = h.src.ID + "-" + name
		}
	}
	h.collections[layer] = name
	return name, nil
}

// PutLayer notes the columns of a layer as last read.
func (h *Harvest) PutLayer(ctx context.Context, layer *catalog.Layer, collection string, columns []catalog.Column) error {
	c, err := json.Marshal(columns)
	if err != nil {
		return err
	}
	found, err := json.Marshal(layer.Found)
	if err != nil {
		return err
	}
	_, err = h.conn.Exec(ctx, `
		insert into layer (source_id, name, collection, columns, srid, found)
		values ($1, $2, $3, $4, $5, $6)
		on conflict (source_id, name) do update set
			collection = excluded.collection, columns = excluded.columns, srid = excluded.srid, found = excluded.found
		where (layer.collection, layer.columns, layer.srid, layer.found)
			is distinct from (excluded.collection, excluded.columns, excluded.srid, excluded.found)`,
		h.src.ID, layer.Name, collection, c, layer.SRID, found)
	if err != nil {
		return fmt.Errorf("run %d, layer %q: %w", h.run.ID, layer.Name, err)
	}
	return nil
}
