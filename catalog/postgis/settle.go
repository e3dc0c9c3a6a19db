package postgis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// A description whose key is new, and which is about what another one of its
// layer was that this run has not met yet, waits in the table pending until the
// listing has been read to its end: only then is it known whether that one is
// gone and this is it under a new key.
const pendingTable = `
	create temporary table if not exists pending (
		like stage, layer text, n bigint generated always as identity
	)`

// The descriptions of the last runs that are about what pending ones are.
const knownAsTable = `
	create temporary table if not exists known_as (
		layer text, key text, id uuid, first_run bigint, last_run bigint, missed smallint,
		content bytea, alike bytea, firm boolean, free boolean, wholesale boolean
	)`

// Which pending description takes over which record.
const takeoverTable = `
	create temporary table if not exists takeover (
		id uuid primary key, layer text, old_key text, record uuid unique, first_run bigint, last_run bigint, missed smallint
	)`

// settlePage is how many pending descriptions are stored in one transaction.
const settlePage = 2000

// likenesses are the first bytes of what the descriptions of earlier runs are
// about: enough to tell most new descriptions at once from moved ones.
type likenesses map[[8]byte]struct{}

func (l likenesses) add(sum []byte) {
	if len(sum) >= 8 {
		l[[8]byte(sum)] = struct{}{}
	}
}

func (l likenesses) has(sum []byte) bool {
	if len(sum) < 8 {
		return false
	}
	_, ok := l[[8]byte(sum)]
	return ok
}

// openPending makes the tables of the session; most runs postpone nothing and need
// none. A run before that was broken off may have left them full.
func (h *Harvest) openPending(ctx context.Context) error {
	for _, sql := range []string{pendingTable, knownAsTable, takeoverTable} {
		if _, err := h.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("pending: %w", err)
		}
	}
	if err := h.clearPending(ctx); err != nil {
		return err
	}
	h.deferred = likenesses{}
	return nil
}

// clearPending empties them.
func (h *Harvest) clearPending(ctx context.Context) error {
	h.pending, h.passing, h.deferred = nil, nil, nil
	if _, err := h.conn.Exec(ctx, `truncate pending, known_as, takeover`); err != nil {
		return fmt.Errorf("pending: %w", err)
	}
	return nil
}

// waits reports whether a new description may be an old one under another key.
// What the earlier runs left is looked up when the first is met.
func (h *Harvest) waits(ctx context.Context, l catalog.Likeness) (bool, error) {
	if h.about == nil {
		h.about = likenesses{}
		rows, err := h.conn.Query(ctx, `
			select content, alike
			from harvested
			where source_id = $1 and missed < $2 and first_run <> $3`, h.src.ID, missesToWithdraw, h.run.ID)
		if err != nil {
			return false, err
		}
		var content, alike []byte
		if _, err := pgx.ForEachRow(rows, []any{&content, &alike}, func() error {
			h.about.add(content)
			h.about.add(alike)
			return nil
		}); err != nil {
			return false, err
		}
	}
	return h.about.has(l.Content) || h.about.has(l.Alike), nil
}

// postpone keeps staged rows of a layer for Settle.
func (h *Harvest) postpone(ctx context.Context, layer *catalog.Layer, rows []stagedRow) error {
	if len(rows) == 0 {
		return nil
	}
	if h.deferred == nil {
		if err := h.openPending(ctx); err != nil {
			return err
		}
	}
	if !slices.Contains(h.pending, layer.Name) {
		h.pending = append(h.pending, layer.Name)
		if layer.Passing {
			h.passing = append(h.passing, layer.Name)
		}
	}
	content, alike := slices.Index(stageColumns, "content"), slices.Index(stageColumns, "alike")
	_, err := h.conn.CopyFrom(ctx, pgx.Identifier{"pending"}, append(slices.Clone(stageColumns), "layer"), pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) {
		for _, column := range []int{content, alike} {
			if sum, ok := rows[i][column].([]byte); ok {
				h.deferred.add(sum)
			}
		}
		return append(rows[i], layer.Name), nil
	}))
	if err != nil {
		return fmt.Errorf("pending: %w", err)
	}
	return nil
}

// Settle stores the descriptions that Put postponed. Those that are about what
// another one was, which the listing does not hold any more, take over its
// record with its id, its address and its history; the others are new. free says
// which of the old ones are not held; nil: the listing failed, and what was
// postponed is forgotten until the next.
//
// One record is taken over by one description. All that it says besides its key
// must be the same, or title, kind, position and begin; in the layer there must
// be no other like it, old or new. Only when more than half of a layer is gone,
// because its keys have changed, do equal rows take over each other's records,
// one each, and is a title alone enough.
func (h *Harvest) Settle(ctx context.Context, free func(layer, key string) bool, dry bool) (catalog.BatchCounts, error) {
	counts := catalog.BatchCounts{Rules: map[string]int64{}}
	if len(h.pending) == 0 {
		return counts, nil
	}
	layers := h.pending
	if free != nil {
		if err := h.recognise(ctx, free); err != nil {
			return counts, fmt.Errorf("run %d: known descriptions: %w", h.run.ID, err)
		}
		for _, layer := range layers {
			if err := h.settle(ctx, layer, dry, &counts); err != nil {
				return counts, fmt.Errorf("run %d: pending descriptions: %w", h.run.ID, err)
			}
		}
	}
	return counts, h.clearPending(ctx)
}

// recognise fills takeover.
func (h *Harvest) recognise(ctx context.Context, free func(layer, key string) bool) error {
	rows, err := h.store.db.Query(ctx, `
		select layer, key, record_id::text, first_run, last_run, missed, content, alike, firm
		from harvested
		where source_id = $1 and layer = any($2) and missed < $3 and first_run <> $4`, h.src.ID, h.pending, missesToWithdraw, h.run.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	live, gone := map[string]int{}, map[string]int{}
	_, err = h.conn.CopyFrom(ctx, pgx.Identifier{"known_as"},
		[]string{"layer", "key", "id", "first_run", "last_run", "missed", "content", "alike", "firm", "free"},
		pgx.CopyFromFunc(func() ([]any, error) {
			for rows.Next() {
				var layer, key, id string
				var firstRun, lastRun int64
				var missed int16
				var content, alike []byte
				var firm bool
				if err := rows.Scan(&layer, &key, &id, &firstRun, &lastRun, &missed, &content, &alike, &firm); err != nil {
					return nil, err
				}
				live[layer]++
				isFree := free(layer, key)
				if isFree {
					gone[layer]++
				}
				if h.deferred.has(content) || h.deferred.has(alike) {
					return []any{layer, key, id, firstRun, lastRun, missed, content, alike, firm, isFree}, nil
				}
			}
			return nil, rows.Err()
		}))
	if err != nil {
		return err
	}
	var wholesale []string
	for layer, n := range gone {
		if 2*n > live[layer] && !slices.Contains(h.passing, layer) { // where what is old is never listed, that says nothing
			wholesale = append(wholesale, layer)
		}
	}
	if _, err := h.conn.Exec(ctx, `
		insert into takeover
		select p.id, k.layer, k.key, k.id, k.first_run, k.last_run, k.missed
		from (
			select id, layer, content, row_number() over same as i, count(*) over (partition by layer, content) as c
			from pending
			where content <> ''
			window same as (partition by layer, content order by n)
		) p
		join (
			select *, row_number() over (partition by layer, content, free order by key) as i, count(*) over (partition by layer, content) as c
			from known_as
			where content <> ''
		) k on k.layer = p.layer and k.content = p.content and k.i = p.i
		where k.free and (p.c = 1 and k.c = 1 or k.layer = any($1))`, wholesale); err != nil {
		return err
	}
	_, err = h.conn.Exec(ctx, `
		insert into takeover
		select p.id, k.layer, k.key, k.id, k.first_run, k.last_run, k.missed
		from (
			select id, layer, alike, firm, count(*) over (partition by layer, alike) as c
			from pending
			where alike <> '' and not exists (select from takeover t where t.id = pending.id)
		) p
		join (
			select *, count(*) over (partition by layer, alike) as c
			from known_as
			where alike <> '' and not exists (select from takeover t where t.record = known_as.id)
		) k on k.layer = p.layer and k.alike = p.alike
		where k.free and p.c = 1 and k.c = 1 and (p.firm or k.layer = any($1))`, wholesale)
	return err
}

// settle stores what is pending of a layer, page by page.
func (h *Harvest) settle(ctx context.Context, layer string, dry bool, counts *catalog.BatchCounts) error {
	columns := strings.Join(stageColumns, ", ")
	for after, more := int64(0), true; more; {
		err := h.page(ctx, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `create temporary table settling on commit drop as select * from pending where layer = $1 and n > $2 order by n limit $3`, layer, after, settlePage); err != nil {
				return err
			}
			var last *int64
			if err := tx.QueryRow(ctx, `select max(n) from settling`).Scan(&last); err != nil || last == nil {
				more = false
				return err
			}
			after = *last
			if _, err := tx.Exec(ctx, `
				update settling s set id = t.record, known = true, first_run = t.first_run, last_run = t.last_run, missed = t.missed
				from takeover t
				where t.id = s.id`); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `
				update harvested h set key = s.key
				from settling s join takeover t on t.record = s.id
				where h.source_id = $1 and h.layer = t.layer and h.key = t.old_key`, h.src.ID); err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, `insert into stage (`+columns+`) select `+columns+` from settling`); err != nil {
				return err
			}
			var issues []catalog.Issue
			if err := h.staged(ctx, tx, layer, &issues, counts); err != nil {
				return err
			}
			for _, i := range issues {
				quote(counts, i)
			}
			if _, err := tx.Exec(ctx, `
				update record r set source_key = s.key, words = `+words+`
				from stage s
				where r.id = s.id and s.known and s.ours`); err != nil {
				return err
			}
			if err := h.issues(ctx, tx, issues); err != nil || !dry {
				return err
			}
			differences, err := h.differences(ctx, tx, layer)
			if err != nil {
				return err
			}
			counts.Differences = append(counts.Differences, differences...)
			return errDry
		})
		if err != nil && err != errDry {
			return err
		}
	}
	return nil
}
