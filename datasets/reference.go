package datasets

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// The tables are ours: facts from the sources named beside each, in the form
// that the catalogue needs.
//
//go:embed reference
var reference embed.FS

// A Reference says what one table of reference is and where it comes from.
type Reference struct {
	Name    string            `json:"-"` // "place-types": of the .csv and the .json
	Title   string            `json:"title"`
	Columns map[string]string `json:"columns"` // those whose name does not say all
	// Keys says which column is the code or the Italian label where its name is
	// another, and which holds the publisher's notation beside a code of ours.
	Keys map[string]string `json:"keys,omitempty"`
	Ours bool              `json:"ours,omitempty"` // a list of our own: nobody publishes newer editions
	// OwnLabels: the labels are ours, and those of newer editions are not taken.
	OwnLabels bool `json:"own_labels,omitempty"`

	Sources []ReferenceSource `json:"sources"`
	Licence string            `json:"licence"` // address; of the table
	Date    string            `json:"date"`    // when the table was made, 2006-01-02
	Note    string            `json:"note"`
}

// A ReferenceSource is where facts of a table come from.
type ReferenceSource struct {
	Title   string `json:"title"`
	URL     string `json:"url"`
	Licence string `json:"licence"`
	Date    string `json:"date"` // of the edition read: 2006, 2006-01 or 2006-01-02
	Note    string `json:"note,omitempty"`
}

// References lists the tables of reference, in the order of their names.
func References() ([]Reference, error) {
	names, err := fs.Glob(reference, "reference/*.json")
	if err != nil {
		return nil, err
	}
	var list []Reference
	for _, name := range names {
		b, err := reference.ReadFile(name)
		if err != nil {
			return nil, err
		}
		r := Reference{Name: strings.TrimSuffix(path.Base(name), ".json")}
		if err := json.Unmarshal(b, &r); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		list = append(list, r)
	}
	return list, nil
}

// Version is the edition of the table: that of its first source.
func (r Reference) Version() string {
	if len(r.Sources) == 0 {
		return r.Date
	}
	return r.Sources[0].Date
}

// key is the column that holds what is called name.
func (r Reference) key(name string) string {
	if column := r.Keys[name]; column != "" {
		return column
	}
	return name
}
