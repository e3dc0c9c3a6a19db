package postgis

import (
	"encoding/json"
	"math"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

// minPrefix is the letters from which the last word of a text may be the
// beginning of another; shorter ones would match most of the index.
const minPrefix = 3

// text asks for every word of the text, in Italian and without accents. The
// last word may be unfinished. What looks like a code also finds the records
// that bear it: ISIL, school and ISTAT codes, postcodes, ids.
func (f *filter) text(text string) {
	f.query = f.tsquery(text)
	match := "words @@ " + f.query
	if code := strings.TrimSpace(text); codeLike(code) {
		match = "(" + match
		for _, property := range []string{"code", "postcode", "istat_code", "source_key"} {
			match += " or properties @> any(" + f.arg(containments(property, []string{code, strings.ToUpper(code)})) + ")"
		}
		if id, err := uuid.Parse(code); err == nil {
			match += " or id = " + f.arg(id)
		}
		match += ")"
	}
	f.clauses = append(f.clauses, match)
}

// tsquery is the expression of the text query, computed once in a subquery. The
// finished words go through the Italian stemmer; the last one too, or else it
// is the beginning of a stem: "parco" finds parks and "parch" car parks.
func (f *filter) tsquery(text string) string {
	words := catalog.Words(text)
	if len(words) == 0 {
		return "(select null::tsquery)"
	}
	last := words[len(words)-1]
	whole := "plainto_tsquery('italian_unaccent', " + f.arg(strings.Join(words, " ")) + ")"
	if len([]rune(last)) < minPrefix || strings.HasSuffix(text, " ") {
		return "(select " + whole + ")"
	}
	before := strings.Join(words[:len(words)-1], " ")
	return "(select " + whole + " || (plainto_tsquery('italian_unaccent', " + f.arg(before) + ") && " +
		"to_tsquery('simple', " + f.arg(last+":*") + ")))"
}

// condition asks that the property has one of the values, written as text, as a
// number or boolean, or as one of a list: whichever the source used.
func (f *filter) condition(c catalog.Condition) {
	f.add("properties @> any(%s)", containments(c.Property, c.Values))
}

// containments are the JSON objects one of which a record must contain to have
// one of the values as its property.
func containments(property string, values []string) []string {
	var objects []string
	add := func(v any) {
		b, err := json.Marshal(map[string]any{property: v})
		if err == nil {
			objects = append(objects, string(b))
		}
	}
	for _, v := range values {
		add(v)
		add([]string{v})
		if v == "true" || v == "false" || number(v) {
			add(json.RawMessage(v))
		}
	}
	return objects
}

// number reports whether v is a number as JSON writes them, and one that jsonb
// can hold: "007" is none, nor is "1e200000".
func number(v string) bool {
	var n json.Number
	if len(v) == 0 || v[0] == '"' || v == "null" || json.Unmarshal([]byte(v), &n) != nil {
		return false
	}
	f, err := n.Float64()
	return err == nil && (!strings.ContainsAny(v, "eE") || math.Abs(f) > 1e-300)
}

// codeLike reports whether text may be a code: one word with a digit in it.
func codeLike(text string) bool {
	return len(text) <= 64 && !strings.ContainsFunc(text, unicode.IsSpace) && strings.ContainsFunc(text, unicode.IsDigit)
}

// texts is values as plain strings, for an argument of type text[].
func texts[T ~string](values []T) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}
