package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// words splits a column's name into lower-case words without accents:
// "Città", "X_coord", "addr:street" and "dataInizio" are "citta", "x coord",
// "addr street" and "data inizio".
func words(name string) []string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), name)
	if err != nil {
		plain = name
	}
	var b strings.Builder
	lower := false
	for _, r := range plain {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			r = ' '
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.Fields(b.String())
}

// plain is the words of a name joined by spaces.
func plain(name string) string { return strings.Join(words(name), " ") }

// Clean trims what stands around a text and takes the usual words for nothing
// for nothing. NA is not among them: it is Napoli.
func Clean(s string) (string, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\u00a0' || r == '\ufeff' })
	switch len(s) {
	case 0:
		return "", false
	case 1:
		return s, s != "-"
	case 2, 3, 4:
		switch s {
		case "--", "---", "ND", "nd", "N.D.", "n.d.", "n.d", "N.D", "N/D", "n/d", "#N/D", "#N/A", "NULL", "null", "Null":
			return "", false
		}
	case 15:
		return s, !strings.EqualFold(s, "Non Disponibile")
	}
	return s, true
}

// Excerpt cuts what an issue quotes to 200 bytes.
func Excerpt(s string) string {
	if len(s) <= 200 {
		return strings.ToValidUTF8(s, "?")
	}
	return strings.ToValidUTF8(s[:196], "") + "…"
}
