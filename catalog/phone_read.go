package catalog

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A digitGroup is digits with nothing but spaces, points and brackets between them.
type digitGroup struct {
	runs  []string
	plus  bool
	close bool     // a dash, slash or comma is all that parts it from the group before
	words []string // before it, since the last group
}

func (g *digitGroup) digits() string {
	if len(g.runs) == 1 {
		return g.runs[0]
	}
	return strings.Join(g.runs, "")
}

// digitGroups parts text where a number can end. The last group may have no digits,
// only the words that the text ends with.
func digitGroups(text string) []digitGroup {
	var list []digitGroup
	g := digitGroup{}
	parted, begun := false, false // a separator, anything but it since the last digits
	next := func() {
		if len(g.runs) > 0 {
			list = append(list, g)
			g = digitGroup{}
		}
	}
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			j := i
			for j < len(text) && text[j] >= '0' && text[j] <= '9' {
				j++
			}
			if parted {
				next()
				g.close = len(list) > 0 && !begun && len(g.words) == 0
			}
			if trunk := text[i:j] == "0" && i > 0 && text[i-1] == '(' && j < len(text) && text[j] == ')'; !trunk || !g.abroad() {
				g.runs = append(g.runs, text[i:j])
			}
			i, parted, begun = j, false, false
		case c == '+':
			next()
			g.plus, begun, parted = true, true, false
			i++
		case c == '-' || c == '/' || c == ',' || c == '\\':
			parted = true
			i++
		case c == ';' || c == '|' || c == '\n' || c == '\r' || c == '#':
			parted, begun = true, true
			i++
		case c < 0x80 && !isLetter(c): // spaces, points, brackets
			i++
		default:
			j := i + wordEnd(text[i:])
			word := text[i:j]
			i = j
			switch {
			case word == "–" || word == "—":
				parted = true
			case strings.TrimFunc(word, unicode.IsSpace) != "":
				next()
				g.words = append(g.words, strings.ToLower(word))
				parted, begun = false, true
			}
		}
	}
	if next(); len(g.words) > 0 {
		list = append(list, g)
	}
	return list
}

// abroad reports whether g begins with the code of another country than Italy, after
// which a 0 in brackets is not dialled.
func (g *digitGroup) abroad() bool {
	d := g.digits()
	if !g.plus && !strings.HasPrefix(d, "00") {
		return false
	}
	d = strings.TrimLeft(d, "0")
	return d != "" && !strings.HasPrefix(d, "39")
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// wordEnd is where the letters end that text begins with; one character of
// anything else is a word too.
func wordEnd(text string) int {
	for i, r := range text {
		if !unicode.IsLetter(r) {
			if i == 0 {
				_, size := utf8.DecodeRuneInString(text)
				return size
			}
			return i
		}
	}
	return len(text)
}

// plainPhoneWords say nothing besides the number.
var plainPhoneWords = []string{"tel", "telefono", "telefoni", "telefonico", "phone", "ph", "t", "cell", "cel", "cellulare", "mobile", "mob", "numero", "num", "n", "nr", "verde", "e", "o", "oppure"}

var extensionWords = []string{"int", "interno", "interni", "ext", "estensione"}

// read takes the numbers out of the groups.
func (p *Phones) read(groups []digitGroup) {
	fax, follows := false, false // a number, without anything between
	for i := 0; i < len(groups); i++ {
		g := groups[i]
		named := p.label(g.words, &fax)
		switch {
		case len(g.runs) == 0:
			if p.endsAsFax(g.words) {
				p.Numbers[len(p.Numbers)-1].Fax = true
			}
			return
		case len(p.Numbers) >= maxPhones:
			p.More = true
			return
		case named == "extension" && len(p.Numbers) > 0:
			last := &p.Numbers[len(p.Numbers)-1]
			last.Extension, p.More = g.runs[0], true
			if len(g.runs) > 1 {
				p.add(g.runs[1:], false, fax)
			}
			continue
		case g.close && follows && p.variant(g, fax):
			continue
		}
		for i+1 < len(groups) && groups[i+1].close && goesOn(&g, &groups[i+1]) {
			i++
			g.runs = append(slices.Clone(g.runs), groups[i].runs...)
		}
		n := len(p.Numbers)
		p.add(g.runs, g.plus, fax)
		follows = len(p.Numbers) > n
	}
}

// label takes note of the words before a number.
func (p *Phones) label(words []string, fax *bool) string {
	found, phone := "", false
	for _, w := range words {
		switch {
		case w == "fax" || w == "telefax":
			found = "fax"
		case slices.Contains(extensionWords, w):
			found, p.More = "extension", true
		case slices.Contains(plainPhoneWords, w):
			phone = phone || w != "e" && w != "o"
		default:
			p.More = true
		}
	}
	if found == "fax" {
		p.More = true
	}
	if found == "fax" || phone {
		*fax = found == "fax" && !phone
	}
	return found
}

// endsAsFax reports whether the words that a text ends with call its last number a fax.
func (p *Phones) endsAsFax(words []string) bool {
	return len(p.Numbers) > 0 && slices.Contains(words, "fax") && !slices.Contains(words, "tel")
}

// goesOn reports whether the number that g begins goes on after a dash or slash.
func goesOn(g, next *digitGroup) bool {
	left, right := g.digits(), next.digits()
	if next.plus {
		return false
	}
	if prefixOnly(left) {
		return true
	}
	if _, whole := phoneOf(right, false); whole && (right[0] == '0' || right[0] == '3') {
		return false
	}
	p, whole := phoneOf(left, g.plus)
	joined, ok := phoneOf(left+right, g.plus)
	switch {
	case !whole && len(left)+len(right) <= 10 && (g.plus || left[0] == '0' || left[0] == '3'):
		return true
	case !ok || joined.Restored:
		return false
	case !whole:
		return true
	}
	last := g.runs[len(g.runs)-1]
	pairs := len(last) == len(right) && len(right) <= 3 && len(g.runs) > 1
	return (len(p.Number) < len("+39")+8 || pairs && len(joined.Number) <= len("+39")+10) && len(right) > 1
}

// variant adds the number that ends otherwise than the one before: "0574 1234/5",
// "0825 973021 - 973275".
func (p *Phones) variant(g digitGroup, fax bool) bool {
	if len(p.Numbers) == 0 || g.plus {
		return false
	}
	before, end := p.Numbers[len(p.Numbers)-1].Number, g.digits()
	if n, whole := phoneOf(end, false); whole && !n.Restored {
		return false
	}
	n, ok := strings.CutPrefix(before, "+39")
	keep := max(len(areaCode(n)), 3)
	if !ok || len(n)-len(end) < keep {
		return false
	}
	p.Numbers, p.More = append(p.Numbers, Phone{Number: before[:len(before)-len(end)] + end, Fax: fax}), true
	return true
}

// add reads runs of digits as one number, or as several that only spaces part.
func (p *Phones) add(runs []string, plus, fax bool) {
	if len(runs) == 1 && !plus && shortNumbers[runs[0]] {
		p.Numbers = append(p.Numbers, Phone{Number: runs[0], Fax: fax})
		return
	}
	digits := strings.Join(runs, "")
	if n, ok := phoneOf(digits, plus); ok {
		n.Fax = fax
		p.Numbers, p.More = append(p.Numbers, n), p.More || n.Restored
		return
	}
	for i := 1; i < len(runs) && len(digits) > 11; i++ {
		n, ok := phoneOf(strings.Join(runs[:i], ""), plus)
		if ok && !n.Restored && (runs[i][0] == '0' || runs[i][0] == '3') {
			n.Fax = fax
			p.Numbers = append(p.Numbers, n)
			p.add(runs[i:], false, fax)
			return
		}
	}
	if p.More = true; len(digits) >= minUnread {
		p.Unread = append(p.Unread, digits)
	}
}

// minUnread is from how many digits on what is no number looks like one: fewer are
// hours, or other things that a text says beside.
const minUnread = 5
