package catalog

import "time"

// A Listing is what a run and the protocol that reads its source tell each
// other beside the descriptions.
type Listing struct {
	// Since is the cursor that the last completed run left, in the protocol's own
	// notation: only what changed after it need be listed. "": everything is.
	Since string
	// PageRows is how many descriptions to ask for in one page, when a listing
	// that failed is walked once more; 0: as many as the protocol likes. See Rows.
	PageRows int

	// Cursor is where the next run may go on. The protocol sets it; it counts when
	// the run is completed.
	Cursor string
	// Partial is set by a protocol that listed only what changed: what is absent
	// from such a listing says nothing.
	Partial bool
	// Empty is set by a protocol whose source says in a whole document, of a kind
	// that may be empty, that it holds nothing now: a calendar without events, a
	// feed without items. It is the layer that is empty. Without it a listing of
	// nothing is a failed one, whatever its status.
	Empty *Layer

	own int // see Rows
}

// Rows is how many descriptions a protocol that reads pages, and of its own
// would ask for so many, should ask for in each. Only a listing that asked this
// is walked again when it fails.
func (l *Listing) Rows(own int) int {
	l.own = own
	if l.PageRows > 0 {
		return l.PageRows
	}
	return own
}

// Again is what a second walk of a listing that failed begins with, with pages
// half as long; false when the protocol has no pages, or walked twice already.
func (l *Listing) Again() (*Listing, bool) {
	if l.own < 2 || l.PageRows > 0 {
		return nil, false
	}
	return &Listing{Since: l.Since, PageRows: l.own / 2}, true
}

// FullEvery is how often everything is listed of a source of which otherwise
// only what changed is: a partial listing cannot tell what is gone, and a server
// may be wrong about what has not changed.
const FullEvery = 7 * 24 * time.Hour

// A ListingState is what a completed run leaves to the next one of its source.
type ListingState struct {
	// Reading identifies how the source was read: address, mapping and code. It
	// holds for that reading alone.
	Reading []byte
	Cursor  string
	// Listed is when the last run began that read everything, whatever the server
	// thought had changed.
	Listed time.Time
	// Documents are the answers that were stored whole and whose servers can say
	// whether they have changed, by address.
	Documents map[string]Document
}

// Fresh reports whether at a moment s still holds for a source that is read so.
func (s ListingState) Fresh(reading []byte, at time.Time) bool {
	age := at.Sub(s.Listed)
	return string(s.Reading) == string(reading) && age >= 0 && age < FullEvery
}

// A Document is one answer that was stored whole.
type Document struct {
	Reading  []byte         `json:"reading"` // identifies how it was read
	ETag     string         `json:"etag,omitempty"`
	Modified string         `json:"modified,omitempty"` // Last-Modified, as it came
	Datasets int64          `json:"datasets,omitempty"` // descriptions of datasets that came of it
	Layers   []LayerReceipt `json:"layers"`             // what was kept of each, refused ones left out
}
