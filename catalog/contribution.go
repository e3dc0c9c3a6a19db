package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/twpayne/go-geom"
)

// A Contribution is what one source says of a record. A record that several
// sources describe is made of several.
type Contribution struct {
	ID     string // of the record that it would be by itself
	Source Source // title, address, body, when it was added
	Layer  string
	Key    string
	Record Record // without geometry
	Place  geom.T // as the source gave it; nil: none
}

// A Contributed is where a Contribution came from, and when.
type Contributed struct {
	ID      string     `json:"id"` // of the record that it would be by itself
	Source  string     `json:"source"`
	Title   string     `json:"title"` // of the source
	Layer   string     `json:"layer,omitempty"`
	Key     string     `json:"key"`
	URL     string     `json:"url,omitempty"` // of its page there
	Shown   bool       `json:"shown"`
	Missed  int        `json:"missed,omitempty"` // complete listings in a row that did not hold it
	First   *time.Time `json:"firstSeen,omitempty"`
	Changed *time.Time `json:"changed,omitempty"`
}

// storedRecord is the form in which the catalogue keeps the record of a contribution.
type storedRecord struct {
	Record
	Properties json.RawMessage
}

// StoredRecord is what is kept of r beside its geometry, so that ReadRecord gives it back.
func (r Record) StoredRecord() ([]byte, error) {
	properties := r.Properties.AppendJSON(nil)
	r.Properties, r.Feature, r.Geometry, r.SourceGeometry = nil, nil, nil, nil
	return json.Marshal(storedRecord{r, properties})
}

// ReadRecord is the record that StoredRecord has written.
func ReadRecord(stored []byte) (Record, error) {
	var s storedRecord
	if err := json.Unmarshal(stored, &s); err != nil {
		return s.Record, fmt.Errorf("stored record: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(s.Properties))
	if _, err := d.Token(); err != nil {
		return s.Record, fmt.Errorf("stored record: %w", err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return s.Record, fmt.Errorf("stored record: %w", err)
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return s.Record, fmt.Errorf("stored record: %w", err)
		}
		text, isText := name.(string)
		if !isText {
			return s.Record, fmt.Errorf("stored record: a property is called %v", name)
		}
		s.Record.Properties = append(s.Record.Properties, Property{text, readProperty(raw)})
	}
	return s.Record, nil
}

// readProperty is a value as Properties hold it; lists and objects stay JSON.
func readProperty(raw json.RawMessage) any {
	if raw[0] == '"' {
		var s string
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	}
	return raw
}

// An OtherPublisher is a catalogue besides the one shown that has a dataset too.
type OtherPublisher struct {
	Source     string `json:"source"` // id of the source
	Title      string `json:"title"`
	URL        string `json:"url,omitempty"` // the dataset's page there
	Identifier string `json:"identifier,omitempty"`
}

// AlsoPublishedOn are the catalogues besides the one shown that have the dataset r.
func (r *Record) AlsoPublishedOn() []OtherPublisher {
	var list []OtherPublisher
	if raw, ok := r.Properties.Get(alsoPublished).(json.RawMessage); ok && json.Unmarshal(raw, &list) != nil {
		return nil // a column of a source that is called so
	}
	return list
}

// Golden is the one record of what several sources say of a dataset, and which
// of them is shown (spec/metadata.md §4.1). The fields are the winner's; what the others call it
// joins the other identifiers, and where they publish it is said. The order of
// list means nothing.
func Golden(list []Contribution) (Record, Contribution) {
	list = slices.Clone(list)
	slices.SortFunc(list, rank)
	winner := list[0]
	r := winner.Record
	if len(list) == 1 {
		return r, winner
	}
	others := otherIdentifiers(r)
	var also []OtherPublisher
	for _, c := range list[1:] {
		own := Text(c.Record.Properties.Get("identifier"))
		also = append(also, OtherPublisher{Source: c.Source.ID, Title: cmp.Or(c.Source.Title, c.Source.ID), URL: c.Record.SourceURL, Identifier: own})
		for _, id := range []string{own, Text(c.Record.Properties.Get("uri"))} {
			if id != "" {
				others = append(others, OtherIdentifier{Notation: id, Agency: cmp.Or(c.Source.Title, c.Source.ID)})
			}
		}
		others = append(others, otherIdentifiers(c.Record)...)
	}
	slices.SortFunc(also, func(a, b OtherPublisher) int { return strings.Compare(a.Source+a.URL, b.Source+b.URL) })
	r.Properties = with(r.Properties, "other_identifiers", unlike(others, Text(r.Properties.Get("identifier")), Text(r.Properties.Get("uri"))))
	r.Properties = with(r.Properties, alsoPublished, jsonOf(also))
	if slices.ContainsFunc(list, func(c Contribution) bool { return c.Source.FederatedNationally }) {
		r.Properties = with(r.Properties, federated, true)
	}
	return r, winner
}

// rank orders contributions: the rights holder's own portal, the one that the
// dataset's page is on, what is no copy, what was there first.
func rank(a, b Contribution) int {
	return cmp.Or(
		cmp.Compare(place(a), place(b)),
		a.Source.Added.Truncate(time.Second).Compare(b.Source.Added.Truncate(time.Second)),
		strings.Compare(a.Source.ID, b.Source.ID),
		strings.Compare(a.Layer, b.Layer),
		strings.Compare(a.Key, b.Key),
	)
}

func place(c Contribution) int {
	holder := c.Record.Holder()
	switch {
	case holder != "" && c.Source.BodyID == holder:
		return 0
	case host(c.Record.SourceURL) != "" && host(c.Record.SourceURL) == host(c.Source.URL):
		if c.Record.Properties.Get("copy_of") == nil {
			return 1
		}
		return 2
	case c.Record.Properties.Get("copy_of") == nil:
		return 3
	}
	return 4
}

// host is that of an address, without "www.".
func host(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

func otherIdentifiers(r Record) []OtherIdentifier {
	var list []OtherIdentifier
	if raw, ok := r.Properties.Get("other_identifiers").(json.RawMessage); ok && json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}

// unlike is list as JSON, each notation once, without the record's own.
func unlike(list []OtherIdentifier, own ...string) any {
	seen := map[string]bool{}
	for _, s := range own {
		seen[SameAddress(s)] = true
	}
	var kept []OtherIdentifier
	for _, o := range list {
		if same := SameAddress(o.Notation); !seen[same] {
			seen[same] = true
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return jsonOf(kept)
}

// with is p with a property set; nothing is left out where it was not.
func with(p Properties, name string, value any) Properties {
	p = slices.Clone(p)
	if i := slices.IndexFunc(p, func(q Property) bool { return q.Name == name }); i >= 0 {
		p[i].Value = value
		return p
	}
	if value == nil {
		return p
	}
	return append(p, Property{name, value})
}
