package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// A PlaceType is what sort of place a place is. Code is ours, short, Italian
// and stable: it stands in records, addresses and filters.
type PlaceType struct {
	Code, Label, LabelEN string
	Theme                Theme
	URI                  string   // the nearest concept of OntoPiA, of places of culture or else of points of interest
	POI                  string   // code of OntoPiA's category of points of interest
	SchemaOrg            string   // the schema.org class: "Museum"
	Names                []string // words that say the type anywhere in a name
	Values               []string // words that say it only when they are the whole value
}

// An EventType is a concept of OntoPiA's public-event-types with a Code of
// ours ("mostra") beside its Notation ("1.1.2").
type EventType struct {
	Code, Notation, Label, LabelEN string
	Area                           string // cultural, sport, social, training, environment, institutional
	Theme                          Theme
	URI                            string
	Broader                        string // notation of the wider type; "" at the top
	SchemaOrg                      string
	Names, Values                  []string // as in PlaceType
}

// A DataTheme is one of the data themes of the European Union.
type DataTheme struct {
	Code, Label, LabelEN string
	Theme                Theme // of the portal, for a dataset that has this one
	URI                  string
	Same                 []string // what portals call such a group; themes of INSPIRE
}

// Openness says whether a licence is that of open data.
type Openness string

// The values of Openness.
const (
	Open            Openness = "open"
	NotOpen         Openness = "not-open"
	OpennessUnknown Openness = "unknown"
)

// A Licence is a concept of OntoPiA's licences. Records carry its URI.
type Licence struct {
	Notation, URI         string   `json:",omitzero"`
	Short, Label, LabelEN string   `json:",omitzero"` // Short as people call it: "CC BY 4.0"
	URL                   string   `json:",omitzero"` // of the text; "" for the unknown licence
	Openness              Openness `json:",omitzero"`
	ShareAlike            bool     `json:",omitzero"` // what is derived must carry the same licence: kept in its own layer
	Attribution           bool     `json:",omitzero"` // the author must be named
	NonCommercial         bool     `json:",omitzero"` // use for profit is forbidden
	NoDerivatives         bool     `json:",omitzero"` // sharing what is derived is forbidden
	Same                  []string `json:",omitzero"` // other spellings: CKAN ids, names, addresses
}

// A Municipality as ISTAT and the cadastre number it.
type Municipality struct {
	ISTATCode     string // six digits
	Name          string
	CadastralCode string
	Province      string // two letters: "PO"
	ProvinceName  string
	URI           string // of OntoPiA
}

// Tables are the rows that Vocabularies are made of, each in the order in
// which it is shown.
type Tables struct {
	PlaceTypes     []PlaceType
	EventTypes     []EventType
	DataThemes     []DataTheme
	Licences       []Licence
	Municipalities []Municipality

	Frequencies []Frequency
	FileTypes   []FileType
	Languages   []Language

	ObservedProperties []ObservedProperty
	Units              []Unit

	// Schemes are all vocabularies alike, those of the rows above included.
	Schemes []Scheme
	// Edition says which newer editions of vocabularies these are, "" for those of
	// the release: part of what a description is compared with (LayerHash).
	Edition string
}

// Vocabularies are the controlled vocabularies, to be looked up in. They do
// not change and may be shared by goroutines.
type Vocabularies struct {
	Tables
	placeTypes     map[string]int // by code
	eventTypes     map[string]int // by code, notation and URI
	dataThemes     map[string]int // by code and URI
	licences       map[string]int // by licenceKey
	municipalities map[string]int // by codes and plain name
	themeNames     terms
	frequencies    terms
	fileTypes      terms
	languages      terms
	placeNames     recogniser
	eventNames     recogniser
	defaultLicence int
	unknownLicence int
	properties     map[string]int // by measureKey
	units          map[string]int
	schemes        map[string]*Scheme
}

// Licences that the rules of spec/metadata.md §2.6 name.
const (
	defaultLicence = "A.2.1" // CC BY 4.0: of open data whose source says nothing else to us
	unknownLicence = "C.1.1" // of what says a licence that we cannot tell
)

// NewVocabularies indexes tables. Two rows that cannot be told apart are an
// error, as is a table without the default or the unknown licence.
func NewVocabularies(tables Tables) (*Vocabularies, error) {
	v := &Vocabularies{
		Tables:     tables,
		placeTypes: map[string]int{}, eventTypes: map[string]int{}, dataThemes: map[string]int{},
		licences: map[string]int{}, municipalities: map[string]int{},
		themeNames: terms{}, frequencies: terms{}, fileTypes: terms{}, languages: terms{},
		placeNames: newRecogniser(), eventNames: newRecogniser(),
		defaultLicence: -1, unknownLicence: -1,
	}
	for i, t := range tables.PlaceTypes {
		if err := put(v.placeTypes, i, t.Code); err != nil {
			return nil, fmt.Errorf("place types: %w", err)
		}
		if err := v.placeNames.add(i, slices.Concat(t.Values, []string{t.Code, t.Label}), t.Names); err != nil {
			return nil, fmt.Errorf("place type %s: %w", t.Code, err)
		}
	}
	for i, t := range tables.EventTypes {
		if err := put(v.eventTypes, i, t.Code, t.Notation, t.URI); err != nil {
			return nil, fmt.Errorf("event types: %w", err)
		}
		if err := v.eventNames.add(i, slices.Concat(t.Values, []string{t.Code, t.Notation, t.URI}), t.Names); err != nil {
			return nil, fmt.Errorf("event type %s: %w", t.Code, err)
		}
	}
	for i, t := range tables.DataThemes {
		if err := put(v.dataThemes, i, t.Code, t.URI); err != nil {
			return nil, fmt.Errorf("data themes: %w", err)
		}
	}
	for i, m := range tables.Municipalities {
		if err := put(v.municipalities, i, m.ISTATCode, m.CadastralCode, plainWords(m.Name)); err != nil {
			return nil, fmt.Errorf("municipalities: %w", err)
		}
	}
	if err := v.indexMeasures(); err != nil {
		return nil, err
	}
	if err := v.indexTerms(); err != nil {
		return nil, err
	}
	v.schemes = map[string]*Scheme{}
	for i := range tables.Schemes {
		s, err := NewScheme(tables.Schemes[i])
		if err != nil {
			return nil, err
		}
		v.schemes[s.Name] = s
	}
	return v, v.indexLicences()
}

// put enters i under every key; a key may repeat within one row only.
func put(index map[string]int, i int, keys ...string) error {
	for _, k := range keys {
		if k == "" {
			continue
		}
		if j, taken := index[k]; taken && j != i {
			return fmt.Errorf("%q stands in rows %d and %d: %w", k, j+1, i+1, ErrInvalid)
		}
		index[k] = i
	}
	return nil
}

// PlaceType is the type with the code given.
func (v *Vocabularies) PlaceType(code string) (PlaceType, bool) {
	i, ok := v.placeTypes[code]
	if !ok {
		return PlaceType{}, false
	}
	return v.PlaceTypes[i], true
}

// RecognisePlaceType finds the type that text says, as a source's value
// ("SCUOLA INFANZIA NON STATALE") or as a name ("Museo del Tessuto").
func (v *Vocabularies) RecognisePlaceType(text string) (PlaceType, bool) {
	i, ok := v.placeNames.find(text)
	if !ok {
		return PlaceType{}, false
	}
	return v.PlaceTypes[i], true
}

// EventType is the type with the code, notation or URI given.
func (v *Vocabularies) EventType(code string) (EventType, bool) {
	i, ok := v.eventTypes[code]
	if !ok {
		return EventType{}, false
	}
	return v.EventTypes[i], true
}

// RecogniseEventType finds the type that text says, as a source's value or as
// a title ("Concerto di Natale").
func (v *Vocabularies) RecogniseEventType(text string) (EventType, bool) {
	i, ok := v.eventNames.find(text)
	if !ok {
		return EventType{}, false
	}
	return v.EventTypes[i], true
}

// DataTheme is the theme with the code ("EDUC") or URI given.
func (v *Vocabularies) DataTheme(code string) (DataTheme, bool) {
	i, ok := v.dataThemes[code]
	if !ok {
		return DataTheme{}, false
	}
	return v.DataThemes[i], true
}

// Municipality is the one with the ISTAT code (five digits are taken for six
// that lost their zero), the cadastral code or the name given.
func (v *Vocabularies) Municipality(any string) (Municipality, bool) {
	any = strings.TrimSpace(any)
	i, ok := v.municipalities[any]
	if !ok && len(any) == 5 {
		i, ok = v.municipalities["0"+any]
	}
	if !ok && len(any) == 4 {
		i, ok = v.municipalities[strings.ToUpper(any)]
	}
	if !ok {
		i, ok = v.municipalities[plainWords(any)]
	}
	if !ok {
		return Municipality{}, false
	}
	return v.Municipalities[i], true
}
