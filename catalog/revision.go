package catalog

import "time"

// A Revision is a change of a record: when, in which run, and which of its
// properties are no longer what they were. What they were is in the versions
// that the public may see (Query.AsOf), from which whole sources can be taken out.
type Revision struct {
	Version   int       `json:"version"`
	At        time.Time `json:"at"`
	RunID     int64     `json:"run,omitempty"`  // 0: no run did it
	RunKind   RunKind   `json:"kind,omitempty"` // what that run was for
	Undoes    int64     `json:"undoes,omitempty"`
	Changed   []string  `json:"changed"`
	Moved     bool      `json:"moved,omitempty"`     // its geometry is another
	Withdrawn bool      `json:"withdrawn,omitempty"` // it was taken out of the catalogue
	Returned  bool      `json:"returned,omitempty"`  // it came back
}
