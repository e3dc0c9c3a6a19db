package ical

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A stamp is a date or a time as a calendar writes it: what the clock on the
// wall of its zone shows. wall is in UTC only to count with.
type stamp struct {
	wall time.Time
	date bool
	zone *time.Location
}

// instant is the moment of s; of a date, its beginning in Italy.
func (s stamp) instant() time.Time {
	if s.date {
		return at(s.wall, catalog.Rome)
	}
	return at(s.wall, s.zone)
}

// at is the moment at which the clock of zone shows wall. One that is shown
// twice is the first; one that is skipped is counted on from before the skip
// (RFC 5545 §3.3.5).
func at(wall time.Time, zone *time.Location) time.Time {
	_, before := wall.Add(-24 * time.Hour).In(zone).Zone()
	_, after := wall.Add(24 * time.Hour).In(zone).Zone()
	first := wall.Add(-time.Duration(before) * time.Second)
	if before == after || wallOf(first, zone).Equal(wall) {
		return first
	}
	if second := wall.Add(-time.Duration(after) * time.Second); wallOf(second, zone).Equal(wall) {
		return second
	}
	return first
}

// wallOf is what the clock of zone shows at t.
func wallOf(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

func (s stamp) String() string {
	if s.date {
		return s.wall.Format(time.DateOnly)
	}
	return s.instant().In(catalog.Rome).Format(time.RFC3339)
}

// Years outside these are not told apart from mistakes, and a rule would take
// long to come from them to the present.
const (
	firstYear = 1500
	lastYear  = 2999
)

// parseStamp reads a DATE or DATE-TIME value; zone is that of its TZID. Eight
// digits are a date, whatever VALUE says.
func parseStamp(value string, zone *time.Location) (stamp, error) {
	value = strings.TrimSpace(value)
	s := stamp{zone: zone}
	var err error
	switch digits := strings.ToUpper(strings.TrimSuffix(strings.NewReplacer("-", "", ":", "").Replace(value), "Z")); {
	case len(digits) == 8:
		s.date = true
		s.wall, err = time.Parse("20060102", digits)
	case len(digits) == 13:
		s.wall, err = time.Parse("20060102T1504", digits)
	default:
		s.wall, err = time.Parse("20060102T150405", strings.Replace(digits, "T24", "T00", 1))
		if strings.Contains(digits, "T24") {
			s.wall = s.wall.AddDate(0, 0, 1)
		}
	}
	if err != nil || s.wall.Year() < firstYear || s.wall.Year() > lastYear {
		return s, fmt.Errorf("%q is no date or time of iCalendar", value)
	}
	if strings.HasSuffix(strings.ToUpper(value), "Z") && !s.date {
		s.zone = time.UTC
	}
	return s, nil
}

// A duration is nominal in its days and exact in the rest (RFC 5545 §3.3.6).
type duration struct {
	days int
	rest time.Duration
}

// after is s moved by d.
func (d duration) after(s stamp) stamp {
	s.wall = s.wall.AddDate(0, 0, d.days)
	if d.rest == 0 {
		return s
	}
	if s.date {
		s.wall = s.wall.Add(d.rest)
		return s
	}
	s.wall = wallOf(s.instant().Add(d.rest), s.zone)
	return s
}

// parseDuration reads "P1DT2H", "-PT15M", "P2W".
func parseDuration(value string) (duration, error) {
	var d duration
	s := strings.ToUpper(strings.TrimSpace(value))
	bad := fmt.Errorf("%q is no duration of iCalendar", value)
	if strings.HasPrefix(s, "-") {
		return d, bad // an event cannot end before it begins
	}
	s, ok := strings.CutPrefix(strings.TrimPrefix(s, "+"), "P")
	if !ok || strings.Trim(s, "T") == "" {
		return d, bad
	}
	units := map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}
	inTime := false
	for s != "" {
		if s[0] == 'T' {
			inTime, s = true, s[1:]
			continue
		}
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i <= 0 {
			return d, bad
		}
		n, err := strconv.Atoi(s[:i])
		if err != nil || n > 1e7 {
			return d, bad
		}
		unit, known := units[s[i]]
		switch {
		case s[i] == 'W' && !inTime:
			d.days += 7 * n
		case s[i] == 'D' && !inTime:
			d.days += n
		case known && inTime:
			d.rest += time.Duration(n) * unit
		default:
			return d, bad
		}
		s = s[i+1:]
	}
	if d.days > maxDays || d.rest > maxDays*24*time.Hour {
		return d, bad
	}
	return d, nil
}

// maxDays is how long an event may last; longer ones are mistakes.
const maxDays = 36525
