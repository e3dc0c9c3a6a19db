package postgis

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"
	"golang.org/x/sync/singleflight"

	"po-net.prato.it/ponet/catalog"
)

// A summary is what takes a pass over a collection to know. It is kept with the
// mark for which it is true, and after that only what changed is read: so it
// may still count in what a withdrawn record alone had.
type summary struct {
	mark       int64
	extent     *orb.Bound
	from, to   *time.Time
	licence    string          // the one licence of every record; "" when there are several
	several    bool            // licences
	properties map[string]bool // the envelope's properties that some record has
}

// summaries holds the summary of each collection.
type summaries struct {
	mu     sync.Mutex
	byName map[string]summary
	flight singleflight.Group // a pass that many wait for is made once
}

// maxCatchUp is how many changes are read to bring a summary up to date; after
// more than that the whole collection is.
const maxCatchUp = 20_000

// summary is the summary of collection at mark or later.
func (s *Store) summary(ctx context.Context, collection string, mark int64) (summary, error) {
	s.summaries.mu.Lock()
	have, known := s.summaries.byName[collection]
	s.summaries.mu.Unlock()
	if known && have.mark >= mark {
		return have, nil
	}
	v, err, _ := s.summaries.flight.Do(fmt.Sprintf("%s %d", collection, mark), func() (any, error) {
		got, err := s.summarize(ctx, collection, have)
		if err != nil {
			return nil, fmt.Errorf("summary of %s: %w", collection, err)
		}
		got.mark = mark
		s.summaries.mu.Lock()
		defer s.summaries.mu.Unlock()
		if s.summaries.byName == nil {
			s.summaries.byName = map[string]summary{}
		}
		s.summaries.byName[collection] = got
		return got, nil
	})
	if err != nil {
		return summary{}, err
	}
	return v.(summary), nil
}

// summarize reads the collection, or what changed in it since old, and joins the two.
func (s *Store) summarize(ctx context.Context, collection string, old summary) (summary, error) {
	clause, args := "", []any{collection}
	if old.mark > 0 {
		var changes int
		err := s.public.QueryRow(ctx, `
			select count(*)
			from (select from change where collection = $1 and seq > $2 limit $3) c`,
			collection, old.mark, maxCatchUp+1).Scan(&changes)
		if err != nil {
			return old, err
		}
		if changes <= maxCatchUp {
			clause = "and id in (select record_id from change where collection = $1 and seq > $2)"
			args = append(args, old.mark)
		} else {
			old = summary{}
		}
	}
	var present []bool
	for range catalog.EnvelopeColumns() {
		present = append(present, false)
	}
	var west, south, east, north *float64
	var licence, other *string
	new := summary{properties: map[string]bool{}}
	err := s.public.QueryRow(ctx, fmt.Sprintf(`
		select
			min((box[1])[0]), min((box[1])[1]), max((box[0])[0]), max((box[0])[1]),
			min(starts), max(coalesce(ends, starts)), min(licence), max(licence),
			array[%s]
		from published
		where collection = $1 %s`, presence(), clause), args...).
		Scan(&west, &south, &east, &north, &new.from, &new.to, &licence, &other, &present)
	if err != nil {
		return old, err
	}
	if west != nil {
		new.extent = &orb.Bound{Min: orb.Point{*west, *south}, Max: orb.Point{*east, *north}}
	}
	if licence != nil && *licence == *other {
		new.licence = *licence
	}
	new.several = licence != nil && *licence != *other
	for i, c := range catalog.EnvelopeColumns() {
		new.properties[c.Name] = present[i]
	}
	if old.mark == 0 || licence == nil { // licence is null when there was no row
		if old.mark > 0 {
			return old, nil
		}
		return new, nil
	}
	return old.join(new), nil
}

// presence lists, for each property of the envelope, whether some record has it.
func presence() string {
	var list []string
	for _, c := range catalog.EnvelopeColumns() {
		list = append(list, "coalesce(bool_or(properties ? '"+c.Name+"'), false)")
	}
	return strings.Join(list, ", ")
}

// join is the summary of what a and b summarise.
func (a summary) join(b summary) summary {
	if a.extent == nil {
		a.extent = b.extent
	} else if b.extent != nil {
		u := a.extent.Union(*b.extent)
		a.extent = &u
	}
	if a.from == nil || (b.from != nil && b.from.Before(*a.from)) {
		a.from = b.from
	}
	if a.to == nil || (b.to != nil && b.to.After(*a.to)) {
		a.to = b.to
	}
	if a.licence != b.licence {
		a.licence, a.several = "", true
	}
	a.several = a.several || b.several
	both := map[string]bool{}
	for name, has := range a.properties {
		both[name] = has || b.properties[name]
	}
	a.properties = both
	return a
}
