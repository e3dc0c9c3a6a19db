package catalog

import "crypto/sha256"

// A Batch is a part of a harvest that is stored in one short transaction.
type Batch struct {
	Layer *Layer
	Items []BatchItem
	// Refused are the descriptions that could not be used.
	Refused []Issue
	// Issues concern none of the Items: a file of a dataset that cannot be had.
	Issues []Issue
	// Own: the keys are ours, and what is new is not an old one under another key.
	Own bool
}

// A BatchItem is one description and what identifies its state.
type BatchItem struct {
	Harvested Harvested
	Hash      []byte // 16 bytes: of the description, its columns and the mapping
}

// Hash identifies what a description says and how it is read: when it is the
// same as last time, there is nothing to do.
func (h Harvested) Hash(layerHash []byte) []byte {
	d := sha256.New()
	d.Write(layerHash)
	d.Write([]byte(h.Key))
	d.Write([]byte{0})
	d.Write(h.Raw)
	if len(h.Occurrences) > 0 { // they move on with the calendar
		d.Write(jsonOf(h.Occurrences))
	}
	return d.Sum(nil)[:16]
}

// Normalize makes a record of a description; see Normalizer.
type Normalize func(Harvested) (Record, []Issue)

// BatchCounts is what storing a batch did to the catalogue.
type BatchCounts struct {
	New, Changed, Unchanged, Refused, Issues int64
	// Postponed are not counted yet: whether they are new is known when the listing
	// has been read to its end.
	Postponed   int64
	Rules       map[string]int64
	Samples     []Issue      // the first of each rule
	Differences []Difference // of a dry run: all of them
	Erased      []string     // keys of the Refused that were erased on request
}

// A MissedKey names a description that a complete listing did not hold.
type MissedKey struct{ Layer, Key string }

// Missing is what a complete listing did not hold any more.
type Missing struct {
	Keys    []MissedKey
	Deleted []MissedKey // what the source itself has withdrawn
	Back    []MissedKey // listed again, and not to be read: what was missed before counts no more
	Gone    []string    // ids of the records to withdraw: absent for the second time, or deleted
	// Again are the ids of those that are absent for the first time after a
	// person has rejected a run that would have withdrawn them.
	Again []string
	Live  int64 // descriptions of the source before that
}
