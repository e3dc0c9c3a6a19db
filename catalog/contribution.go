package catalog

import (
	"bytes"
	"encoding/json"
	"fmt"
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
