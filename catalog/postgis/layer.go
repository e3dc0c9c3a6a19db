package postgis

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

var errNoSource = fmt.Errorf("no such source: %w", catalog.ErrNotFound)

// Collection is the collection to which the records of a layer go: that of
// their kind, or one of their own, named as the layer wishes, as the source, or as
// the layer when the file has several. A name that is taken gets the source's
// before it. It stays as it was once given.
func (h *Harvest) Collection(ctx context.Context, kind catalog.Kind, layer *catalog.Layer) (string, error) {
	if c := kind.Collection(); c != "" {
		return c, nil
	}
	if c, ok := h.collections[layer.Name]; ok {
		return c, nil
	}
	var old string
	err := h.conn.QueryRow(ctx, `select collection from layer where source_id = $1 and name = $2`, h.src.ID, layer.Name).Scan(&old)
	if err == nil && catalog.ReservedCollection(old) {
		err = pgx.ErrNoRows // it was mapped to a kind before
	}
	if errors.Is(err, pgx.ErrNoRows) {
		old, err = h.freeName(ctx, layer)
	}
	if err != nil {
		return "", err
	}
	h.collections[layer.Name] = old
	return old, nil
}

// freeName is the first name for the collection of a new layer that nobody has.
func (h *Harvest) freeName(ctx context.Context, layer *catalog.Layer) (string, error) {
	name := cmp.Or(layer.Wanted, catalog.Slug(layer.Name))
	if name == "" {
		return h.src.ID, nil
	}
	for n := 1; ; n++ {
		candidate := name
		switch {
		case n == 2:
			candidate = h.src.ID + "-" + name
		case n > 2:
			candidate = fmt.Sprintf("%s-%s-%d", h.src.ID, name, n-1)
		}
		if catalog.ReservedCollection(candidate) {
			continue
		}
		taken := false
		for _, c := range h.collections {
			taken = taken || c == candidate
		}
		if !taken {
			err := h.conn.QueryRow(ctx, `
				select exists (select from layer where collection = $1 and (source_id, name) <> ($2, $3))
					or exists (select from source where id = $1 and id <> $2)`, candidate, h.src.ID, layer.Name).Scan(&taken)
			if err != nil {
				return "", err
			}
		}
		if !taken {
			return candidate, nil
		}
	}
}

// PutLayer notes the columns of a layer as last read.
func (h *Harvest) PutLayer(ctx context.Context, layer *catalog.Layer, collection string, columns []catalog.Column) error {
	// Without any, an empty list: a JSON null would come back from the undoing of a run as no value.
	c, err := json.Marshal(append([]catalog.Column{}, columns...))
	if err != nil {
		return err
	}
	found, err := json.Marshal(append([]string{}, layer.Found...))
	if err != nil {
		return err
	}
	described, err := json.Marshal(layer)
	if err != nil {
		return err
	}
	_, err = h.conn.Exec(ctx, `
		insert into layer (source_id, name, collection, columns, srid, found, title, dataset_key, described)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (source_id, name) do update set
			collection = excluded.collection, columns = excluded.columns, srid = excluded.srid, found = excluded.found,
			title = excluded.title, dataset_key = excluded.dataset_key, described = excluded.described
		where (layer.collection, layer.columns, layer.srid, layer.found, layer.title, layer.dataset_key, layer.described)
			is distinct from (excluded.collection, excluded.columns, excluded.srid, excluded.found, excluded.title, excluded.dataset_key, excluded.described)`,
		h.src.ID, layer.Name, collection, c, layer.SRID, found, layer.Title, layer.Dataset, noNUL(string(described)))
	if err != nil {
		return fmt.Errorf("run %d, layer %q: %w", h.run.ID, layer.Name, err)
	}
	return nil
}

// LinkDatasets ties the layers of the source to the records of the datasets
// whose rows they are.
func (h *Harvest) LinkDatasets(ctx context.Context) error {
	_, err := h.conn.Exec(ctx, linkDatasets+` and l.source_id = $1`, h.src.ID)
	if err != nil {
		return fmt.Errorf("run %d, datasets: %w", h.run.ID, err)
	}
	return nil
}

// linkDatasets ties layers to the published records of their datasets; a further
// condition follows.
const linkDatasets = `
	update layer l set dataset = coalesce(m.head, r.id)
	from harvested d join record r on r.id = d.record_id left join same_as m on m.id = d.record_id
	where d.source_id = l.source_id and d.key = l.dataset_key and r.kind = 'dataset'
	  and l.dataset_key <> '' and l.dataset is distinct from coalesce(m.head, r.id)`

// Adopt gives the rows of a layer that is new to those that are kept of the same
// table of the same dataset under another name: portals give a file a new id when
// it is replaced, and a dataset when it is moved. current says which names the
// dataset's tables have now.
func (h *Harvest) Adopt(ctx context.Context, layer *catalog.Layer, current func(name string) bool) error {
	rows, err := h.conn.Query(ctx, `
		select l.name
		from layer l
		join harvested d on d.source_id = l.source_id and d.key = $3
		left join same_as m on m.id = d.record_id
		where l.source_id = $1 and l.dataset = coalesce(m.head, d.record_id) and l.title = $4 and not exists (select from layer where source_id = $1 and name = $2)
		order by l.name`, h.src.ID, layer.Name, layer.Dataset, layer.Title)
	if err != nil {
		return fmt.Errorf("run %d, layer %q: %w", h.run.ID, layer.Name, err)
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("run %d, layer %q: %w", h.run.ID, layer.Name, err)
	}
	i := slices.IndexFunc(names, func(name string) bool { return !current(name) })
	if i < 0 {
		return nil
	}
	err = pgx.BeginFunc(ctx, h.conn, func(tx pgx.Tx) error {
		for _, sql := range []string{
			`update layer set name = $3 where source_id = $1 and name = $2`,
			`update harvested set layer = $3 where source_id = $1 and layer = $2`,
		} {
			if _, err := tx.Exec(ctx, sql, h.src.ID, names[i], layer.Name); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("run %d, layer %q was %q: %w", h.run.ID, layer.Name, names[i], err)
	}
	return nil
}
