package catalog

import "slices"

// Kind is what a record describes. The spelling is that of the API and of the
// column record.kind.
type Kind string

// The kinds of record; see spec §1. A Feature is a row of a dataset that has
// not been mapped to one of the others.
const (
	KindPlace        Kind = "place"
	KindHeritageItem Kind = "heritage_item"
	KindEvent        Kind = "event"
	KindCourse       Kind = "course"
	KindStation      Kind = "station"
	KindService      Kind = "service"
	KindOffice       Kind = "office"
	KindOrganization Kind = "organization"
	KindAdminArea    Kind = "admin_area"
	KindStreet       Kind = "street"
	KindAddress      Kind = "address"
	KindReport       Kind = "report"
	KindDataset      Kind = "dataset"
	KindFeature      Kind = "feature"
)

// kindPlaces holds, for each kind with a collection of its own, that
// collection's name in the API and its folder in the portal.
var kindPlaces = []struct {
	kind       Kind
	collection string
	path       string
}{
	{KindPlace, "places", "luoghi"},
	{KindHeritageItem, "heritage", "beni"},
	{KindEvent, "events", "eventi"},
	{KindCourse, "courses", "formazione"},
	{KindStation, "stations", "ambiente"},
	{KindService, "services", "servizi"},
	{KindOffice, "offices", "uffici"},
	{KindOrganization, "organizations", "enti"},
	{KindAdminArea, "areas", "aree"},
	{KindStreet, "streets", "strade"},
	{KindAddress, "addresses", "indirizzi"},
	{KindReport, "reports", "segnalazioni"},
	{KindDataset, "datasets", "dati"},
}

// GazetteerCollections are those of streets and street numbers: tens of thousands of
// records in each municipality, by which other things are found. Who looks for things
// would not see them for these, so that they are found in their own collections and in
// what has to do with them (Query.NoGazetteer).
var GazetteerCollections = []string{KindStreet.Collection(), KindAddress.Collection()}

// Gazetteer reports whether k is one of theirs.
func (k Kind) Gazetteer() bool { return k == KindStreet || k == KindAddress }

// Valid reports whether k is one of the kinds above, or KindObservation.
func (k Kind) Valid() bool {
	return k == KindFeature || k == KindObservation || k.Collection() != ""
}

// Collection is the name of the collection that holds every record of kind k,
// "" for a Feature, whose collection is its dataset.
func (k Kind) Collection() string {
	for _, p := range kindPlaces {
		if p.kind == k {
			return p.collection
		}
	}
	return ""
}

// Path is the first part of the portal's address of a record of kind k:
// "luoghi" for a place.
func (k Kind) Path() string {
	for _, p := range kindPlaces {
		if p.kind == k {
			return p.path
		}
	}
	return "dati"
}

// KindOfPath is the kind whose pages lie under path ("luoghi"), and whether
// there is one.
func KindOfPath(path string) (Kind, bool) {
	for _, p := range kindPlaces {
		if p.path == path {
			return p.kind, true
		}
	}
	return "", false
}

// KindOfCollection is the kind whose records the collection called name holds,
// and whether there is one.
func KindOfCollection(name string) (Kind, bool) {
	for _, p := range kindPlaces {
		if p.collection == name {
			return p.kind, true
		}
	}
	return "", false
}

// Kinds lists every kind in the order of the documentation.
func Kinds() []Kind {
	var kinds []Kind
	for _, p := range kindPlaces {
		kinds = append(kinds, p.kind)
	}
	return append(kinds, KindFeature)
}

// ReservedCollection reports whether name belongs to a kind, or to the
// observations, and so cannot name a dataset.
func ReservedCollection(name string) bool {
	return name == ObservationsCollection || slices.ContainsFunc(kindPlaces, func(p struct {
		kind       Kind
		collection string
		path       string
	}) bool {
		return p.collection == name
	})
}

// Theme is one of the portal's four themes, or "" for a record that has none.
type Theme string

// The four themes of the portal, in the order in which they are shown.
const (
	ThemeCulture      Theme = "cultura"
	ThemeEnvironment  Theme = "ambiente"
	ThemeTraining     Theme = "formazione"
	ThemeInstitutions Theme = "istituzioni"
)

// Themes lists the four themes in the order in which they are shown.
var Themes = []Theme{ThemeCulture, ThemeEnvironment, ThemeTraining, ThemeInstitutions}

// Status is where a record stands in its life.
type Status string

// The states of a record. Only Published ones are seen by the public.
const (
	StatusDraft     Status = "draft"
	StatusInReview  Status = "in_review"
	StatusPublished Status = "published"
	StatusWithdrawn Status = "withdrawn"
	StatusMerged    Status = "merged"
)
