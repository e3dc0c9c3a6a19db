package catalog

import "encoding/json"

// A Difference is what one description changes in the catalogue, or would.
type Difference struct {
	Class      DifferenceClass `json:"difference"`
	Record     string          `json:"record,omitempty"` // "": not made yet
	Collection string          `json:"collection,omitempty"`
	Layer      string          `json:"layer,omitempty"`
	Key        string          `json:"key"`
	Title      string          `json:"title"`
	// Fields are what changed, of a record that does; geometry and status among them.
	Fields []FieldDifference `json:"fields,omitempty"`
}

// DifferenceClass is what becomes of a record.
type DifferenceClass string

// The classes of differences.
const (
	DifferenceNew     DifferenceClass = "new"
	DifferenceChanged DifferenceClass = "changed"
	DifferenceGone    DifferenceClass = "gone"   // withdrawn
	DifferenceMissed  DifferenceClass = "missed" // not listed; withdrawn when the next listing lacks it too
)

// A FieldDifference is one field before and after; no value: it was not there.
type FieldDifference struct {
	Field  string          `json:"field"`
	Before json.RawMessage `json:"before,omitempty"`
	After  json.RawMessage `json:"after,omitempty"`
}
