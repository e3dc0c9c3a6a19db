package catalog

import "fmt"

// A Conflict is something that a run changed and a later one changed again, so
// that the first cannot be undone without losing what the later one did.
type Conflict struct {
	Record string `json:"record,omitempty"` // of a measured value "", and Title says of what
	Title  string `json:"title"`
	Key    string `json:"key,omitempty"`
	Run    int64  `json:"run"` // the last one that changed it
}

// ConflictError is that a run cannot be undone. It is ErrExists.
type ConflictError struct {
	Run       int64
	Conflicts []Conflict // at most MaxConflicts
	Total     int64
}

// MaxConflicts is how many conflicts are named.
const MaxConflicts = 20

func (e *ConflictError) Error() string {
	c := e.Conflicts[0]
	return fmt.Sprintf("run %d cannot be undone: %d of what it changed was changed again, such as «%s» by run %d", e.Run, e.Total, c.Title, c.Run)
}

// Unwrap makes a ConflictError an ErrExists.
func (e *ConflictError) Unwrap() error { return ErrExists }
