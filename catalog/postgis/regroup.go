package postgis

import (
	"context"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// regroup computes which of the descriptions around are the same, notes it, and
// puts the records that are made of others than before on the stage.
func (g *grouping) regroup(ctx context.Context) error {
	candidates, err := g.candidates(ctx)
	if err != nil {
		return err
	}
	verdicts, err := g.verdicts(ctx)
	if err != nil {
		return err
	}
	var id, head string
	rows, err := g.tx.Query(ctx, `select id::text, head::text from same_as where id = any($1)`, g.around)
	if err != nil {
		return err
	}
	if _, err := pgx.ForEachRow(rows, []any{&id, &head}, func() error { g.old[id] = head; return nil }); err != nil {
		return err
	}
	alike, apart, err := g.likenesses(ctx)
	if err != nil {
		return err
	}
	clusters, doubts := catalog.Clusters(candidates, alike, verdicts, apart)
	g.doubts = doubts
	var heads, members []string
	for _, c := range clusters {
		for _, id := range c {
			g.now[id] = c[0]
			if len(c) > 1 {
				heads, members = append(heads, c[0]), append(members, id)
			}
		}
	}
	if _, err := g.tx.Exec(ctx, `delete from same_as where id = any($1)`, g.around); err != nil {
		return err
	}
	if _, err := g.tx.Exec(ctx, `insert into same_as (id, head) select * from unnest($1::uuid[], $2::uuid[])`, members, heads); err != nil {
		return err
	}
	for _, sql := range []string{
		linkDatasets + ` and d.record_id = any($1)`,
		// whose rows were another source's may have to read its own
		`delete from listing where source_id in (
			select l.source_id from layer l join harvested h on h.source_id = l.source_id and h.key = l.dataset_key where l.folded and h.record_id = any($1))`,
	} {
		if _, err := g.tx.Exec(ctx, sql, g.around); err != nil {
			return fmt.Errorf("tables: %w", err)
		}
	}
	staged, err := g.ids(ctx, `select id::text from stage where said is not null and id = any($1)`, g.around)
	if err != nil {
		return err
	}
	return g.stage(ctx, g.anew(clusters, staged))
}

// anew are the clusters whose records have to be made anew: one of their
// descriptions is on the stage, or they are not those that they were.
func (g *grouping) anew(clusters [][]string, staged []string) [][]string {
	before := map[string][]string{}
	for id, head := range g.old {
		before[head] = append(before[head], id)
	}
	return slices.DeleteFunc(slices.Clone(clusters), func(c []string) bool {
		was := []string{c[0]}
		if head, grouped := g.old[c[0]]; grouped {
			was = before[head]
			slices.Sort(was)
		}
		if !slices.Equal(was, c) {
			return false
		}
		// what one source alone describes is on the stage as it is
		return len(c) == 1 || !slices.ContainsFunc(c, func(id string) bool { return slices.Contains(staged, id) })
	})
}

// candidates are the descriptions around, as far as their sources still hold them.
func (g *grouping) candidates(ctx context.Context) ([]catalog.Candidate, error) {
	rows, _ := g.tx.Query(ctx, `
		select d.own::text, d.ref, d.source_id, d.holder,
			coalesce((select jsonb_agg(jsonb_build_object('kind', i.kind, 'value', i.value)) from identifier i
				where i.own = d.own and i.kind in ('address', 'local', 'file') and not `+twice("i")+`), '[]'),
			(select count(*) from identifier i where i.own = d.own and i.kind = 'file')
		from (`+described+`) d`, g.around, missesToWithdraw)
	list, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (catalog.Candidate, error) {
		var c catalog.Candidate
		err := row.Scan(&c.ID, &c.Ref, &c.Source, &c.Holder, &c.Shared, &c.Files)
		c.Holder = (&catalog.Record{BodyID: c.Holder}).Holder()
		return c, err
	})
	return slices.DeleteFunc(list, func(c catalog.Candidate) bool { return g.gone[c.ID] }), err
}

// described are the descriptions $1 that their sources still hold ($2 misses:
// they do not); what is staged is newer than what is stored.
const described = `
	select id as own, source_id, '' as layer, key, source_id || ' ' || key as ref, body_id as holder, said, own_ewkb as shape
	from stage
	where said is not null and ours and id = any($1)
	union all
	select record_id, source_id, layer, key, source_id || ' ' || key, coalesce(convert_from(said, 'UTF8')::json ->> 'BodyID', ''), convert_from(said, 'UTF8'), shape
	from harvested
	where said is not null and record_id = any($1) and missed < $2
	  and not exists (select from stage where id = record_id and said is not null and ours)`

// verdicts are what persons have said of those around.
func (g *grouping) verdicts(ctx context.Context) (map[catalog.Pair]catalog.Verdict, error) {
	rows, err := g.tx.Query(ctx, `select a::text, b::text, verdict from verdict where a = any($1) and b = any($1)`, g.around)
	if err != nil {
		return nil, err
	}
	list := map[catalog.Pair]catalog.Verdict{}
	var a, b, v string
	_, err = pgx.ForEachRow(rows, []any{&a, &b, &v}, func() error {
		list[catalog.NewPair(a, b)] = catalog.Verdict(v)
		return nil
	})
	return list, err
}

// likenesses are those around that a comparison has found to be the same, and what it
// says of any two.
func (g *grouping) likenesses(ctx context.Context) ([]catalog.Alike, func(a, b string) bool, error) {
	rows, _ := g.tx.Query(ctx, `select a::text, b::text, score::float8 from compared where a = any($1) and b = any($1) and verdict = 'same'`, g.around)
	alike, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (l catalog.Alike, err error) {
		return l, row.Scan(&l.A, &l.B, &l.Score)
	})
	if err != nil || len(alike) == 0 {
		return nil, func(string, string) bool { return false }, err
	}
	c, err := g.comparison(ctx, g.around)
	if err != nil {
		return nil, nil, err
	}
	return alike, c.apart, nil
}

// successors are, for those that are gone, the records of what is left of the
// groups that they were in: the oldest.
func (g *grouping) successors() map[string]string {
	left := map[string]string{} // head before → head now
	for id, head := range g.old {
		if now, there := g.now[id]; there && (left[head] == "" || now < left[head]) {
			left[head] = now
		}
	}
	into := map[string]string{}
	for id := range g.gone {
		if head := left[g.old[id]]; head != "" {
			into[id] = head
		}
	}
	return into
}
