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
	ID         string // UUIDv7, ours, for ever
	Kind       Kind
	Collection string
	Slug       string // for addresses: "castello-dellimperatore"
	Status     Status
	Title      string
	Summary    string // plain text
	Theme      Theme
	Type       string // our code: "museo"; TypeLabel in words
	TypeLabel  string

	Address, Postcode, Locality    string
	Municipality                   string // name
	ISTATCode                      string // of the municipality, six digits, text
	Phone, Email, Website          string
	OpeningHours, Accessibility    string
	Image                          string
	Start, End                     string // RFC 3339 date or time: when it is valid or takes place
	BodyID, BodyName, Licence      string
	SourceID, SourceKey, SourceURL string
	SourceModified                 string

	// Occurrences are when an event takes place, in order of time.
	Occurrences []Occurrence
	// Distributions are the files and services of a dataset.
	Distributions []Distribution

	// Geometry is lon, lat in degrees (CRS84); nil: none or not placed.
	Geometry orb.Geometry
	// AccuracyMetres is how far off the transform to Geometry may be; 0: not worse than the source.
	AccuracyMetres float64
	// SourceGeometry is the untouched geometry on the way in, SRID set; not filled when read.
	SourceGeometry geom.T

	// Properties is the published object: keys in order, values as in JSON.
	Properties Properties
	// Feature is the record as an encoded GeoJSON Feature (RFC 7946); filled when read.
	Feature []byte

	Version                    int
	Created, Updated, Verified time.Time // Verified: last complete harvest that still listed it
	RunID                      int64     // the run that made this version
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
