package catalog

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// when reads a date or time; one that cannot be read is reported and left out.
func (n *Normalizer) when(s, field string, report func(rule, field, read, expected string)) string {
	if s == "" {
		return ""
	}
	if t, ok := ParseTime(s); ok {
		return t
	}
	report("date-unreadable", n.mapping.Fields[field], s, "a date such as 2026-11-21 or 21/11/2026")
	return ""
}

// ParseTime reads the dates Italian sources write: ISO 8601 dates and times,
// 21/11/2026, 21-11-2026, 21.11.2026, with or without hours and minutes, and
// 21 novembre 2026; and seconds or milliseconds since 1970, as the sites of the
// national model write them. A date stays a date; a time without zone is read as
// Europe/Rome. The result is RFC 3339.
func ParseTime(s string) (string, bool) {
	for _, l := range []string{"2006-01-02", "02/01/2006", "2/1/2006", "2-1-2006", "2.1.2006", "20060102"} {
		if t, err := time.Parse(l, s); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	for _, l := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04",
		"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2/1/2006 15:04:05", "2/1/2006 15:04", "2-1-2006 15:04:05", "2-1-2006 15:04",
		"2.1.2006 15:04:05", "2.1.2006 15:04"} {
		if t, err := time.ParseInLocation(l, s, Rome); err == nil {
			return t.Format(time.RFC3339), true
		}
	}
	if t, ok := sinceEpoch(s); ok {
		return t.In(Rome).Format(time.RFC3339), true
	}
	return inWords(s)
}

// sinceEpoch reads seconds since 1970, of 9 or 10 digits (from 1973 on), or
// milliseconds, of 12 or 13.
func sinceEpoch(s string) (time.Time, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || s[0] == '+' || s[0] == '0':
		return time.Time{}, false
	case n >= 1e8 && n < 1e10:
		return time.Unix(n, 0), true
	case n >= 1e11 && n < 1e13:
		return time.UnixMilli(n), true
	}
	return time.Time{}, false
}

// months are those of the year in Italian.
var months = []string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"}

// inWords reads a date whose month is written out: 1° settembre 2025.
func inWords(s string) (string, bool) {
	parts := strings.Fields(strings.ToLower(s))
	if len(parts) != 3 {
		return "", false
	}
	month := slices.Index(months, parts[1]) + 1
	day := strings.TrimRight(parts[0], "°º")
	t, err := time.Parse("2006-1-2", fmt.Sprintf("%s-%d-%s", parts[2], month, day))
	if err != nil {
		return "", false
	}
	return t.Format(time.DateOnly), true
}
