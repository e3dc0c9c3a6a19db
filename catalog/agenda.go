package catalog

import "time"

// A Happening is an event at one of the times at which it takes place.
type Happening struct {
	Record *Record
	Occurrence
	// Starts and Ends are instants; Ends is the moment after, for a whole day
	// the midnight in Europe/Rome that follows, and equal to Starts when no end is told.
	Starts, Ends time.Time
}
