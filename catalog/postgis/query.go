package postgis

import (
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A filter is a catalog.Query on its way to SQL: clauses that are joined with
// "and", and the arguments their $n stand for. Names of tables and columns are
// ours; what comes from a request is always an argument.
type filter struct {
	clauses []string
	args    []any
	table   string      // that is asked: the view published, or published_at of a moment
	boxes   []orb.Bound // of the bbox; two when it crosses the antimeridian
	query   string      // the tsquery of the text, an expression; "" without text
}

// A part names a filter of a Query, so that a facet can leave out its own.
type part string

const (
	partCollection   part = "collection"
	partTheme        part = "theme"
	partType         part = "type"
	partMunicipality part = "municipality"
	partBody         part = "body"
	partBBox         part = "bbox"
)

// newFilter collects what q asks of the view published, without the parts
// named in except. Cursors, limits and order are the caller's.
func newFilter(q catalog.Query, except ...part) (*filter, error) {
	f := filterOf(q)
	return f, f.apply(q, except...)
}

// filterOf is a filter on the records that q is about, now or as they were, with
// nothing asked of them.
func filterOf(q catalog.Query) *filter {
	f := &filter{table: "published"}
	if q.AsOf != nil {
		f.table = publishedAt(f.arg(*q.AsOf))
	}
	return f
}

// apply adds what q asks for.
func (f *filter) apply(q catalog.Query, except ...part) error {
	wanted := func(p part) bool { return !slices.Contains(except, p) }
	if q.Collection != "" && wanted(partCollection) {
		f.add("collection = %s", q.Collection)
	}
	if q.NoDatasets {
		f.add("collection <> %s", catalog.KindDataset.Collection())
	}
	if q.NoGazetteer {
		f.clauses = append(f.clauses, "collection not in ('"+strings.Join(catalog.GazetteerCollections, "', '")+"')")
	}
	if q.Text != "" {
		f.text(q.Text)
	}
	if len(q.Themes) > 0 && wanted(partTheme) {
		f.among("theme", texts(q.Themes))
	}
	if len(q.Types) > 0 && wanted(partType) {
		f.among("type", q.Types)
		f.add("type <> ''") // what its index is limited to; so also below
	}
	if len(q.Municipalities) > 0 && wanted(partMunicipality) {
		f.municipalities(q.Municipalities)
	}
	if len(q.Bodies) > 0 && wanted(partBody) {
		f.among("body_id", q.Bodies)
	}
	if len(q.Sources) > 0 {
		// and what one of them describes beside another
		f.add("(source_id = any(%s) or id = any(array(select record_id from contribution where source_id = any(%s) and own <> record_id)))", q.Sources, q.Sources)
	}
	if q.Accessible {
		f.add("accessible")
	}
	if q.OpenAt != nil && q.AsOf != nil {
		return fmt.Errorf("what was open is not known of the past: %w", catalog.ErrInvalid)
	}
	if q.OpenAt != nil {
		f.openAt(*q.OpenAt)
	}
	if q.Related != "" {
		if err := f.relatedTo(q); err != nil {
			return err
		}
	}
	f.during(q)
	for _, c := range q.Where {
		f.condition(c)
	}
	if q.Near != nil && q.RadiusMetres > 0 {
		f.near(*q.Near, q.RadiusMetres)
	}
	if q.BBox != nil && wanted(partBBox) {
		boxes, err := splitBox(*q.BBox)
		if err != nil {
			return err
		}
		f.within(boxes)
	}
	return nil
}

// arg adds an argument and is its "$n".
func (f *filter) arg(v any) string {
	f.args = append(f.args, v)
	return fmt.Sprintf("$%d", len(f.args))
}

// add adds a clause in which each %s is one of args.
func (f *filter) add(clause string, args ...any) {
	names := make([]any, len(args))
	for i, a := range args {
		names[i] = f.arg(a)
	}
	f.clauses = append(f.clauses, fmt.Sprintf(clause, names...))
}

// maxSpelledOut is how many values are written one by one.
const maxSpelledOut = 10

// among asks that an expression is one of values. They are written one by one:
// of a list that it cannot see the planner expects ten times as much as
// of one value, and rather reads the whole table.
func (f *filter) among(expression string, values []string) {
	if len(values) > maxSpelledOut {
		f.add(expression+" = any(%s)", values)
		return
	}
	var each []string
	for _, v := range values {
		each = append(each, expression+" = "+f.arg(v))
	}
	f.clauses = append(f.clauses, "("+strings.Join(each, " or ")+")")
}

// where is what stands after "where".
func (f *filter) where() string {
	if len(f.clauses) == 0 {
		return "true"
	}
	return strings.Join(f.clauses, "\n  and ")
}

// clone is a copy to which more can be added without touching f.
func (f *filter) clone() *filter {
	return &filter{table: f.table, clauses: slices.Clip(f.clauses), args: slices.Clip(f.args), boxes: f.boxes, query: f.query}
}

// during asks that the record is at some time between From and To. An event is
// when it takes place, not on the days between. Anything else is from its start
// to its end: a course without an end is over when it starts, other things go
// on. Records without a time are not found.
func (f *filter) during(q catalog.Query) {
	if q.From == nil && q.To == nil {
		return
	}
	from, to := pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}, pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	if q.From != nil {
		from = pgtype.Timestamptz{Time: *q.From, Valid: true}
	}
	if q.To != nil {
		to = pgtype.Timestamptz{Time: *q.To, Valid: true}
	}
	f.add("(starts is not null or ends is not null)")
	f.add("coalesce(starts, '-infinity') <= %s", to)
	f.add("coalesce(ends + case when kind = 'event' then interval '1 day' else '0' end, case when kind in ('event', 'course') then starts end, 'infinity') >= %s", from)
	times := "occurrence where record_id = id"
	if q.AsOf != nil {
		times = "(" + pastOccurrences + ") occurrence where true"
	}
	f.clauses = append(f.clauses, "(kind <> 'event' or not exists (select from "+times+") or exists (select from "+times+" and "+f.meets(from, to)+"))")
}

// municipalities asks for one of them, given by name or by ISTAT code.
func (f *filter) municipalities(given []string) {
	var names, codes []string
	for _, g := range given {
		if number(g) || strings.HasPrefix(g, "0") {
			codes = append(codes, g)
		} else {
			names = append(names, catalog.Plain(g))
		}
	}
	switch {
	case len(codes) == 0:
		f.among("plain(municipality)", names)
		f.add("municipality <> ''")
	case len(names) == 0:
		f.among("istat_code", codes)
		f.add("istat_code <> ''")
	default:
		f.add("(municipality <> '' and plain(municipality) = any(%s) or istat_code <> '' and istat_code = any(%s))", names, codes)
	}
}

// near asks for what lies within radius metres of p. The box, a little larger
// than the circle, is what the index finds.
func (f *filter) near(p orb.Point, radius float64) {
	boxes := around(p, radius)
	f.clauses = append(f.clauses, f.overlaps(boxes))
	f.clauses = append(f.clauses, fmt.Sprintf("ST_DWithin(geom::geography, %s, %s, false)", f.point(p), f.arg(radius)))
}

// point is the expression of p as a geography, computed once. Distances are
// taken on a sphere, which is within 0.5 % and several times faster.
func (f *filter) point(p orb.Point) string {
	return fmt.Sprintf("(select ST_MakePoint(%s, %s)::geography)", f.arg(p.Lon()), f.arg(p.Lat()))
}

// within asks for what intersects one of the boxes exactly. What has its own
// box inside does; only the geometries of the others are looked at.
func (f *filter) within(boxes []orb.Bound) {
	f.boxes = boxes
	f.clauses = append(f.clauses, f.overlaps(boxes), f.each(boxes, func(b orb.Bound) string {
		return fmt.Sprintf("box <@ %s or ST_Intersects(geom, (select %s))", f.arg(box(inside(b))), f.envelope(b))
	}))
}

// overlaps is the clause that the box of the record overlaps one of boxes, give
// or take a tenth of a metre: PostgreSQL compares plain boxes so.
func (f *filter) overlaps(boxes []orb.Bound) string {
	return f.each(boxes, func(b orb.Bound) string { return "box && " + f.arg(box(b)) })
}

// each is the clause that one of boxes is as clause says.
func (f *filter) each(boxes []orb.Bound, clause func(orb.Bound) string) string {
	var clauses []string
	for _, b := range boxes {
		clauses = append(clauses, clause(b))
	}
	return "(" + strings.Join(clauses, " or ") + ")"
}

// envelope is the expression of b as a geometry. In a filter it belongs in a
// subquery, to be computed once and not for each row.
func (f *filter) envelope(b orb.Bound) string {
	return fmt.Sprintf("ST_MakeEnvelope(%s, %s, %s, %s, 4326)", f.arg(b.Min[0]), f.arg(b.Min[1]), f.arg(b.Max[0]), f.arg(b.Max[1]))
}
