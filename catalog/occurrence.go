package catalog

import "time"

// An Occurrence is one time at which an event takes place. A whole day has
// dates (2026-11-21) and its End is the last day; otherwise Start and End are
// RFC 3339 times with offset.
type Occurrence struct {
	Start  string `json:"start"`
	End    string `json:"end,omitempty"`
	Status string `json:"status,omitempty"` // "" as planned, "cancelled", "moved"
	// Title and Place say what differs from the event's own.
	Title string `json:"title,omitempty"`
	Place string `json:"place,omitempty"`
}

// AllDay reports whether the occurrence is told in days.
func (o Occurrence) AllDay() bool { return len(o.Start) == len("2026-11-21") }

// occur sets when an event takes place: its start and end are those of the
// first and the last time that is known.
func (n *Normalizer) occur(r *Record, h Harvested) {
	switch {
	case r.Kind != KindEvent:
	case len(h.Occurrences) > 0:
		r.Occurrences = h.Occurrences
		last := h.Occurrences[len(h.Occurrences)-1]
		r.Start, r.End = h.Occurrences[0].Start, last.End
		if r.End == "" && len(h.Occurrences) > 1 {
			r.End = last.Start
		}
	case r.Start != "":
		r.Start, r.End = WholeDays(r.Start, r.End)
		r.Occurrences = []Occurrence{{Start: r.Start, End: r.End}}
	}
}

// WholeDays tells a span in days when its times only stand for whole ones, as calendars
// of web sites write them: from midnight to 23:59 or to the next midnight (spec §1.4). The
// end of a single day is "". What is no such span stays as it is.
func WholeDays(start, end string) (first, last string) {
	if len(start) <= len(time.DateOnly) || len(end) <= len(time.DateOnly) {
		return start, end
	}
	from, err := time.Parse(time.RFC3339, start)
	to, err2 := time.Parse(time.RFC3339, end)
	if err != nil || err2 != nil || !to.After(from) {
		return start, end
	}
	for _, zone := range []*time.Location{Rome, time.UTC} {
		a, b := from.In(zone), to.In(zone)
		close := b.Add(time.Minute) // 23:59, 23:59:59
		if b.Format("15:04:05") == "00:00:00" {
			close = b
		}
		if a.Format("15:04:05") != "00:00:00" || close.Format("15:04") != "00:00" {
			continue
		}
		first, last := a.Format(time.DateOnly), close.Add(-12*time.Hour).Format(time.DateOnly)
		if first == last {
			last = ""
		}
		return first, last
	}
	return start, end
}
