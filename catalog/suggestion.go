package catalog

const (
	// MaxSuggestions is the most suggestions one answer may have.
	MaxSuggestions = 8
	// perGroup is how many of a group other than things stand among them at most.
	perGroup = 2
)

// A Suggestion completes what is being typed.
type Suggestion struct {
	Group string `json:"group"` // one of SuggestionGroups
	Text  string `json:"text"`
	Note  string `json:"note,omitempty"` // kind · municipality
	ID    string `json:"id,omitempty"`   // of the record
	Path  string `json:"path"`           // of the portal: a page, or a search that has results
}

// The groups of suggestions: things with a page, streets, municipalities, the other
// filters' values, datasets.
const (
	GroupThings         = "luoghi"
	GroupAddresses      = "indirizzi"
	GroupMunicipalities = "comuni"
	GroupSubjects       = "argomenti"
	GroupDatasets       = "dataset"
)

// SuggestionGroups are the groups in the order in which they are shown.
var SuggestionGroups = []string{GroupThings, GroupAddresses, GroupMunicipalities, GroupSubjects, GroupDatasets}

// Suggestions is found, best first, in the order of the groups, at most limit:
// two of each group, and things in the room that is left.
func Suggestions(limit int, found []Suggestion) []Suggestion {
	byGroup := map[string][]Suggestion{}
	others := 0
	for _, s := range found {
		if s.Group == GroupThings || len(byGroup[s.Group]) < perGroup && others < limit {
			byGroup[s.Group] = append(byGroup[s.Group], s)
			if s.Group != GroupThings {
				others++
			}
		}
	}
	things := byGroup[GroupThings]
	byGroup[GroupThings] = things[:min(len(things), limit-others)]
	var out []Suggestion
	for _, g := range SuggestionGroups {
		out = append(out, byGroup[g]...)
	}
	return out
}

// GroupOf is the group of a record of kind k that is suggested by its name.
func GroupOf(k Kind) string {
	switch {
	case k == KindDataset:
		return GroupDatasets
	case k.Gazetteer():
		return GroupAddresses
	}
	return GroupThings
}
