package geo

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrDatetime is the kind of every error of ParseDatetime.
var ErrDatetime = errors.New("datetime")

// ParseDatetime reads the datetime query parameter of OGC API – Features (OGC
// 17-069r4, /req/core/fc-time-definition): an instant, or an interval
// "start/end" in which ".." or nothing leaves an end open. Besides RFC 3339
// instants we take a date, which is that whole day in loc. An open end is nil;
// an instant is an interval of no length. The two ends belong to the interval.
func ParseDatetime(text string, loc *time.Location) (from, to *time.Time, err error) {
	start, end, interval := strings.Cut(text, "/")
	if !interval {
		end = start
	}
	if interval && open(start) && open(end) {
		if start == "" && end == "" {
			return nil, nil, fmt.Errorf("%w: %q names no time: write an open end as .. and the other as a time", ErrDatetime, text)
		}
		return nil, nil, nil
	}
	if !interval || !open(start) {
		first, _, err := parseInstant(start, loc)
		if err != nil {
			return nil, nil, err
		}
		from = &first
	}
	if !interval || !open(end) {
		_, last, err := parseInstant(end, loc)
		if err != nil {
			return nil, nil, err
		}
		to = &last
	}
	if from != nil && to != nil && from.After(*to) {
		return nil, nil, fmt.Errorf("%w: start %s is after end %s", ErrDatetime, start, end)
	}
	return from, to, nil
}

func open(end string) bool { return end == "" || end == ".." }

// parseInstant is the first and the last instant of what text names.
func parseInstant(text string, loc *time.Location) (first, last time.Time, err error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return t, t, nil
	}
	if t, err := time.ParseInLocation(time.DateOnly, text, loc); err == nil {
		return t, t.AddDate(0, 0, 1).Add(-time.Nanosecond), nil
	}
	return first, last, fmt.Errorf("%w: %q is not a time such as 2026-11-21T09:00:00Z, nor a date such as 2026-11-21", ErrDatetime, text)
}

// FormatDatetime writes an interval as ParseDatetime reads it.
func FormatDatetime(from, to *time.Time) string {
	return formatEnd(from) + "/" + formatEnd(to)
}

func formatEnd(t *time.Time) string {
	if t == nil {
		return ".."
	}
	return t.Format(time.RFC3339Nano)
}
