package catalog

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWeekHours(t *testing.T) {
	workdays := func(from, to int) []Opening {
		var week []Opening
		for d := range 5 {
			week = append(week, Opening{d, from, to})
		}
		return week
	}
	for _, tt := range []struct {
		text string
		want []Opening
		ok   bool
	}{
		{"lun-ven 9-13", workdays(540, 780), true},
		{"Mo-Fr 09:00-13:00; PH off", workdays(540, 780), true},
		{"dal lunedì al venerdì: 9.00-13.00; sabato e domenica chiuso", workdays(540, 780), true},
		{"lun 9-13, 15-18.30", []Opening{{0, 540, 780}, {0, 900, 1110}}, true},
		{"mer chiuso; lun-mer 9-13", []Opening{{0, 540, 780}, {1, 540, 780}}, true}, // closed is closed, in either order
		{"lun-mer 9-13; mer chiuso", []Opening{{0, 540, 780}, {1, 540, 780}}, true},
		{"sab 21-2", []Opening{{5, 1260, 1560}}, true},
		{"dom 9-24", []Opening{{6, 540, 1440}}, true},
		{"24/7", []Opening{{0, 0, 1440}, {1, 0, 1440}, {2, 0, 1440}, {3, 0, 1440}, {4, 0, 1440}, {5, 0, 1440}, {6, 0, 1440}, {7, 0, 1440}}, true},
		{"domenica e festivi 10-12:30", []Opening{{6, 600, 750}, {7, 600, 750}}, true},
		{"Su,PH 10:00-12:30; PH off", []Opening{{6, 600, 750}}, true},
		{"lun-festivi 9-13", nil, false},
		{"lun-ven 9-13; chiuso ad agosto", nil, false},
		{"lun-ven 9-13 su prenotazione", nil, false},
		{"lun 9-25", nil, false},
		{"lun 9-9", nil, false},
		{"PH off", nil, true},
		{"", nil, false},
		{strings.Repeat("lun 9-10; ", 200), nil, false},
	} {
		got, ok := WeekHours(tt.text)
		if diff := cmp.Diff(tt.want, got.Times); diff != "" || ok != tt.ok {
			t.Errorf("WeekHours(%q): ok %v, want %v\n%s", tt.text, ok, tt.ok, diff)
		}
	}
}

func TestHoliday(t *testing.T) {
	for date, want := range map[string]bool{
		"2026-01-01": true, "2026-01-06": true, "2026-04-05": true, "2026-04-06": true, "2026-04-07": false, "2026-04-25": true,
		"2026-10-04": true, "2025-10-04": false, "2026-11-22": false, "2026-12-08": true, "2026-12-26": true,
		"2024-03-31": true, "2024-04-01": true, "2025-04-21": true, "2027-03-28": true, "2038-04-25": true, "2038-04-26": true,
	} {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			t.Fatal(err)
		}
		if got := Holiday(day); got != want {
			t.Errorf("Holiday(%s) = %v; want %v", date, got, want)
		}
	}
}

// FuzzWeekHours: what is read are times of a week.
func FuzzWeekHours(f *testing.F) {
	f.Add("lun-ven 9-13, 15-18.30; sab chiuso")
	f.Add("Mo,We 08:00-24:00; PH off")
	f.Add("dal – e , a al lun-")
	f.Fuzz(func(t *testing.T, text string) {
		week, ok := WeekHours(text)
		for _, o := range week.Times {
			if !ok || o.Day < 0 || o.Day > PublicHoliday || o.From < 0 || o.From >= minutesOfDay || o.To <= o.From || o.To > o.From+minutesOfDay {
				t.Errorf("WeekHours(%q) has %+v, ok %v", text, o, ok)
			}
		}
	})
}
