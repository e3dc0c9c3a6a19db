package sensorthings

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/table"
)

const (
	pageThings = 100     // entities; each comes with its datastreams
	maxStreams = 200_000 // of a service: 300 bytes each in memory
)

// A series is one datastream of a station: what its observations are.
type series struct {
	id      id
	multi   bool
	station string
	parts   []part // one, or one for each component of a MultiDatastream
}

type part struct{ property, unit string }

// things spools every Thing, and returns the datastreams of all.
func (s *service) things(ctx context.Context, spool *table.Spool) ([]series, error) {
	var all []series
	err := s.eachThing(ctx, func(raw json.RawMessage) error {
		var t thing
		if err := json.Unmarshal(raw, &t); err != nil || t.id().key() == "" {
			return spool.Add(table.Feature{Raw: raw, Issues: []catalog.Issue{{Rule: "thing-unreadable", Read: catalog.Excerpt(string(raw)),
				Expected: "a Thing with an @iot.id and a name", Refused: true, Listed: true}}})
		}
		streams, locations, err := s.related(ctx, &t)
		if err != nil {
			return err
		}
		list, issues := seriesOf(t.id().key(), streams)
		if all = append(all, list...); len(all) > maxStreams {
			return failed("more than %d datastreams", maxStreams)
		}
		f := station(raw, &t, streams, locations)
		f.Issues = append(f.Issues, issues...)
		return spool.Add(f)
	})
	return all, err
}

// eachThing lists the Things with what belongs to them, or alone where the
// service cannot do that.
func (s *service) eachThing(ctx context.Context, f func(json.RawMessage) error) error {
	query := fmt.Sprintf("$top=%d", s.top)
	if s.filter != "" {
		query += "&$filter=" + s.filter
	}
	expand := "$expand=Locations,Datastreams($expand=ObservedProperty,Sensor)"
	if s.multi {
		expand += ",MultiDatastreams($expand=ObservedProperties,Sensor)"
	}
	n := 0
	err := s.each(ctx, s.at("/Things", expand+"&"+query), func(raw json.RawMessage) error { n++; return f(raw) })
	var status *fetch.StatusError
	if n == 0 && errors.As(err, &status) && (status.Code/100 == 4 || status.Code == 501) {
		return s.each(ctx, s.at("/Things", query), f)
	}
	return err
}

// related is the datastreams and locations of a thing, also those that came
// not, or not all, with it.
func (s *service) related(ctx context.Context, t *thing) (streams []datastream, locations []location, err error) {
	add := func(multi bool) func(json.RawMessage) error {
		return func(raw json.RawMessage) error {
			d := datastream{multi: multi}
			if json.Unmarshal(raw, &d) != nil || d.id().key() == "" {
				d = datastream{} // told with its station
			}
			streams = append(streams, d)
			return nil
		}
	}
	place := func(raw json.RawMessage) error {
		var l location
		if json.Unmarshal(raw, &l) == nil {
			locations = append(locations, l)
		}
		return nil
	}
	path := "/Things" + t.id().literal()
	err = errors.Join(
		s.members(ctx, t.Datastreams, t.DatastreamsNext, path+"/Datastreams", "$expand=ObservedProperty", add(false)),
		s.members(ctx, t.Locations, t.LocationsNext, path+"/Locations", "", place))
	if s.multi && err == nil {
		err = s.members(ctx, t.Multi, t.MultiNext, path+"/MultiDatastreams", "$expand=ObservedProperties", add(true))
	}
	return streams, locations, err
}

// members are the entities that came inside another one, and the pages after
// them; or all of them, asked for, when none came although they belong there.
func (s *service) members(ctx context.Context, inside []json.RawMessage, next, path, query string, f func(json.RawMessage) error) error {
	if inside == nil {
		return s.each(ctx, s.at(path, query), f)
	}
	for _, raw := range inside {
		if err := f(raw); err != nil {
			return err
		}
	}
	address, err := s.next(s.at(path, ""), page{Next: next})
	if err != nil || address == "" {
		return err
	}
	return s.each(ctx, address, f)
}

// seriesOf names the datastreams of a station. Two of one property would be one
// series: the second, in the order of their ids, has its own name added.
func seriesOf(station string, streams []datastream) ([]series, []catalog.Issue) {
	slices.SortStableFunc(streams, func(a, b datastream) int {
		return cmp.Or(cmp.Compare(len(a.id().key()), len(b.id().key())), strings.Compare(a.id().key(), b.id().key()))
	})
	var all []series
	var issues []catalog.Issue
	taken := map[string]bool{}
	name := func(p observedProperty, d *datastream) string {
		said := cmp.Or(strings.TrimSpace(p.Name), strings.TrimSpace(p.Definition), strings.TrimSpace(d.Name))
		if said != "" && taken[said] {
			said += " (" + cmp.Or(strings.TrimSpace(d.Name), d.id().key()) + ")"
		}
		if taken[said] {
			said += " " + d.id().key()
		}
		taken[said] = true
		return said
	}
	for i := range streams {
		d := &streams[i]
		x := series{id: d.id(), multi: d.multi, station: station}
		if d.multi {
			for k, p := range d.ObservedAll {
				x.parts = append(x.parts, part{property: name(p, d)})
				if k < len(d.Units) {
					x.parts[k].unit = d.Units[k].text()
				}
			}
		} else if d.id().key() != "" {
			x.parts = []part{{name(d.Observed, d), d.Unit.text()}}
		}
		if len(x.parts) == 0 {
			issues = append(issues, catalog.Issue{Rule: "datastream-unreadable", Field: "Datastreams", Read: catalog.Excerpt(d.Name), Expected: "a Datastream with an @iot.id and an ObservedProperty; its observations are not read"})
			continue
		}
		all = append(all, x)
	}
	return all, issues
}

// volatile are members that change with every observation.
var volatile = []string{"phenomenonTime", "resultTime", "observedArea"}

// station makes a row of a Thing.
func station(raw json.RawMessage, t *thing, streams []datastream, locations []location) table.Feature {
	f := table.Feature{ID: t.id().key(), Raw: steady(raw)}
	values := map[string]any{"name": cmp.Or(strings.TrimSpace(t.Name), strings.TrimSpace(t.Description)), "description": t.Description}
	if len(t.Properties) > 0 && t.Properties[0] == '{' {
		values["properties"] = t.Properties
	}
	var measures []string
	for _, d := range streams {
		for _, p := range append(slices.Clone(d.ObservedAll), d.Observed) {
			if p.Name != "" && !slices.Contains(measures, p.Name) {
				measures = append(measures, p.Name)
			}
		}
	}
	if len(measures) > 0 {
		values["measures"] = measures
	}
	for _, l := range locations {
		g, err := l.geometry()
		if err != nil {
			f.Issues = append(f.Issues, catalog.Issue{Rule: "geometry-unreadable", Field: "Locations", Read: catalog.Excerpt(string(l.Location)), Expected: "a location in GeoJSON"})
			continue
		}
		if g != nil {
			f.Geometry, f.Issues = g, nil
			values["location_name"] = cmp.Or(l.Name, l.Description)
			break
		}
	}
	f.Properties, _ = json.Marshal(values) // texts, lists of them and JSON that was read
	return f
}

// geometry reads a location that is GeoJSON, whatever its encodingType is
// called: a geometry or a Feature.
func (l location) geometry() (geom.T, error) {
	v := bytes.TrimSpace(l.Location)
	if len(v) == 0 || v[0] == 'n' {
		return nil, nil
	}
	if v[0] == '{' && table.Unquote(table.Member(v, "type")) == "Feature" {
		v = table.Member(v, "geometry")
		if len(v) == 0 || v[0] == 'n' {
			return nil, nil
		}
	}
	g, err := table.GeoJSON(v)
	if errors.Is(err, table.ErrEmptyGeometry) {
		return nil, nil
	}
	return g, err
}

// steady is the Thing without what changes with every observation, so that a
// station that is the same has not changed.
func steady(raw json.RawMessage) json.RawMessage {
	var whole map[string]json.RawMessage
	if json.Unmarshal(raw, &whole) != nil {
		return raw
	}
	for _, name := range []string{"Datastreams", "MultiDatastreams"} {
		var list []map[string]json.RawMessage
		if json.Unmarshal(whole[name], &list) != nil {
			continue
		}
		for _, d := range list {
			for _, v := range volatile {
				delete(d, v)
			}
		}
		whole[name], _ = json.Marshal(list) // it was JSON before
	}
	out, err := json.Marshal(whole)
	if err != nil {
		return raw
	}
	return out
}
