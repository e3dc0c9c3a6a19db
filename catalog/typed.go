package catalog

import (
	"encoding/json"
	"fmt"
	"strings"
)

// FromProperties fills the typed fields that have no column of their own from what is published.
func (r *Record) FromProperties() {
	fields := map[string]*string{
		"type_label": &r.TypeLabel, "address": &r.Address, "postcode": &r.Postcode, "locality": &r.Locality,
		"phone": &r.Phone, "email": &r.Email, "website": &r.Website, "opening_hours": &r.OpeningHours,
		"accessibility": &r.Accessibility, "image": &r.Image, "start": &r.Start, "end": &r.End,
		"body_name": &r.BodyName, "url": &r.SourceURL, "source_modified": &r.SourceModified,
	}
	for _, p := range r.Properties {
		if to := fields[p.Name]; to != nil {
			*to = textOf(p.Value)
		}
		if list, ok := p.Value.(json.RawMessage); ok {
			r.fromList(p.Name, list)
		}
	}
	if len(r.Occurrences) == 0 && r.Kind == KindEvent && r.Start != "" {
		r.Occurrences = []Occurrence{{Start: r.Start, End: r.End}}
	}
}

// fromList fills the lists. A column of a source may be called like one of them
// and hold something else, which is then only a property.
func (r *Record) fromList(name string, list json.RawMessage) {
	switch name {
	case "occurrences":
		var o []Occurrence
		if json.Unmarshal(list, &o) == nil {
			r.Occurrences = o
		}
	case "distributions":
		var d []Distribution
		if json.Unmarshal(list, &d) == nil {
			r.Distributions = d
		}
	}
}

// textOf is a property's value as text, as fields of a Record want it.
func textOf(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []string:
		return strings.Join(v, ", ")
	case nil:
		return ""
	}
	return fmt.Sprint(v)
}
