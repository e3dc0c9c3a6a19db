package gtfs

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// The values of location_type that are no stops of their own.
var parts = map[string]string{"2": "entrances", "3": "generic nodes", "4": "boarding areas"}

// A station is a stop that others may lie in.
type station struct{ name, wheelchair string }

// stations reads those that are named as the parent of a stop.
func (t *timetable) stations(ctx context.Context) (map[string]station, error) {
	all := map[string]station{}
	err := t.each(ctx, "stops.txt", func(r *rows) (bool, error) {
		if r.get("location_type") == "1" {
			all[r.get("stop_id")] = station{oneLine(r.get("stop_name")), r.get("wheelchair_boarding")}
		}
		return len(all) <= maxTrips, nil
	})
	return all, err
}

// stops spools every stop and station.
func (t *timetable) stops(ctx context.Context, s *table.Spool) error {
	stations, err := t.stations(ctx)
	if err != nil {
		return err
	}
	seen, passed := map[string]bool{}, map[string]int{}
	err = t.each(ctx, "stops.txt", func(r *rows) (bool, error) {
		if part := parts[r.get("location_type")]; part != "" {
			passed[part]++
			return true, nil
		}
		f := t.stop(r, stations)
		refuseTwice(&f, r, "stop_id", seen)
		return true, s.Add(f)
	})
	for what, n := range passed {
		t.found = append(t.found, fmt.Sprintf("%d %s are no stops of their own", n, what))
	}
	if err == nil && s.Len() == 0 {
		err = failed("stops.txt holds no stop")
	}
	return err
}

// stop makes a row of one stop. The text of its place is the source's; what is
// told in codes, and by other tables, is said in columns of ours.
func (t *timetable) stop(r *rows, stations map[string]station) table.Feature {
	id := r.get("stop_id")
	parent := stations[r.get("parent_station")]
	values := record{}
	for i, c := range r.columns {
		if i >= len(r.cells) || c == "" {
			continue
		}
		switch v := oneLine(r.text(r.cells[i])); c {
		case "stop_lat", "stop_lon", "location_type", "wheelchair_boarding":
		default:
			values.add(c, v)
		}
	}
	values.add("parent_place", parent.name)
	if r.get("location_type") == "1" {
		values.add("stop_kind", "stazione")
	} else {
		values.add("stop_kind", "fermata")
	}
	wheelchair := r.get("wheelchair_boarding")
	if wheelchair == "" || wheelchair == "0" {
		wheelchair = parent.wheelchair
	}
	values.add("wheelchair", map[string]string{"1": "accessibile in sedia a rotelle", "2": "non accessibile in sedia a rotelle"}[wheelchair])
	if lines := t.linesOf(id); len(lines) > 0 {
		values.list("lines", lines)
	}
	f := table.Feature{Properties: values.json(), Line: r.line}
	f.Raw = r.raw(f.Properties)
	f.Geometry, f.Issues = position(r, "stop_lat", "stop_lon")
	if id != "" {
		f.ID = t.prefix() + id
	}
	return f
}

// position is the point that two columns hold, in degrees, longitude first.
func position(r *rows, lat, lon string) (geom.T, []catalog.Issue) {
	said := strings.Trim(r.get(lon)+", "+r.get(lat), ", ")
	x, errX := strconv.ParseFloat(r.get(lon), 64)
	y, errY := strconv.ParseFloat(r.get(lat), 64)
	switch {
	case said == "":
		return nil, nil
	case errX != nil || errY != nil || math.Abs(x) > 180 || math.Abs(y) > 90 || math.IsNaN(x) || math.IsNaN(y):
		return nil, []catalog.Issue{{Rule: "position-unreadable", Field: lat + ", " + lon, Read: catalog.Excerpt(said), Expected: "degrees with a decimal point"}}
	}
	return geom.NewPointFlat(geom.XY, []float64{x, y}), nil
}

// refuseTwice refuses a row without its id, or with one that came before, or
// with a quote that is not closed.
func refuseTwice(f *table.Feature, r *rows, column string, seen map[string]bool) {
	id := r.get(column)
	switch {
	case !r.closed:
		f.Issues = append(f.Issues, catalog.Issue{Rule: "row-unreadable", Read: catalog.Excerpt(strings.Join(r.cells, ",")), Expected: "cells whose quotes are closed on the same line", Refused: true})
	case id == "":
		f.Issues = append(f.Issues, catalog.Issue{Rule: "id-missing", Field: column, Expected: "an id that no other row has", Refused: true})
	case seen[id]:
		f.Issues = append(f.Issues, catalog.Issue{Rule: "key-repeated", Field: column, Read: catalog.Excerpt(id), Expected: "an id that no other row has", Refused: true})
	}
	seen[id] = true
}

// A record is the members of a JSON object, in their order.
type record struct{ b []byte }

func (o *record) add(name, value string) {
	if value != "" {
		o.put(name, value)
	}
}

func (o *record) list(name string, values []string) { o.put(name, values) }

func (o *record) put(name string, value any) {
	text, err := json.Marshal(value)
	if err != nil {
		return // neither texts nor lists of them
	}
	if o.b == nil {
		o.b = []byte{'{'}
	} else {
		o.b = append(o.b, ',')
	}
	o.b = append(append(append(o.b, strconv.Quote(name)...), ':'), text...)
}

func (o *record) json() []byte {
	if o.b == nil {
		return []byte("{}")
	}
	return append(o.b, '}')
}

// raw is the row as the feed has it, cell by cell, with what other tables say of
// it, so that a change of either is seen.
func (r *rows) raw(told []byte) []byte {
	var o record
	for i, c := range r.columns {
		if i < len(r.cells) {
			o.put(cmp.Or(c, strconv.Itoa(i+1)), strings.ToValidUTF8(r.cells[i], "\ufffd"))
		}
	}
	o.put("po-net", json.RawMessage(told))
	return o.json()
}
