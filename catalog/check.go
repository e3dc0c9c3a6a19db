package catalog

import "time"

// A Check is the act of a body that has looked whether a record is true: not the same
// as who provides it, nor as the harvest that still finds it at its source.
type Check struct {
	BodyID string    `json:"body"`
	Body   string    `json:"bodyName"`
	By     string    `json:"by,omitempty"` // who did it; not published
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"`
}

// checkEvery is after how many months what changes by itself should be looked at
// again; of other kinds never.
var checkEvery = map[Kind]int{KindPlace: 12, KindOffice: 12, KindService: 12, KindOrganization: 24, KindCourse: 6, KindHeritageItem: 60}

// CheckedEvery is after how many months a record of kind k should be looked at again, 0
// for never.
func (k Kind) CheckedEvery() int { return checkEvery[k] }

// Due is until when the check of a record of kind k holds; zero: for ever.
func (c Check) Due(k Kind) time.Time {
	if n := k.CheckedEvery(); n > 0 {
		return c.At.AddDate(0, n, 0)
	}
	return time.Time{}
}

// Overdue reports whether a record of kind k that had the check c should be looked at again.
func (c Check) Overdue(k Kind, now time.Time) bool {
	due := c.Due(k)
	return !due.IsZero() && due.Before(now)
}

// A CheckDue is a record that should be looked at: never checked, or long ago.
type CheckDue struct {
	ID    string     `json:"id"`
	Kind  Kind       `json:"kind"`
	Title string     `json:"title"`
	Body  string     `json:"body"`
	At    *time.Time `json:"checked,omitempty"` // of the last check
	Due   *time.Time `json:"due,omitempty"`
}
