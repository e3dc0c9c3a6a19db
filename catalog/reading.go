package catalog

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"slices"
	"strings"
)

// Reading is the part of l by which its stored values can be read again: what
// each of them is, and what was left out. The name and title, which change
// without it, are not in it, nor is what was found on the way.
func (l *Layer) Reading() Layer {
	return Layer{Columns: l.Columns, SRID: l.SRID, Accuracy: l.Accuracy, Guess: l.Guess, Ours: l.Ours, Dropped: l.Dropped}
}

// ReadingNumber identifies the Reading of l.
func (l *Layer) ReadingNumber() int64 {
	b, err := json.Marshal(l.Reading())
	if err != nil {
		panic("catalog: a layer that is not JSON: " + err.Error()) // its types cannot fail
	}
	sum := sha256.Sum256(b)
	return int64(binary.BigEndian.Uint64(sum[:8]))
}

// ReadAs is the layer l under another reading, that of its rows that were stored
// before its columns changed: with the columns of r, and after them those that it
// has got since, of which such rows have no value.
func (l *Layer) ReadAs(r Layer) *Layer {
	as := *l
	as.Columns = slices.Clone(r.Columns)
	as.SRID, as.Accuracy, as.Guess, as.Ours, as.Dropped = r.SRID, r.Accuracy, r.Guess, r.Ours, r.Dropped
	for _, c := range l.Columns {
		if !slices.ContainsFunc(r.Columns, func(o Column) bool { return SameName(o.Name, c.Name) }) {
			as.Columns = append(as.Columns, c)
		}
	}
	return &as
}

// Without is the layer l without the columns that drop names, and which of its
// columns those are: l itself and none when it has none of them.
func (l *Layer) Without(drop []string) (*Layer, []bool) {
	dropped := make([]bool, len(l.Columns))
	kept := *l
	kept.Columns = nil
	for i, c := range l.Columns {
		dropped[i] = Drops(drop, c.Name)
		if !dropped[i] {
			kept.Columns = append(kept.Columns, c)
		}
	}
	if len(kept.Columns) == len(l.Columns) {
		return l, nil
	}
	kept.Dropped = slices.Clone(l.Dropped)
	for _, d := range drop {
		if !slices.Contains(kept.Dropped, d) && slices.ContainsFunc(l.Columns, func(c Column) bool { return PartOf(c.Name, d) }) {
			kept.Dropped = append(kept.Dropped, d)
		}
	}
	kept.Guess.Fields = map[string]string{}
	for field, text := range l.Guess.Fields {
		if _, err := parseExpression(text, &kept); err == nil {
			kept.Guess.Fields[field] = text
		}
	}
	kept.Guess.Key = slices.DeleteFunc(slices.Clone(l.Guess.Key), func(k string) bool { return Drops(drop, k) })
	return &kept, dropped
}

// Without is the description h without the values of some columns, of the layer
// without them. Its bytes, which hold them, become the values that are left, as
// JSON: only its reader could take them out of the others.
func (h Harvested) Without(layer *Layer, dropped []bool) Harvested {
	kept := h
	kept.Layer, kept.Values = layer, nil
	for i, v := range h.Values {
		if i >= len(dropped) || !dropped[i] {
			kept.Values = append(kept.Values, v)
		}
	}
	var p Properties
	for i, v := range kept.Values {
		if i < len(layer.Columns) {
			p = append(p, Property{layer.Columns[i].Name, v})
		}
	}
	kept.Raw, kept.MediaType = p.AppendJSON(nil), "application/json"
	return kept
}

// Drops reports whether a column is one of those that drop names, or was made
// from a member of one.
func Drops(drop []string, column string) bool {
	return slices.ContainsFunc(drop, func(d string) bool { return PartOf(column, d) })
}

// PartOf reports whether a column is the one that a mapping calls mapped, or was
// made from a member of it: "indirizzo.via" of "indirizzo".
func PartOf(column, mapped string) bool {
	return SameName(column, mapped) || len(column) > len(mapped) && column[len(mapped)] == '.' && SameName(column[:len(mapped)], mapped)
}

// SameName reports whether two names of columns are one, but for capitals and
// spaces around them.
func SameName(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}
