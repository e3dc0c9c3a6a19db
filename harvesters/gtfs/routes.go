package gtfs

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/table"
)

const maxShapePoints = 4_000_000 // of the courses that are drawn: 32 bytes each in memory

// modes are the values of route_type; the hundreds of the extended ones
// (https://developers.google.com/transit/gtfs/reference/extended-route-types)
// stand for a mode each.
var modes = map[string]string{
	"0": "tram", "1": "metropolitana", "2": "treno", "3": "autobus", "4": "traghetto", "5": "tram a fune", "6": "funivia", "7": "funicolare", "11": "filobus", "12": "monorotaia",
	"1xx": "treno", "2xx": "autobus", "4xx": "metropolitana", "7xx": "autobus", "8xx": "filobus", "9xx": "tram", "10xx": "traghetto", "12xx": "traghetto", "13xx": "funivia", "14xx": "funicolare", "15xx": "taxi",
}

func mode(routeType string) string {
	if m, ok := modes[routeType]; ok {
		return m
	}
	if len(routeType) >= 3 {
		return modes[routeType[:len(routeType)-2]+"xx"]
	}
	return ""
}

// lines spools every route.
func (t *timetable) lines(ctx context.Context, s *table.Spool) error {
	shapes, err := t.shapes(ctx)
	if err != nil {
		return err
	}
	agencies := map[string]string{}
	for _, a := range t.agencies {
		agencies[a.id] = a.name
	}
	seen := map[string]bool{}
	return t.each(ctx, "routes.txt", func(r *rows) (bool, error) {
		f := t.line(r, shapes, agencies)
		refuseTwice(&f, r, "route_id", seen)
		return true, s.Add(f)
	})
}

func (t *timetable) line(r *rows, shapes map[string][]float64, agencies map[string]string) table.Feature {
	id, of := r.get("route_id"), r.get("agency_id")
	values := record{}
	for i, c := range r.columns {
		if i < len(r.cells) && c != "" && c != "route_type" {
			values.add(c, oneLine(r.text(r.cells[i])))
		}
	}
	short, long := oneLine(r.get("route_short_name")), oneLine(r.get("route_long_name"))
	title := lineName(r)
	if short != "" && long != "" && short != long {
		title = short + ": " + long
	}
	values.add("line", title)
	values.add("mode", cmp.Or(mode(r.get("route_type")), r.get("route_type")))
	values.add("agency_name", cmp.Or(agencies[of], t.onlyAgency()))
	f := table.Feature{Line: r.line}
	if known := t.routes[id]; known != nil {
		values.add("valid_from", known.period.from)
		values.add("valid_to", known.period.to)
		f.Geometry = drawn(known.shapes, shapes)
	}
	f.Properties = values.json()
	f.Raw = r.raw(f.Properties)
	if id != "" {
		f.ID = t.prefix() + id
	}
	return f
}

func (t *timetable) onlyAgency() string {
	if len(t.agencies) == 1 {
		return t.agencies[0].name
	}
	return ""
}

// drawn is the way of a line, one line string for each direction.
func drawn(ids []string, shapes map[string][]float64) geom.T {
	g := geom.NewMultiLineString(geom.XY)
	for _, id := range ids {
		if flat := shapes[id]; len(flat) >= 4 {
			_ = g.Push(geom.NewLineStringFlat(geom.XY, flat)) // the layouts are the same
		}
	}
	if g.NumLineStrings() == 0 {
		return nil
	}
	return g
}

// shapes reads the courses that are drawn, longitude first; their points may
// come in any order.
func (t *timetable) shapes(ctx context.Context) (map[string][]float64, error) {
	type point struct{ sequence, lon, lat float64 }
	points := map[string][]point{}
	for _, r := range t.routes {
		for _, id := range r.shapes {
			points[id] = nil
		}
	}
	n, bad := 0, 0
	err := t.each(ctx, "shapes.txt", func(r *rows) (bool, error) {
		id := r.get("shape_id")
		if _, wanted := points[id]; !wanted {
			return true, nil
		}
		lon, errX := strconv.ParseFloat(r.get("shape_pt_lon"), 64)
		lat, errY := strconv.ParseFloat(r.get("shape_pt_lat"), 64)
		sequence, errS := strconv.ParseFloat(r.get("shape_pt_sequence"), 64)
		if errX != nil || errY != nil || errS != nil || !(math.Abs(lon) <= 180 && math.Abs(lat) <= 90) || lon == 0 && lat == 0 {
			bad++
			return true, nil
		}
		points[id] = append(points[id], point{sequence, lon, lat})
		n++
		return n <= maxShapePoints, nil
	})
	if n > maxShapePoints {
		t.found = append(t.found, fmt.Sprintf("shapes: not drawn, more than %d points", maxShapePoints))
		return nil, err
	}
	if bad > 0 {
		t.found = append(t.found, fmt.Sprintf("shapes: %d points cannot be read and are left out", bad))
	}
	drawn := map[string][]float64{}
	for id, list := range points {
		slices.SortStableFunc(list, func(a, b point) int { return cmp.Compare(a.sequence, b.sequence) })
		flat := make([]float64, 0, 2*len(list))
		for _, p := range list {
			flat = append(flat, p.lon, p.lat)
		}
		drawn[id] = flat
	}
	return drawn, err
}
