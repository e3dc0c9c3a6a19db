package table

import (
	"strings"
	"unicode"

	"golang.org/x/text/encoding/charmap"
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

// Repair undoes one misreading of UTF-8 as Windows-1252 ("cittÃ " for "città"),
// if the text can be read back and becomes shorter by it.
func Repair(s string) string {
	if !suspect(s) {
		return s
	}
	back := make([]byte, 0, len(s))
	for _, r := range s {
		b, ok := windows1252Byte(r)
		if !ok {
			return s
		}
		back = append(back, b)
	}
	if fixed := strings.ToValidUTF8(string(back), "\ufffd"); !strings.Contains(fixed, "\ufffd") && len(fixed) < len(s) {
		return fixed
	}
	return s
}

// suspect: the text has what accents and quotes become by that misreading.
func suspect(s string) bool {
	return strings.Contains(s, "Ã") || strings.Contains(s, "â€") || strings.Contains(s, "Â")
}

func windows1252Byte(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9f { // the five bytes that Windows-1252 leaves out
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// Excerpt cuts what an issue quotes to 200 bytes.
func Excerpt(s string) string {
	if len(s) <= 200 {
		return strings.ToValidUTF8(s, "?")
	}
	return strings.ToValidUTF8(s[:196], "") + "…"
}
