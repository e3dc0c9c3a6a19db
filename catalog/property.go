package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// An ObservedProperty is what instruments measure. Code is ours, short and
// stable.
type ObservedProperty struct {
	Code, Label, LabelEN string
	URI                  string // Eionet pollutant or CF standard name; "" for none
	Unit                 string // UCUM, where the source does not say
	Aggregation          Aggregation
	Domain               string   // air, weather, hydrometry, …
	Names                []string // what sources call it
}

// A Unit of measure: its UCUM code and what people read.
type Unit struct {
	Code, Symbol, Label string
	Names               []string
}

// indexMeasures enters properties and units under everything they are called.
func (v *Vocabularies) indexMeasures() error {
	v.properties, v.units = map[string]int{}, map[string]int{}
	for i, p := range v.ObservedProperties {
		for _, name := range slices.Concat(p.Names, []string{p.Code, p.Label, p.LabelEN, p.URI}) {
			if err := put(v.properties, i, measureKey(name)); err != nil {
				return fmt.Errorf("observed property %s: %w", p.Code, err)
			}
		}
	}
	for i, u := range v.Units {
		for _, name := range slices.Concat(u.Names, []string{u.Code, u.Symbol, u.Label}) {
			if err := put(v.units, i, measureKey(name)); err != nil {
				return fmt.Errorf("unit %s: %w", u.Code, err)
			}
		}
	}
	return nil
}

// measureKey compares names of properties and units: letters, digits and the
// signs that units have, without accents, capitals and spaces.
func measureKey(s string) string {
	return measureSigns.Replace(Plain(s))
}

var measureSigns = strings.NewReplacer(" ", "", "_", "", "³", "3", "²", "2", "μ", "u", "µ", "u", "’", "'", "·", "")

// ObservedProperty is the one that text says, with or without its unit in
// brackets, and the unit that stands there: "PM10 (µg/m³)".
func (v *Vocabularies) ObservedProperty(text string) (p ObservedProperty, unit string, ok bool) {
	if i, found := v.properties[measureKey(text)]; found {
		return v.ObservedProperties[i], "", true
	}
	for _, brackets := range []string{"()", "[]"} {
		name, rest, found := strings.Cut(text, brackets[:1])
		inside, _, closed := strings.Cut(rest, brackets[1:])
		if i, known := v.properties[measureKey(name)]; found && closed && known {
			return v.ObservedProperties[i], strings.TrimSpace(inside), true
		}
	}
	for _, mark := range []string{" ", "_", "-"} { // "PM10_ug/m3", "temperatura °C"
		if i := strings.LastIndex(text, mark); i > 0 {
			if j, known := v.properties[measureKey(text[:i])]; known {
				if u, isUnit := v.Unit(text[i+1:]); isUnit {
					return v.ObservedProperties[j], u.Code, true
				}
			}
		}
	}
	return p, "", false
}

// Unit is the one that text says: a UCUM code, a symbol or a name.
func (v *Vocabularies) Unit(text string) (Unit, bool) {
	for _, u := range v.Units {
		if u.Code == text {
			return u, true
		}
	}
	i, ok := v.units[measureKey(text)]
	if !ok || text == "" {
		return Unit{}, false
	}
	return v.Units[i], true
}

// Symbol is how people read the unit with a UCUM code; a code we do not know is
// its own.
func (v *Vocabularies) Symbol(code string) string {
	if u, ok := v.Unit(code); ok {
		return u.Symbol
	}
	return code
}
