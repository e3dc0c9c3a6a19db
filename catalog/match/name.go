package match

import (
	"slices"
	"strings"
)

// Weights of words are in thousandths, so that sums do not depend on their order.
const (
	wholeWord   = 1000
	genericWord = 120 // of a word that many names share
	townWord    = 250 // at most, of the name of the municipality: it says where, not what
	sameTown    = 30  // at most, of that name where the other lies in the town
	distinctive = 300 // from here on a word tells one thing from another
	initialOnly = 550 // of a word of which the other name has the initial
	misspelt    = 850 // of a word that the other name spells with a slip
)

// maxWords is how many words of a name are compared; longer names are cut.
const maxWords = 24

// A token is one word of a name.
type token struct {
	text   string
	weight int
}

// A name is one name of a thing, ready to be compared: its words in order of
// the alphabet, each once, and its numbers apart.
type name struct {
	key     string
	tokens  []token
	numbers []string
	branch  []string
}

// newName is text as a name; town are the words of the municipality.
func newName(text string, town []string) name {
	var n name
	for _, w := range fold(text) {
		if _, ok := branches[w]; ok && !slices.Contains(n.branch, w) {
			n.branch = append(n.branch, w)
		}
		if number(w) {
			if !slices.Contains(n.numbers, w) {
				n.numbers = append(n.numbers, w)
			}
			continue
		}
		if _, ok := stop[w]; ok || len(n.tokens) >= maxWords {
			continue
		}
		if slices.ContainsFunc(n.tokens, func(t token) bool { return t.text == w }) {
			continue
		}
		weight := rarity(w)
		if slices.Contains(town, w) {
			weight = min(weight, townWord)
		}
		n.tokens = append(n.tokens, token{w, weight})
	}
	slices.SortFunc(n.tokens, func(a, b token) int { return strings.Compare(a.text, b.text) })
	slices.Sort(n.numbers)
	slices.Sort(n.branch)
	var b strings.Builder
	for _, t := range n.tokens {
		b.WriteString(t.text)
		b.WriteByte(' ')
	}
	for _, d := range n.numbers {
		b.WriteString(d)
		b.WriteByte(' ')
	}
	n.key = b.String()
	return n
}

// rarity is what a word tells, in thousandths: little when many names have it.
func rarity(w string) int {
	if _, ok := generic[w]; ok {
		return genericWord
	}
	if r, ok := frequent[w]; ok {
		return r
	}
	if len(w) == 1 {
		return initialOnly / 2
	}
	return wholeWord
}

// A likeness is how much two names have in common, in thousandths of words.
type likeness struct {
	both, onlyA, onlyB    int // all words
	bothD, onlyAD, onlyBD int // distinctive words only
}

// ownWords reports whether each of the names has words of its own that tell.
func (l likeness) ownWords() bool { return min(l.onlyAD, l.onlyBD) >= 500 }

// extra is what one name says more, thousandths of distinctive words.
func (l likeness) extra() int { return max(l.onlyAD, l.onlyBD) }

// share is the common part of all words, in thousandths.
func (l likeness) share() int {
	all := l.both + l.onlyA + l.onlyB
	if all == 0 {
		return 0
	}
	return 1000 * l.both / all
}

// compareNames is the likeness of a and b. townA and townB are words of the two
// municipalities, which weigh little wherever they stand. strict: no slips of the
// pen, of which there are none in the names of municipalities (Legnano, Legnaro).
func compareNames(a, b *name, townA, townB []string, strict bool) likeness {
	if a.key > b.key { // so that the order of the two changes nothing
		a, b, townA, townB = b, a, townB, townA
	}
	var usedA, usedB [maxWords]bool
	var l likeness
	take := func(i, j, quality int) {
		usedA[i], usedB[j] = true, true
		w := min(a.tokens[i].weight, b.tokens[j].weight)
		if quality == initialOnly {
			w = max(a.tokens[i].weight, b.tokens[j].weight)
		}
		l.both += w * quality / 1000
		if w >= distinctive {
			l.bothD += w * quality / 1000
		}
	}
	for i, j := 0, 0; i < len(a.tokens) && j < len(b.tokens); { // both are sorted
		switch strings.Compare(a.tokens[i].text, b.tokens[j].text) {
		case 0:
			take(i, j, 1000)
			i, j = i+1, j+1
		case -1:
			i++
		default:
			j++
		}
	}
	nearly := func(quality int, alike func(a, b string) bool) {
		for i := range a.tokens {
			for j := range b.tokens {
				if !usedA[i] && !usedB[j] && alike(a.tokens[i].text, b.tokens[j].text) {
					take(i, j, quality)
				}
			}
		}
	}
	if !strict {
		nearly(misspelt, slip)
		nearly(initialOnly, initial)
	}
	rest := func(tokens []token, used *[maxWords]bool, town []string) (all, distinct int) {
		for i, t := range tokens {
			if used[i] {
				continue
			}
			w := t.weight
			if slices.Contains(town, t.text) {
				w = min(w, sameTown) // in that town it goes without saying
			}
			if all += w; w >= distinctive {
				distinct += w
			}
		}
		return all, distinct
	}
	l.onlyA, l.onlyAD = rest(a.tokens, &usedA, townB)
	l.onlyB, l.onlyBD = rest(b.tokens, &usedB, townA)
	return l
}

// slip reports whether two words of five letters or more are one letter apart,
// from ten letters on two: added, left out, wrong or swapped.
func slip(a, b string) bool {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(short) < 5 || len(long)-len(short) > 2 {
		return false
	}
	allowed := 1
	if len(short) >= 10 {
		allowed = 2
	}
	return within(short, long, allowed)
}

// within reports whether a becomes b by at most errors slips of the pen.
func within(a, b string, errors int) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if max(len(a), len(b)) <= errors {
		return true
	}
	if errors == 0 {
		return a == b
	}
	if len(a) == 2 && len(b) == 2 && a[0] == b[1] && a[1] == b[0] {
		return true
	}
	return a != "" && within(a[1:], b, errors-1) || b != "" && within(a, b[1:], errors-1) || a != "" && b != "" && within(a[1:], b[1:], errors-1)
}

// initial reports whether one of two words is the initial of the other.
func initial(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return len(a) == 1 && len(b) > 2 && a[0] == b[0]
}

// The levels at which two names agree.
const (
	nameMissing = iota
	nameEqual   // every distinctive word, and rare ones among them
	nameCommon  // every distinctive word, and those are common ones
	nameContained
	nameStrong
	namePartial
	nameWeak
	nameNone
	nameGeneric     // neither has a distinctive word, and what they have is alike
	nameHalfGeneric // one has no distinctive word, or both have none and differ
	nameWithin      // one has no distinctive word, and the other says all that it says
	nameLevels
)

// level is how much two names agree, as one of the levels.
func (l likeness) level() int {
	share := l.share()
	small := max(150, l.bothD/6) // rest that changes nothing, thousandths of a word
	restA, restB := l.onlyAD, l.onlyBD
	switch {
	case l.bothD == 0 && restA == 0 && restB == 0 && share >= 750:
		return nameGeneric
	case l.bothD == 0 && l.both > 0 && (restA == 0 && l.onlyA <= 60 || restB == 0 && l.onlyB <= 60):
		return nameWithin
	case l.bothD == 0 && (restA == 0 || restB == 0):
		return nameHalfGeneric
	case l.bothD == 0:
		return nameNone
	case restA <= small && restB <= small && l.bothD >= 900 && share >= 600:
		return nameEqual
	case restA <= small && restB <= small:
		return nameCommon
	case min(restA, restB) <= small:
		return nameContained
	case share >= 600:
		return nameStrong
	case share >= 350:
		return namePartial
	}
	return nameWeak
}
