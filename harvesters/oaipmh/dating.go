package oaipmh

import (
	"regexp"
	"strconv"
	"strings"
)

// A dating is when something was made: the words of the source, and the years
// that they mean, before our era negative.
type dating struct {
	Label string `json:"label"`
	From  *int   `json:"from_year,omitempty"`
	To    *int   `json:"to_year,omitempty"`
}

const (
	maxDating    = 200    // characters of words that are looked at
	earliestYear = -9_999 // beyond them a number is no year
	latestYear   = 2100
)

// newDating reads a dating in words: "sec. XVI", "secc. XV-XVI", "XVIII seconda metà",
// "1501-1510", "post 1480", "ca. 1835", "19th century". Without years where they
// cannot be told; nil for "".
func newDating(label string) *dating {
	label = strings.Join(strings.Fields(label), " ")
	if label == "" {
		return nil
	}
	d := &dating{Label: label}
	if len(label) > maxDating {
		return d
	}
	if from, to, ok := years(label); ok {
		d.From, d.To = from, to
	}
	return d
}

var (
	isoDate     = regexp.MustCompile(`\b(\d{4})-(?:0[1-9]|1[0-2])(?:-\d{2})?\b|\b(?:\d{1,2}[/.]){1,2}(\d{4})\b|\b(\d{4})/\d{1,2}/\d{1,2}\b`)
	yearRange   = regexp.MustCompile(`\b(\d{3,4})\s*(?:-|–|—|/|to|al|a|e il)\s*(\d{3,4})\b`)
	oneYear     = regexp.MustCompile(`\b(\d{3,4})\b`)
	openEnd     = regexp.MustCompile(`(?i)\b(post|dopo|after|dal)\b`)
	openBegin   = regexp.MustCompile(`(?i)\b(ante|prima del|before|entro|fino al)\b`)
	before      = regexp.MustCompile(`(?i)\ba\.\s?c\b|\bav\.\s?cr|\bBCE?\b`)
	roman       = regexp.MustCompile(`\b(?:X{0,2}(?:IX|IV|V?I{0,3}))\b`)
	ordinal     = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th|\.|º|°)?\s*(?:century|secolo|sec\.|jh\.|jahrhundert)`)
	century     = regexp.MustCompile(`(?i)\b(?:sec(?:\.|ol[oi]|c\.)?|century|cent\.)(?:\s|$)`)
	onlyRomans  = regexp.MustCompile(`^[XVI]+(?:\s*[-–/]\s*[XVI]+)?(?:[ ,].*)?$`)
	threeDigits = regexp.MustCompile(`^\d{3}$`)
)

func years(s string) (from, to *int, ok bool) {
	if f, t, ok := centuries(s); ok {
		return f, t, true
	}
	sign := 1
	if before.MatchString(s) {
		sign = -1
	}
	if m := isoDate.FindStringSubmatch(s); m != nil {
		y := number(m[1] + m[2] + m[3])
		return yearsFrom(y, y)
	}
	if m := yearRange.FindStringSubmatch(s); m != nil {
		a, b := sign*number(m[1]), sign*number(m[2])
		return yearsFrom(min(a, b), max(a, b))
	}
	all := oneYear.FindAllString(s, -1)
	if len(all) != 1 || threeDigits.MatchString(all[0]) && sign > 0 && len(s) > 12 {
		return nil, nil, false // several, or a number in a sentence
	}
	y := sign * number(all[0])
	switch {
	case openEnd.MatchString(s):
		return yearsFrom(y, latestYear+1)
	case openBegin.MatchString(s):
		return yearsFrom(earliestYear-1, y)
	}
	return yearsFrom(y, y)
}

// yearsFrom are both bounds, without one that is open.
func yearsFrom(a, b int) (from, to *int, ok bool) {
	if a >= earliestYear && a <= latestYear {
		from = &a
	}
	if b >= earliestYear && b <= latestYear {
		to = &b
	}
	return from, to, from != nil || to != nil
}

// centuries reads centuries and parts of one.
func centuries(s string) (from, to *int, ok bool) {
	var list []int
	switch {
	case century.MatchString(s) || onlyRomans.MatchString(s):
		for _, m := range roman.FindAllString(s, -1) {
			if n := arabic(m); n > 0 {
				list = append(list, n)
			}
		}
	}
	if m := ordinal.FindStringSubmatch(s); len(list) == 0 && m != nil {
		list = append(list, number(m[1]))
	}
	if part := quarterOf.FindStringSubmatch(s); part != nil && len(list) > 1 && number(part[2])+arabic(part[1]) == list[len(list)-1] {
		list = list[:len(list)-1] // "XVIII, III quarto"
	}
	if len(list) == 0 || list[0] < 1 || list[0] > 21 {
		return nil, nil, false
	}
	first, last := list[0], list[len(list)-1]
	if before.MatchString(s) {
		return yearsFrom(-100*max(first, last), -100*(min(first, last)-1)-1)
	}
	a, b := 100*(min(first, last)-1)+1, 100*max(first, last)
	if first == last {
		begin, end := partOf(strings.ToLower(s))
		return yearsFrom(a-1+max(1, begin), a-1+end)
	}
	return yearsFrom(a, b)
}

var quarterOf = regexp.MustCompile(`(?i)\b(I{1,3}|IV|([1-4])[°º]?)\s+(?:quarto|metà)`)

// parts of a century in words, and the years of it that they mean.
var parts = []struct {
	words      []string
	begin, end int
}{
	{[]string{"prima metà", "prima meta", "first half", "i metà"}, 1, 50}, {[]string{"seconda metà", "seconda meta", "second half", "ii metà"}, 51, 100},
	{[]string{"primo quarto", "first quarter", "i quarto"}, 1, 25}, {[]string{"secondo quarto", "second quarter", "ii quarto"}, 26, 50},
	{[]string{"terzo quarto", "third quarter", "iii quarto"}, 51, 75}, {[]string{"ultimo quarto", "quarto quarto", "last quarter", "fourth quarter", "iv quarto"}, 76, 100},
	{[]string{"inizio", "inizi", "early", "beginning", "începutul"}, 1, 15}, {[]string{"fine", "late", "end of", "sfârșitul"}, 86, 100}, {[]string{"metà", "meta", "mid", "middle"}, 45, 55},
}

func partOf(s string) (begin, end int) {
	for i := len(parts) - 1; i >= 0; i-- { // "iii quarto" before "ii quarto" and "i quarto" is found by whole words
		for _, w := range parts[i].words {
			if at := strings.Index(s, w); at >= 0 && (at == 0 || s[at-1] == ' ' || s[at-1] == '(' || s[at-1] == ',') && !(w == "metà" || w == "meta") {
				return parts[i].begin, parts[i].end
			}
		}
	}
	if strings.Contains(s, "metà") || strings.Contains(s, "meta") {
		return 45, 55
	}
	return 1, 100
}

// arabic reads a Roman number up to 29, 0 for "".
func arabic(s string) int {
	values := map[byte]int{'I': 1, 'V': 5, 'X': 10}
	n := 0
	for i := range len(s) {
		v := values[s[i]]
		if i+1 < len(s) && values[s[i+1]] > v {
			v = -v
		}
		n += v
	}
	return n
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
