package oaipmh

import (
	"net/url"
	"strings"
	"time"
)

// overlap is how much of what was listed before is listed again. Repositories index
// at night what has had its datestamp since the day before, and a datestamp may be
// of the index or of the record.
const overlap = 48 * time.Hour

// instant reads a datestamp (OAI-PMH 2.0 §3.3), and what servers write instead.
func instant(s string) (time.Time, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05Z", time.DateOnly, time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// stamp writes a datestamp at one of the two granularities.
func stamp(t time.Time, seconds bool) string {
	if seconds {
		return t.UTC().Format("2006-01-02T15:04:05Z")
	}
	return t.UTC().Format(time.DateOnly)
}

// A cursor is what the next run needs to ask for changes alone, in one request:
// of which format and sets, since when by the server's own clock at its own
// granularity, and whether the records are datasets or there were places among them.
type cursor struct {
	from, prefix, sets string
	places, data       bool
}

func (c cursor) String() string {
	v := url.Values{"from": {c.from}, "metadataPrefix": {c.prefix}}
	if c.sets != "" {
		v.Set("sets", c.sets)
	}
	if c.places {
		v.Set("places", "1")
	}
	if c.data {
		v.Set("data", "1")
	}
	return v.Encode()
}

// readCursor reads what String wrote. It does not hold for a source whose address or
// format has been changed since, nor for one that is narrowed by dates.
func readCursor(s string, r *repository) (c cursor, ok bool) {
	v, err := url.ParseQuery(s)
	if err != nil || v.Get("from") == "" || v.Get("metadataPrefix") == "" {
		return c, false
	}
	c = cursor{from: v.Get("from"), prefix: v.Get("metadataPrefix"), sets: v.Get("sets"), places: v.Has("places"), data: v.Has("data")}
	return c, (r.prefix == "" || r.prefix == c.prefix) && c.sets == strings.Join(r.sets, " ") && r.from == "" && r.until == ""
}

// seconds reports whether the cursor was made at that granularity.
func (c cursor) seconds() bool { return strings.Contains(c.from, "T") }

// after is the cursor that follows on a listing that began at date by the server's
// clock, "" when that is not told.
func after(date string, seconds bool, c cursor) string {
	t, ok := instant(date)
	if !ok {
		return ""
	}
	c.from = stamp(t.Add(-overlap), seconds)
	return c.String()
}
