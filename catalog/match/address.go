package match

import (
	"regexp"
	"slices"
	"strings"
)

// An address is one door, or a street without one.
type address struct {
	kind     string   // via, piazza …; "" when it is not said
	street   []string // its words without the kind, in their order
	numbers  []string // of the door; several for a range such as 11/13/15
	exponent string   // "b"; "r" is a red number in Firenze, Genova and Savona
}

// maxAddresses is how many addresses in one text are compared: "Via Curtatone, 1
// - Via Pistoiese 26".
const maxAddresses = 3

var streetKinds = set("via viale piazza piazzale corso largo vicolo borgo contrada localita frazione strada lungarno salita scalinata rotonda galleria calle campo fondamenta vico traversa circonvallazione rampa passaggio chiasso costa regione case cascina podere")

var (
	postcodePattern = regexp.MustCompile(`\b[0-9]{5}\b`)
	provincePattern = regexp.MustCompile(`(?:\(|[-,] ?)([A-Z]{2})\)?\s*$`)
	secondStreet    = regexp.MustCompile(`(?i)\s*[-;/]\s*((?:via|viale|v\.le|piazza|p\.za|p\.zza|corso|c\.so|largo)\s)`)
	germanStreet    = regexp.MustCompile(`(?i)(?:stra(?:ß|ss)e|gasse|platz|weg|[ -]str\.)(?:\s|,|$)`)
	withoutNumber   = regexp.MustCompile(`(?i)[, ]s\.?\s?n\.?\s?c?\.?\s*$|\bsnc\b`)
)

// parseAddresses reads what a source writes as an address, and the postcode and
// province that it may hold too.
func parseAddresses(text string, town []string) (list []address, postcode, province string) {
	postcode = postcodePattern.FindString(text)
	if m := provincePattern.FindStringSubmatch(text); m != nil {
		province = m[1]
		text = strings.TrimSuffix(text, m[0])
	}
	text = withoutNumber.ReplaceAllString(text, "")
	for part := range strings.SplitSeq(secondStreet.ReplaceAllString(text, "\n$1"), "\n") {
		if a, ok := parseAddress(part, town); ok && len(list) < maxAddresses {
			list = append(list, a)
		}
	}
	return list, postcode, province
}

func parseAddress(text string, town []string) (address, bool) {
	var a address
	if germanStreet.MatchString(text) {
		return a, false // nothing to compare an Italian street with
	}
	if before, after, ok := strings.Cut(text, ","); ok && !strings.ContainsAny(after, "0123456789") {
		text = before // "Via Roma, Prato"
	} else if postcodePattern.MatchString(after) && len(pieces(after)) > 0 && len(pieces(after)[0].text) == 5 {
		text = before
	}
	words := fold(text)
	for i := 0; i < len(words); i++ {
		w := words[i]
		if w == "v" && len(a.street) == 0 {
			w = "via"
		}
		if _, ok := streetKinds[w]; ok && len(a.street) == 0 {
			if a.kind == "" || a.kind == "localita" || a.kind == "frazione" {
				a.kind = w
			}
			continue
		}
		if digits, letter := doorNumber(w); digits != "" && len(digits) < 5 && len(a.street) > 0 && !(i+1 < len(words) && month(words[i+1])) {
			a.numbers, a.exponent = append(a.numbers, digits), letter
			a.rest(words[i+1:])
			break
		}
		if _, ok := stop[w]; ok || len(w) == 5 && number(w) {
			continue
		}
		a.street = append(a.street, w)
	}
	for len(a.street) > 1 && len(a.numbers) == 0 && len(town) > 0 && len(a.street) > len(town) && slices.Equal(a.street[len(a.street)-len(town):], town) {
		a.street = a.street[:len(a.street)-len(town)] // "Piazza Roma Prato"
	}
	return a, len(a.street) > 0
}

// rest reads what follows the first number: more numbers of a range, an
// exponent, the colour.
func (a *address) rest(words []string) {
	for _, w := range words {
		digits, letter := doorNumber(w)
		switch {
		case digits != "" && len(digits) < 5 && letter == "" && len(a.numbers) < 6 && above(digits, a.numbers[0]) && a.exponent == "":
			a.numbers = append(a.numbers, digits)
		case w == "rosso" || w == "r" || w == "rossi":
			a.exponent = "r"
			return
		case w == "nero" || w == "neri" || w == "n":
		case len(w) == 1 && a.exponent == "" && digits == "":
			a.exponent = w
			return
		default:
			return
		}
	}
}

// doorNumber is "20" and "b" of "20b"; nothing for a word that is no number.
func doorNumber(w string) (digits, letter string) {
	n := 0
	for n < len(w) && w[n] >= '0' && w[n] <= '9' {
		n++
	}
	if n == 0 || len(w)-n > 2 {
		return "", ""
	}
	digits = strings.TrimLeft(w[:n], "0")
	if letter = w[n:]; letter == "n" {
		letter = "" // 12n is a black number
	}
	return digits, letter
}

func above(a, b string) bool { return len(a) > len(b) || len(a) == len(b) && a > b }

func month(w string) bool { _, ok := months[w]; return ok }

// The levels at which two addresses agree.
const (
	addressMissing  = iota
	addressDoor     // street and number
	addressExponent // the same number, another letter behind it
	addressStreet   // the street; one has no number
	addressOther    // the street, another number
	addressElse     // another street
	addressLevels
)

// compareAddresses is the best agreement of any of a with any of b. red: letters
// r may be the red numbers of shops.
func compareAddresses(a, b []address, red bool) int {
	best := addressMissing
	for i := range a {
		for j := range b {
			if l := compareAddress(&a[i], &b[j], red); best == addressMissing || l < best {
				best = l
			}
		}
	}
	return best
}

func compareAddress(a, b *address, red bool) int {
	if !sameStreet(a, b) {
		return addressElse
	}
	if len(a.numbers) == 0 || len(b.numbers) == 0 {
		return addressStreet
	}
	if !slices.ContainsFunc(a.numbers, func(n string) bool { return slices.Contains(b.numbers, n) }) {
		return addressOther
	}
	switch {
	case a.exponent == b.exponent:
		return addressDoor
	case red && (a.exponent == "r" || b.exponent == "r"):
		return addressOther // the red 12 and the black 12 are two doors
	}
	return addressExponent
}

// sameStreet compares the names of streets: initials may stand for first names,
// first names may be missing, the last word decides.
func sameStreet(a, b *address) bool {
	if a.kind != "" && b.kind != "" && a.kind != b.kind && !looseKind(a.kind) && !looseKind(b.kind) {
		return false
	}
	short, long := a.street, b.street
	if len(short) > len(long) || len(short) == len(long) && slices.Compare(short, long) > 0 {
		short, long = long, short // also where both are as long, so that their order changes nothing
	}
	found := 0
	for _, w := range short {
		if slices.ContainsFunc(long, func(v string) bool { return w == v || slip(w, v) }) {
			found += 2
		} else if slices.ContainsFunc(long, func(v string) bool { return initial(w, v) }) {
			found++
		}
	}
	last, other := short[len(short)-1], long[len(long)-1]
	return found*2 >= 3*len(short)-1 && (last == other || slip(last, other) || found == 2*len(short))
}

// looseKind: where localities and streets are told apart by nobody.
func looseKind(k string) bool {
	return k == "localita" || k == "frazione" || k == "strada" || k == "contrada" || k == "borgo"
}
