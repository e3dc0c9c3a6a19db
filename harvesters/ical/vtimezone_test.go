package ical

import (
	"os"
	"regexp"
	"testing"
	"time"
)

// The zones that real calendars define are those of the IANA database whose
// names they bear, every six hours from 2008, when their rules begin to hold, to 2037.
func TestZonesOfRealCalendarsAreThoseTheyAreCalledAfter(t *testing.T) {
	known := regexp.MustCompile(`(?:Europe|America)/[A-Za-z_]+$`)
	compared := 0
	for name := range realCalendars {
		doc, err := os.ReadFile(shared(t, name))
		if err != nil {
			t.Fatal(err)
		}
		cal, err := parse(document(doc), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cal.zones {
			id := known.FindString(c.text("TZID"))
			if id == "" || name == "i4-google_aus_holidays.ics" { // of 2006: America changed its rules the year after, hence names go first
				continue
			}
			want, err := time.LoadLocation(id)
			if err != nil {
				t.Fatal(err)
			}
			got, err := location(c.text("TZID"), c)
			if err != nil {
				t.Errorf("%s: %s: %v", name, id, err)
				continue
			}
			compared++
			for at := time.Date(2008, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2038; at = at.Add(6 * time.Hour) {
				_, a := at.In(got).Zone()
				if _, b := at.In(want).Zone(); a != b {
					t.Errorf("%s: %s at %s is %d s from UTC; want %d", name, id, at, a, b)
					break
				}
			}
		}
	}
	if compared < 5 {
		t.Errorf("%d zones were compared; want at least 5", compared)
	}
}

// What the clock of a zone shows and when are inverse, but for the hour that
// is skipped.
func TestAtAndWallOfAreInverse(t *testing.T) {
	for _, name := range []string{"Europe/Rome", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for wall := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); wall.Year() < 2028; wall = wall.Add(10 * time.Minute) {
			moment := at(wall, zone)
			back := wallOf(moment, zone)
			if skipped := back.Sub(wall); skipped != 0 {
				if skipped != time.Hour && skipped != 30*time.Minute {
					t.Fatalf("%s: %s is %s, which is %s", name, wall, moment, back)
				}
				for around := moment.Add(-3 * time.Hour); around.Before(moment.Add(3 * time.Hour)); around = around.Add(10 * time.Minute) {
					if wallOf(around, zone).Equal(wall) {
						t.Fatalf("%s: %s is %s, and not %s", name, wall, around, moment)
					}
				}
			}
			if earlier := moment.Add(-time.Hour); wallOf(earlier, zone).Equal(wall) {
				t.Fatalf("%s: %s is %s, and was %s before", name, wall, moment, earlier)
			}
		}
	}
}
