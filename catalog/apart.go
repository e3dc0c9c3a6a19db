package catalog

import (
	"fmt"
	"math"
)

// MaxApart is how many metres apart the sources of one record may place it without being
// told (spec/metadata.md §4.3, rule 5).
const MaxApart = 100.0

// An Apart is a disagreement of two sources of one record about where it is. Which of them
// is wrong, or whether the record is two things, nobody knows but a person who looks.
type Apart struct {
	Source, Other string // titles
	Metres        float64
}

// String is a in whatever language: "«A» – «B», 152 m".
func (a Apart) String() string {
	return fmt.Sprintf("«%s» – «%s», %.0f m", a.Source, a.Other, math.Round(a.Metres))
}
