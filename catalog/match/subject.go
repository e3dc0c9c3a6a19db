package match

import (
	"encoding/json"
	"strings"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// A Subject is what of a record is compared. All fields may be empty.
type Subject struct {
	Kind         catalog.Kind
	Type         string   // code or words: "biblioteca", "Scuola primaria"
	Title        string   // the name
	Alternatives []string // other names, also in other languages

	Geometry       orb.Geometry // lon, lat in degrees (CRS84)
	AccuracyMetres float64      // how far off it may be; 0: not known

	Address      string // street and number, with or without postcode and town
	Postcode     string
	Municipality string // name
	ISTATCode    string // of the municipality, six digits

	Phone, Email, Website string // one or several, told apart by commas or semicolons
	Organizer             string // who holds an event
	Start, End            string // RFC 3339 date or time

	IDs []catalog.Identifier // by scheme of spec/metadata.md §4.2
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
