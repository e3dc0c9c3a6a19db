package catalog

import "time"

// A SourceStatus is how a source is doing, for all to see. Of the Source what
// is public is filled.
type SourceStatus struct {
	Source
	Last *Run       // the newest run; nil: none yet
	Read *time.Time // end of the last complete run; nil: never
	// Listed is how many descriptions the last complete run found and kept.
	Listed int64
}

// Freshness is how far a source is from its rhythm.
type Freshness string

// The states of freshness.
const (
	Fresh Freshness = "fresh" // read within its rhythm and a half
	Late  Freshness = "late"  // within three
	Stale Freshness = "stale" // longer ago
	Never Freshness = "never" // never read to its end
)

// Freshness is how fresh the source is at now.
func (s SourceStatus) Freshness(now time.Time) Freshness {
	if s.Read == nil {
		return Never
	}
	age, rhythm := now.Sub(*s.Read), time.Duration(s.Rhythm)
	switch {
	case age <= rhythm+rhythm/2:
		return Fresh
	case age <= 3*rhythm:
		return Late
	}
	return Stale
}

// A BodyStatus is what a body publishes and how fresh it is.
type BodyStatus struct {
	Body
	Sources []SourceStatus
	Records int64 // published
}
