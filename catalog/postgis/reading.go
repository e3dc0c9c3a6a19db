package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// readingUnused is for how long a reading that nothing refers to is kept: longer
// than any run lasts, which notes it before it stores rows under it.
const readingUnused = 48 * time.Hour

// note keeps the reading of a layer, under which the run stores rows. It is
// outside their transaction, where it does no harm without them, and once a run.
func (h *Harvest) note(ctx context.Context, layer *catalog.Layer, number int64) error {
	if h.noted[number] {
		return nil
	}
	columns, err := json.Marshal(layer.Reading())
	if err != nil {
		return err
	}
	_, err = h.conn.Exec(ctx, `
		insert into reading (source_id, number, columns)
		select id, $2, $3 from source where id = $1
		on conflict (source_id, number) do update set noted = now()`, h.src.ID, number, noNUL(string(columns)))
	if err != nil {
		return fmt.Errorf("run %d: columns of layer %q: %w", h.run.ID, layer.Name, err)
	}
	if h.noted == nil {
		h.noted = map[int64]bool{}
	}
	h.noted[number] = true
	return nil
}

// A storedAs names a layer as it was under one of the readings of its rows.
type storedAs struct {
	layer  *catalog.Layer
	number int64
}

// A storedLayer is that layer, and how many values its rows have.
type storedLayer struct {
	*catalog.Layer
	values int
}

// storedAs is layer as it was under a reading: layer itself where that is the
// same.
func (h *Harvest) storedAs(layer *catalog.Layer, number int64, columns []byte) (storedLayer, error) {
	if number == layer.ReadingNumber() {
		return storedLayer{layer, len(layer.Columns)}, nil
	}
	at := storedAs{layer, number}
	if l, ok := h.stored[at]; ok {
		return l, nil
	}
	var r catalog.Layer
	if err := json.Unmarshal(columns, &r); err != nil {
		return storedLayer{}, fmt.Errorf("columns of layer %q: %w", layer.Name, err)
	}
	l := storedLayer{layer.ReadAs(r), len(r.Columns)}
	if h.stored == nil {
		h.stored = map[storedAs]storedLayer{}
	}
	h.stored[at] = l
	return l, nil
}

// dropReadings deletes the readings that nothing refers to any more, noted last
// before a moment.
func dropReadings(ctx context.Context, tx pgx.Tx, before time.Time) error {
	_, err := tx.Exec(ctx, `
		delete from reading r
		where r.noted < $1
		  and not exists (select from harvested h where h.source_id = r.source_id and h.reading = r.number)
		  and not exists (select from undo u where u.relation = 'harvested' and u.key ->> 0 = r.source_id and (u.before ->> 'reading')::bigint = r.number)`, before)
	if err != nil {
		return fmt.Errorf("readings: %w", err)
	}
	return nil
}
