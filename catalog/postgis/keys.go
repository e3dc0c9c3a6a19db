package postgis

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A page in key order can be had in two ways: walk along the keys and pick what
// matches, quick when much does; or collect what matches and sort, quick when
// little does. Which of the two it is nobody knows beforehand, and the wrong one
// reads a million rows for ten. The planner's guess is good for places and columns, and blind for
// properties. So each is tried with a limit on what it reads.
const (
	// maxCount is how many matches are collected and counted; of more, the
	// number is the planner's estimate and says so.
	maxCount = 5000
	// firstWalk and lastWalk are how many keys are walked along when it is not
	// known that much matches, and when it is.
	firstWalk, lastWalk = 1000, 10_000
)

// keys is the next n keys that q selects from at on, or the last before it, in
// key order or, with back, in reverse. It fills page.Matched and Exact.
func (s *Store) keys(ctx context.Context, q catalog.Query, at *cursor, back bool, n int, page *catalog.Page) ([]cursor, error) {
	f, err := newFilter(q)
	if err != nil {
		return nil, err
	}
	p := keyPage{q: q, f: f, at: at, back: back, n: n}
	if q.AsOf != nil {
		return s.pastKeys(ctx, p, page)
	}
	size, err := s.size(ctx, q.Collection)
	if err != nil {
		return nil, err
	}
	if len(f.clauses) == 0 || len(f.clauses) == 1 && q.Collection != "" {
		page.Matched, page.Exact = size, true
		return s.next(ctx, p)
	}
	guess, err := s.estimate(ctx, q)
	if err != nil {
		return nil, err
	}
	page.Matched = max(guess, maxCount+1) // of many
	if size > maxCount && (guess > maxCount || q.Text != "" || len(q.Where) > 0) {
		steps := firstWalk
		if guess > 2*maxCount {
			steps = p.longWalk()
		}
		keys, err := s.walk(ctx, p, steps)
		if err != nil || len(keys) == n && (guess > maxCount || size > 20*maxCount) {
			return keys, err
		}
	}
	keys, total, err := s.collect(ctx, p)
	if err != nil {
		return nil, err
	}
	if total <= maxCount {
		page.Matched, page.Exact = total, true
		return keys, nil
	}
	if guess <= 2*maxCount {
		if keys, err = s.walk(ctx, p, p.longWalk()); err != nil || len(keys) == n {
			return keys, err
		}
	}
	return s.sorted(ctx, p)
}

// A keyPage is what is asked of the three ways to read a page of keys.
type keyPage struct {
	q    catalog.Query
	f    *filter // all of q
	at   *cursor
	back bool
	n    int
}

// boxOnly reports whether q asks for nothing but a box, and perhaps a collection.
// Then the keys come from indexes alone.
func (p keyPage) boxOnly() bool {
	want := 2
	if p.q.Collection != "" {
		want = 3
	}
	return p.q.BBox != nil && len(p.f.clauses) == want
}

// longWalk is how many keys are walked along when much should match; more
// where they are read from the index alone.
func (p keyPage) longWalk() int {
	if p.boxOnly() {
		return 5 * lastWalk
	}
	return lastWalk
}

// next is the next keys where there is nothing to match.
func (s *Store) next(ctx context.Context, p keyPage) ([]cursor, error) {
	f := p.f.clone()
	f.from(p.at, p.back)
	return s.readKeys(ctx, fmt.Sprintf("select collection, id from %s published where %s order by %s limit %s",
		f.table, f.where(), keyOrder(p.back), f.arg(p.n)), f.args)
}

// sorted collects all that matches, however much it is.
func (s *Store) sorted(ctx context.Context, p keyPage) ([]cursor, error) {
	f := p.f.clone()
	f.from(p.at, p.back)
	return s.readKeys(ctx, fmt.Sprintf(`
with m as materialized (select collection, id from %s published where %s)
select collection, id from m order by %s limit %s`, f.table, f.where(), keyOrder(p.back), f.arg(p.n)), f.args)
}

// walk picks what matches of the next steps keys.
func (s *Store) walk(ctx context.Context, p keyPage, steps int) ([]cursor, error) {
	f := filterOf(p.q)
	table := f.table
	if p.q.Collection != "" {
		f.add("collection = %s", p.q.Collection)
	}
	f.from(p.at, p.back)
	columns, match := "*", ""
	if p.boxOnly() {
		f.clauses = append(f.clauses, "box is not null")
		columns = "collection, id, box"
	}
	keys := fmt.Sprintf("select %s from %s published where %s order by %s limit %d", columns, table, f.where(), keyOrder(p.back), steps)
	if p.boxOnly() {
		match = f.each(p.f.boxes, func(b orb.Bound) string {
			return fmt.Sprintf("(box && %s and (box <@ %s or ST_Intersects((select r.geom from %s r where r.id = k.id), (select %s))))",
				f.arg(box(b)), f.arg(box(inside(b))), table, f.envelope(b))
		})
	} else {
		rest := &filter{args: f.args}
		if err := rest.apply(p.q, partCollection); err != nil {
			return nil, err
		}
		match, f = rest.where(), rest
	}
	return s.readKeys(ctx, fmt.Sprintf("select collection, id\nfrom (%s) k\nwhere %s\nlimit %s", keys, match, f.arg(p.n)), f.args)
}

// collect collects what matches, up to maxCount+1, and sorts it.
func (s *Store) collect(ctx context.Context, p keyPage) ([]cursor, int64, error) {
	f, matches := p.matches()
	f.from(p.at, p.back)
	var total int64
	var collections []string
	var ids []uuid.UUID
	err := s.public.QueryRow(ctx, fmt.Sprintf(`
with m as materialized (select * from (%s) u limit %d)
select (select count(*) from m), array_agg(collection), array_agg(id)
from (
	select collection, id
	from m
	where %s
	order by %s
	limit %s) p`, matches, maxCount+1, f.where(), keyOrder(p.back), f.arg(p.n)), f.args...).Scan(&total, &collections, &ids)
	keys := make([]cursor, len(ids))
	for i := range ids {
		keys[i] = cursor{collections[i], ids[i]}
	}
	return keys, total, err
}

// matches is the statement that reads the keys of all that p asks for, and a filter
// with its arguments and nothing else.
func (p keyPage) matches() (*filter, string) {
	if p.boxOnly() {
		f := filterOf(p.q)
		return f, f.boxMatches(p)
	}
	f := p.f.clone()
	matches := fmt.Sprintf("select collection, id from %s published where %s", f.table, f.where())
	f.clauses = nil
	return f, matches
}

// boxMatches reads the keys of what intersects the box. A record whose own box
// lies inside does so without being looked at; the geometry of the others is.
func (f *filter) boxMatches(p keyPage) string {
	collection := ""
	if p.q.Collection != "" {
		collection = "collection = " + f.arg(p.q.Collection) + " and "
	}
	var all []string
	for _, b := range p.f.boxes {
		around, within := f.arg(box(b)), f.arg(box(inside(b)))
		all = append(all, fmt.Sprintf(`
	select collection, id
	from %[5]s published
	where %[1]sbox && %[2]s and box <@ %[3]s
	union all
	select collection, id
	from (select collection, id from %[5]s published where %[1]sbox && %[2]s and not box <@ %[3]s offset 0) k
	where ST_Intersects((select r.geom from %[5]s r where r.id = k.id), (select %[4]s))`,
			collection, around, within, f.envelope(b), f.table))
	}
	if len(all) == 1 {
		return all[0]
	}
	return "select distinct collection, id from (" + strings.Join(all, "\n\tunion all") + ") t" // a record may reach over the antimeridian
}

// inside is b, smaller by more than the 1e-6 degrees within which PostgreSQL
// takes the sides of two boxes for the same.
func inside(b orb.Bound) orb.Bound {
	const margin = 2e-6 // degrees
	if b.Max[0]-b.Min[0] <= 2*margin || b.Max[1]-b.Min[1] <= 2*margin {
		return orb.Bound{Min: orb.Point{1000, 1000}, Max: orb.Point{1000, 1000}} // nothing lies there
	}
	return b.Pad(-margin)
}

// from asks for what follows at, or comes before it.
func (f *filter) from(at *cursor, back bool) {
	switch {
	case at == nil:
	case back:
		f.add("(collection, id) < (%s, %s)", at.collection, at.id)
	default:
		f.add("(collection, id) > (%s, %s)", at.collection, at.id)
	}
}

func keyOrder(back bool) string {
	if back {
		return "collection desc, id desc"
	}
	return "collection, id"
}

func (s *Store) readKeys(ctx context.Context, sql string, args []any) ([]cursor, error) {
	rows, _ := s.public.Query(ctx, sql, args...) // Query's error comes out of Collect
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (cursor, error) {
		var c cursor
		err := row.Scan(&c.collection, &c.id)
		return c, err
	})
}
