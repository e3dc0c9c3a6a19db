package oaipmh

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
)

// A card is what a record says of one thing, whatever the format it says it in:
// an item of cultural heritage (spec §1.3), or a place that holds such items.
type card struct {
	place bool // else an item

	title, text, page, website, picture, rights string
	kind                                        string // in words: "chiesa"
	town, province, street, locality, spatial   string // spatial: where, in words that may hold a municipality
	keywords                                    []string
	point                                       geom.T
	geometrySource, precision                   string

	heritageType, definition string
	subjects, materials      []string
	creators                 []creator
	dating                   *dating
	measures                 []measure
	locationKind, holder     string
	protection               []protection
	conservation             string
	partOf, parts            []string
	inscriptions             []inscription
	bibliography             []string
	digital                  []digital
	nct                      *nct
	iccd                     *iccdCard
	rightsNote               string
	identifiers              []identifier
	other                    map[string][]string // what else the source says, by its own names

	issues []catalog.Issue
}

type creator struct {
	Name string `json:"name"`
	Role string `json:"role,omitempty"`
	ID   string `json:"uri,omitempty"`
}

type measure struct {
	Name  string `json:"name,omitempty"`
	Value string `json:"value,omitempty"`
	Unit  string `json:"unit,omitempty"`
}

type protection struct {
	Act  string `json:"act,omitempty"`
	Date string `json:"date,omitempty"`
}

type inscription struct {
	Type  string `json:"type,omitempty"`
	Where string `json:"where,omitempty"`
	Text  string `json:"text"`
}

type digital struct {
	URL     string `json:"url"`
	Licence string `json:"licence,omitempty"`
}

// nct is the number of the general catalogue, with the zeros that sources leave away.
type nct struct {
	Region string `json:"region"`
	Number string `json:"number"`
	Suffix string `json:"suffix,omitempty"`
}

type iccdCard struct {
	Type    string `json:"type"`
	Level   string `json:"level,omitempty"`
	Version string `json:"version,omitempty"`
}

type identifier struct {
	Scheme string `json:"scheme"`
	Value  string `json:"value"`
}

func (c *card) doubt(rule, field, read, expected string) {
	c.issues = append(c.issues, catalog.Issue{Rule: rule, Field: field, Read: catalog.Excerpt(read), Expected: expected})
}

// also keeps what is no field of ours under the source's own name.
func (c *card) also(name string, values ...string) {
	for _, v := range values {
		if v != "" && !slices.Contains(c.other[name], v) {
			if c.other == nil {
				c.other = map[string][]string{}
			}
			c.other[name] = append(c.other[name], v)
		}
	}
}

func (c *card) create(name, role, id string) {
	if name == "" || isMail(name) {
		return
	}
	if made := (creator{name, role, id}); !slices.Contains(c.creators, made) {
		c.creators = append(c.creators, made)
	}
}

// identify keeps an identifier under its scheme (spec §4.2).
func (c *card) identify(scheme, value string) {
	if id := (identifier{scheme, value}); value != "" && !slices.Contains(c.identifiers, id) {
		c.identifiers = append(c.identifiers, id)
	}
}

// called is the card's title, else what it is and of what: many cards have no other.
func (c *card) called() string {
	subject := ""
	if len(c.subjects) > 0 {
		subject = c.subjects[0]
	}
	switch {
	case c.title != "":
		return c.title
	case c.definition != "" && subject != "":
		return upperFirst(c.definition) + ": " + subject
	case c.definition != "" && c.holder != "":
		return fmt.Sprintf("%s (%s)", upperFirst(c.definition), c.holder)
	case c.definition != "" && c.town != "":
		return fmt.Sprintf("%s (%s)", upperFirst(c.definition), c.town)
	}
	return upperFirst(c.definition)
}

// said is the description, unless it only says once more what the thing is.
func (c *card) said() string {
	if strings.EqualFold(c.text, c.definition) || strings.EqualFold(c.text, c.title) {
		return ""
	}
	return c.text
}

// a column of our layers: its name and type, and what a card has in it.
type column struct {
	catalog.Column
	value func(*card, header) any
}

func text(name string, value func(*card) string) column {
	return column{catalog.Column{Name: name, Type: catalog.ColumnText, Nulls: true}, func(c *card, _ header) any {
		if s := strings.TrimSpace(value(c)); s != "" {
			return s
		}
		return nil
	}}
}

// structure is a column of JSON; what is empty is not there.
func structure[T any](name string, value func(*card) T) column {
	return column{catalog.Column{Name: name, Type: catalog.ColumnJSON, Nulls: true}, func(c *card, _ header) any {
		b, err := json.Marshal(value(c))
		if err != nil || string(b) == "null" || string(b) == "[]" || string(b) == "{}" {
			return nil
		}
		return json.RawMessage(b)
	}}
}

// columns are those of our layers, in their order. Those that are not mapped to a
// field of ours are published under these names, which are those of spec §1.3.
var columns = []column{
	text("name", (*card).called),
	text("text", (*card).said),
	text("subjects", func(c *card) string { return strings.Join(c.keywords, ", ") }),
	text("link", func(c *card) string { return c.page }),
	text("site", func(c *card) string { return c.website }),
	text("picture", func(c *card) string { return c.picture }),
	{catalog.Column{Name: "changed", Type: catalog.ColumnText, Nulls: true}, func(_ *card, h header) any {
		if h.datestamp == "" {
			return nil
		}
		return h.datestamp
	}},
	text("rights", func(c *card) string { return c.rights }),
	text("kind_said", func(c *card) string { return c.kind }),
	text("town", func(c *card) string { return c.town }),
	text("province_said", func(c *card) string { return c.province }),
	text("street", func(c *card) string { return c.street }),
	text("hamlet", func(c *card) string { return c.locality }),
	text("place", func(c *card) string { return c.spatial }),
	text("heritage_type", func(c *card) string { return c.heritageType }),
	text("definition", func(c *card) string { return c.definition }),
	structure("subject", func(c *card) []string { return c.subjects }),
	structure("creators", func(c *card) []creator { return c.creators }),
	structure("dating", func(c *card) *dating { return c.dating }),
	structure("materials", func(c *card) []string { return c.materials }),
	structure("measures", func(c *card) []measure { return c.measures }),
	text("location_kind", func(c *card) string { return c.locationKind }),
	text("holder_place", func(c *card) string { return c.holder }),
	structure("protection", func(c *card) []protection { return c.protection }),
	text("conservation_status", func(c *card) string { return c.conservation }),
	structure("part_of", func(c *card) []string { return c.partOf }),
	structure("parts", func(c *card) []string { return c.parts }),
	structure("inscriptions", func(c *card) []inscription { return c.inscriptions }),
	structure("bibliography", func(c *card) []string { return c.bibliography }),
	structure("digital_objects", func(c *card) []digital { return c.digital }),
	structure("nct", func(c *card) *nct { return c.nct }),
	structure("iccd_card", func(c *card) *iccdCard { return c.iccd }),
	text("geometry_source", func(c *card) string { return c.geometrySource }),
	text("precision", func(c *card) string { return c.precision }),
	text("rights_note", func(c *card) string { return c.rightsNote }),
	structure("external_ids", func(c *card) []identifier { return c.identifiers }),
	structure("source_metadata", func(c *card) map[string][]string { return c.other }),
}

// fields maps ours to the columns above.
var fields = map[string]string{
	"title": "name", "description": "text", "keywords": "subjects", "url": "link", "website": "site", "image": "picture", "modified": "changed",
	"licence": "rights", "type": "kind_said", "municipality": "town", "province": "province_said", "address": "street", "locality": "hamlet",
}

// newLayer is one of our two layers, with what was found of the repository.
func newLayer(name, title string, kind catalog.Kind, found []string) *catalog.Layer {
	l := &catalog.Layer{Name: name, Title: title, SRID: 4326, Ours: true, Found: found, Guess: catalog.Mapping{Kind: kind, Fields: map[string]string{}}}
	for field, column := range fields {
		l.Guess.Fields[field] = column
	}
	if kind == catalog.KindHeritageItem {
		l.Guess.Fields["theme"] = "'" + string(catalog.ThemeCulture) + "'"
	}
	for _, c := range columns {
		l.Columns = append(l.Columns, c.Column)
	}
	return l
}
