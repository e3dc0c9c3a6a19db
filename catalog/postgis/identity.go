package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// A record that several sources describe is made of what each of them says
// (harvested.said), which stays apart: it is compared, undone and erased by
// source. Which descriptions are one record (same_as) is computed from what identifies
// them (identifier) and what persons have said (verdict), whenever one of
// those changes, by the transaction that changes it.

// maxGroup is of how many descriptions that are tied to each other it is found out at
// once which are the same. More are no duplicates but a fault in somebody's identifiers:
// they are left as they are.
const maxGroup = 5000

// A grouping finds out anew which descriptions are one record.
type grouping struct {
	tx      pgx.Tx
	changed []string // those that are identified by something else than before, new and gone ones too
	gone    map[string]bool
	old     map[string]string // head of each member before
	now     map[string]string // and after
	doubts  []catalog.Doubt
	around  []string // all whose grouping was computed
	known   comparison
}

func newGrouping(tx pgx.Tx, gone []string) *grouping {
	g := &grouping{tx: tx, gone: map[string]bool{}, old: map[string]string{}, now: map[string]string{}}
	for _, id := range gone {
		g.gone[id] = true
	}
	return g
}

// strangers are staged descriptions that were of a kind that is recognised, and are no more.
const strangers = `
	select id::text from stage where said is null and ours and (
		exists (select from subject where own = stage.id) or exists (select from identifier where own = stage.id) or exists (select from same_as where same_as.id = stage.id))`

// hold lets one transaction at a time find out what is the same: two that do not
// see each other's descriptions would not find that they are.
func (g *grouping) hold(ctx context.Context) error { return alone(ctx, g.tx) }

// publish brings the records that were made anew into the catalogue, as a change of
// a run (0: of none). The marks are left to who ends the transaction.
func (g *grouping) publish(ctx context.Context, run int64) error {
	var none []catalog.Issue // they were told when the descriptions came
	if err := place(ctx, g.tx, "", &none); err != nil {
		return err
	}
	if err := records(ctx, g.tx, run); err != nil {
		return err
	}
	if err := announce(ctx, g.tx, run, &catalog.BatchCounts{}); err != nil {
		return err
	}
	return g.doubt(ctx)
}

// identify recognises what is staged, in a transaction that publishes what is on
// the stage afterwards, and what is gone: records whose description is no more.
// Whatever record is thereby made of other descriptions than before is put on the
// stage.
func identify(ctx context.Context, tx pgx.Tx, gone []string) (*grouping, error) {
	g := newGrouping(tx, gone)
	strange, err := g.ids(ctx, strangers)
	if err != nil {
		return g, err
	}
	if gone = append(slices.Clone(gone), strange...); len(strange) > 0 {
		g = newGrouping(tx, gone)
	}
	var any bool
	if err := tx.QueryRow(ctx, `
		select exists (select from stage where said is not null)
			or exists (select from identifier where own = any($1)) or exists (select from subject where own = any($1)) or exists (select from same_as where id = any($1))
			or exists (select from verdict where a = any($1) or b = any($1))`, gone).Scan(&any); err != nil || !any {
		return g, err
	}
	if err := g.hold(ctx); err != nil {
		return g, err
	}
	seeds, err := g.evidence(ctx, gone)
	if err != nil || len(seeds) == 0 {
		return g, err
	}
	if few, err := g.closure(ctx, seeds); err != nil || !few {
		return g, err
	}
	return g, g.regroup(ctx)
}

// evidence writes what identifies the staged descriptions, and finds those whose
// grouping may be another for it.
func (g *grouping) evidence(ctx context.Context, gone []string) ([]string, error) {
	if _, err := g.tx.Exec(ctx, `
		insert into evidence
		select s.id, s.source_id, e.kind, e.value
		from stage s, jsonb_to_recordset(s.evidence::jsonb) e(kind text, value text)
		where s.said is not null and s.ours`); err != nil {
		return nil, err
	}
	if _, err := g.tx.Exec(ctx, liken); err != nil {
		return nil, fmt.Errorf("what is compared: %w", err)
	}
	var err error
	if g.changed, err = g.ids(ctx, `
		with here as materialized (
			select id from stage where said is not null and ours
		), was as materialized (
			select i.own, i.kind, i.value from here h, lateral (select * from identifier i where i.own = h.id offset 0) i
		)
		select own::text from ((select own, kind, value from evidence except select * from was) union all (select * from was except select own, kind, value from evidence)) e
		union
		select l.own::text
		from likened l left join lateral (select * from subject s where s.own = l.own offset 0) s on true
		where (s.kind, s.named, s.town, s.body, s.spot, s.radius) is distinct from (l.kind, l.named, l.town, l.body, l.spot, l.radius)
		union
		select unnest($1::uuid[])::text`, gone); err != nil {
		return nil, err
	}
	values, err := g.tells(ctx, g.changed)
	if err != nil {
		return nil, err
	}
	weak, err := g.weak(ctx, values)
	if err != nil {
		return nil, err
	}
	seeds := map[string]bool{}
	if err := g.near(ctx, g.changed, seeds); err != nil {
		return nil, err
	}
	for _, sql := range []string{
		`delete from identifier where own = any($1)`,
		`insert into identifier (own, source_id, kind, value) select own, source_id, kind, value from evidence where own = any($1)`,
		`delete from doubt where kind in ('sum', 'title') and (a = any($1) or b = any($1))`,
	} {
		if _, err := g.tx.Exec(ctx, sql, g.changed); err != nil {
			return nil, err
		}
	}
	if err := g.near(ctx, g.changed, seeds); err != nil {
		return nil, err
	}
	alike, err := g.compare(ctx, values, weak)
	if err != nil {
		return nil, fmt.Errorf("comparison: %w", err)
	}
	for _, id := range alike {
		seeds[id] = true
	}
	grouped, err := g.ids(ctx, `
		select id::text from same_as where id = any($1) or id in (select id from stage where said is not null and ours)
		union
		select id::text from stage where said is not null and ours and exists (select from verdict v where stage.id in (v.a, v.b))
		union
		select unnest($1::uuid[])::text from verdict v where v.a = any($1) or v.b = any($1)`, g.changed)
	if err != nil {
		return nil, err
	}
	for _, id := range grouped {
		seeds[id] = true
	}
	return slices.Sorted(maps.Keys(seeds)), nil
}

// near adds to seeds those of ids that share evidence with descriptions of other
// sources, and these; and of their own source the one whose evidence ceases to be
// any, or becomes it, since a second one has it or has it no more.
func (g *grouping) near(ctx context.Context, ids []string, seeds map[string]bool) error {
	found, err := g.ids(ctx, `
		with mine as materialized (
			select i.* from identifier i where i.own = any($1) and i.kind in ('address', 'local', 'file')
		), across as (
			select m.own as own, j.own as other
			from mine m join identifier j on j.value = m.value and j.kind = m.kind and j.source_id <> m.source_id
			where not `+twice("m")+` and not `+twice("j")+`
		)
		select own::text from across
		union
		select other::text from across
		union
		select k.own::text
		from mine m, lateral (
			select min(k.own::text) as own, count(*) as n
			from (
				select own from identifier k
				where k.value = m.value and k.kind = m.kind and k.source_id = m.source_id and not k.own = any($1)
				limit 2
			) k
		) k
		where k.n = 1`, ids)
	for _, id := range found {
		seeds[id] = true
	}
	return err
}

// twice says of evidence i that its source has it of more than one description:
// then it identifies none.
func twice(i string) string {
	return `exists (
		select from identifier t
		where t.value = ` + i + `.value and t.kind = ` + i + `.kind and t.source_id = ` + i + `.source_id and t.own <> ` + i + `.own)`
}

// closure finds all descriptions that are tied to the seeds, over however many
// others; few: they are not more than can be.
func (g *grouping) closure(ctx context.Context, seeds []string) (few bool, err error) {
	known := map[string]bool{}
	for frontier := seeds; len(frontier) > 0; {
		for _, id := range frontier {
			known[id] = true
		}
		if len(known) > maxGroup+len(seeds) {
			return false, nil
		}
		found, err := g.ids(ctx, `
			select j.own::text
			from identifier i join identifier j on j.value = i.value and j.kind = i.kind and j.source_id <> i.source_id
			where i.own = any($1) and i.kind in ('address', 'local', 'file') and not `+twice("i")+` and not `+twice("j")+`
			union
			select b::text from compared where a = any($1) and verdict = 'same'
			union
			select a::text from compared where b = any($1) and verdict = 'same'
			union
			select b.id::text from same_as a join same_as b using (head) where a.id = any($1)
			union
			select case when v.a = any($1) then v.b else v.a end::text from verdict v where v.verdict = 'same' and (v.a = any($1) or v.b = any($1))`, frontier)
		if err != nil {
			return false, err
		}
		frontier = slices.DeleteFunc(found, func(id string) bool { return known[id] })
	}
	g.around = slices.Sorted(maps.Keys(known))
	return true, nil
}

// ids is the result of a query for ids.
func (g *grouping) ids(ctx context.Context, sql string, args ...any) ([]string, error) {
	rows, _ := g.tx.Query(ctx, sql, args...)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
