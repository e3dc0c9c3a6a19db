package ical

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/teambition/rrule-go"
)

// A rule is a RECUR value (RFC 5545 §3.3.10), in the words of rrule-go. That
// library is given nothing on which it does not end or falls over (v1.8.2): no
// BYDAY that points past the year, no BYHOUR or BYMINUTE that an hourly or
// minutely rule never meets, no rule by seconds; and it counts on a clock without
// summer time, because on a real one its hourly rules repeat and skip.
type rule struct {
	rrule.ROption
	untilUTC bool // UNTIL is in UTC and not on the clock of the event
}

// Limits of a rule.
const (
	maxCount = 100_000 // COUNT that is counted to
	maxSteps = 100_000 // times that are looked at for one event
	// maxTimesADay bounds BYHOUR × BYMINUTE × BYSECOND, because rrule-go makes all
	// times of a year at once.
	maxTimesADay = 288
)

var frequencies = map[string]rrule.Frequency{
	"YEARLY": rrule.YEARLY, "MONTHLY": rrule.MONTHLY, "WEEKLY": rrule.WEEKLY, "DAILY": rrule.DAILY, "HOURLY": rrule.HOURLY, "MINUTELY": rrule.MINUTELY,
}

var weekdays = map[string]rrule.Weekday{
	"MO": rrule.MO, "TU": rrule.TU, "WE": rrule.WE, "TH": rrule.TH, "FR": rrule.FR, "SA": rrule.SA, "SU": rrule.SU,
}

// parseRule reads a RECUR value. An error says which part cannot be used.
func parseRule(value string) (*rule, error) {
	r := &rule{ROption: rrule.ROption{Interval: 1}}
	frequent := false
	for part := range strings.SplitSeq(strings.ToUpper(strings.TrimSpace(value)), ";") {
		name, v, ok := strings.Cut(strings.TrimSpace(part), "=")
		if part == "" {
			continue
		}
		if !ok {
			return nil, fmt.Errorf("part %q of the rule is not NAME=VALUE", part)
		}
		var err error
		switch name {
		case "FREQ":
			r.Freq, frequent = frequencies[v]
			if !frequent {
				return nil, fmt.Errorf("FREQ=%s is not expanded; YEARLY to MINUTELY are", v)
			}
		case "INTERVAL":
			r.Interval, err = number(v, 1, 100_000)
		case "COUNT":
			r.Count, err = number(v, 1, math.MaxInt32)
		case "UNTIL":
			err = r.until(v)
		case "WKST":
			r.Wkst, ok = weekdays[v]
			if !ok {
				err = fmt.Errorf("no weekday %q", v)
			}
		case "BYMONTH":
			r.Bymonth, err = numbers(v, 1, 12)
		case "BYMONTHDAY":
			r.Bymonthday, err = numbers(v, -31, 31)
		case "BYYEARDAY":
			r.Byyearday, err = numbers(v, -366, 366)
		case "BYWEEKNO":
			r.Byweekno, err = numbers(v, -53, 53)
		case "BYHOUR":
			r.Byhour, err = numbers(v, 0, 23)
		case "BYMINUTE":
			r.Byminute, err = numbers(v, 0, 59)
		case "BYSECOND":
			r.Bysecond, err = numbers(v, 0, 60)
		case "BYSETPOS":
			r.Bysetpos, err = numbers(v, -366, 366)
		case "BYDAY":
			r.Byweekday, err = days(v)
		default:
			if !strings.HasPrefix(name, "X-") {
				err = fmt.Errorf("it is not known")
			}
		}
		if err != nil {
			return nil, fmt.Errorf("part %q of the rule: %w", part, err)
		}
	}
	switch {
	case !frequent:
		return nil, fmt.Errorf("a rule without FREQ")
	case r.Count > maxCount && r.Freq <= rrule.DAILY:
		r.Count = 0 // which is reached in hundreds of years
	case r.Count > maxCount:
		return nil, fmt.Errorf("COUNT=%d; at most %d times by hours or minutes are counted", r.Count, maxCount)
	}
	for i, s := range r.Bysecond { // a leap second
		r.Bysecond[i] = min(s, 59)
	}
	return r, r.sound()
}

func (r *rule) until(v string) error {
	s, err := parseStamp(v, time.UTC)
	if err != nil {
		return err
	}
	r.Until, r.untilUTC = s.wall, strings.HasSuffix(v, "Z") && !s.date
	if s.date {
		r.Until = r.Until.Add(24*time.Hour - time.Second)
	}
	return nil
}

// sound refuses what rrule-go falls over.
func (r *rule) sound() error {
	for _, d := range r.Byweekday {
		monthly := r.Freq == rrule.MONTHLY || r.Freq == rrule.YEARLY && len(r.Bymonth) > 0
		if d.N() < -5 && monthly || d.N() > 5 && monthly {
			return fmt.Errorf("a month has no weekday number %d", d.N())
		}
	}
	if slices.Contains(r.Bymonthday, 0) || slices.Contains(r.Byyearday, 0) || slices.Contains(r.Byweekno, 0) || slices.Contains(r.Bysetpos, 0) {
		return fmt.Errorf("a number in the rule is 0")
	}
	if n := max(1, len(r.Byhour)) * max(1, len(r.Byminute)) * max(1, len(r.Bysecond)); n > maxTimesADay {
		return fmt.Errorf("%d times of a day; at most %d are followed", n, maxTimesADay)
	}
	if r.Freq > rrule.DAILY && len(r.Bysetpos) > 0 {
		return fmt.Errorf("BYSETPOS is not followed in a rule by hours or minutes")
	}
	return nil
}

func number(v string, low, high int) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("no number from %d to %d", low, high)
	}
	return n, nil
}

// numbers reads a list, without the repetitions that would repeat times.
func numbers(v string, low, high int) ([]int, error) {
	var list []int
	for part := range strings.SplitSeq(v, ",") {
		n, err := number(part, low, high)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list, nil
}

// days reads "MO,-1SU,+2TU".
func days(v string) ([]rrule.Weekday, error) {
	var list []rrule.Weekday
	for part := range strings.SplitSeq(v, ",") {
		part = strings.TrimSpace(part)
		if len(part) < 2 {
			return nil, fmt.Errorf("no weekday %q", part)
		}
		day, ok := weekdays[part[len(part)-2:]]
		if !ok {
			return nil, fmt.Errorf("no weekday %q", part)
		}
		if n := part[:len(part)-2]; n != "" {
			nth, err := number(n, -53, 53)
			if err != nil {
				return nil, err
			}
			day = day.Nth(nth)
		}
		if !slices.Contains(list, day) {
			list = append(list, day)
		}
	}
	return list, nil
}

// fit fits r to an event that begins at base: UNTIL is told on its clock.
func (r *rule) fit(base stamp) {
	switch {
	case r.Until.IsZero():
	case base.date:
		r.Until = r.Until.Truncate(day).Add(day - time.Second)
	case r.untilUTC:
		r.Until = wallOf(r.Until, base.zone)
	}
}

// each calls f with the times of the rule that lie from low to before high, in
// order, until f is false. All are on the clock of the event, written in UTC;
// start is the event's. An error says that the rule cannot be followed so far.
func (r *rule) each(start, low, high time.Time, f func(time.Time) bool) error {
	o := r.ROption
	o.Dtstart = start
	if o.Until.IsZero() || !o.Until.Before(high) {
		o.Until = high.Add(-time.Second)
	}
	if o.Until.Before(start) {
		return nil
	}
	if o.Freq >= rrule.DAILY && !r.hasDay(start, o.Until) || o.Freq > rrule.DAILY && !r.hasTime(start) {
		return nil
	}
	o.Dtstart = r.nearer(start, low)
	expanded, err := rrule.NewRRule(o)
	if err != nil {
		return err
	}
	next := expanded.Iterator()
	for range maxSteps {
		t, ok := next()
		if !ok || !t.Before(low) && !f(t) {
			return nil
		}
	}
	return fmt.Errorf("more than %d times before %s", maxSteps, high.Format(time.DateOnly))
}

// nearer is start, moved by whole intervals to before low where the rule does
// not count from its start: so that one of 1970 need not be followed for years.
func (r *rule) nearer(start, low time.Time) time.Time {
	unit := map[rrule.Frequency]time.Duration{rrule.DAILY: 24 * time.Hour, rrule.HOURLY: time.Hour, rrule.MINUTELY: time.Minute}[r.Freq]
	if unit == 0 || r.Count > 0 || !start.Before(low) {
		return start
	}
	step := unit * time.Duration(r.Interval)
	return start.Add(low.Sub(start) / step * step)
}

// hasTime reports whether a rule by hours or minutes ever comes to an hour and
// minute that it asks for: rrule-go looks for one without end.
func (r *rule) hasTime(start time.Time) bool {
	cycle, at := 24, start.Hour()
	if r.Freq == rrule.MINUTELY {
		cycle, at = 24*60, start.Hour()*60+start.Minute()
	}
	step := gcd(r.Interval, cycle)
	for at %= step; at < cycle; at += step {
		hour, minute := at, -1
		if r.Freq == rrule.MINUTELY {
			hour, minute = at/60, at%60
		}
		if among(r.Byhour, hour) && (minute < 0 || among(r.Byminute, minute)) {
			return true
		}
	}
	return false
}

// hasDay reports whether a rule by days, hours or minutes has any day until the
// end: rrule-go would look for one until the year 9999.
func (r *rule) hasDay(start, end time.Time) bool {
	for day := start; ; day = day.AddDate(0, 0, 1) {
		weekday := slices.ContainsFunc(r.Byweekday, func(d rrule.Weekday) bool { return d.Day() == (int(day.Weekday())+6)%7 })
		month := time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
		year := time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
		if among(r.Bymonth, int(day.Month())) && (weekday || len(r.Byweekday) == 0) &&
			(among(r.Bymonthday, day.Day()) || slices.Contains(r.Bymonthday, day.Day()-month-1)) &&
			(among(r.Byyearday, day.YearDay()) || slices.Contains(r.Byyearday, day.YearDay()-year-1)) {
			return true
		}
		if day.After(end) {
			return false
		}
	}
}

// among reports whether n is one of list, or list asks for nothing.
func among(list []int, n int) bool { return len(list) == 0 || slices.Contains(list, n) }

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
