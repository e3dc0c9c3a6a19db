package catalog

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"
	"golang.org/x/text/language"
)

// LangText is a text by BCP 47 language tag; "it" is there when the field is required.
type LangText map[string]string

// It is the Italian text, or else the English one, or else that whose tag comes first.
func (t LangText) It() string {
	for _, tag := range []string{"it", "it-IT", "en"} {
		if s, ok := t[tag]; ok {
			return s
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(t)) {
		return t[tag]
	}
	return ""
}

// languageText is an object of JSON as a text by language: every name of a member is a
// tag of BCP 47 and every value a text. An object that is anything else is none.
func languageText(object map[string]any) (LangText, bool) {
	t := LangText{}
	for tag, v := range object {
		text, ok := v.(string)
		if _, err := language.Parse(tag); err != nil || !ok || len(tag) > maxTag {
			return nil, false
		}
		t[strings.ReplaceAll(tag, "_", "-")] = text
	}
	return t, len(t) > 0
}

// maxTag is how many bytes a tag of a language has at most (RFC 5646, 4.4.1).
const maxTag = 35

// A Record is one thing the catalogue knows, in our terms. The typed fields
// are those that pages, filters and exports need by name; Properties holds
// everything that is published, these included, as one flat object.
type Record struct {
	ID         string `json:",omitzero"` // UUIDv7, ours, for ever
	Kind       Kind   `json:",omitzero"`
	Collection string `json:",omitzero"`
	Slug       string `json:",omitzero"` // for addresses: "castello-dellimperatore"
	Status     Status `json:",omitzero"`
	Title      string `json:",omitzero"`
	Summary    string `json:",omitzero"` // plain text
	Theme      Theme  `json:",omitzero"`
	Type       string `json:",omitzero"` // our code: "museo"; TypeLabel in words
	TypeLabel  string `json:",omitzero"`

	Address, Postcode, Locality    string `json:",omitzero"`
	Municipality                   string `json:",omitzero"` // name
	ISTATCode                      string `json:",omitzero"` // of the municipality, six digits, text
	Phone, Email, Website          string `json:",omitzero"`
	OpeningHours, Accessibility    string `json:",omitzero"`
	Image                          string `json:",omitzero"`
	Start, End                     string `json:",omitzero"` // RFC 3339 date or time: when it is valid or takes place
	BodyID, BodyName, Licence      string `json:",omitzero"`
	SourceID, SourceKey, SourceURL string `json:",omitzero"`
	SourceModified                 string `json:",omitzero"`

	// Terms are those of its licence, without its names.
	Terms Licence `json:",omitzero"`

	// Occurrences are when an event takes place, in order of time.
	Occurrences []Occurrence `json:",omitzero"`
	// Distributions are the files and services of a dataset.
	Distributions []Distribution `json:",omitzero"`

	// Geometry is lon, lat in degrees (CRS84); nil: none or not placed.
	Geometry orb.Geometry `json:",omitzero"`
	// AccuracyMetres is how far off the transform to Geometry may be; 0: not worse than the source.
	AccuracyMetres float64 `json:",omitzero"`
	// SourceGeometry is the untouched geometry on the way in, SRID set; not filled when read.
	SourceGeometry geom.T `json:",omitzero"`

	// Properties is the published object: keys in order, values as in JSON.
	Properties Properties `json:",omitzero"`
	// Feature is the record as an encoded GeoJSON Feature (RFC 7946); filled when read.
	Feature []byte `json:",omitzero"`
	// Targets are the records that it names; filled for exports that ask for them.
	Targets []Target `json:",omitzero"`

	Version                    int       `json:",omitzero"`
	Created, Updated, Verified time.Time `json:",omitzero"` // Verified: last complete harvest that still listed it
	RunID                      int64     `json:",omitzero"` // the run that made this version
}

// Accessible reports whether the record says that a wheelchair gets in.
func (r *Record) Accessible() bool {
	a := Plain(r.Accessibility)
	return a == "yes" || a == "si" || a == "true" || strings.HasPrefix(a, "accessibile")
}

// Properties is a JSON object whose keys keep their order.
type Properties []Property

// A Property is one name and value; the value is nil, string, int64, float64,
// bool, []string or json.RawMessage.
type Property struct {
	Name  string
	Value any
}

// Get is the value called name, nil when there is none.
func (p Properties) Get(name string) any {
	for _, q := range p {
		if q.Name == name {
			return q.Value
		}
	}
	return nil
}
