package catalog

import (
	"cmp"
	"slices"
)

// dcTerms are the directions that DCMI Metadata Terms (dct) or DCAT 3 (dcat) have a
// word of their own for; all others are the dct:relation that they refine.
var dcTerms = map[string]string{
	"part_of": "dct:isPartOf", "has_part": "dct:hasPart",
	"in_series": "dcat:inSeries", "has_member": "dcat:seriesMember", // DCAT 3, §6.7
	"published_by": "dct:publisher",
	"derived_from": "dct:source",
	"serves":       "dcat:servesDataset",
	"replaces":     "dct:replaces", "replaced_by": "dct:isReplacedBy",
	Documents: "dct:isReferencedBy", Describes: "dct:references",
}

// Term is what RDF calls the direction: dct:isPartOf, dcat:inSeries and the like.
func (d Direction) Term() string { return cmp.Or(dcTerms[d.Name()], "dct:relation") }

// A Target is a record that another one names.
type Target struct {
	Direction string // name, seen from who names it
	ID, Title string
	Licence   string // URI
}

// Naming are the directions in which records of kind name others themselves, the
// dataset of a row among them; "" is every kind.
func Naming(kind Kind) []Direction {
	var list []Direction
	from := func(kinds []Kind) bool { return kind == "" || slices.Contains(kinds, kind) }
	for _, t := range relationTypes {
		if len(t.Forward) > 0 && from(t.From) || t.Name == Documents {
			list = append(list, Direction{t, false})
		}
		if len(t.Backward) > 0 && from(t.To) {
			list = append(list, Direction{t, true})
		}
	}
	return list
}
