//go:build !mutants

package harvesters

import (
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// What a run may conclude from a listing, each rule in a function of its own
// (docs/harvest.md). With the build tag mutants rules_mutants.go takes the place of
// this file, with bugs that the simulator must find.

// A run that would withdraw more than both of these is parked for a person.
const (
	valveShare   = 0.05
	valveRecords = 20
)

// mayGo is how many of the live records of a source a run may withdraw without
// being parked, when a person has approved so many.
func mayGo(live, approved int64) int64 {
	return max(valveRecords, int64(valveShare*float64(live)), approved)
}

// believed reports whether a listing that ended so says anything about what is gone.
func believed(failure error) bool { return failure == nil }

// tellsAbsence reports whether what this listing lacks is missing.
func (r *run) tellsAbsence() bool { return !r.listing.Partial && !r.unnamed }

// isListed reports whether this listing holds a description of earlier runs, which
// then keeps its record.
func (r *run) isListed(key seenKey) bool {
	_, seen := r.seen[key]
	return seen
}

// met reports whether a description came before in this run.
func (r *run) met(key seenKey) bool {
	_, met := r.seen[key]
	return met
}

// empty says why a listing that held no description is a failed one, nil when it
// is not: servers that have lost their data answer 200 and nothing, so that the
// source must say in so many words that there is nothing, or nothing new.
func (r *run) empty() error {
	l := r.listing
	if r.receipt.Read > 0 || l.Partial || l.Empty != nil || len(r.deleted) > 0 || r.same {
		return nil
	}
	return fmt.Errorf("the source holds no description at all: %w", catalog.ErrFailedListing)
}
