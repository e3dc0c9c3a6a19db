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
