package postgis

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

const (
	// DefaultRelated is how many records a group of relations has when the query
	// does not say, MaxRelated how many at most.
	DefaultRelated = 10
	MaxRelated     = 100
	// MaxCounted is up to which number what lies in an area, or is in a dataset, is
	// counted.
	MaxCounted = 10_000
)

// Relations are the published records that have to do with the one called id, by
// direction: events that are to come before those that are over, then by name.
// With a direction there is one group, which pages by key. Nothing about them is
// stored: they are what the descriptions of today say of each other.
func (s *Store) Relations(ctx context.Context, id string, q catalog.RelationQuery) ([]catalog.RelationGroup, error) {
	key, err := uuid.Parse(id)
	if err != nil || len(id) != 36 {
		return nil, fmt.Errorf("record %.60q: %w", id, catalog.ErrNotFound)
	}
	limit := q.Limit
	if limit <= 0 {
		limit = DefaultRelated
	}
	limit = min(limit, MaxRelated)
	if q.Direction != "" {
		return s.relationPage(ctx, key, q, limit)
	}
	rows, _ := s.public.Query(ctx, `
		select g.relation, g.back, g.how, g.property, g.n, `+recordColumns+`
		from (
			select r.type as relation, r.back, r.id, r.how, r.property, count(*) over (partition by r.type, r.back) as n,
				row_number() over (partition by r.type, r.back
					order by p.kind in ('event', 'course') and coalesce(p.ends, p.starts, 'infinity') < now(), p.kind, coalesce(next, p.starts), p.title, p.id) as place
			from (`+related+`) r
			join published p using (id)
			left join lateral (select min(o.starts) as next from occurrence o where p.kind = 'event' and o.record_id = p.id and o.ends > now()) o on true
		) g
		join published using (id)
		where g.place <= $3
		order by g.place`, key, MaxCounted, limit)
	return readRelations(rows)
}

// relationPage is the group of one direction, after a cursor.
func (s *Store) relationPage(ctx context.Context, id uuid.UUID, q catalog.RelationQuery, limit int) ([]catalog.RelationGroup, error) {
	d, ok := catalog.ReadDirection(q.Direction)
	if !ok {
		return nil, fmt.Errorf("relation %.60q is not one of %s: %w", q.Direction, strings.Join(catalog.DirectionNames(), ", "), catalog.ErrInvalid)
	}
	after := uuid.Nil
	if q.After != "" {
		var err error
		if after, err = uuid.Parse(q.After); err != nil {
			return nil, fmt.Errorf("cursor %.60q: %w", q.After, catalog.ErrInvalid)
		}
	}
	rows, _ := s.public.Query(ctx, `
		select g.relation, g.back, g.how, g.property, g.n, `+recordColumns+`
		from (
			select r.type as relation, r.back, r.id, r.how, r.property, count(*) over () as n
			from (`+related+`) r join published p using (id)
			where r.type = $3 and r.back = $4
		) g
		join published using (id)
		where id > $5
		order by id
		limit $6`, id, nil, d.RelationType.Name, d.Back, after, limit+1)
	groups, err := readRelations(rows)
	if err != nil || len(groups) == 0 {
		return groups, err
	}
	if g := &groups[0]; len(g.Related) > limit {
		g.Related = g.Related[:limit]
		g.Next = g.Related[limit-1].Record.ID
	}
	return groups, nil
}

// readRelations puts relations into groups, in the order of the types.
func readRelations(rows pgx.Rows) ([]catalog.RelationGroup, error) {
	groups := map[string]*catalog.RelationGroup{}
	_, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (struct{}, error) {
		var name, how, property string
		var back bool
		var n int64
		var done struct{}
		record, err := scanRecord(leading{row, []any{&name, &back, &how, &property, &n}})
		if err != nil {
			return done, err
		}
		t, ok := catalog.RelationTypeOf(name)
		if !ok {
			return done, nil // of a release that knows more
		}
		d := catalog.Direction{RelationType: t, Back: back}
		g := groups[d.Name()]
		if g == nil {
			g = &catalog.RelationGroup{Direction: d, Count: n}
			groups[d.Name()] = g
		}
		g.Related = append(g.Related, catalog.Relation{Direction: d, How: how, Property: property, Record: record})
		return done, nil
	})
	if err != nil {
		return nil, fmt.Errorf("relations: %w", err)
	}
	var list []catalog.RelationGroup
	for _, d := range catalog.Directions() {
		if g := groups[d.Name()]; g != nil {
			list = append(list, *g)
		}
	}
	return list, nil
}

// A leading row has columns of its own before those of a record.
type leading struct {
	pgx.CollectableRow
	first []any
}

func (l leading) Scan(to ...any) error { return l.CollectableRow.Scan(slices.Concat(l.first, to)...) }

// relatedTo asks for what has to do with a record in one direction.
func (f *filter) relatedTo(q catalog.Query) error {
	d, ok := catalog.ReadDirection(q.Relation)
	key, err := uuid.Parse(q.Related)
	switch {
	case !ok && q.Relation != "":
		return fmt.Errorf("relation %.60q is not one of %s: %w", q.Relation, strings.Join(catalog.DirectionNames(), ", "), catalog.ErrInvalid)
	case err != nil:
		return fmt.Errorf("%.60q is no id of a record: %w", q.Related, catalog.ErrInvalid)
	case q.AsOf != nil:
		return fmt.Errorf("what was related is not known of the past: %w", catalog.ErrInvalid)
	}
	sql := strings.NewReplacer("$1", f.arg(key)+"::uuid", "$2", "null").Replace(related)
	f.add("id = any(array(select r.id from ("+sql+") r where %s = '' or r.type = %s and r.back = %s))", q.Relation, d.RelationType.Name, d.Back)
	return nil
}
