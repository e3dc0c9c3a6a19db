package catalog

// A Listing is what a run and the protocol that reads its source tell each
// other beside the descriptions.
type Listing struct {
	// Since is the cursor that the last completed run left, in the protocol's own
	// notation: only what changed after it need be listed. "": everything is.
	Since string
	// PageRows is how many descriptions to ask for in one page, when a listing
	// that failed is walked once more; 0: as many as the protocol likes.
	PageRows int

	// Cursor is where the next run may go on. The protocol sets it; it counts when
	// the run is completed.
	Cursor string
	// Partial is set by a protocol that listed only what changed: what is absent
	// from such a listing says nothing.
	Partial bool
}
