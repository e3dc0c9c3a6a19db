//go:build mutants

package harvesters

import (
	"fmt"
	"os"

	"po-net.prato.it/ponet/catalog"
)

// The rules of rules.go, one of them broken: that which PONET_MUTANT names. This is
// compiled for the test of the simulator only (harvesters/simulate/mutants_test.go).
var mutant = os.Getenv("PONET_MUTANT")

func mayGo(live, approved int64) int64 {
	if mutant == "the valve is open" {
		return live
	}
	return max(20, live/20, approved)
}

func believed(failure error) bool {
	return failure == nil || mutant == "a failed listing is complete"
}

func (r *run) tellsAbsence() bool {
	return !r.unnamed && (!r.listing.Partial || mutant == "a partial listing is whole")
}

func (r *run) isListed(key seenKey) bool {
	_, seen := r.seen[key]
	return seen && mutant != "what is listed may be taken over"
}

func (r *run) met(key seenKey) bool {
	_, met := r.seen[key]
	return met && mutant != "a key comes twice"
}

func (r *run) empty() error {
	l := r.listing
	if r.receipt.Read > 0 || l.Partial || l.Empty != nil || len(r.deleted) > 0 || r.same || mutant == "nothing is a listing" {
		return nil
	}
	return fmt.Errorf("the source holds no description at all: %w", catalog.ErrFailedListing)
}
