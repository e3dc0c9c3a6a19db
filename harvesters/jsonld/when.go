package jsonld

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"

	"po-net.prato.it/ponet/catalog"
)

const (
	windowMonths   = 24  // that the times of what recurs are kept for, from this month on
	maxOccurrences = 500 // of one event
)

var (
	noSeconds = regexp.MustCompile(`T(\d\d:\d\d)(Z|[+-]\d\d:?\d\d)$`)
	noColon   = regexp.MustCompile(`([+-]\d\d)(\d\d)$`)
	epoch     = regexp.MustCompile(`^1\d{9}(000)?$`)
)

// moment reads a date or time as pages write it: ISO 8601 with or without seconds
// and zone, Italian dates, seconds since 1970. A date stays a date, a time is
// told on the clock of Italy, and is Italian where it has no zone.
func moment(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if epoch.MatchString(s) {
		n, _ := strconv.ParseInt(s[:10], 10, 64)
		return time.Unix(n, 0).In(catalog.Rome).Format(time.RFC3339), true
	}
	s = noSeconds.ReplaceAllString(s, "T$1:00$2")
	if strings.Contains(s, "T") {
		s = noColon.ReplaceAllString(s, "$1:$2")
	}
	got, ok := catalog.ParseTime(s)
	if !ok || len(got) == len(time.DateOnly) {
		return got, ok
	}
	t, err := time.Parse(time.RFC3339, got)
	if err != nil {
		return "", false
	}
	return t.In(catalog.Rome).Format(time.RFC3339), true
}

var weekdays = map[string]rrule.Weekday{
	"monday": rrule.MO, "tuesday": rrule.TU, "wednesday": rrule.WE, "thursday": rrule.TH, "friday": rrule.FR, "saturday": rrule.SA, "sunday": rrule.SU,
	"mo": rrule.MO, "tu": rrule.TU, "we": rrule.WE, "th": rrule.TH, "fr": rrule.FR, "sa": rrule.SA, "su": rrule.SU,
}

var frequency = regexp.MustCompile(`^P(\d+)([DWMY])$`)

// recurring are the times of a Schedule: the first ever, and those in the window.
// None when it does not say how it recurs, or from when.
func (g *graph) recurring(s node, fallback string, now time.Time) []catalog.Occurrence {
	m := frequency.FindStringSubmatch(strings.ToUpper(g.text(s, "repeatFrequency")))
	begin, ok := moment(g.text(s, "startDate"))
	if !ok {
		begin, ok = moment(fallback)
	}
	if m == nil || !ok {
		return nil
	}
	zone, err := time.LoadLocation(g.text(s, "scheduleTimezone"))
	if err != nil || g.text(s, "scheduleTimezone") == "" {
		zone = catalog.Rome
	}
	clock := g.text(s, "startTime")
	from, timed := onClock(begin, clock, zone)
	option := rrule.ROption{Dtstart: from, Freq: map[string]rrule.Frequency{"D": rrule.DAILY, "W": rrule.WEEKLY, "M": rrule.MONTHLY, "Y": rrule.YEARLY}[m[2]]}
	option.Interval, _ = strconv.Atoi(m[1])
	option.Interval = min(max(option.Interval, 1), 1000)
	if n, err := strconv.Atoi(g.text(s, "repeatCount")); err == nil && n > 0 {
		option.Count = n
	}
	limit := now.AddDate(0, windowMonths, 0)
	option.Until = limit
	if last, ok := moment(g.text(s, "endDate")); ok {
		end, isTime := onClock(last, "", zone)
		if !isTime {
			end = end.AddDate(0, 0, 1).Add(-time.Second)
		}
		if end.Before(limit) {
			option.Until = end
		}
	}
	for _, d := range g.every(s, "byDay") {
		if w, ok := weekdays[strings.ToLower(plainName(d))]; ok {
			option.Byweekday = append(option.Byweekday, w)
		}
	}
	option.Bymonthday = g.numbers(s, 31, "byMonthDay")
	option.Bymonth = g.numbers(s, 12, "byMonth")
	rule, err := rrule.NewRRule(option)
	if err != nil {
		return nil
	}
	return g.kept(s, rule, now, timed)
}

// kept are the times of a rule that are kept.
func (g *graph) kept(s node, rule *rrule.RRule, now time.Time, timed bool) []catalog.Occurrence {
	except := map[string]bool{}
	for _, d := range g.every(s, "exceptDate") {
		if len(d) >= len(time.DateOnly) {
			except[d[:len(time.DateOnly)]] = true
		}
	}
	window := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, catalog.Rome)
	var list []catalog.Occurrence
	for next := rule.Iterator(); len(list) < maxOccurrences; {
		t, ok := next()
		if !ok {
			break
		}
		if len(list) > 0 && t.Before(window) || except[t.Format(time.DateOnly)] {
			continue
		}
		o := catalog.Occurrence{Start: t.Format(time.DateOnly)}
		if timed {
			o.Start = t.In(catalog.Rome).Format(time.RFC3339)
			if end, ok := onClock(t.Format(time.DateOnly), g.text(s, "endTime"), t.Location()); ok {
				if end.Before(t) {
					end = end.AddDate(0, 0, 1)
				}
				o.End = end.In(catalog.Rome).Format(time.RFC3339)
			}
		}
		list = append(list, o)
	}
	return list
}

// onClock is a day at a time of a zone; false when only the day is known.
func onClock(day, clock string, zone *time.Location) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, day); err == nil {
		if clock == "" {
			return t.In(zone), true
		}
		day = t.In(zone).Format(time.DateOnly)
	}
	for _, layout := range []string{"15:04:05", "15:04"} {
		if t, err := time.ParseInLocation(time.DateOnly+" "+layout, day+" "+clock, zone); err == nil {
			return t, true
		}
	}
	t, _ := time.ParseInLocation(time.DateOnly, day, zone)
	return t, false
}

// numbers are those of a property from 1 to most.
func (g *graph) numbers(s node, most int, property string) []int {
	var list []int
	for _, text := range g.every(s, property) {
		if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= most {
			list = append(list, n)
		}
	}
	return list
}
