package catalog_test

import (
	"errors"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A date is the end of its day in Italy, also where that is 25 hours long; what is
// still to come is refused.
func TestParseMoment(t *testing.T) {
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-11-21":                "2026-11-21T22:59:59.999999999Z",
		"2026-07-01":                "2026-07-01T21:59:59.999999999Z",
		"2026-10-25":                "2026-10-25T22:59:59.999999999Z",
		"2026-11-21T09:00:00Z":      "2026-11-21T09:00:00Z",
		"2026-11-21T09:00:00+01:00": "2026-11-21T08:00:00Z",
		"2026-11-22T12:00:00Z":      "2026-11-22T12:00:00Z",
	} {
		if got, err := catalog.ParseMoment(text, now); err != nil || got.UTC().Format(time.RFC3339Nano) != want {
			t.Errorf("ParseMoment(%q) = %v, %v; want %s", text, got.UTC(), err, want)
		}
	}
	for _, text := range []string{"", "ieri", "2026-11-22", "2026-11-22T12:00:01Z", "2026-01-01/2026-02-01", "2026-01-01/..", "2026-02-30", "2026-11-21T09:00:00"} {
		if got, err := catalog.ParseMoment(text, now); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("ParseMoment(%q) = %v, %v; want ErrInvalid", text, got, err)
		}
	}
}
