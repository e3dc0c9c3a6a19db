package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/match"
)

// What is no dataset is recognised by comparing what two sources say (package
// match). Each description leaves what is compared of it in the table subject;
// those that may be the same are looked for by place and name, by numbers
// and by contacts (candidates), and what the comparison finds likely stays in the table
// compared, a function of the two.

const (
	// maxCandidates is with how many others of each way of looking a description is compared.
	maxCandidates = 50
	// maxHolders is of how many that share a number or contact with a description.
	maxHolders = 200
	// sharedContact is from how many descriptions of one source on a contact says
	// nothing of any of them (spec/metadata.md §4.3, rule 6).
	sharedContact = 6
)

// likenedTable holds what is compared of the staged descriptions.
const likenedTable = `
	create temporary table if not exists likened (
		own uuid primary key, source_id text, kind text, named text, town text, reach geometry, spot geometry, radius real, body text
	) on commit delete rows`

// likened fills in what is compared of r: the last columns of recognitionStage.
func likened(r catalog.Record, row stagedRow) error {
	s := match.NewSubject(&r)
	body, err := json.Marshal(s)
	if err != nil {
		return err
	}
	var evidence []catalog.Evidence
	for _, n := range s.Numbers() {
		evidence = append(evidence, catalog.Evidence{Kind: catalog.EvidenceNumber, Value: n})
	}
	for _, c := range match.Contacts(s) {
		evidence = append(evidence, catalog.Evidence{Kind: catalog.EvidenceContact, Value: c})
	}
	if row[2], err = jsonList(evidence); err != nil {
		return err
	}
	town := r.ISTATCode
	if town == "" {
		town = catalog.Plain(r.Municipality)
	}
	row[3], row[4], row[5] = noNUL(strings.ReplaceAll(string(body), `\u0000`, "")), noNUL(s.Key()), noNUL(town)
	return nil
}

// liken reads where the staged descriptions are and what is compared of them. Two are
// near when they come within 200 metres of each other: their envelopes, each 100
// metres wider. Null Island is nowhere.
const liken = `
	insert into likened (own, source_id, kind, named, town, reach, spot, radius, body)
	select s.id, s.source_id, s.kind, s.named, s.town,
		case when p.somewhere then ST_Expand(p.envelope, 0.00125, 0.0009) end,
		case when p.somewhere then ST_Centroid(p.envelope) end,
		case when p.somewhere then 55600 * sqrt(((ST_XMax(p.envelope) - ST_XMin(p.envelope)) * 0.72) ^ 2 + (ST_YMax(p.envelope) - ST_YMin(p.envelope)) ^ 2) end,
		s.subject
	from stage s
	left join lateral (
		select e as envelope, not ST_IsEmpty(e) and ST_XMin(e) >= -180 and ST_XMax(e) <= 180 and ST_YMin(e) >= -90 and ST_YMax(e) <= 90
			and (abs(ST_XMin(e)) > 0.01 or abs(ST_YMin(e)) > 0.01) as somewhere
		from (select ST_Envelope(ST_Transform(ST_Force2D(ST_GeomFromEWKB(s.own_ewkb)), 4326)) as e) t
	) p on s.own_ewkb is not null
	where s.subject is not null and s.ours`

// compare finds out anew to whom the descriptions that changed are alike, and those that a
// number or contact is of which has ceased to tell anything, or now does: of values, those of
// before told nothing. It returns whose grouping may be another.
func (g *grouping) compare(ctx context.Context, values []string, before map[string]struct{}) ([]string, error) {
	after, err := g.weak(ctx, values)
	if err != nil {
		return nil, err
	}
	g.known.shares(values, after)
	turned := slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		_, was := before[v]
		_, is := after[v]
		return was == is
	})
	if len(turned) > 0 {
		holders, err := g.ids(ctx, `select distinct own::text from identifier where value = any($1) and kind in ('number', 'contact')`, turned)
		if err != nil {
			return nil, err
		}
		g.changed = slices.Compact(slices.Sorted(slices.Values(append(g.changed, holders...))))
	}
	if _, err := g.tx.Exec(ctx, `delete from subject where own = any($1 || array(select own from likened))`, slices.Collect(maps.Keys(g.gone))); err != nil {
		return nil, err
	}
	if _, err := g.tx.Exec(ctx, `insert into subject select * from likened`); err != nil {
		return nil, err
	}
	if _, err := g.tx.Exec(ctx, `delete from doubt where kind = 'alike' and (a = any($1) or b = any($1))`, g.changed); err != nil {
		return nil, err
	}
	seeds, err := g.ids(ctx, `
		with old as (delete from compared where a = any($1) or b = any($1) returning a, b, verdict)
		select a::text from old where verdict = 'same'
		union
		select b::text from old where verdict = 'same'`, g.changed)
	if err != nil {
		return nil, err
	}
	alike, err := g.alike(ctx, slices.DeleteFunc(values, func(v string) bool {
		_, weak := after[v]
		return weak
	}))
	if err != nil {
		return nil, err
	}
	for _, p := range alike {
		seeds = append(seeds, p.A, p.B)
	}
	return seeds, nil
}

// alike compares what changed with those that it may be the same as, and keeps what is
// likely; the pairs that are the same are returned. telling are the numbers and contacts by which
// they may be found.
func (g *grouping) alike(ctx context.Context, telling []string) ([]catalog.Pair, error) {
	pairs, err := g.mayBe(ctx, telling)
	if err != nil || len(pairs) == 0 {
		return nil, err
	}
	var ids []string
	for _, p := range pairs {
		ids = append(ids, p.A, p.B)
	}
	c, err := g.comparison(ctx, ids)
	if err != nil {
		return nil, err
	}
	var same []catalog.Pair
	var a, b, verdicts []string
	var scores []float64
	for _, p := range pairs {
		d := c.of(p.A, p.B)
		if d.Score < match.ToReview {
			continue
		}
		a, b, verdicts, scores = append(a, p.A), append(b, p.B), append(verdicts, string(d.Verdict)), append(scores, d.Score)
		if d.Verdict == match.Same {
			same = append(same, p)
		}
	}
	_, err = g.tx.Exec(ctx, `
		insert into compared (a, b, verdict, score) select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::real[]) on conflict do nothing`, a, b, verdicts, scores)
	return same, err
}

// mayBe are the pairs of what changed with descriptions of other sources that are
// worth a comparison: near each other, or in one town where one of them has no
// position, with names alike; of one name in one town, or where one has neither town nor
// position; or with a number or a contact in common.
func (g *grouping) mayBe(ctx context.Context, telling []string) ([]catalog.Pair, error) {
	if _, err := g.tx.Exec(ctx, `set local pg_trgm.similarity_threshold = 0.3`); err != nil {
		return nil, err
	}
	other := `s.kind = n.kind and s.source_id <> n.source_id`
	best := fmt.Sprintf(`order by similarity(s.named, n.named) desc, s.own limit %d`, maxCandidates)
	rows, _ := g.tx.Query(ctx, `
		with n as materialized (select * from subject where own = any($1))
		select distinct least(own, other)::text, greatest(own, other)::text
		from (
			select n.own, c.own as other
			from n, lateral (select s.own from subject s where s.reach && n.reach and s.named % n.named and `+other+` `+best+`) c
			where n.reach is not null
			union all
			select n.own, c.own
			from n, lateral (select s.own from subject s where s.town = n.town and s.named % n.named and `+other+` `+best+`) c
			where n.reach is null and n.town <> ''
			union all
			select n.own, c.own
			from n, lateral (select s.own from subject s where s.reach is null and s.town = n.town and s.named % n.named and `+other+` `+best+`) c
			where n.reach is not null and n.town <> ''
			union all
			select n.own, c.own
			from n, lateral (select s.own from subject s where s.named = n.named and s.town = n.town and `+other+` order by s.own limit `+fmt.Sprint(maxCandidates)+`) c
			where n.reach is not null
			union all
			select n.own, c.own
			from n, lateral (select s.own from subject s where s.named = n.named and `+other+` `+best+`) c
			where n.reach is null and n.town = ''
			union all
			select n.own, c.own
			from n, lateral (select s.own from subject s where s.reach is null and s.town = '' and s.named = n.named and `+other+` `+best+`) c
			where n.reach is not null or n.town <> ''
			union all
			select n.own, c.own
			from n, lateral (
				select s.own
				from identifier i, lateral (select j.own from identifier j where j.value = i.value and j.kind = i.kind and j.source_id <> n.source_id limit `+fmt.Sprint(maxHolders)+`) j, subject s
				where i.own = n.own and i.kind in ('number', 'contact') and i.value = any($2) and s.own = j.own and s.kind = n.kind
				offset 0
			) c
		) p`, g.changed, telling)
	return pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Pair])
}
