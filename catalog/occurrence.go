package catalog

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
		r.Occurrences = []Occurrence{{Start: r.Start, End: r.End}}
	}
}
