package catalog

import (
	"encoding/json"
	"slices"
	"strings"
)

// A Statement is what one source says of a record, and when it said so.
type Statement struct {
	Contributed
	Standing Standing // with what right, "" as its body says
	Record   Record   // that it would be by itself, without geometry
}

// A Fact is a property of a record that several sources describe: who says what is
// shown, and who says otherwise.
type Fact struct {
	Field  string
	Value  any       // that is shown; nil: what they say may not stand under the licence of the record, or goes with what another gives
	By     []Claimed // who say so, who is believed most first
	Others []Claim   // who say otherwise
}

// A Claimed is a source as the origin of a value.
type Claimed struct {
	Source string `json:"source"`
	Title  string `json:"title"`
}

// A Claim is another value than the one that is shown, and whose it is.
type Claim struct {
	Claimed
	Value any `json:"value"`
}

// codes are properties whose words stand in another one beside them.
var codes = []string{"type", "theme", "istat_code", "place_type", "poi_category", "accommodation_type", "event_type", "external_ids", "alt_names", "occurrences", "exdates", "rrule"}

// Facts are those of r, in the order of the model, of which list says anything; list has the
// statement that is shown first. Nothing when one source alone describes r.
func Facts(r *Record, list []Statement) []Fact {
	given := map[string]string{} // property → source
	for _, p := range r.Provenance() {
		for _, field := range p.Fields {
			given[field] = p.Source
		}
	}
	if len(given) == 0 {
		return nil
	}
	var facts []Fact
	for _, f := range Fields(r.Kind) {
		if slices.Contains(shownOnly, f.Name) || slices.Contains(codes, f.Name) {
			continue
		}
		fact := Fact{Field: f.Name, Value: r.Properties.Get(f.Name)}
		for _, s := range list {
			value := s.Record.Properties.Get(f.Name)
			who := Claimed{s.Source, s.Title}
			switch {
			case value == nil || Text(value) == "":
			case sameValue(value, fact.Value):
				fact.By = append(fact.By, who)
			default:
				fact.Others = append(fact.Others, Claim{who, value})
			}
		}
		slices.SortStableFunc(fact.By, func(a, b Claimed) int { return first(b.Source == given[f.Name]) - first(a.Source == given[f.Name]) })
		if len(fact.By)+len(fact.Others) > 0 {
			facts = append(facts, fact)
		}
	}
	return facts
}

func first(is bool) int {
	if is {
		return 1
	}
	return 0
}

// sameValue reports whether two values of properties are written alike, but for capitals.
func sameValue(a, b any) bool {
	if x, ok := a.(string); ok {
		y, ok := b.(string)
		return ok && strings.EqualFold(x, y)
	}
	x, errA := json.Marshal(a)
	y, errB := json.Marshal(b)
	return errA == nil && errB == nil && string(x) == string(y)
}
