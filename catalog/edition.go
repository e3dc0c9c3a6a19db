package catalog

// An Edition is an edition of a controlled vocabulary that is newer than the one
// of the release, as its publisher gives it: it says all the concepts there are.
type Edition struct {
	Scheme   string    `json:"scheme"`           // name of the vocabulary: "frequencies"
	Version  string    `json:"version"`          // of the publisher: a date, a year or a number
	Base     string    `json:"base"`             // the version of the release that it takes the place of
	Origin   string    `json:"origin,omitempty"` // path or address that it was read from
	Concepts []Concept `json:"concepts"`
}
