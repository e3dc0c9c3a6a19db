package postgis

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// A found is a record's place among the results.
type found struct {
	id       uuid.UUID
	distance *float64
	score    float64
}

// hits are the records of the asked page of results; many: more match than are sorted.
func (s *Store) hits(ctx context.Context, q catalog.Query, f *filter, many bool) ([]catalog.Hit, error) {
	list, err := s.ordered(ctx, q, f, many)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	ids := make([]uuid.UUID, len(list))
	for i, l := range list {
		ids[i] = l.id
	}
	whole := filterOf(q)
	whole.add("id = any(%s)", ids)
	rows, _ := s.public.Query(ctx, "select "+recordColumns+" from "+whole.table+" published where "+whole.where(), whole.args...)
	records, err := pgx.CollectRows(rows, scanRecord)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*catalog.Record, len(records))
	for _, r := range records {
		byID[r.ID] = r
	}
	hits := make([]catalog.Hit, 0, len(list))
	for _, l := range list {
		r := byID[l.id.String()]
		if r == nil {
			continue // withdrawn since
		}
		hit := catalog.Hit{Record: r, DistanceMetres: -1, Score: l.score}
		if l.distance != nil {
			hit.DistanceMetres = *l.distance
		}
		hits = append(hits, hit)
	}
	return hits, nil
}

// order is the order of q's results: the one asked for, if it can be had. A
// search without words shows things with a page of their own before rows of
// datasets, those of the newest hour first; what one hour brought is mixed by the
// random end of the ids, or a harvest of one body would fill the first pages.
func order(q catalog.Query) catalog.Order {
	switch {
	case q.Order == catalog.OrderTitle, q.Order == catalog.OrderUpdated:
		return q.Order
	case q.Near != nil && (q.Order == catalog.OrderDistance || q.Text == ""):
		return catalog.OrderDistance
	case q.Text != "":
		return catalog.OrderRelevance
	}
	return catalog.OrderUpdated
}

// orderings is the "order by" of each order. Those of title and date are the
// expressions of the indexes record_title and record_newest.
var orderings = map[catalog.Order]string{
	catalog.OrderTitle:     "left(plain(title), 80), id",
	catalog.OrderUpdated:   "(kind in ('feature', 'street', 'address')), date_trunc('hour', updated at time zone 'UTC') desc, right(id::text, 12)",
	catalog.OrderDistance:  "distance nulls last, id",
	catalog.OrderRelevance: "score desc, id",
}

// ordered is one page of what f selects, in order. What is little is sorted;
// of much, an index gives the order.
func (s *Store) ordered(ctx context.Context, q catalog.Query, f *filter, many bool) ([]found, error) {
	by := order(q)
	if !many || q.AsOf != nil && by != catalog.OrderRelevance { // the past has no index in these orders
		return s.page(ctx, q, f, by, 0)
	}
	switch by {
	case catalog.OrderTitle, catalog.OrderUpdated:
		list, err := s.along(ctx, q, f, by)
		if err != nil || len(list) == hitLimit(q) {
			return list, err
		}
	case catalog.OrderDistance:
		near, err := s.nearest(ctx, q, f)
		if err != nil {
			return nil, err
		}
		return s.page(ctx, q, near, by, 0)
	case catalog.OrderRelevance:
		untitled := q
		untitled.Text = ""
		titles, err := newFilter(untitled)
		if err != nil {
			return nil, err
		}
		titles.query = titles.tsquery(q.Text)
		titles.clauses = append(titles.clauses, "ts_filter(words, '{a}') @@ "+titles.query)
		n, err := s.atMost(ctx, titles, q.Offset+hitLimit(q))
		if err != nil {
			return nil, err
		}
		if n >= int64(q.Offset+hitLimit(q)) {
			f = titles
		}
		return s.page(ctx, q, f, by, maxSort)
	}
	return s.page(ctx, q, f, by, 0)
}

// maxScan is how many records are read in the order of an index before it is
// given up and the matching ones are sorted.
const maxScan = 50_000

// along reads one page of what f selects, walking along the index of the order.
// The outer statement keeps the order of the inner one; to say it again would
// sort, and compute the key of, every record that was walked past.
func (s *Store) along(ctx context.Context, q catalog.Query, f *filter, by catalog.Order) ([]found, error) {
	f = f.clone()
	return s.readFound(ctx, fmt.Sprintf(`
select id, %s, 0::float8
from (select * from published order by %s limit %d) published
where %s
limit %s offset %s`, f.distance(q), orderings[by], maxScan, f.where(), f.arg(hitLimit(q)), f.arg(q.Offset)), f.args)
}

// page sorts what f selects and reads one page of it; most: how many are
// looked at, 0: all.
func (s *Store) page(ctx context.Context, q catalog.Query, f *filter, by catalog.Order, most int) ([]found, error) {
	f = f.clone()
	from, score := f.table+" published where "+f.where(), "0::float8"
	if most > 0 {
		from = fmt.Sprintf("(select * from %s limit %d) published", from, most)
	}
	if by == catalog.OrderRelevance {
		score = f.score(q.Text)
	}
	return s.readFound(ctx, fmt.Sprintf(`
select id, %s as distance, %s as score
from %s
order by %s
limit %s offset %s`, f.distance(q), score, from, orderings[by], f.arg(hitLimit(q)), f.arg(q.Offset)), f.args)
}

// distance is the expression of the metres from q.Near, null without.
func (f *filter) distance(q catalog.Query) string {
	if q.Near == nil {
		return "null::float8"
	}
	return "ST_Distance(geom::geography, " + f.point(*q.Near) + ", false)"
}

func (s *Store) readFound(ctx context.Context, sql string, args []any) ([]found, error) {
	rows, _ := s.public.Query(ctx, sql, args...)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (found, error) {
		var l found
		err := row.Scan(&l.id, &l.distance, &l.score)
		return l, err
	})
}

// score is the expression of relevance: words of the title count most, then a
// title that is or begins with what was typed; a row of a dataset counts less
// than a thing with a page of its own.
func (f *filter) score(text string) string {
	typed := f.arg(strings.Join(catalog.Words(text), " "))
	return fmt.Sprintf(`(coalesce(ts_rank('{0.05, 0.1, 0.3, 1}', words, %[1]s, 1), 0)
	+ case when plain(title) = %[2]s then 1 when starts_with(plain(title), %[2]s) then 0.5 else 0 end
	+ case when kind in ('feature', 'street', 'address') then 0 else 0.1 end)::float8`, f.query, typed)
}

// nearest narrows f to a circle that holds the page asked for. The index knows
// the nearest in degrees, which are shorter eastwards than northwards; whatever
// is nearer in metres lies within the farthest of those.
func (s *Store) nearest(ctx context.Context, q catalog.Query, f *filter) (*filter, error) {
	c := f.clone()
	p := c.point(*q.Near)
	var metres *float64
	err := s.public.QueryRow(ctx, fmt.Sprintf(`
select max(ST_Distance(geom::geography, %[1]s, false))
from (
	select geom
	from published
	where %[2]s
	order by geom <-> %[1]s::geometry
	limit %[3]s) s`, p, c.where(), c.arg(q.Offset+hitLimit(q))), c.args...).Scan(&metres)
	if err != nil || metres == nil {
		return f, err
	}
	narrow := f.clone()
	narrow.near(*q.Near, *metres+1)
	return narrow, nil
}

func hitLimit(q catalog.Query) int {
	if q.Limit <= 0 {
		return DefaultHits
	}
	return min(q.Limit, MaxHits)
}
