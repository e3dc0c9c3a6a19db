package catalog

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var observeNow = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func observer(t testing.TB, m ObservationMapping, fields map[string]string, columns ...string) (*Observer, *Layer) {
	t.Helper()
	layer := &Layer{}
	for _, c := range columns {
		layer.Columns = append(layer.Columns, Column{Name: c, Type: ColumnText})
	}
	v, err := NewVocabularies(Tables{
		Licences: []Licence{{Notation: "A.2.1", URI: "by"}, {Notation: "C.1.1", URI: "unknown"}},
		ObservedProperties: []ObservedProperty{
			{Code: "pm10", Label: "PM10", URI: "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5", Unit: "ug/m3", Aggregation: AggregationMean},
			{Code: "precipitation", Label: "Precipitazione", Unit: "mm", Aggregation: AggregationSum, Names: []string{"pioggia"}},
		},
		Units: []Unit{{Code: "ug/m3", Symbol: "µg/m³", Names: []string{"µg/mc"}}, {Code: "mg/m3", Symbol: "mg/m³"}, {Code: "mm", Symbol: "mm"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	o, err := NewObserver(Source{ID: "aria", Mapping: Mapping{Kind: KindObservation, Fields: fields, Observation: &m}}, layer, v, observeNow)
	if err != nil {
		t.Fatal(err)
	}
	return o, layer
}

func hourly(clock Clock) ObservationMapping {
	return ObservationMapping{Clock: clock, Interval: Interval{Clock: time.Hour}}
}

var longFields = map[string]string{"station": "stazione", "property": "'PM10'", "time": "ora", "value": "valore"}

// told is the observations of one row in a line each: "start/end value quality reason".
func told(list []Observation) string {
	var lines []string
	for _, o := range list {
		value := "null"
		if o.Value != nil {
			value = fmt.Sprint(*o.Value)
		}
		line := strings.TrimSpace(fmt.Sprintf("%s %s %s/%s %s %s %s", o.Stream.Station, o.Stream.Property, o.Start.UTC().Format("2006-01-02T15:04"), o.End.UTC().Format("2006-01-02T15:04"), value, o.Quality, o.Reason))
		if !o.Later.IsZero() {
			line += " or " + o.Later.UTC().Format("15:04")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func rules(issues []Issue) string {
	var list []string
	for _, i := range issues {
		rule := i.Rule
		if i.Refused {
			rule += " refused"
		}
		list = append(list, rule)
	}
	return strings.Join(list, ", ")
}

// Traps of spec §1.6: hours 1 to 24 with 24 the next midnight, solar time all
// the year, and daily means labelled with the day of the end of the sampling;
// and the two nights of legal time.
func TestObserveReadsTheClock(t *testing.T) {
	ends := func(m ObservationMapping) ObservationMapping { m.Label = LabelEnd; return m }
	numbered := func(m ObservationMapping) ObservationMapping { m.Hours = Hours1to24; return m }
	daily := func(label Label) ObservationMapping {
		return ObservationMapping{Clock: ClockLegal, Interval: Interval{Days: 1}, Label: label}
	}
	for _, tt := range []struct {
		name    string
		mapping ObservationMapping
		said    string
		want    string // start/end in UTC, or the rule of the refusal
	}{
		{"hour 1 ends at one", numbered(hourly(ClockSolar)), "21/11/2026 1", "2026-11-20T23:00/2026-11-21T00:00"},
		{"hour 24 is the next midnight", numbered(hourly(ClockSolar)), "21/11/2026 24", "2026-11-21T22:00/2026-11-21T23:00"},
		{"24:00 too", numbered(hourly(ClockSolar)), "2026-11-21 24:00", "2026-11-21T22:00/2026-11-21T23:00"},
		{"there is no hour 0 then", numbered(hourly(ClockSolar)), "2026-11-21 00", "hour-out-of-range refused"},
		{"nor a bare 24 among 0 to 23", hourly(ClockSolar), "2026-11-21 24", "hour-out-of-range refused"},
		{"hour 24 of the last of the year", numbered(hourly(ClockSolar)), "31/12/2025 24", "2025-12-31T22:00/2025-12-31T23:00"},
		{"solar time in July is not legal time", hourly(ClockSolar), "2026-07-01 12:00", "2026-07-01T11:00/2026-07-01T12:00"},
		{"legal time in July", hourly(ClockLegal), "2026-07-01 12:00", "2026-07-01T10:00/2026-07-01T11:00"},
		{"utc", hourly(ClockUTC), "2026-07-01T12:00", "2026-07-01T12:00/2026-07-01T13:00"},
		{"an offset that is written counts", hourly(ClockSolar), "2026-07-01T12:00:00+02:00", "2026-07-01T10:00/2026-07-01T11:00"},
		{"the hour that summer time skips", hourly(ClockLegal), "2026-03-29 02:30", "time-skipped refused"},
		{"solar time has it", hourly(ClockSolar), "2026-03-29 02:00", "2026-03-29T01:00/2026-03-29T02:00"},
		{"an hour may end at the jump", ends(hourly(ClockLegal)), "2026-03-29 02:00", "2026-03-29T00:00/2026-03-29T01:00"},
		{"and be called three", ends(hourly(ClockLegal)), "2026-03-29 03:00", "2026-03-29T00:00/2026-03-29T01:00"},
		{"the hour that comes twice", hourly(ClockLegal), "2026-10-25 02:00", "2026-10-25T00:00/2026-10-25T01:00 or 01:00"},
		{"a day by its start", daily(LabelStart), "2026-11-21", "2026-11-20T23:00/2026-11-21T23:00"},
		{"a day by the end of its sampling", daily(LabelEnd), "2026-11-21", "2026-11-19T23:00/2026-11-20T23:00"},
		{"a day of 23 hours", daily(LabelStart), "2026-03-29", "2026-03-28T23:00/2026-03-29T22:00"},
		{"a month", ObservationMapping{Clock: ClockLegal, Interval: Interval{Months: 1}}, "2026-02", "2026-01-31T23:00/2026-02-28T23:00"},
		{"an instant", ObservationMapping{Clock: ClockUTC}, "202611210930", "2026-11-21T09:30/2026-11-21T09:30"},
		{"tomorrow's midnight is near enough", daily(LabelStart), "2026-11-23", "2026-11-22T23:00/2026-11-23T23:00"},
		{"a measurement is no forecast", daily(LabelStart), "2026-12-24", "time-in-future refused"},
		{"no time", hourly(ClockUTC), "", "time-unreadable refused"},
		{"the thirtieth of February", hourly(ClockUTC), "30/02/2026 10:00", "time-unreadable refused"},
		{"the twelfth month comes second", hourly(ClockUTC), "2026-13-01 10:00", "time-unreadable refused"},
	} {
		o, layer := observer(t, tt.mapping, longFields, "stazione", "ora", "valore")
		list, issues := o.Observe(Harvested{Layer: layer, Values: []any{"IT1", tt.said, "12,5"}})
		got := rules(issues)
		if got == "" {
			got = strings.Replace(strings.TrimPrefix(told(list), "IT1 PM10 "), " 12.5 raw", "", 1)
		}
		if got != tt.want {
			t.Errorf("%s: %q = %s; want %s", tt.name, tt.said, got, tt.want)
		}
	}
}

func TestObserveReadsTheValue(t *testing.T) {
	m := hourly(ClockSolar)
	m.Missing = []string{"9999"}
	m.Quality = map[string]Quality{"2": QualityProvisional}
	fields := map[string]string{"station": "stazione", "property": "'PM10'", "time": "ora", "value": "valore", "quality": "q"}
	for _, tt := range []struct{ said, quality, want, rules string }{
		{"12,5", "", "12.5 raw", ""},
		{"1.234,5", "V", "1234.5 validated", ""},
		{"1.234", "", "1.234 raw", ""},
		{"1,234.5", "", "1234.5 raw", ""},
		{"1.234.567", "", "1.234567e+06 raw", ""},
		{"-3", "2", "-3 provisional", ""},
		{"−3", "", "-3 raw", ""},
		{"1.2E-3", "", "0.0012 raw", ""},
		{"0", "non valido", "0 invalid", ""},
		{"7", "boh", "7 raw", "quality-unknown"},
		{"", "", "null invalid", ""},
		{"-999", "", "null invalid -999", ""},
		{"-999,0", "V", "null invalid -999,0", ""},
		{"9999", "", "null invalid 9999", ""},
		{"n.d.", "", "null invalid n.d.", ""},
		{"<0,5", "", "null below_detection <0,5", ""},
		{"< LOD", "", "null below_detection < LOD", ""},
		{">500", "", "null invalid >500", ""},
		{"NaN", "", "null invalid NaN", ""},
		{"0x1p-2", "", "null invalid 0x1p-2", "value-unreadable"},
		{"dodici", "", "null invalid dodici", "value-unreadable"},
		{"1,23,4", "", "null invalid 1,23,4", "value-unreadable"},
	} {
		o, layer := observer(t, m, fields, "stazione", "ora", "valore", "q")
		list, issues := o.Observe(Harvested{Layer: layer, Values: []any{"IT1", "2026-11-21 10:00", tt.said, tt.quality}})
		got := strings.TrimPrefix(told(list), "IT1 PM10 2026-11-21T09:00/2026-11-21T10:00 ")
		if got != tt.want || rules(issues) != tt.rules {
			t.Errorf("%q = %s (%s); want %s (%s)", tt.said, got, rules(issues), tt.want, tt.rules)
		}
	}
}

// A wide table has a column for each pollutant, or for each station.
func TestObserveUnfoldsWideTables(t *testing.T) {
	m := hourly(ClockSolar)
	m.Series = map[string]string{"*": "*"}
	o, layer := observer(t, m, map[string]string{"station": "'IT1'", "time": "data+ora"}, "data", "ora", "PM10 (µg/mc)", "pioggia [mm]", "altro")
	list, issues := o.Observe(Harvested{Layer: layer, Values: []any{"21/11/2026", "10", "12", "0,2", nil}})
	want := "IT1 PM10 (µg/mc) 2026-11-21T09:00/2026-11-21T10:00 12 raw\nIT1 pioggia [mm] 2026-11-21T09:00/2026-11-21T10:00 0.2 raw\nIT1 altro 2026-11-21T09:00/2026-11-21T10:00 null invalid"
	if diff := cmp.Diff(want, told(list)); diff != "" || len(issues) > 0 || !list[2].Empty {
		t.Errorf("%s %v", diff, issues)
	}
	infos := fmt.Sprint(o.Info(list[0]), o.Info(list[1]), o.Info(list[2]))
	if want := "{pm10 http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5 PM10 ug/m3 mean} {precipitation  Precipitazione mm sum} {  altro  mean}"; infos != want {
		t.Errorf("infos %s; want %s", infos, want)
	}

	m.Series = map[string]string{"Roma": "IT0953A", "Fontanelle": ""}
	o, layer = observer(t, m, map[string]string{"property": "'PM10'", "time": "ora"}, "ora", "Roma", "Fontanelle")
	list, _ = o.Observe(Harvested{Layer: layer, Values: []any{"2026-11-21 10", "12", "13"}})
	if want := "Fontanelle PM10 2026-11-21T09:00/2026-11-21T10:00 13 raw\nIT0953A PM10 2026-11-21T09:00/2026-11-21T10:00 12 raw"; told(list) != want {
		t.Errorf("a column a station: %s; want %s", told(list), want)
	}
}

// What a mapping lacks is said before a harvest; the clock is never guessed.
func TestCheckObservations(t *testing.T) {
	for _, tt := range []struct {
		mapping Mapping
		want    string
	}{
		{Mapping{Fields: longFields}, "which clock"},
		{Mapping{Fields: longFields, Observation: &ObservationMapping{Clock: "sundial"}}, "which clock"},
		{Mapping{Fields: map[string]string{"station": "a", "property": "b", "value": "c"}, Observation: &ObservationMapping{Clock: ClockSolar}}, "field time"},
		{Mapping{Fields: map[string]string{"time": "a", "value": "c"}, Observation: &ObservationMapping{Clock: ClockSolar}}, "station and property"},
		{Mapping{Fields: map[string]string{"time": "a", "station": "c"}, Observation: &ObservationMapping{Clock: ClockSolar, Label: LabelEnd, Series: map[string]string{"*": "*"}}}, "needs an interval"},
		{Mapping{Fields: longFields, Observation: &ObservationMapping{Clock: ClockSolar, Quality: map[string]Quality{"1": "fine"}}}, "quality 1=fine"},
		{Mapping{Fields: longFields, Observation: &ObservationMapping{Clock: ClockSolar}}, ""},
	} {
		err := tt.mapping.CheckObservations()
		if got := fmt.Sprint(err); tt.want == "" && err != nil || !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %v; want %q", tt.mapping, err, tt.want)
		}
	}
}

// FuzzObserve: whatever a source writes, an observation has a time that is not
// before its end nor in the future, and a number or a reason; and reading it
// again gives the same.
func FuzzObserve(f *testing.F) {
	for _, s := range [][2]string{{"21/11/2026 24", "12,5"}, {"2026-10-25T02:00", "<0,5"}, {"2026-03-29 02.30", "-999"}, {"2026112109", "1.234.567,8"}, {"2026-11", "n.d."}, {"1.1.1999 ore 9", "1e309"}, {"2026-11-21T10:00:00.123456789+05:30", "−0"}} {
		f.Add(s[0], s[1])
	}
	var observers []*Observer
	var layer *Layer
	for _, m := range []ObservationMapping{hourly(ClockSolar), {Clock: ClockLegal, Hours: Hours1to24, Interval: Interval{Clock: time.Hour}}, {Clock: ClockLegal, Interval: Interval{Days: 1}, Label: LabelEnd}} {
		o, l := observer(f, m, longFields, "stazione", "ora", "valore")
		observers, layer = append(observers, o), l
	}
	f.Fuzz(func(t *testing.T, when, value string) {
		for _, o := range observers {
			h := Harvested{Layer: layer, Values: []any{"IT1", when, value}}
			list, issues := o.Observe(h)
			again, _ := o.Observe(h)
			if diff := cmp.Diff(list, again); diff != "" {
				t.Fatalf("not the same twice: %s", diff)
			}
			if len(list) == 0 && len(issues) == 0 {
				t.Fatal("dropped without a word")
			}
			for _, ob := range list {
				if ob.End.Before(ob.Start) || ob.Start.Year() < 1699 || ob.Start.After(observeNow.Add(maxAhead)) {
					t.Fatalf("%q: %s to %s", when, ob.Start, ob.End)
				}
				if ob.Value == nil && ob.Quality != QualityInvalid && ob.Quality != QualityBelowDetection {
					t.Fatalf("%q: no value, quality %s", value, ob.Quality)
				}
				if v := ob.Value; v != nil && (*v != *v || *v-*v != 0 || *v == -999) {
					t.Fatalf("%q is %v", value, *v)
				}
			}
		}
	})
}

func FuzzParseInterval(f *testing.F) {
	for _, s := range []string{"PT1H", "P1D", "P1Y2M3DT4H5M6S", "P2W", "PT", "P", "P1M1Y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		i, err := ParseInterval(s)
		if err != nil {
			return
		}
		if again, err := ParseInterval(i.String()); err != nil || again != i {
			t.Errorf("%q = %v, written %q and read %v, %v", s, i, i.String(), again, err)
		}
	})
}
