package catalog

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// smallInStreets are the words that are written small inside names of streets. "La" is
// not among them: Via La Marmora.
var smallInStreets = strings.Fields(`di del dello della dei degli delle da dal dallo dalla dai dagli dalle e ed in nel nello nella nei nelle con al allo alla ai
	agli alle sul sullo sulla sui sulle per a tra fra dell' all' dall' nell' sull' d'`)

// romanNumeral are those of dates and popes: XX Settembre, Pio IX. A word of one letter is
// an initial.
var romanNumeral = regexp.MustCompile(`^(?:X{1,3}(?:IX|IV|V?I{0,3})|IX|IV|VI{0,3}|I{2,3})$`)

// noType is what the national register writes for a street whose name has no type.
const noType = "assente "

// StreetName is the name of a street as people write it, out of what registers write:
// "PIAZZA DELLA LIBERTA'" → "Piazza della Libertà", "Via Xx Settembre" → "Via XX
// Settembre". Words that are written small and large are left so.
func StreetName(s string) string {
	s = oneLine(s)
	if len(s) > len(noType) && strings.EqualFold(s[:len(noType)], noType) {
		s = s[len(noType):]
	}
	words := strings.Fields(s)
	for i, w := range words {
		words[i] = streetWord(w, i == 0)
	}
	return strings.Join(words, " ")
}

// streetWord is one word of it.
func streetWord(w string, first bool) string {
	upper, lower := strings.ToUpper(w), strings.ToLower(w)
	before, after, elided := strings.Cut(w, "'")
	switch {
	case !first && slices.Contains(smallInStreets, lower):
		return lower
	case !first && elided && after != "" && slices.Contains(smallInStreets, strings.ToLower(before)+"'"):
		return strings.ToLower(before) + "'" + streetWord(after, true)
	case romanNumeral.MatchString(upper) && utf8.RuneCountInString(w) > 1:
		return upper
	case w != upper:
		return accented(w)
	}
	up := true
	return accented(strings.Map(func(r rune) rune {
		defer func() { up = !unicode.IsLetter(r) }()
		if up {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, w))
}

// accents are the letters that an apostrophe at the end of a word stands for.
var accents = map[byte]string{'a': "à", 'e': "è", 'i': "ì", 'o': "ò", 'u': "ù"}

// minAccented is from how many letters on an apostrophe at the end of a word is an
// accent: not in "de' Medici", "Ca'", "Fra'".
const minAccented = 4

// accented is a word with its accent in place of the apostrophe.
func accented(w string) string {
	bare := strings.TrimRight(w, "'’`´")
	if len(bare) == len(w) || len(bare) < minAccented {
		return w
	}
	if a := accents[bare[len(bare)-1]|0x20]; a != "" {
		return bare[:len(bare)-1] + a
	}
	return w
}

// A doorNumber is what tells one door of a street from the others (spec/metadata.md §1.9).
type doorNumber struct{ number, exponent, specificity, metric, snc string }

// withoutNumber is how an address without a number ends.
const withoutNumber = "snc"

// text is the number as it is written in Italy: "12", "90/H", "12 rosso", "km 3,200",
// "snc". Black is the colour of what says none.
func (d doorNumber) text() string {
	number := strings.TrimLeft(d.number, "0")
	switch {
	case number != "" && d.exponent != "":
		number += "/" + strings.ToUpper(d.exponent)
	case number == "" && d.metric != "" && strings.Trim(d.metric, "0") != "":
		number = "m " + strings.TrimLeft(d.metric, "0")
	case number == "":
		number = withoutNumber
	}
	if colour := d.colour(); colour != "" {
		number += " " + colour
	}
	return number
}

// colour is the colour or other distinction of the number, "" for the usual one.
func (d doorNumber) colour() string {
	switch c := strings.ToLower(d.specificity); c {
	case "nero", "n", "-":
		return ""
	case "r":
		return "rosso"
	default:
		return c
	}
}

// streetTypes are how types of streets and the like are shortened (spec §1.9).
var streetTypes = map[string]string{
	"v": "via", "vle": "viale", "v le": "viale", "pza": "piazza", "pzza": "piazza", "pz": "piazza", "p za": "piazza", "p zza": "piazza", "piazz": "piazza",
	"ple": "piazzale", "pzle": "piazzale", "p le": "piazzale", "lgo": "largo", "l go": "largo", "loc": "localita", "fraz": "frazione", "fr": "frazione", "cso": "corso",
	"c so": "corso", "vlo": "vicolo", "v lo": "vicolo", "str": "strada", "trav": "traversa", "lung": "lungarno", "vic": "vicolo", "pod": "podere", "pd": "podere", "bgo": "borgo",
}

// streetWords are words that are shortened inside names.
var streetWords = map[string]string{"s": "san", "ss": "santi", "f lli": "fratelli", "flli": "fratelli", "ten": "tenente", "gen": "generale", "cap": "capitano", "mons": "monsignor", "prof": "professor", "dott": "dottor", "ing": "ingegner"}

// numberWords stand before a number and say nothing.
var numberWords = []string{"n", "nr", "num", "no", "numero", "civico"}

// AddressKey is an address, street and number, in the form in which equal ones are
// equal: types of streets and saints written out, number and exponent together, red
// numbers told from others. "V.le Galilei, n. 33/a" → "viale galilei 33a".
func AddressKey(s string) string {
	words := strings.Fields(nameKey(s))
	var out []string
	for i := 0; i < len(words); i++ {
		w := words[i]
		pair := w
		if i+1 < len(words) {
			pair = w + " " + words[i+1]
		}
		switch last := len(out) - 1; {
		case len(out) == 0 && streetTypes[pair] != "":
			out = append(out, streetTypes[pair])
			if pair != w {
				i++
			}
		case len(out) == 0 && streetTypes[w] != "":
			out = append(out, streetTypes[w])
		case pair != w && streetWords[pair] != "":
			out = append(out, streetWords[pair])
			i++
		case len(out) > 0 && i+1 < len(words) && onlyDigits(words[i+1]) && slices.Contains(numberWords, w):
		case len(out) > 0 && streetWords[w] != "" && !onlyDigits(out[last]):
			out = append(out, streetWords[w])
		case len(out) > 1 && onlyDigits(out[last]) && (w == "rosso" || w == "rossa"):
			out[last] += "r"
		case len(out) > 1 && onlyDigits(out[last]) && (w == "nero" || w == "nera"):
		case len(out) > 1 && onlyDigits(out[last]) && len(w) == 1:
			out[last] += w
		default:
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

// onlyDigits reports whether s is a number.
func onlyDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// NamesStreet reports whether text says more than the type of a street: "via ferr", not
// "via".
func NamesStreet(text string) bool {
	return slices.ContainsFunc(Words(text), func(w string) bool {
		return len(w) >= 3 && streetTypes[w] == "" && !slices.ContainsFunc(typeNames, func(t string) bool { return strings.HasPrefix(t, w) })
	})
}

// typeNames are the types of streets, written out.
var typeNames = slices.Sorted(maps.Values(streetTypes))
