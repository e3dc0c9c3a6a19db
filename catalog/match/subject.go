package match

import (
	"encoding/json"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A Subject is what of a record is compared. All fields may be empty. As JSON it
// has no Geometry.
type Subject struct {
	Kind         catalog.Kind `json:",omitzero"`
	Type         string       `json:",omitzero"` // code or words: "biblioteca", "Scuola primaria"
	Title        string       `json:",omitzero"` // the name
	Alternatives []string     `json:",omitzero"` // other names, also in other languages

	Geometry       orb.Geometry `json:"-"`         // lon, lat in degrees (CRS84)
	AccuracyMetres float64      `json:",omitzero"` // how far off it may be; 0: not known

	Address      string `json:",omitzero"` // street and number, with or without postcode and town
	Postcode     string `json:",omitzero"`
	Municipality string `json:",omitzero"` // name
	ISTATCode    string `json:",omitzero"` // of the municipality, six digits

	Phone, Email, Website string `json:",omitzero"` // one or several, told apart by commas or semicolons
	Organizer             string `json:",omitzero"` // who holds an event
	Start, End            string `json:",omitzero"` // RFC 3339 date or time

	IDs []catalog.Identifier `json:",omitzero"` // by scheme of spec/metadata.md §4.2
}

// alternativeNames are the properties in which records carry other names
// (spec/metadata.md §1.2, §1.7).
var alternativeNames = []string{"alt_names", "alt_name", "official_name", "legal_name", "acronym", "denominazione_alternativa"}

// NewSubject is what of r is compared.
func NewSubject(r *catalog.Record) Subject {
	s := Subject{
		Kind: r.Kind, Type: r.Type, Title: r.Title, Geometry: r.Geometry, AccuracyMetres: r.AccuracyMetres,
		Address: r.Address, Postcode: r.Postcode, Municipality: r.Municipality, ISTATCode: r.ISTATCode,
		Phone: strings.Join(r.Phones(), ";"), Email: strings.Join(r.Mails(), ";"), Website: r.Website, Start: r.Start, End: r.End, IDs: r.Identifiers(),
	}
	if len(r.Occurrences) > 0 && s.Start == "" {
		s.Start = r.Occurrences[0].Start
	}
	if raw, ok := r.Properties.Get("external_ids").(json.RawMessage); ok {
		var list identifiers
		if json.Unmarshal(raw, &list) == nil {
			s.IDs = append(s.IDs, list...)
		}
	}
	for _, name := range alternativeNames {
		for _, n := range texts(r.Properties.Get(name)) {
			if n != r.Title {
				s.Alternatives = append(s.Alternatives, n)
			}
		}
	}
	for _, name := range []string{"organizer", "organizers", "organizzatore"} {
		if list := texts(r.Properties.Get(name)); len(list) > 0 && s.Organizer == "" {
			s.Organizer = strings.Join(list, ", ")
		}
	}
	return s
}

// Numbers are the identifiers of s that identify a thing of its kind, each as "scheme value".
func (s Subject) Numbers() []string {
	var list []string
	for _, id := range identifiersOf(s.Kind, s.IDs) {
		list = append(list, numberKey(id))
	}
	return list
}

func numberKey(id catalog.Identifier) string { return id.Scheme + " " + id.Value }

// texts are the texts in a property: one, a list, or one for each language.
func texts(v any) []string {
	switch v := v.(type) {
	case string:
		if v = strings.TrimSpace(v); v != "" {
			return []string{v}
		}
	case []string:
		return v
	case json.RawMessage:
		var t someTexts
		if json.Unmarshal(v, &t) == nil {
			return t
		}
	}
	return nil
}

// Key is what of the name of s tells it from others, for a search by trigrams: without
// what sort of thing it is and where, unless it says nothing else.
func (s Subject) Key() string {
	n := newName(s.Title, townWords(s.Municipality))
	var words []string
	for _, t := range n.tokens {
		if t.weight >= distinctive {
			words = append(words, t.text)
		}
	}
	if len(words) == 0 {
		return strings.TrimSpace(n.key)
	}
	return strings.Join(append(words, n.numbers...), " ")
}
