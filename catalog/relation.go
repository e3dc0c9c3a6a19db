package catalog

import (
	"encoding/json"
	"slices"
)

// References are the properties in which a record names others by the key that
// their source gives them (spec/metadata.md §1): a text, an object with the key as
// "id" or "code", or a list of either.
var References = []string{
	"parent_place", "holder_place", "managed_by", "seat_place", "parent", "parent_office", "part_of", "parts", "super_event", "sub_events",
	"heritage_items", "related_courses", "related_services", "services_offered", "in_series", "serves_datasets", "predecessor", "successor",
}

// MaxReferences is how many keys of one record are looked up.
const MaxReferences = 100

// A Relation is a record that names another, or is named by it, in a property.
type Relation struct {
	Property string
	Inverse  bool // it is the other record that names this one
	Key      string
	Record   *Record
}

// Named are the keys that r names others by, by property.
func (r *Record) Named() map[string][]string {
	named, n := map[string][]string{}, 0
	for _, name := range References {
		for _, key := range keysOf(r.Properties.Get(name)) {
			if n < MaxReferences && key != "" && key != r.SourceKey && !slices.Contains(named[name], key) {
				named[name] = append(named[name], key)
				n++
			}
		}
	}
	return named
}

// keysOf are the keys in a value.
func keysOf(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []string:
		return v
	case json.RawMessage:
		var value any
		if json.Unmarshal(v, &value) == nil {
			return keysOf(value)
		}
	case map[string]any:
		for _, member := range []string{"id", "code"} {
			if key, ok := v[member].(string); ok {
				return []string{key}
			}
		}
	case []any:
		var keys []string
		for _, each := range v {
			keys = append(keys, keysOf(each)...)
		}
		return keys
	}
	return nil
}
