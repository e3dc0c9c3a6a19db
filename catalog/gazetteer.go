package catalog

import "strings"

// streetOrNumber makes r, a street or street number (spec/metadata.md §1.9), out of the
// parts that its source tells: the title is the street's name, or name and number; what
// is published besides is the name as the register has it. A register knows a
// municipality by its cadastral code.
func (n *Normalizer) streetOrNumber(r *Record, h Harvested) Properties {
	part := func(name string) string { return n.property(name, h) }
	var besides Properties
	if r.Title != "" && part("name") == "" {
		besides = Properties{{"name", r.Title}}
	}
	r.Title, r.Locality = StreetName(r.Title), StreetName(r.Locality)
	if m, ok := n.vocab.Municipality(part("cadastral_code")); ok && r.ISTATCode == "" {
		r.ISTATCode = m.ISTATCode
	}
	if r.Kind == KindAddress && r.Title != "" {
		door := doorNumber{part("number"), part("exponent"), part("specificity"), part("metric"), part("snc")}
		r.Title += " " + door.text()
		r.Address = r.Title
	}
	return besides
}

// property is what a description says of a property of the model, as text.
func (n *Normalizer) property(name string, h Harvested) string {
	for _, c := range n.rest {
		if c.name == name {
			return clean(Text(c.value(h.Values)))
		}
	}
	return ""
}

// fullAddress is r in one line: "Via Dazio 90/H, 15122 Alessandria".
func (r *Record) fullAddress() string {
	full := r.Address
	if town := strings.TrimSpace(r.Postcode + " " + r.Municipality); town != "" {
		full += ", " + town
	}
	return full
}
