package catalog

import "time"

// A Taken is data taken away as a file, as they are counted: which, never by
// whom.
type Taken struct {
	Collection string
	Source     string // only its rows, or what it measured; "": all of the collection
}

// MonthlyDownloads is how often something was taken away in a month.
type MonthlyDownloads struct {
	Month time.Time // its first day, 00:00 UTC
	Count int64
}

// A DatasetChange is what one run changed of the rows of a dataset, or of its
// description.
type DatasetChange struct {
	Run                int64
	At                 time.Time // when the run ended, or began while it is under way
	New, Changed, Gone int64     // rows
}

// A DatasetVersion is a description of a dataset that was shown until Until.
type DatasetVersion struct {
	Record      *Record // Title and Properties filled
	From, Until time.Time
}
