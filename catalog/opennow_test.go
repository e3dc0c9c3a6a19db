package catalog

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWeekAt(t *testing.T) {
	const (
		office = "lun-ven 9-13; gio 15-17"
		museum = "mar-dom 10-18; festivi 10-13"
		pub    = "Fr-Sa 21:00-02:00"
	)
	for _, tt := range []struct{ hours, at, want string }{
		{office, "2026-11-23T08:59:59+01:00", "closed 2026-11-23T09:00"}, // Monday
		{office, "2026-11-23T09:00:00+01:00", "open 2026-11-23T13:00"},
		{office, "2026-11-23T11:59:00Z", "open 2026-11-23T13:00"}, // 12:59 in Italy
		{office, "2026-11-23T13:00:00+01:00", "closed 2026-11-24T09:00"},
		{office, "2026-11-26T14:00:00+01:00", "closed 2026-11-26T15:00"}, // Thursday, between two
		{office, "2026-11-27T20:00:00+01:00", "closed 2026-11-30T09:00"}, // over the weekend
		{office, "2026-07-02T13:30:00Z", "open 2026-07-02T17:00"},        // summer time
		{"lun-ven 9-13, 13-18", "2026-11-23T10:00:00+01:00", "open 2026-11-23T18:00"},
		{"lun 9-24; mar 0-6", "2026-11-23T10:00:00+01:00", "open 2026-11-24T06:00"},
		{"lun-ven 9-13; chiuso ad agosto", "2026-07-31T13:00:00+02:00", "closed 2026-09-01T09:00"}, // a public holiday lies between
		{"lun-ven 9-13; chiuso ad agosto; festivi chiuso", "2026-07-31T13:00:00+02:00", "closed 2026-09-01T09:00"},
		{"Pasqua-Ognissanti\ntutti i giorni ore 10-17\nfestivi 10-12", "2026-11-02T09:00:00+01:00", "closed 2027-03-28T10:00"}, // Easter
		{"1° sabato del mese 9-12; festivi chiuso", "2026-11-07T12:00:00+01:00", "closed 2026-12-05T09:00"},
		{pub, "2026-11-28T01:30:00+01:00", "open 2026-11-28T02:00"}, // Saturday, since Friday
		{pub, "2026-11-28T23:00:00+01:00", "open 2026-11-29T02:00"},
		{pub, "2026-11-29T02:00:00+01:00", "closed 2026-12-04T21:00"},
		{"24/7", "2026-12-08T10:00:00+01:00", "open"},
		{"lun-dom chiuso; festivi chiuso", "2026-11-23T10:00:00+01:00", "closed"},
		{"lun 9-10", "2026-11-23T10:00:00+01:00", "closed 2026-11-30T09:00"}, // a week on
		// public holidays: 8 December is a Tuesday, 25 and 26 are Friday and Saturday
		{museum, "2026-12-08T11:00:00+01:00", "open 2026-12-08T13:00"},
		{museum, "2026-12-08T14:00:00+01:00", "closed 2026-12-09T10:00"},
		{museum, "2026-12-07T11:00:00+01:00", "closed 2026-12-08T10:00"},
		{office, "2026-12-08T11:00:00+01:00", "unsaid"},
		{office, "2026-12-07T11:00:00+01:00", "open 2026-12-07T13:00"},
		{office, "2026-12-07T13:00:00+01:00", "closed"}, // nothing is said beyond the holiday
		{"lun-ven 9-13; festivi chiuso", "2026-12-07T13:00:00+01:00", "closed 2026-12-09T09:00"},
		{"lun-dom 9-24", "2026-12-07T13:00:00+01:00", "open"}, // it may stay open
		{pub, "2026-12-26T01:00:00+01:00", "unsaid"},          // the night of a holiday may not be over
		{pub, "2026-12-27T02:30:00+01:00", "closed"},          // 1 January lies before the next Friday
		// clocks go forward on 29 March 2026 at two, and back on 25 October at three
		{"sab 21-4", "2026-03-28T23:00:00+01:00", "open 2026-03-29T04:00"},
		{"sab 21-2:30", "2026-03-28T23:00:00+01:00", "open 2026-03-29T03:00"}, // half past two never comes
		{"dom 2:30-5", "2026-03-29T00:30:00+01:00", "closed 2026-03-29T03:00"},
		{"sab 21-4", "2026-10-24T23:00:00+02:00", "open 2026-10-25T04:00"},
		{"dom 9-13", "2026-10-25T00:30:00+02:00", "closed 2026-10-25T09:00"},
		{"dom 2:30-5", "2026-10-25T02:15:00+01:00", "closed 2026-10-25T02:30"}, // the second time
	} {
		at, err := time.Parse(time.RFC3339, tt.at)
		if err != nil {
			t.Fatal(err)
		}
		hours, ok := ReadHours(tt.hours)
		if !ok {
			t.Fatalf("%q is not read", tt.hours)
		}
		state, told := hours.At(at, "")
		got := map[bool]string{true: "open", false: "closed"}[state.Open]
		if !told {
			got = "unsaid"
		}
		if !state.Change.IsZero() {
			got += " " + state.Change.In(Rome).Format("2006-01-02T15:04")
		}
		if got != tt.want {
			t.Errorf("%q at %s: %s; want %s", tt.hours, tt.at, got, tt.want)
		}
	}
}

// A patron saint's day is a public holiday in its municipality alone.
func TestPatronDay(t *testing.T) {
	hours, _ := ReadHours("lun-ven 9-13; festivi chiuso")
	at := time.Date(2026, 6, 24, 10, 0, 0, 0, Rome) // a Wednesday, San Giovanni
	for istat, want := range map[string]bool{"048017": false, "100005": true, "": true} {
		if state, ok := hours.At(at, istat); !ok || state.Open != want {
			t.Errorf("in %q on %v open %v, told %v; want %v", istat, at, state.Open, ok, want)
		}
	}
}

// Closures that the source tells of hold besides the hours; of those without dates
// nothing is known.
func TestClosures(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 0, Rome)
	for closures, want := range map[string]string{
		`[{"from":"2026-11-20","to":"2026-11-24","reason":"inventario"}]`: "closed", `[{"from":"2026-11-24"}]`: "open", `[{"from":"2026-10-01"}]`: "closed",
		`[{"reason":"lavori"}]`: "unsaid", `"per lavori"`: "unsaid", `[]`: "open",
	} {
		r := Record{OpeningHours: "lun-ven 9-13", Properties: Properties{{Name: "closures", Value: json.RawMessage(closures)}}}
		got := "unsaid"
		if hours, ok := r.Hours(); ok {
			if state, told := hours.At(at, ""); told {
				got = map[bool]string{true: "open", false: "closed"}[state.Open]
			}
		}
		if got != want {
			t.Errorf("closures %s: %s; want %s", closures, got, want)
		}
	}
}

// Whatever the hours: up to the change nothing changes, and at it the opposite is
// true.
func TestHoursHoldUntilTheirChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		hours := &OpeningHours{opens: true}
		for i := range rapid.IntRange(1, 10).Draw(t, "times") {
			from := rapid.IntRange(0, minutesOfDay-1).Draw(t, "from")
			r := hoursRule{days: uint8(rapid.IntRange(1, everyDay).Draw(t, "days")), level: i / 2, also: i%3 == 2}
			r.spans = []HoursSpan{{From: from, To: rapid.IntRange(from+1, from+minutesOfDay).Draw(t, "to")}}
			if rapid.Bool().Draw(t, "season") {
				s, _ := newSeason(bound{byYear, rapid.Int32Range(1, 366).Draw(t, "since")}, bound{byYear, rapid.Int32Range(1, 366).Draw(t, "until")})
				r.seasons = []season{s}
			}
			hours.rules = append(hours.rules, r)
		}
		at := time.Unix(rapid.Int64Range(1_700_000_000, 1_900_000_000).Draw(t, "at"), 0)
		state, told := hours.At(at, "")
		if !told || state.Change.IsZero() {
			return
		}
		if !state.Change.After(at) || state.Change.After(at.AddDate(0, 0, OpeningAhead)) {
			t.Fatalf("at %v it changes at %v", at, state.Change)
		}
		if after, told := hours.At(state.Change, ""); !told || after.Open == state.Open {
			t.Errorf("at %v open %v; at its change %v the same", at, state.Open, state.Change)
		}
		for range 20 {
			between := time.Unix(rapid.Int64Range(at.Unix(), state.Change.Unix()-1).Draw(t, "between"), 0)
			if then, told := hours.At(between, ""); !told || then.Open != state.Open {
				t.Errorf("at %v open %v until %v; at %v not", at, state.Open, state.Change, between)
			}
		}
	})
}

func BenchmarkHoursAt(b *testing.B) {
	hours, _ := ReadHours("lun-ven 9-13; gio 15-17; sab chiuso; festivi chiuso")
	at := time.Date(2026, 11, 27, 20, 0, 0, 0, Rome)
	for b.Loop() {
		hours.At(at, "")
	}
}

func BenchmarkReadHours(b *testing.B) {
	for _, text := range []string{"Mo-Fr 08:30-13:00; Tu,Th 15:00-17:30", "lun-ven 9-13, mar e gio anche 15-18, chiuso ad agosto"} {
		b.Run(text[:3], func(b *testing.B) {
			for b.Loop() {
				ReadHours(text)
			}
		})
	}
}
