package catalog

import (
	"fmt"
	"strings"
	"time"

	"po-net.prato.it/ponet/geo"
)

// ParseMoment reads a moment of the past: a time (RFC 3339), or a date, which is the
// end of that day in Italy. One that is later than now is ErrInvalid, and so is
// the date of today: what is true at its end is not known yet.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	_, at, err := geo.ParseDatetime(text, Rome)
	switch {
	case err != nil || at == nil || strings.Contains(text, "/") || at.Year() < 1 || at.Year() > 9999:
		return time.Time{}, fmt.Errorf("expected a time such as 2026-11-21T09:00:00Z, or a date such as 2026-11-21: %w", ErrInvalid)
	case at.After(now):
		return time.Time{}, fmt.Errorf("lies in the future, at %s; leave it out for the catalogue as it is now: %w", at.In(Rome).Format(time.RFC3339), ErrInvalid)
	}
	return *at, nil
}

// PastSettles is how long after a moment its state may still change: what a
// transaction stores is from the moment at which it began. The longest, which undo
// or erase a whole source, take minutes.
const PastSettles = time.Hour

// Settled reports whether nothing but an erasure changes any more how the
// catalogue was at t.
func Settled(t, now time.Time) bool { return now.Sub(t) > PastSettles }
