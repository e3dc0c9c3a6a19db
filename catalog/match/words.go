package match

import (
	"strings"
	"unicode"

	"po-net.prato.it/ponet/catalog"
)

// signs are written in several ways.
var signs = strings.NewReplacer("°", " ", "º", " ", "ª", " ", "’", "'", "`", "'", "´", "'", "&", " e ", "ß", "ss")

func fields(s string) []string { return strings.Fields(s) }

// fold is the words of a text without capitals and accents: abbreviations in
// full, saints alike in all their spellings, Roman numerals and ordinals as
// digits, other languages' common words in Italian. Words that carry nothing stay,
// because an address needs their place; see stop.
func fold(text string) []string {
	parts := pieces(catalog.Plain(signs.Replace(text)))
	out := make([]string, 0, len(parts))
	for i := 0; i < len(parts); i++ {
		p := parts[i]
		if p.dot && len(p.text) <= 2 { // "F.lli", "P. za", "I.C.", "S.S."
			if word, n := joined(parts[i:]); n > 1 {
				i += n - 1
				out = append(out, fields(word)...)
				continue
			}
		}
		switch {
		case p.text == "s" && (p.dot || i+1 < len(parts) && len(parts[i+1].text) > 2):
			out = append(out, "san")
		case p.text == "v" && !p.dot && i > 0:
			out = append(out, "5")
		case p.text == "x" && !p.dot && i > 0:
			out = append(out, "10")
		default:
			out = append(out, fields(word(p.text))...)
		}
	}
	return out
}

// word is one word in the spelling that is compared.
func word(w string) string {
	if n, ok := roman(w); ok {
		return n
	}
	if full, ok := abbreviations[w]; ok && len(w) > 1 {
		return full
	}
	if s, ok := synonyms[w]; ok {
		return s
	}
	if n, ok := numerals[w]; ok {
		return n
	}
	if digits := strings.TrimRight(w, "ao"); digits != "" && len(w)-len(digits) <= 1 && number(digits) {
		w = strings.TrimLeft(digits, "0") // "1a", "007"
		if w == "" {
			w = "0"
		}
	}
	return w
}

// A piece is letters, or digits, of a text; dot: a full stop follows at once.
type piece struct {
	text  string
	dot   bool
	tight bool // the next piece follows without a space
}

// pieces cuts a text at everything that is no letter or digit, and between
// digits and a word of letters: "OFANTO1" is two; "20b" and "1a" stay one.
func pieces(s string) []piece {
	var list []piece
	start := -1
	flush := func(end int) {
		if start >= 0 {
			list = append(list, cut(s[start:end])...)
			start = -1
		}
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		was := start >= 0
		flush(i)
		if r == '.' && was {
			rest := s[i+1:]
			list[len(list)-1].dot = true
			list[len(list)-1].tight = rest != "" && rest[0] != ' '
		}
	}
	flush(len(s))
	return list
}

// cut tells letters before digits apart from them.
func cut(s string) []piece {
	for i, r := range s {
		if i > 1 && unicode.IsDigit(r) && !unicode.IsDigit(rune(s[i-1])) && !strings.ContainsFunc(s[:i], unicode.IsDigit) {
			return []piece{{text: s[:i], tight: true}, {text: s[i:]}}
		}
	}
	return []piece{{text: s}}
}

// joined is the word that the first of parts are an abbreviation of, and how
// many they are; 1: none. Whole runs of initials count before shorter ones.
func joined(parts []piece) (string, int) {
	text, n := "", 0
	best, most := "", 1
	for _, p := range parts {
		text += p.text
		n++
		if full, ok := abbreviations[text]; ok && n > 1 {
			best, most = full, n
		}
		if !p.dot || n == 6 || !p.tight && len(p.text) > 1 {
			break
		}
	}
	if most == 1 && n > 1 && text[0] == 's' && len(parts[0].text) == 1 {
		return "", 1 // "S. G. Bosco": a saint, then initials
	}
	return best, most
}

// roman is a Roman numeral from II to XXXIX in digits; I, V and X alone are
// more often something else.
func roman(w string) (string, bool) {
	if len(w) < 2 || len(w) > 7 || strings.Trim(w, "ivx") != "" {
		return "", false
	}
	value, last := 0, 0
	for i := len(w) - 1; i >= 0; i-- {
		v := map[byte]int{'i': 1, 'v': 5, 'x': 10}[w[i]]
		if v < last {
			value -= v
		} else {
			value, last = value+v, v
		}
	}
	if value < 2 || value > 39 {
		return "", false
	}
	return itoa(value), true
}

func itoa(n int) string {
	if n >= 10 {
		return string(rune('0'+n/10)) + string(rune('0'+n%10))
	}
	return string(rune('0' + n))
}

// number reports whether w is digits only.
func number(w string) bool {
	return w != "" && strings.Trim(w, "0123456789") == ""
}
