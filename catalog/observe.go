package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// An Observer turns the rows of one layer of a source into observations. It has
// no state: the same row always gives the same ones; a unit that is unknown it tells once.
type Observer struct {
	src     Source
	mapping ObservationMapping
	vocab   *Vocabularies
	now     time.Time
	fields  map[string]expression
	series  []series
	missing map[string]bool
	infos   map[string]StreamInfo // of constant properties, which most are
	units   map[string]bool       // those that were looked at
}

// A series is one value of a row.
type series struct {
	column string
	value  expression
	name   string // of the property or, with stations, of the station
	empty  bool   // an empty cell says nothing
}

// maxAhead is how far in the future a measurement may lie: clocks differ, and a
// day may be labelled with its end.
const maxAhead = 48 * time.Hour

// ObservationFields are the fields of a mapping that observations have.
var ObservationFields = []string{"station", "property", "time", "end", "value", "unit", "quality", "result_time"}

// CheckObservations says what is missing or wrong in the mapping of a source of
// observations, in words for whoever wrote it.
func (m Mapping) CheckObservations() error {
	o := m.Observation
	if o == nil {
		o = &ObservationMapping{}
	}
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("observations: "+format+": %w", append(args, ErrInvalid)...))
	}
	if !slices.Contains(Clocks, o.Clock) {
		wrong("clock %q: say which clock the times follow where they carry no offset: legal (Italian, with summer time), solar (UTC+1 all the year) or utc", o.Clock)
	}
	if !slices.Contains([]Hours{"", Hours0to23, Hours1to24}, o.Hours) {
		wrong("hours %q: 0-23 or 1-24", o.Hours)
	}
	if !slices.Contains([]Label{"", LabelStart, LabelEnd}, o.Label) {
		wrong("label %q: start or end", o.Label)
	}
	if o.Label == LabelEnd && o.Interval == (Interval{}) {
		wrong("label end needs an interval such as PT1H")
	}
	if o.Aggregation != "" && !slices.Contains(Aggregations, o.Aggregation) {
		wrong("aggregation %q: one of %v", o.Aggregation, Aggregations)
	}
	for word, q := range o.Quality {
		if !slices.Contains(Qualities, q) {
			wrong("quality %s=%s: one of %v", word, q, Qualities)
		}
	}
	for _, field := range []string{"time", "value"} {
		if m.Fields[field] == "" && (field != "value" || len(o.Series) == 0) {
			wrong("the mapping must name the column of the field %s", field)
		}
	}
	if m.Fields["value"] != "" && len(o.Series) > 0 {
		wrong("either a column is the value, or several are series of values")
	}
	station, property := m.Fields["station"] != "", m.Fields["property"] != ""
	switch {
	case len(o.Series) == 0 && !(station && property):
		wrong("the mapping must say station and property: a column, or a constant in single quotes")
	case len(o.Series) > 0 && station == property:
		wrong("with series the mapping says station, and each series is a property, or property, and each series is a station")
	}
	return errors.Join(errs...)
}

// AsText is m with every column read as text: what a source wrote for a time or
// a value must not be interpreted before its clock and its words are known.
func (m Mapping) AsText() Mapping {
	types := maps.Clone(m.Types)
	if types == nil {
		types = map[string]ColumnType{}
	}
	if _, said := types[AnyColumn]; !said {
		types[AnyColumn] = ColumnText
	}
	m.Types = types
	return m
}

// AnyColumn in Mapping.Types stands for the columns that it does not name.
const AnyColumn = "*"

// NewObserver prepares the mapping of src for one of its layers. now is the
// moment after which a measurement cannot have been made.
func NewObserver(src Source, layer *Layer, v *Vocabularies, now time.Time) (*Observer, error) {
	if layer.Guess.Kind == KindObservation { // the protocol knows what its columns are
		src.Mapping.Fields, src.Mapping.Observation = layer.Guess.Fields, layer.Guess.Observation
	}
	if err := src.Mapping.CheckObservations(); err != nil {
		return nil, fmt.Errorf("source %s: %w", src.ID, err)
	}
	o := &Observer{src: src, mapping: *src.Mapping.Observation, vocab: v, now: now, fields: map[string]expression{}, missing: map[string]bool{}, infos: map[string]StreamInfo{}, units: map[string]bool{}}
	o.mapping.Hours = cmp.Or(o.mapping.Hours, Hours0to23)
	if o.mapping.Label == "" {
		o.mapping.Label = LabelStart
		if o.mapping.Hours == Hours1to24 && o.mapping.Interval != (Interval{}) {
			o.mapping.Label = LabelEnd
		}
	}
	for _, m := range o.mapping.Missing {
		o.missing[m] = true
	}
	used := map[int]bool{}
	for _, field := range ObservationFields {
		text := src.Mapping.Fields[field]
		if text == "" {
			continue
		}
		e, err := parseExpression(text, layer)
		if err != nil {
			return nil, fmt.Errorf("source %s: field %s: %w", src.ID, field, err)
		}
		o.fields[field] = e
		e.mark(used)
	}
	return o, o.findSeries(layer, used)
}

// findSeries finds the columns that hold values.
func (o *Observer) findSeries(layer *Layer, used map[int]bool) error {
	if len(o.mapping.Series) == 0 {
		o.series = []series{{column: o.src.Mapping.Fields["value"], value: o.fields["value"]}}
		return nil
	}
	for _, column := range slices.Sorted(maps.Keys(o.mapping.Series)) {
		if column == AnyColumn {
			continue
		}
		i := layer.column(column)
		if i < 0 {
			return fmt.Errorf("source %s: series %q: there is no such column; there are %s: %w", o.src.ID, column, layer.names(), ErrInvalid)
		}
		used[i] = true
		o.series = append(o.series, series{column: column, value: expression{{column: i}}, name: cmp.Or(o.mapping.Series[column], column), empty: true})
	}
	if _, all := o.mapping.Series[AnyColumn]; all {
		for i, c := range layer.Columns {
			if !used[i] {
				o.series = append(o.series, series{column: c.Name, value: expression{{column: i}}, name: c.Name, empty: true})
			}
		}
	}
	return nil
}

// Reading names how times are read: what another reading makes of the same
// source is other datastreams.
func (o *Observer) Reading() string {
	m := o.mapping
	return strings.TrimSpace(fmt.Sprintf("%s %s %s %s", m.Clock, m.Hours, m.Interval, m.Label))
}

// Page is an empty page of the observations of o.
func (o *Observer) Page() ObservationPage {
	return ObservationPage{Reading: o.Reading(), Clock: o.mapping.Clock, Interval: o.mapping.Interval, Streams: map[Stream]StreamInfo{}}
}

// Info is what the datastream of an observation is. A property that the
// vocabulary has not keeps the source's word.
func (o *Observer) Info(ob Observation) StreamInfo {
	instant := o.mapping.Interval == (Interval{}) && ob.End.Equal(ob.Start)
	key := fmt.Sprint(ob.Stream.Property, "\x00", ob.Unit, instant)
	if info, ok := o.infos[key]; ok {
		return info
	}
	p, unit, known := o.vocab.ObservedProperty(ob.Stream.Property)
	info := StreamInfo{Code: p.Code, URI: p.URI, Title: p.Label, Unit: cmp.Or(ob.Unit, unit, p.Unit), Aggregation: p.Aggregation}
	if !known {
		info.Title = ob.Stream.Property
	}
	if u, ok := o.vocab.Unit(info.Unit); ok {
		info.Unit = u.Code
	}
	switch {
	case o.mapping.Aggregation != "":
		info.Aggregation = o.mapping.Aggregation
	case instant && info.Aggregation != AggregationSum:
		info.Aggregation = AggregationInstant
	case info.Aggregation == "" || info.Aggregation == AggregationInstant:
		info.Aggregation = AggregationMean
	}
	if len(o.infos) < maxInfos {
		o.infos[key] = info
	}
	return info
}

// maxInfos bounds what is remembered of a source that calls every value by a
// name of its own.
const maxInfos = 10_000

// OddUnit tells, once for each, a unit that no vocabulary has, and what is expected
// instead; the datastream keeps it as its source writes it.
func (o *Observer) OddUnit(said string) (expected string, odd bool) {
	if said == "" || o.units[said] || len(o.units) >= maxInfos {
		return "", false
	}
	o.units[said] = true
	if _, ok := o.vocab.Unit(said); ok {
		return "", false
	}
	return o.vocab.WantsUnit(said), true
}

// UnitField is the column of units.
func (o *Observer) UnitField() string { return o.src.Mapping.Fields["unit"] }
