package catalog

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseInterval reads an ISO 8601 duration of whole months, days, hours,
// minutes and seconds: "PT1H", "P1D", "P1M", "P1Y", "P1W", "PT15M". It is longer
// than nothing and at most a hundred years.
func ParseInterval(text string) (Interval, error) {
	var i Interval
	wrong := fmt.Errorf("%.40q is not an ISO 8601 duration such as PT1H, P1D or P1M: %w", text, ErrInvalid)
	days, clock, timed := strings.Cut(text, "T")
	days, ok := strings.CutPrefix(days, "P")
	if !ok || timed && clock == "" || len(text) > 40 {
		return i, wrong
	}
	set := func(part, units string, add func(unit byte, n int)) bool {
		for part != "" {
			n := strings.IndexAny(part, units)
			if n < 1 {
				return false
			}
			v, err := strconv.ParseUint(part[:n], 10, 31)
			if err != nil {
				return false
			}
			unit := part[n]
			add(unit, int(v))
			units = units[strings.IndexByte(units, unit)+1:] // each once, in order
			part = part[n+1:]
			if units == "" && part != "" {
				return false
			}
		}
		return true
	}
	ok = set(days, "YMWD", func(unit byte, n int) {
		switch unit {
		case 'Y':
			i.Months += 12 * n
		case 'M':
			i.Months += n
		case 'W':
			i.Days += 7 * n
		case 'D':
			i.Days += n
		}
	}) && set(clock, "HMS", func(unit byte, n int) {
		i.Clock += time.Duration(n) * map[byte]time.Duration{'H': time.Hour, 'M': time.Minute, 'S': time.Second}[unit]
	})
	if !ok || i == (Interval{}) || i.Months > 1200 || i.Days > 36525 || i.Clock > 876600*time.Hour || i.Clock < 0 {
		return Interval{}, wrong
	}
	return i, nil
}

// String writes i as ISO 8601 does, "" for no interval.
func (i Interval) String() string {
	if i == (Interval{}) {
		return ""
	}
	var b strings.Builder
	b.WriteByte('P')
	part := func(n int, unit byte) {
		if n > 0 {
			b.WriteString(strconv.Itoa(n))
			b.WriteByte(unit)
		}
	}
	part(i.Months/12, 'Y')
	part(i.Months%12, 'M')
	part(i.Days, 'D')
	if i.Clock > 0 {
		b.WriteByte('T')
		part(int(i.Clock/time.Hour), 'H')
		part(int(i.Clock/time.Minute)%60, 'M')
		part(int(i.Clock/time.Second)%60, 'S')
	}
	return b.String()
}

// After is t and i later, days and months by the calendar of t's zone: a day
// may have 23 or 25 hours.
func (i Interval) After(t time.Time) time.Time { return onDay(t, i.Months, i.Days).Add(i.Clock) }

// Before is t and i earlier.
func (i Interval) Before(t time.Time) time.Time { return onDay(t.Add(-i.Clock), -i.Months, -i.Days) }

// onDay moves t by the calendar. AddDate by nothing would not do: it may turn an
// hour that comes twice into the other one.
func onDay(t time.Time, months, days int) time.Time {
	if months == 0 && days == 0 {
		return t
	}
	return t.AddDate(0, months, days)
}

// Longest is no shorter than i, wherever it begins.
func (i Interval) Longest() time.Duration {
	return time.Duration(i.Months*31+i.Days)*25*time.Hour + i.Clock
}
