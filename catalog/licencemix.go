package catalog

// MayEnter reports whether values under licence l may stand in an export that is
// given out under licence under (design.md §4, spec/metadata.md §2.6), and if
// not, why, in a few words:
//
//   - what nobody knows the terms of enters nothing but an export of unknown terms;
//   - what may not be changed enters nothing but an export under its own licence;
//   - what must stay under the same licence (ODbL, BY-SA) enters only an export
//     under that licence, never one under CC BY;
//   - what may not be used for profit enters no export that allows it;
//   - what asks for the author's name enters no export that does not.
//
// An export has one licence, and its rows may be recombined under it: so a licence
// that is stricter in another point does not help.
func (l Licence) MayEnter(under Licence) (ok bool, why string) {
	switch {
	case l.Notation == under.Notation:
		return true, ""
	case l.Openness == OpennessUnknown:
		return false, "its terms are not known"
	case l.NoDerivatives:
		return false, "it may not be changed"
	case l.ShareAlike:
		return false, "it stays under its own licence"
	case under.Openness == OpennessUnknown:
		return true, "" // of which nobody is promised anything
	case under.NoDerivatives:
		return false, "what could not be changed any more would be an adaptation"
	case l.NonCommercial && !under.NonCommercial:
		return false, "it may not be used for profit"
	case l.Openness != Open && under.Openness == Open:
		return false, "it is not open"
	case l.Attribution && !under.Attribution:
		return false, "its author must be named"
	}
	return true, ""
}

// A LicenceLayer is an export of records of several licences: all that may
// stand together under one.
type LicenceLayer struct {
	Under   Licence
	Holds   []Licence // that stand in it, Under included when it is one of them
	LeftOut []Licence // that do not
}

// Layers are the exports that records under the licences given can be in, one
// under each, in the order of the table of licences, which begins with those that
// ask for least.
func (v *Vocabularies) Layers(uris []string) []LicenceLayer {
	var all []Licence
	seen := map[string]bool{}
	for _, uri := range uris {
		l, _ := v.Licence(uri) // one that we do not know is unknown
		if !seen[l.Notation] {
			seen[l.Notation] = true
			all = append(all, l)
		}
	}
	var layers []LicenceLayer
	for _, under := range v.Licences { // in the order of the table: the freest first
		if !seen[under.Notation] {
			continue
		}
		layer := LicenceLayer{Under: under}
		for _, l := range all {
			if ok, _ := l.MayEnter(under); ok {
				layer.Holds = append(layer.Holds, l)
			} else {
				layer.LeftOut = append(layer.LeftOut, l)
			}
		}
		layers = append(layers, layer)
	}
	return layers
}

// ExportLicence is the licence under which everything under the licences given
// may be given out together; false when there is none, as with CC BY and ODbL:
// then each record keeps its own, and the whole has none.
func (v *Vocabularies) ExportLicence(uris []string) (Licence, bool) {
	for _, layer := range v.Layers(uris) {
		if len(layer.LeftOut) == 0 {
			return layer.Under, layer.Under.Openness != OpennessUnknown
		}
	}
	return Licence{}, false
}
