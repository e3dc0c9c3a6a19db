package gtfs

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// Bounds on what is held in memory of a feed. Beyond them stops and lines are
// read all the same, without what could not be told.
const (
	maxTrips  = 1_000_000 // 60 bytes each; the feed of a region has 200,000
	maxServed = 4_000_000 // pairs of a stop and a line that serves it
)

// A timetable is what the small tables of a feed say.
type timetable struct {
	*feed
	agencies []agency
	from, to string // days of service, ISO 8601; "" where nothing says it
	services map[string]period
	routes   map[string]*route
	trips    map[string]trip // nil: too many
	courses  map[course]int  // trips of each
	served   map[string]map[*route]bool
}

type agency struct{ id, name, url, phone string }

// A period is the first and last day of something, "2026-11-22".
type period struct{ from, to string }

func (p *period) add(day string) {
	if day == "" {
		return
	}
	if p.from == "" || day < p.from {
		p.from = day
	}
	p.to = max(p.to, day)
}

// A route is one line as the tables about it say.
type route struct {
	id, name string
	period   period
	trips    int
	shapes   []string // of its most frequent course in each direction
}

type trip struct{ route *route }

// A course is the way that trips of a route take in one direction.
type course struct {
	route     *route
	direction string
	shape     string
}

// read reads everything but stops and shapes.
func read(ctx context.Context, f *feed) (*timetable, error) {
	t := &timetable{feed: f, services: map[string]period{}, routes: map[string]*route{}, trips: map[string]trip{}, courses: map[course]int{}, served: map[string]map[*route]bool{}}
	for _, step := range []func(context.Context) error{t.readAgencies, t.readServices, t.readRoutes, t.readTrips, t.readTimes} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func (t *timetable) readAgencies(ctx context.Context) error {
	err := t.each(ctx, "agency.txt", func(r *rows) (bool, error) {
		t.agencies = append(t.agencies, agency{r.get("agency_id"), oneLine(r.get("agency_name")), r.get("agency_url"), r.get("agency_phone")})
		return len(t.agencies) < 10_000, nil
	})
	for _, a := range t.agencies[:min(20, len(t.agencies))] {
		t.found = append(t.found, strings.TrimSpace(fmt.Sprintf("agency %q: %s", a.id, a.name)))
	}
	return err
}

// prefix begins the keys of a feed: its agency's id, or name where the id may be
// left out. Stops of a feed with several agencies belong to none of them.
func (t *timetable) prefix() string {
	if len(t.agencies) != 1 {
		return ""
	}
	if id := cmp.Or(t.agencies[0].id, catalog.Slug(t.agencies[0].name)); id != "" {
		return id + ":"
	}
	return ""
}

// readServices finds the days on which there is service: of each service from
// calendar and calendar_dates, of the whole what feed_info says, else theirs.
func (t *timetable) readServices(ctx context.Context) error {
	add := func(id string, days ...string) {
		p := t.services[id]
		for _, d := range days {
			p.add(isoDay(d))
		}
		t.services[id] = p
	}
	err := t.each(ctx, "calendar.txt", func(r *rows) (bool, error) {
		add(r.get("service_id"), r.get("start_date"), r.get("end_date"))
		return true, nil
	})
	if err != nil {
		return err
	}
	err = t.each(ctx, "calendar_dates.txt", func(r *rows) (bool, error) {
		if r.get("exception_type") != "2" { // 2 takes a day away
			add(r.get("service_id"), r.get("date"))
		}
		return len(t.services) <= maxTrips, nil
	})
	if err != nil {
		return err
	}
	var all period
	for _, p := range t.services {
		all.add(p.from)
		all.add(p.to)
	}
	t.from, t.to = all.from, all.to
	err = t.each(ctx, "feed_info.txt", func(r *rows) (bool, error) {
		t.from, t.to = cmp.Or(isoDay(r.get("feed_start_date")), t.from), cmp.Or(isoDay(r.get("feed_end_date")), t.to)
		if v := r.get("feed_version"); v != "" {
			t.found = append(t.found, "version "+v)
		}
		return false, nil
	})
	if t.from != "" || t.to != "" {
		t.found = append(t.found, fmt.Sprintf("service: %s to %s", t.from, t.to))
	}
	return err
}

// isoDay is a day of GTFS, "20261122", as ISO 8601 writes it; "" for what is none.
func isoDay(s string) string {
	d, err := time.Parse("20060102", s)
	if err != nil {
		return ""
	}
	return d.Format(time.DateOnly)
}

func (t *timetable) readRoutes(ctx context.Context) error {
	return t.each(ctx, "routes.txt", func(r *rows) (bool, error) {
		id := r.get("route_id")
		if id != "" && t.routes[id] == nil {
			t.routes[id] = &route{id: id, name: lineName(r)}
		}
		return len(t.routes) <= maxTrips, nil
	})
}

// readTrips notes of each trip its route, and which way the trips of a route take.
func (t *timetable) readTrips(ctx context.Context) error {
	n := 0
	err := t.each(ctx, "trips.txt", func(r *rows) (bool, error) {
		of := t.routes[r.get("route_id")]
		if of == nil {
			return true, nil
		}
		of.trips++
		service := t.services[r.get("service_id")]
		of.period.add(service.from)
		of.period.add(service.to)
		if shape := r.get("shape_id"); shape != "" {
			t.courses[course{of, r.get("direction_id"), shape}]++
		}
		if n++; n > maxTrips {
			t.trips = nil
		} else {
			t.trips[r.get("trip_id")] = trip{of}
		}
		return true, nil
	})
	best := map[course]course{} // by route and direction
	for _, c := range slices.SortedFunc(maps.Keys(t.courses), func(a, b course) int { return strings.Compare(a.shape, b.shape) }) {
		at := course{route: c.route, direction: c.direction}
		if b, ok := best[at]; !ok || t.courses[c] > t.courses[b] {
			best[at] = c
		}
	}
	for _, c := range slices.SortedFunc(maps.Values(best), func(a, b course) int { return strings.Compare(a.direction, b.direction) }) {
		if !slices.Contains(c.route.shapes, c.shape) {
			c.route.shapes = append(c.route.shapes, c.shape)
		}
	}
	t.courses = nil
	return err
}

// readTimes passes through the times once, to tell which lines serve a stop.
func (t *timetable) readTimes(ctx context.Context) error {
	if t.trips == nil {
		t.found = append(t.found, fmt.Sprintf("lines of a stop: not told, there are more than %d trips", maxTrips))
		return nil
	}
	pairs := 0
	err := t.each(ctx, "stop_times.txt", func(r *rows) (bool, error) {
		of := t.trips[r.get("trip_id")].route
		stop := r.get("stop_id")
		if of == nil || stop == "" || t.served[stop][of] {
			return true, nil
		}
		if t.served[stop] == nil {
			t.served[stop] = map[*route]bool{}
		}
		t.served[stop][of] = true
		pairs++
		return pairs <= maxServed, nil
	})
	if pairs > maxServed {
		t.served = nil
		t.found = append(t.found, fmt.Sprintf("lines of a stop: not told, there are more than %d pairs", maxServed))
	}
	t.trips = nil
	return err
}

// linesOf is the names of the lines that serve a stop, each once, in order.
func (t *timetable) linesOf(stop string) []string {
	names := map[string]bool{}
	for r := range t.served[stop] {
		names[r.name] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// lineName is what people call a line: its short name, else the long one.
func lineName(r *rows) string {
	return cmp.Or(oneLine(r.get("route_short_name")), oneLine(r.get("route_long_name")), r.get("route_id"))
}

// oneLine is a text without the padding of fixed-width systems.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
