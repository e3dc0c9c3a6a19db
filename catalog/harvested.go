package catalog

import (
	"fmt"

	"github.com/twpayne/go-geom"
)

// Harvested is one description as its source gave it: the bytes, and the
// values that the protocol's reader found in them.
type Harvested struct {
	Key       string // identifies the description inside its source and layer
	Layer     *Layer
	MediaType string // of Raw: "text/csv", "application/geo+json", …
	Raw       []byte // their bytes; for binary files the row as JSON
	Line      int    // line of a text file, row number of another; from 1; 0: unknown
	Values    []any  // one for each of Layer.Columns: nil, string, int64, float64, bool or json.RawMessage
	// Geometry is theirs, in the layer's CRS, x (east, longitude) before y; nil: none.
	// Its SRID is set.
	Geometry geom.T
	// Distributions are the files and services of a dataset; those that are
	// tables or geodata are harvested after the listing.
	Distributions []Distribution
	// Occurrences are when an event takes place, in order of time: the first one
	// ever, and those of the next 24 months. None: start and end say it.
	Occurrences []Occurrence
	// Issues are what the reader noticed about this description.
	Issues []Issue
	// Deleted: the source itself says that it has withdrawn this. Only Key and
	// Layer are set, and the record goes without a second listing that lacks it.
	Deleted bool
}

// An Issue is something wrong with one description, told to whoever can put it
// right. It never stops a run.
type Issue struct {
	Rule     string `json:"rule"`               // short stable name: "position-outside-italy"
	File     string `json:"file,omitempty"`     // file or layer
	Line     int    `json:"line,omitempty"`     // from 1; 0: unknown
	Key      string `json:"key,omitempty"`      // the description's
	Field    string `json:"field,omitempty"`    // the column
	Read     string `json:"read,omitempty"`     // what stood there, at most 200 bytes
	Expected string `json:"expected,omitempty"` // what should stand there, in words
	Refused  bool   `json:"refused,omitempty"`  // the description was not kept
	// Listed: the source still has the refused description, which only cannot be
	// read now, so that what was stored of it before is not missing. Without a
	// Key any record may be meant, and none is withdrawn in this run.
	Listed bool `json:"-" db:"-"`
}

// RowError is the error of one description that cannot be used; it is
// ErrInvalid, and the harvest goes on.
type RowError struct{ Issue Issue }

func (e *RowError) Error() string {
	return fmt.Sprintf("%s line %d, %s: read %q, expected %s", e.Issue.File, e.Issue.Line, e.Issue.Field, e.Issue.Read, e.Issue.Expected)
}

// Unwrap makes a RowError an ErrInvalid.
func (e *RowError) Unwrap() error { return ErrInvalid }
