package table

// Bounds on what a foreign table may cost us. One beyond one of them is refused
// with an error that names it.
const (
	// MaxColumns of a table is more than any published one has.
	MaxColumns = 2000
	// MaxRows of a table is what the check for equal rows holds in memory, 8 bytes each.
	MaxRows = 10e6

	maxFlattened = 200      // columns that one nested JSON member may become
	maxNested    = 200      // brackets in brackets of WKT; metadata.md §3.0
	maxSpool     = 8 << 30  // bytes on disk of the rows of one listing, as of what is unpacked
	maxRow       = 32 << 20 // bytes of a row; the largest we know, a coast, has 3 MB
)
