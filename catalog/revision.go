package catalog

import "time"

// A Revision is a change of a record: when, in which run, and which of its
// properties are no longer what they were. What they were is in the versions
// that the public may see (RecordsAsOf), from which whole sources can be taken out.
type Revision struct {
	Version   int
	At        time.Time
	RunID     int64 // 0: no run did it
	Changed   []string
	Moved     bool // its geometry is another
	Withdrawn bool // it was taken out of the catalogue
	Returned  bool // it came back
}
