package geo_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/geo"
)

func TestParseDatetime(t *testing.T) {
	rome := time.FixedZone("CET", 3600)
	for _, test := range []struct {
		name, in string
		want     string // as FormatDatetime writes it, in UTC
		err      string
	}{
		{"instant", "2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z/2026-11-21T09:00:00Z", ""},
		{"instant with offset", "2026-11-21T09:00:00.5+01:00", "2026-11-21T08:00:00.5Z/2026-11-21T08:00:00.5Z", ""},
		{"day", "2026-11-21", "2026-11-20T23:00:00Z/2026-11-21T22:59:59.999999999Z", ""},
		{"interval", "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z/2026-02-01T00:00:00Z", ""},
		{"days", "2026-01-01/2026-01-02", "2025-12-31T23:00:00Z/2026-01-02T22:59:59.999999999Z", ""},
		{"open start", "../2026-01-01T00:00:00Z", "../2026-01-01T00:00:00Z", ""},
		{"open end", "2026-01-01T00:00:00Z/..", "2026-01-01T00:00:00Z/..", ""},
		{"empty end", "2026-01-01T00:00:00Z/", "2026-01-01T00:00:00Z/..", ""},
		{"always", "../..", "../..", ""},
		{"a slash", "/", "", "names no time"},
		{"empty", "", "", "is not a time"},
		{"a word", "oggi", "", `"oggi" is not a time`},
		{"Italian order", "21/11/2026", "", `"21" is not a time`},
		{"backwards", "2026-02-01/2026-01-01", "", "is after end"},
		{"no such day", "2026-02-30", "", "is not a time"},
	} {
		t.Run(test.name, func(t *testing.T) {
			from, to, err := geo.ParseDatetime(test.in, rome)
			if test.err != "" {
				if !errors.Is(err, geo.ErrDatetime) || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("ParseDatetime(%q) error = %v; want ErrDatetime with %q", test.in, err, test.err)
				}
				return
			}
			if got := geo.FormatDatetime(utc(from), utc(to)); err != nil || got != test.want {
				t.Errorf("ParseDatetime(%q) = %s, %v; want %s", test.in, got, err, test.want)
			}
		})
	}
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

func FuzzParseDatetime(f *testing.F) {
	f.Add("2026-11-21T09:00:00Z")
	f.Add("2026-11-21/..")
	f.Add("../2026-11-21T09:00:00.123+01:00")
	f.Fuzz(func(t *testing.T, text string) {
		from, to, err := geo.ParseDatetime(text, time.UTC)
		if err != nil {
			if !errors.Is(err, geo.ErrDatetime) {
				t.Fatalf("ParseDatetime(%q) error %v is not ErrDatetime", text, err)
			}
			return
		}
		if from != nil && to != nil && from.After(*to) {
			t.Fatalf("ParseDatetime(%q) = %v after %v", text, from, to)
		}
		written := geo.FormatDatetime(from, to)
		from2, to2, err := geo.ParseDatetime(written, time.UTC)
		if err != nil || geo.FormatDatetime(from2, to2) != written {
			t.Fatalf("ParseDatetime(%q) = %v, %v, %v", written, from2, to2, err)
		}
	})
}
