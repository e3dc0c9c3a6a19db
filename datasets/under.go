package datasets

import (
	"encoding/json"
	"iter"

	"po-net.prato.it/ponet/catalog"
)

// Under is records without those that may not be given out under licence, so that
// no ODbL record enters an export under CC BY (design.md §4). left is called for
// each of those with its licence. A record that says no licence has unknown terms.
func Under(licence catalog.Licence, records iter.Seq2[*catalog.Record, error], left func(catalog.Licence)) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		for r, err := range records {
			if err == nil {
				l, _ := Vocabularies().Licence(licenceOf(r))
				if ok, _ := l.MayEnter(licence); !ok {
					left(l)
					continue
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// licenceOf is the licence that r carries; of a record for an encoder it stands
// in its encoded Feature only.
func licenceOf(r *catalog.Record) string {
	if r.Licence != "" || len(r.Feature) == 0 {
		return r.Licence
	}
	var f struct {
		Properties struct {
			Licence string `json:"licence"`
		} `json:"properties"`
	}
	if json.Unmarshal(r.Feature, &f) != nil {
		return "" // its terms are not known
	}
	return f.Properties.Licence
}
