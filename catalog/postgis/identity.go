package postgis

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/twpayne/go-geom/encoding/ewkb"

	"po-net.prato.it/ponet/catalog"
)

// A record that several sources describe is made of what each of them says
// (harvested.said), which stays apart: it is compared, undone and erased by
// source. Which descriptions are one record (same_as) is computed from what identifies
// them (identifier) and what persons have said (verdict), whenever one of
// those changes, by the transaction that changes it.

// maxGroup is of how many descriptions that are tied to each other it is found out at
// once which are the same. More are no duplicates but a fault in somebody's identifiers.
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
}

func newGrouping(tx pgx.Tx, gone []string) *grouping {
	g := &grouping{tx: tx, gone: map[string]bool{}, old: map[string]string{}, now: map[string]string{}}
	for _, id := range gone {
		g.gone[id] = true
	}
	return g
}

// hold lets one transaction at a time find out what is the same: two that do not
// see each other's descriptions would not find that they are.
func (g *grouping) hold(ctx context.Context) error {
	_, err := g.tx.Exec(ctx, `select pg_advisory_xact_lock(hashtextextended('ponet identity', 0))`)
	return err
}

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
	var any bool
	if err := tx.QueryRow(ctx, `
		select exists (select from stage where said is not null)
			or exists (select from identifier where own = any($1)) or exists (select from same_as where id = any($1))
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
	if err := g.closure(ctx, seeds); err != nil {
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
	var err error
	if g.changed, err = g.ids(ctx, `
		select s.id::text
		from stage s
		where s.said is not null and s.ours and (
			exists (select kind, value from evidence e where e.own = s.id except select kind, value from identifier i where i.own = s.id)
			or exists (select kind, value from identifier i where i.own = s.id except select kind, value from evidence e where e.own = s.id))
		union
		select unnest($1::uuid[])::text`, gone); err != nil {
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

// closure finds all descriptions that are tied to the seeds, over however many others.
func (g *grouping) closure(ctx context.Context, seeds []string) error {
	known := map[string]bool{}
	for frontier := seeds; len(frontier) > 0; {
		for _, id := range frontier {
			known[id] = true
		}
		if len(known) > maxGroup+len(seeds) {
			return fmt.Errorf("more than %d descriptions share identifiers with each other: %w", maxGroup, catalog.ErrInvalid)
		}
		found, err := g.ids(ctx, `
			select j.own::text
			from identifier i join identifier j on j.value = i.value and j.kind = i.kind and j.source_id <> i.source_id
			where i.own = any($1) and i.kind in ('address', 'local', 'file') and not `+twice("i")+` and not `+twice("j")+`
			union
			select b.id::text from same_as a join same_as b using (head) where a.id = any($1)
			union
			select case when v.a = any($1) then v.b else v.a end::text from verdict v where v.verdict = 'same' and (v.a = any($1) or v.b = any($1))`, frontier)
		if err != nil {
			return err
		}
		frontier = slices.DeleteFunc(found, func(id string) bool { return known[id] })
	}
	g.around = slices.Sorted(maps.Keys(known))
	return nil
}

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
	clusters, doubts := catalog.Clusters(candidates, verdicts)
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
	select id as own, source_id, '' as layer, key, source_id || ' ' || key as ref, body_id as holder, said::jsonb as said, own_ewkb as shape
	from stage
	where said is not null and ours and id = any($1)
	union all
	select record_id, source_id, layer, key, source_id || ' ' || key, coalesce(said ->> 'BodyID', ''), said, shape
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

// stage puts the records of clusters on the stage, or changes what is there.
func (g *grouping) stage(ctx context.Context, clusters [][]string) error {
	if len(clusters) == 0 {
		return nil
	}
	said, err := g.contributions(ctx, slices.Concat(clusters...))
	if err != nil {
		return err
	}
	var rows []stagedRow
	for _, c := range clusters {
		var list []catalog.Contribution
		for _, id := range c {
			list = append(list, said[id])
		}
		for i, own := range list {
			r, shown, status := own.Record, own, catalog.StatusMerged
			var into, source, key any = c[0], nil, nil
			if i == 0 {
				r, shown = catalog.Golden(list)
				status, into = catalog.StatusPublished, nil
				if len(list) > 1 {
					source, key = shown.Source.ID, shown.Key
				}
			}
			r.SourceGeometry = shown.Place
			row, err := stagedRecord(r)
			if err != nil {
				return err
			}
			rows = append(rows, slices.Concat(stagedRow{own.ID, own.Source.ID, own.Key, string(status), into, source, key}, row))
		}
	}
	if _, err := g.tx.CopyFrom(ctx, pgx.Identifier{"golden"}, goldenColumns, pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return rows[i], nil })); err != nil {
		return err
	}
	for _, sql := range stageGolden() {
		if _, err := g.tx.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%.40s: %w", sql, err)
		}
	}
	return nil
}

// goldenColumns are those that making a record of several descriptions sets.
var goldenColumns = append([]string{"id", "source_id", "key", "status", "merged_into", "shown_source", "shown_key"}, recordStage...)

// stageGolden brings what is in the table golden onto the stage: into the row of the
// description that is there, or beside it.
func stageGolden() []string {
	list := strings.Join(goldenColumns, ", ")
	var sets []string
	for _, column := range goldenColumns[3:] {
		sets = append(sets, column+" = g."+column)
	}
	return []string{
		`update stage s set ` + strings.Join(sets, ", ") + ` from golden g where g.id = s.id`,
		`insert into stage (` + list + `, ours, known) select ` + list + `, false, true from golden g where not exists (select from stage where id = g.id)`,
	}
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

// contributions are what the sources of ids say.
func (g *grouping) contributions(ctx context.Context, ids []string) (map[string]catalog.Contribution, error) {
	rows, err := g.tx.Query(ctx, `
		select d.own::text, d.layer, d.key, d.said, d.shape, s.id, s.title, s.url, coalesce(s.body_id, ''), s.added, s.federated_nationally
		from (`+described+`) d join source s on s.id = d.source_id`, ids, missesToWithdraw)
	if err != nil {
		return nil, err
	}
	list := map[string]catalog.Contribution{}
	var c catalog.Contribution
	var said, shape []byte
	_, err = pgx.ForEachRow(rows, []any{&c.ID, &c.Layer, &c.Key, &said, &shape, &c.Source.ID, &c.Source.Title, &c.Source.URL, &c.Source.BodyID, &c.Source.Added, &c.Source.FederatedNationally}, func() error {
		var err error
		if c.Record, err = catalog.ReadRecord(said); err != nil {
			return err
		}
		if c.Place = nil; shape != nil {
			if c.Place, err = ewkb.Unmarshal(shape); err != nil {
				return fmt.Errorf("geometry: %w", err)
			}
		}
		list[c.ID] = c
		return nil
	})
	return list, err
}

// ids is the result of a query for ids.
func (g *grouping) ids(ctx context.Context, sql string, args ...any) ([]string, error) {
	rows, _ := g.tx.Query(ctx, sql, args...)
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
