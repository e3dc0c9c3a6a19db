package catalog

import (
	"slices"
	"strings"
)

// classify sets type and theme. What the source calls the type is turned into
// a type of ours by the mapping, then by the vocabulary; a type decides the
// theme unless the source or the mapping says another. Where the source says no
// type, the keywords of an event may, and the title of an event or place.
func (n *Normalizer) classify(r *Record, said, keywords string, given Theme, report reporter) {
	if slices.Contains(Themes, given) {
		r.Theme = given
	}
	if r.Kind.Gazetteer() {
		return // "via" is no type of place
	}
	code := said
	if to, ok := n.mapping.TypeMap[said]; ok {
		code = to
	} else if said == "" {
		code = n.mapping.Type
	}
	if r.Kind == KindFeature && n.mapping.Type == "" && n.mapping.TypeMap == nil {
		r.Type, r.TypeLabel = "", ""
		if code != "" {
			r.TypeLabel = sentence(code)
			if t, ok := n.vocab.RecognisePlaceType(code); ok && r.Theme == "" {
				r.Theme = t.Theme
			}
		}
		return
	}
	if code == "" && r.Kind == KindEvent {
		for word := range strings.SplitSeq(keywords, ",") {
			if _, ok := n.vocab.RecogniseEventType(word); ok {
				code = word
				break
			}
		}
	}
	if code == "" && (r.Kind == KindPlace || r.Kind == KindEvent) {
		code = r.Title
	}
	if code == "" {
		return
	}
	type_, label, theme, ok := n.recognise(r.Kind, code)
	switch {
	case ok:
		r.Type, r.TypeLabel = type_, label
		if r.Kind == KindEvent {
			n.oldCode("event-types", type_, "event_type", code, report)
		}
		if r.Theme == "" {
			r.Theme = theme
		}
	case said != "":
		r.Type, r.TypeLabel = Slug(said), sentence(said)
		switch r.Kind {
		case KindPlace:
			report("type-unknown", "type", said, "a type of place, or a value that --type-map translates"+n.vocab.Perhaps("type", said))
		case KindEvent:
			report("type-unknown", "event_type", said, "a type of event, or a value that --type-map translates"+n.vocab.Perhaps("event_type", said))
		}
	}
	if r.Theme == "" && r.Kind == KindPlace {
		r.Theme = ThemeInstitutions
	}
}

// typed tells the concepts that the type of r is in the vocabularies of others:
// OntoPiA's places of culture or else points of interest, and its events (spec
// §1.2, §1.4). said is the source's own word.
func (n *Normalizer) typed(r Record, said string, add func(name, value string)) {
	switch r.Kind {
	case KindPlace:
		t, ok := n.vocab.PlaceType(r.Type)
		if !ok {
			return
		}
		add("place_type", t.URI)
		add("poi_category", t.POI)
		if t.POI == poiTravel && said != "" {
			if s, ok := n.vocab.Scheme("accommodation-types"); ok {
				c, _ := s.Recognise(said)
				add("accommodation_type", c.Code)
			}
		}
	case KindEvent:
		if t, ok := n.vocab.EventType(r.Type); ok {
			add("event_type", t.URI)
			add("activity_area", t.Area)
		}
	}
}

// poiTravel is OntoPiA's category of points of interest for travel and tourism,
// in which places to stay are.
const poiTravel = "cat_6"

// recognise finds the type that text says in the vocabulary of the kind.
func (n *Normalizer) recognise(kind Kind, text string) (code, label string, theme Theme, ok bool) {
	if kind == KindEvent {
		t, ok := n.vocab.EventType(text)
		if !ok {
			t, ok = n.vocab.RecogniseEventType(text)
		}
		return t.Code, t.Label, t.Theme, ok
	}
	if kind == KindAdminArea {
		return "", "", "", false // a municipality is no town hall, and has no theme
	}
	t, ok := n.vocab.PlaceType(text)
	if !ok {
		t, ok = n.vocab.RecognisePlaceType(text)
	}
	if s, known := n.vocab.Scheme("accommodation-types"); !ok && known {
		if c, stay := s.Recognise(text); stay && !slices.ContainsFunc(noLodging, func(group string) bool { return strings.HasPrefix(c.Code, group) }) {
			t, ok = n.vocab.PlaceType(lodging)
		}
	}
	return t.Code, t.Label, t.Theme, ok
}

// lodging is the type of place of what only the vocabulary of places to stay
// knows by name: "Residenza turistico alberghiera".
const lodging = "alloggio"

// noLodging are the groups of that vocabulary where nobody sleeps: congress
// centres, bathing establishments, places that only support tourists.
var noLodging = []string{"A.11", "D.3", "E"}

// place completes the municipality: a code gives the name and the other way
// round; the place of an event or of an item of heritage, told in words, may end
// with it.
func (n *Normalizer) place(r *Record, province string, h Harvested) {
	if i := n.layer.column("place"); i >= 0 && (r.Kind == KindEvent || r.Kind == KindHeritageItem) && r.Municipality == "" && r.ISTATCode == "" && i < len(h.Values) {
		r.Municipality, province = n.townOf(Text(h.Values[i]))
	}
	if m, ok := n.vocab.Municipality(r.ISTATCode); ok {
		r.Municipality = m.Name
	} else if m, ok := n.vocab.Municipality(r.Municipality); ok && r.ISTATCode == "" && sameProvince(m, province) {
		r.ISTATCode, r.Municipality = m.ISTATCode, m.Name
	}
}

// townOf is the municipality with which a place in words ends, and the province
// in brackets after it: "Sala consiliare, Vernio (PO)". "" when there is none.
func (n *Normalizer) townOf(place string) (name, province string) {
	last := strings.ReplaceAll(place, " - ", ",")
	last = last[strings.LastIndexByte(last, ',')+1:]
	if before, after, ok := strings.Cut(last, "("); ok {
		last, province = before, strings.Trim(after, " )")
	}
	m, ok := n.vocab.Municipality(last)
	if !ok || !sameProvince(m, province) {
		return "", ""
	}
	return m.Name, province
}

// sameProvince keeps a Tuscan municipality from taking records of a namesake
// elsewhere: what the source says of the province may not contradict it.
func sameProvince(m Municipality, province string) bool {
	return province == "" || strings.EqualFold(province, m.Province) || Plain(province) == Plain(m.ProvinceName)
}
