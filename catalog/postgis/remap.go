package postgis

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"po-net.prato.it/ponet/catalog"
)

// BeginRemap starts a run of src that reads what is stored of it anew: Put
// compares every description, also those that are as they were.
func (s *Store) BeginRemap(ctx context.Context, src catalog.Source) (*Harvest, error) {
	h, err := s.Rehearse(ctx, src)
	if err != nil {
		return nil, err
	}
	h.anew = true
	if err := h.beginRemap(ctx); err != nil {
		h.Close()
		return nil, fmt.Errorf("remap of %s: %w", src.ID, err)
	}
	return h, nil
}

func (h *Harvest) beginRemap(ctx context.Context) error {
	if err := h.endInterrupted(ctx); err != nil {
		return err
	}
	var running *int64
	if err := h.conn.QueryRow(ctx, `select max(id) from run where source_id = $1 and state = 'running'`, h.src.ID).Scan(&running); err != nil {
		return err
	}
	if running != nil {
		return fmt.Errorf("run %d is not finished: harvest the source first: %w", *running, catalog.ErrExists)
	}
	if err := h.conn.QueryRow(ctx, `insert into run (source_id, kind, undoable) values ($1, 'remap', true) returning id, started`, h.src.ID).
		Scan(&h.run.ID, &h.run.Started); err != nil {
		return err
	}
	return h.keepUndo(ctx)
}

// endInterrupted ends a remap whose process is gone, for we hold the source: it
// is simply done again.
func (h *Harvest) endInterrupted(ctx context.Context) error {
	_, err := h.conn.Exec(ctx, `
		update run set state = 'failed', finished = now(), receipt = receipt || '{"outcome": "failed", "error": "interrupted; what it changed stays"}'
		where source_id = $1 and state = 'running' and kind <> 'harvest'`, h.src.ID)
	return err
}

// StoredLayers are the layers of the source as their readers described them; of
// those that are older than that is kept, only the name.
func (h *Harvest) StoredLayers(ctx context.Context) ([]*catalog.Layer, error) {
	rows, _ := h.conn.Query(ctx, `select name, described from layer where source_id = $1 order by name`, h.src.ID)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (*catalog.Layer, error) {
		l := &catalog.Layer{}
		var described []byte
		if err := row.Scan(&l.Name, &described); err != nil || described == nil {
			return l, err
		}
		return l, json.Unmarshal(described, l)
	})
}

// StoredRows are the next descriptions of a layer after a key, in order of it, at
// most limit, without those that were withdrawn. Each belongs to the layer as it
// was read, which is layer itself or, where its columns have changed since,
// another of the same name. Of one that cannot be read anew, as it is older than
// what is kept for it, there are no Values.
func (h *Harvest) StoredRows(ctx context.Context, layer *catalog.Layer, after string, limit int) ([]catalog.Harvested, error) {
	rows, _ := h.conn.Query(ctx, `
		select h.key, h.media_type, h.raw, h.parsed, case when h.said is null then ST_AsEWKB(coalesce(r.source_geom, r.geom)) else h.shape end, g.number, g.columns
		from harvested h
		join record r on r.id = h.record_id
		left join reading g on g.source_id = h.source_id and g.number = h.reading
		where h.source_id = $1 and h.layer = $2 and h.key > $3 and h.missed < $5
		order by h.key
		limit $4`, h.src.ID, layer.Name, after, limit, missesToWithdraw)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Harvested, error) {
		x := catalog.Harvested{Layer: layer}
		var parsed, wkb, columns []byte
		var number *int64
		if err := row.Scan(&x.Key, &x.MediaType, &x.Raw, &parsed, &wkb, &number, &columns); err != nil || parsed == nil || number == nil {
			return x, err
		}
		as, err := h.storedAs(layer, *number, columns)
		if err != nil {
			return x, err
		}
		var g geom.T
		if wkb != nil {
			if g, err = ewkb.Unmarshal(wkb); err != nil {
				return x, fmt.Errorf("geometry of %s: %w", x.Key, err)
			}
		}
		read, err := catalog.ReadStored(as.Layer, x.Key, x.MediaType, x.Raw, parsed, g)
		if err != nil || len(read.Values) != as.values {
			return x, err
		}
		read.Values = append(read.Values, make([]any, len(as.Columns)-as.values)...)
		return read, nil
	})
	if err != nil {
		return nil, fmt.Errorf("run %d: what is stored: %w", h.run.ID, err)
	}
	return list, nil
}
