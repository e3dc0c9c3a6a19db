package catalog

import (
	"errors"
	"strings"
	"time"
)

// Observe is what one row says, and what is doubtful about it. An Issue with
// Refused means that nothing of the row, or of the series it names, is kept.
func (o *Observer) Observe(h Harvested) ([]Observation, []Issue) {
	issues := append([]Issue(nil), h.Issues...)
	report := func(rule, field, read, expected string, refused bool) {
		issues = append(issues, Issue{Rule: rule, File: h.Layer.Name, Line: h.Line, Field: field, Read: Excerpt(read), Expected: expected, Refused: refused})
	}
	text := func(field string) string { return oneLine(o.fields[field].value(h.Values)) }
	span, ok := o.when(text, report)
	if !ok {
		return nil, issues
	}
	if result := text("result_time"); result != "" {
		if t, err := o.instant(result); err == nil {
			span.result = &t.first
		} else {
			report("time-unreadable", o.src.Mapping.Fields["result_time"], result, "when the value was published, such as 2026-11-21 14:00", false)
		}
	}
	quality, known := o.quality(text("quality"))
	if !known {
		report("quality-unknown", o.src.Mapping.Fields["quality"], text("quality"), "a quality; say what it means with --quality WORD=validated, …; taken for raw", false)
	}
	station, property, unit := clean(text("station")), clean(text("property")), clean(text("unit"))
	var list []Observation
	for _, s := range o.series {
		ob := Observation{Stream: Stream{station, property}, Unit: unit, Start: span.start, End: span.end, Later: span.later, ResultTime: span.result}
		switch {
		case s.name != "" && o.fields["station"] != nil:
			ob.Stream.Property = s.name
		case s.name != "":
			ob.Stream.Station = s.name
		}
		if ob.Stream.Station == "" {
			report("station-missing", o.src.Mapping.Fields["station"], "", "the code of the station", true)
			continue
		}
		if ob.Stream.Property == "" {
			report("property-missing", o.src.Mapping.Fields["property"], "", "what was measured", true)
			continue
		}
		ob.Stream = Stream{Excerpt(ob.Stream.Station), Excerpt(ob.Stream.Property)}
		o.value(&ob, s, s.value.value(h.Values), quality, report)
		list = append(list, ob)
	}
	return list, issues
}

// value reads what was measured into ob.
func (o *Observer) value(ob *Observation, s series, said string, quality Quality, report func(rule, field, read, expected string, refused bool)) {
	value, found, readable := measured(said, o.src.Mapping.Decimal, o.missing)
	ob.Value, ob.Quality = value, found
	if value == nil {
		ob.Reason = Excerpt(oneLine(said))
		ob.Empty = ob.Reason == "" && s.empty
	} else {
		ob.Quality = quality
	}
	if !readable {
		report("value-unreadable", s.column, said, "a number, or a word for no value that --missing names; kept without value", false)
	}
}

// quality is ours for the source's word.
func (o *Observer) quality(said string) (Quality, bool) {
	if said == "" {
		return QualityRaw, true
	}
	if q, ok := o.mapping.Quality[said]; ok {
		return q, true
	}
	q, ok := qualities[strings.ToLower(said)]
	if !ok {
		return QualityRaw, false
	}
	return q, true
}

// A span is when a value was measured.
type span struct {
	start, end, later time.Time
	result            *time.Time
}

// when reads the time of a row, and reports what keeps the row from being used.
func (o *Observer) when(text func(string) string, report func(rule, field, read, expected string, refused bool)) (span, bool) {
	column, said := o.src.Mapping.Fields["time"], text("time")
	at, err := o.instant(said)
	if err != nil {
		rule, expected := "time-unreadable", "a time such as 2026-11-21 14:00 or 21/11/2026 14:00"
		switch {
		case errors.Is(err, errNoTime):
			rule, expected = "time-skipped", "an hour that legal time has; if the source keeps solar time all the year, set --clock solar"
		case errors.Is(err, errHour):
			rule, expected = "hour-out-of-range", "an hour "+string(o.mapping.Hours)+"; --hours says how the source numbers them"
		}
		report(rule, column, said, expected, true)
		return span{}, false
	}
	s := o.interval(at)
	if o.fields["end"] != nil {
		end, err := o.instant(text("end"))
		if err != nil || end.first.Before(at.first) {
			report("time-unreadable", o.src.Mapping.Fields["end"], text("end"), "the end of the interval, not before its start", true)
			return span{}, false
		}
		s = span{start: at.first, end: end.first}
	}
	if s.start.After(o.now.Add(maxAhead)) {
		report("time-in-future", column, said, "a time that has been", true)
		return span{}, false
	}
	return s, true
}

// interval is what a value labelled at stands for.
func (o *Observer) interval(at moment) span {
	i := o.mapping.Interval
	around := func(t time.Time) (start, end time.Time) {
		switch {
		case i == (Interval{}):
			return t, t
		case o.mapping.Label == LabelEnd:
			return i.Before(t), t
		}
		return t, i.After(t)
	}
	var s span
	s.start, s.end = around(at.first)
	if !at.second.IsZero() {
		s.later, _ = around(at.second)
	}
	return s
}

// A moment is what a time names: two instants in the night in which summer
// time ends.
type moment struct{ first, second time.Time }

var errHour = errors.New("hour out of range")

// instant reads a time by the source's clock.
func (o *Observer) instant(said string) (moment, error) {
	w, err := parseWall(said)
	if err != nil {
		return moment{}, err
	}
	if w.timed && (w.bare && w.hour == 24 && o.mapping.Hours == Hours0to23 || w.hour == 0 && w.minute+w.second == 0 && o.mapping.Hours == Hours1to24) {
		return moment{}, errHour
	}
	loc := o.mapping.Clock.Location()
	first, second, err := w.instants(loc)
	if errors.Is(err, errNoTime) && o.mapping.Label == LabelEnd && w.minute+w.second+w.nano == 0 {
		// An hour that ends when legal clocks jump is labelled with either side of the jump.
		before := w
		before.hour--
		if first, second, again := before.instants(loc); again == nil {
			return moment{first.Add(time.Hour), later(second, time.Hour)}, nil
		}
	}
	return moment{first, second}, err
}

func later(t time.Time, d time.Duration) time.Time {
	if t.IsZero() {
		return t
	}
	return t.Add(d)
}
