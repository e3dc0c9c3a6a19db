package catalog

import (
	"encoding/json"
	"time"
)

// What dates can hardly be.
const (
	oldestYear    = 1900           // of what takes place, or was published or measured
	furthestYears = 10             // ahead of what takes place
	clocksApart   = 48 * time.Hour // by which what has happened may be ahead, for zones and clocks
	longestEvent  = 5 * 365 * 24 * time.Hour
)

// implausible are the dates of r that can hardly be true.
func (r *Record) implausible(now time.Time) []Warning {
	var list []Warning
	warn := func(code WarningCode, field, detail string) {
		list = append(list, Warning{Code: code, Field: field, Detail: detail, Party: PartyPublisher})
	}
	text := func(name string) string { s, _ := r.Properties.Get(name).(string); return s }
	if r.Kind == KindEvent || r.Kind == KindCourse {
		for _, f := range []struct{ name, value string }{{"start", r.Start}, {"end", r.End}} {
			if t, ok := momentOf(f.value); ok && (t.Year() < oldestYear || t.After(now.AddDate(furthestYears, 0, 0))) {
				warn(WarnImplausible, f.name, f.value)
			}
		}
		if from, to, ok := both(r.Start, r.End); ok && r.Kind == KindEvent && to.Sub(from) > longestEvent {
			warn(WarnImplausible, "end", r.Start+" – "+r.End)
		}
	}
	for _, pair := range []struct{ from, to string }{{"start", "end"}, {"valid_from", "valid_to"}, {"from", "to"}, {"issued", "modified"}} {
		if fieldOf(r.Kind, pair.from) == nil || fieldOf(r.Kind, pair.to) == nil {
			continue
		}
		if from, to, ok := both(text(pair.from), text(pair.to)); ok && to.Before(from) {
			warn(WarnEndFirst, pair.to, text(pair.from)+" – "+text(pair.to))
		}
	}
	for _, name := range []string{"source_modified", "issued", "modified"} {
		if name != "source_modified" && fieldOf(r.Kind, name) == nil {
			continue
		}
		if name == "source_modified" && text("modified") == text(name) {
			continue // one date, told once
		}
		if t, ok := momentOf(text(name)); ok && t.After(now.Add(clocksApart)) {
			warn(WarnFuture, name, text(name))
		} else if ok && t.Year() < oldestYear {
			warn(WarnImplausible, name, text(name))
		}
	}
	if raw, ok := r.Properties.Get("temporal").(json.RawMessage); ok && r.Kind == KindDataset {
		var periods []Period
		_ = json.Unmarshal(raw, &periods) // what is no list of periods says nothing
		for _, p := range periods {
			if from, to, ok := both(p.Start, p.End); ok && to.Before(from) {
				warn(WarnEndFirst, "temporal", p.Start+" – "+p.End)
			}
		}
	}
	return list
}

// momentOf is the beginning of a date or time of ours.
func momentOf(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, true
	}
	t, err := time.ParseInLocation(time.DateOnly, s, Rome)
	return t, err == nil
}

// both are two moments. A day and an hour of it are the same day: compared are then
// the days alone.
func both(a, b string) (from, to time.Time, ok bool) {
	if len(a) != len(b) && len(a) >= len(time.DateOnly) && len(b) >= len(time.DateOnly) {
		a, b = a[:len(time.DateOnly)], b[:len(time.DateOnly)]
	}
	from, one := momentOf(a)
	to, other := momentOf(b)
	return from, to, one && other
}
