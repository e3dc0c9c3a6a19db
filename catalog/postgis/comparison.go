package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog/match"
)

// A comparison compares descriptions. What it has read of them and of what they
// share holds for as long as nothing else is written.
type comparison struct {
	match.Comparer
	asked    map[string]struct{} // of which numbers and contacts it is known whether many share them
	subjects map[string]*match.Prepared
}

// shares notes which of the numbers and contacts values many share.
func (c *comparison) shares(values []string, shared map[string]struct{}) {
	if c.asked == nil {
		c.asked, c.Shared = map[string]struct{}{}, map[string]struct{}{}
	}
	for _, v := range values {
		c.asked[v] = struct{}{}
	}
	maps.Copy(c.Shared, shared)
}

// comparison prepares descriptions to be compared with each other.
func (g *grouping) comparison(ctx context.Context, ids []string) (*comparison, error) {
	c := &g.known
	if c.subjects == nil {
		c.subjects = map[string]*match.Prepared{}
	}
	var fresh []string
	for _, id := range ids {
		if _, read := c.subjects[id]; !read {
			c.subjects[id] = nil
			fresh = append(fresh, id)
		}
	}
	if len(fresh) == 0 {
		return c, nil
	}
	values, err := g.tells(ctx, fresh)
	if err != nil {
		return nil, err
	}
	values = slices.DeleteFunc(values, func(v string) bool { _, known := c.asked[v]; return known })
	shared, err := g.weak(ctx, values)
	if err != nil {
		return nil, err
	}
	c.shares(values, shared)
	rows, err := g.tx.Query(ctx, `select own::text, body, ST_X(spot), ST_Y(spot), radius from subject where own = any($1)`, fresh)
	if err != nil {
		return nil, err
	}
	var id string
	var body []byte
	var lon, lat, radius *float64
	_, err = pgx.ForEachRow(rows, []any{&id, &body, &lon, &lat, &radius}, func() error {
		var s match.Subject
		if err := json.Unmarshal(body, &s); err != nil {
			return fmt.Errorf("what is compared of %s: %w", id, err)
		}
		if lon != nil {
			s.Geometry = orb.Point{*lon, *lat}
			s.AccuracyMetres += *radius
		}
		c.subjects[id] = match.Prepare(s)
		return nil
	})
	return c, err
}

// of is the decision on two of them; what there is no description of is not the same.
func (c *comparison) of(a, b string) match.Decision {
	x, y := c.subjects[a], c.subjects[b]
	if x == nil || y == nil {
		return match.Decision{Verdict: match.Review}
	}
	return c.Compare(x, y)
}

// apart tells the grouping which descriptions are two things, whatever joins them.
func (c *comparison) apart(a, b string) bool { return c.of(a, b).Verdict == match.Different }

// tells are the numbers and contacts of the descriptions ids, and of those staged.
func (g *grouping) tells(ctx context.Context, ids []string) ([]string, error) {
	return g.ids(ctx, `
		select value from identifier where own = any($1) and kind in ('number', 'contact')
		union
		select value from evidence where kind in ('number', 'contact')`, ids)
}

// weak are those of numbers and contacts that tell nothing: a number that a source
// gives to two, a contact that many have.
func (g *grouping) weak(ctx context.Context, values []string) (map[string]struct{}, error) {
	set := make(map[string]struct{})
	var many []string // have more holders than are looked at here: whose they are is looked up source by source
	rows, err := g.tx.Query(ctx, `
		select v, weak
		from unnest($1::text[]) v, lateral (
			select sum(n) as holders, bool_or(n >= case kind when 'number' then 2 else $2::int end) as weak
			from (
				select kind, count(*) as n
				from (select kind, source_id from identifier where value = v and kind in ('number', 'contact') limit $3) i
				group by kind, source_id
			) c
		) t
		where weak or holders = $3`, values, sharedContact, fewHolders)
	if err != nil {
		return nil, err
	}
	var value string
	var told bool
	if _, err := pgx.ForEachRow(rows, []any{&value, &told}, func() error {
		if told {
			set[value] = struct{}{}
		} else {
			many = append(many, value)
		}
		return nil
	}); err != nil || len(many) == 0 {
		return set, err
	}
	list, err := g.ids(ctx, `
		select v
		from unnest($1::text[]) v
		where exists (
			select
			from (values ('number', 2), ('contact', $2::int)) most(kind, n), lateral (
				select
				from identifier t, lateral (
					select count(*) as n
					from (select from identifier k where k.value = t.value and k.kind = t.kind and k.source_id = t.source_id limit most.n) k
				) c
				where t.value = v and t.kind = most.kind and c.n >= most.n
				limit 1
			) t
		)`, many, sharedContact)
	for _, v := range list {
		set[v] = struct{}{}
	}
	return set, err
}

// fewHolders is how many descriptions with a number or contact are read to see whether it
// tells anything: a host may stand in every description of a source.
const fewHolders = 24
