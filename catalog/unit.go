package catalog

import (
	"bytes"
	"encoding/json"
	"strings"
)

// unitFields are the lists whose objects have a unit: those of works of art and of the
// columns of datasets (spec §1.1, §1.3).
var unitFields = map[string]bool{"measures": true, "fields": true}

// unitsIn makes the units in raw, a list of objects, UCUM codes; what a source said
// otherwise stays beside as unit_declared. One that is unknown stays and is reported.
func (v *Vocabularies) unitsIn(raw json.RawMessage, field string, report reporter) json.RawMessage {
	var list []map[string]json.RawMessage
	if !bytes.Contains(raw, []byte(`"unit"`)) || json.Unmarshal(raw, &list) != nil {
		return raw
	}
	changed := false
	for _, object := range list {
		var said string
		if json.Unmarshal(object["unit"], &said) != nil || strings.TrimSpace(said) == "" {
			continue
		}
		u, ok := v.Unit(said)
		switch {
		case !ok:
			report("unit-unknown", field+".unit", said, v.WantsUnit(said))
		case u.Code != said:
			object["unit"], object["unit"+declared], changed = jsonOf(u.Code), jsonOf(said), true
		}
	}
	if !changed {
		return raw
	}
	return jsonOf(list)
}

// WantsUnit says what is expected instead of a unit that is not known, and which it may be.
func (v *Vocabularies) WantsUnit(said string) string {
	expected := "a unit of measure as UCUM writes it, such as ug/m3, Cel, mm"
	if s, ok := v.Scheme("units"); ok {
		if c, near := s.Nearest(said); near {
			expected += "; perhaps: " + c.Code
		}
	}
	return expected
}
