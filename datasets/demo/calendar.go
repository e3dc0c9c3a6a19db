package demo

import (
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// day is the day n days after the one of start, in local time.
func day(start time.Time, n int) time.Time {
	t := start.In(catalog.Rome)
	return time.Date(t.Year(), t.Month(), t.Day()+n, 0, 0, 0, 0, catalog.Rome)
}

// schoolDay is the next day month-date from start on, that is in the year of
// start or in the one after.
func schoolDay(start time.Time, month time.Month, date int) time.Time {
	t := day(start, 0)
	d := time.Date(t.Year(), month, date, 0, 0, 0, 0, catalog.Rome)
	if d.Before(t) {
		d = d.AddDate(1, 0, 0)
	}
	return d
}

// at is the time "17:30" of the day d.
func at(d time.Time, clock string) time.Time {
	hour, minute, _ := strings.Cut(clock, ":")
	h, err := strconv.Atoi(hour)
	m, err2 := strconv.Atoi(minute)
	if err != nil || err2 != nil {
		panic("demo: no time of day: " + clock) // the tables are part of the program, and tested
	}
	return time.Date(d.Year(), d.Month(), d.Day(), h, m, 0, 0, catalog.Rome)
}

// firstDay is the first day of an event whose cell says when: days from the
// start, or month and day of a yearly one. It is one that its rule allows
// (RFC 5545 §3.8.5.3: DTSTART is the first instance).
func firstDay(start time.Time, when, rule string) time.Time {
	if month, date, yearly := strings.Cut(when, "-"); yearly && month != "" {
		d, err := time.ParseInLocation("01-02", month+"-"+date, catalog.Rome)
		if err != nil {
			panic(err) // the tables are part of the program, and tested
		}
		return time.Date(start.In(catalog.Rome).Year(), d.Month(), d.Day(), 0, 0, 0, 0, catalog.Rome)
	}
	n, err := strconv.Atoi(when)
	if err != nil {
		panic(err) // the tables are part of the program, and tested
	}
	d := day(start, n)
	_, by, ok := strings.Cut(rule, "BYDAY=")
	if !ok {
		return d
	}
	for !onDay(d, by) {
		d = d.AddDate(0, 0, 1)
	}
	return d
}

var weekdays = map[string]time.Weekday{
	"MO": time.Monday, "TU": time.Tuesday, "WE": time.Wednesday, "TH": time.Thursday, "FR": time.Friday, "SA": time.Saturday, "SU": time.Sunday,
}

// onDay reports whether d is the BYDAY of a monthly rule: "2SU" the second
// Sunday of its month, "-1TU" the last Tuesday, "WE" every Wednesday.
func onDay(d time.Time, by string) bool {
	if d.Weekday() != weekdays[by[len(by)-2:]] {
		return false
	}
	nth, err := strconv.Atoi(by[:len(by)-2])
	if err != nil {
		return true // every week
	}
	if nth < 0 {
		return d.AddDate(0, 0, 7).Month() != d.Month()
	}
	return (d.Day()-1)/7+1 == nth
}
