package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"po-net.prato.it/ponet/catalog"
)

// identity makes the records anew to which the descriptions that were put back
// contribute, and takes out of sight those of which none is left.
func (r *revert) identity(ctx context.Context) error {
	if !restores("record") {
		return nil
	}
	if err := openStage(ctx, r.tx); err != nil {
		return err
	}
	rows, _ := r.tx.Query(ctx, `
		select distinct u.record_id::text
		from undo u join record r on r.id = u.record_id
		where u.run_id = $1 and u.relation = 'harvested' and r.kind = any($2) and `+unclashed, r.run, catalog.RecognisedKinds())
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(ids) == 0 {
		return err
	}
	collections := map[string]struct{}{}
	for page := range slices.Chunk(ids, identityPage) {
		if err := r.identityOf(ctx, page, collections); err != nil {
			return err
		}
	}
	return marks(ctx, r.tx, `select unnest($1::text[])`, slices.Sorted(maps.Keys(collections)))
}

// identityPage is of how many descriptions the records are made anew at once.
const identityPage = 5000

// identityOf does it for ids, and adds the collections that change.
func (r *revert) identityOf(ctx context.Context, ids []string, collections map[string]struct{}) error {
	there, err := r.stageSaid(ctx, ids)
	if err != nil {
		return err
	}
	gone := slices.DeleteFunc(ids, func(id string) bool { return there[id] })
	g, err := identify(ctx, r.tx, gone)
	if err != nil {
		return err
	}
	var none []catalog.Issue
	if err := place(ctx, r.tx, "", &none); err != nil {
		return err
	}
	if err := records(ctx, r.tx, r.receipt.Run); err != nil {
		return err
	}
	var back, changed int64
	if err := r.tx.QueryRow(ctx, `
		select count(*) filter (where was is distinct from 'published' and status = 'published'), count(*) filter (where was = 'published' and status = 'published')
		from stage
		where ours and (differs is null or differs)`).Scan(&back, &changed); err != nil {
		return err
	}
	r.receipt.New, r.receipt.Changed = r.receipt.New+back, r.receipt.Changed+changed
	if err := announce(ctx, r.tx, r.receipt.Run, &catalog.BatchCounts{}); err != nil {
		return err
	}
	if err := g.doubt(ctx); err != nil {
		return err
	}
	n, err := takeAway(ctx, r.tx, gone, g.successors(), r.receipt.Run)
	if err != nil {
		return err
	}
	r.receipt.Gone += n
	touched, err := g.ids(ctx, `select c from (`+stagedCollections+` union select collection from record where id = any($1)) t(c) where c is not null`, gone)
	if err != nil {
		return err
	}
	for _, c := range touched {
		collections[c] = struct{}{}
	}
	return clearStage(ctx, r.tx)
}

// stageSaid puts on the stage what the source now says of ids, as far as it
// holds them; which these are is returned.
func (r *revert) stageSaid(ctx context.Context, ids []string) (map[string]bool, error) {
	rows, err := r.tx.Query(ctx, `
		select record_id::text, key, said, shape, layer = '(dataset)'
		from harvested
		where source_id = $1 and record_id = any($2) and missed < $3 and said is not null`, r.src.ID, ids, missesToWithdraw)
	if err != nil {
		return nil, err
	}
	there := map[string]bool{}
	var staged []stagedRow
	var id, key string
	var said, shape []byte
	var own bool // described by us
	if _, err := pgx.ForEachRow(rows, []any{&id, &key, &said, &shape, &own}, func() error {
		record, err := catalog.ReadRecord(said)
		if err != nil {
			return fmt.Errorf("record %s: %w", id, err)
		}
		if shape != nil {
			if record.SourceGeometry, err = ewkb.Unmarshal(shape); err != nil {
				return fmt.Errorf("record %s: geometry: %w", id, err)
			}
		}
		row, err := stagedRecord(record)
		if err != nil {
			return err
		}
		known, err := recognition(record, key, row[slices.Index(recordStage, "source_ewkb")], own)
		if err != nil {
			return err
		}
		there[id] = true
		staged = append(staged, slices.Concat(stagedRow{id, true, key, r.src.ID}, known, row))
		return nil
	}); err != nil {
		return nil, err
	}
	columns := slices.Concat([]string{"id", "known", "key", "source_id"}, recognitionStage, recordStage)
	_, err = r.tx.CopyFrom(ctx, pgx.Identifier{"stage"}, columns, pgx.CopyFromSlice(len(staged), func(i int) ([]any, error) { return staged[i], nil }))
	return there, err
}
