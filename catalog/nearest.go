package catalog

import "strings"

// A nearIndex finds the name that is most like a text by the trigrams of its
// words, as pg_trgm makes them. It costs what the trigrams of the text have in
// common with the names, some microseconds.
type nearIndex struct {
	rows  []int            // of each name, its concept
	sizes []int            // of each name, how many trigrams it has
	names map[string][]int // by trigram
}

func newNearIndex(concepts []Concept) *nearIndex {
	x := &nearIndex{names: map[string][]int{}}
	for i, c := range concepts {
		if c.Withdrawn != "" {
			continue // nothing that is gone is proposed
		}
		for _, name := range append([]string{c.Label, c.LabelEN, c.Code}, c.Same...) {
			grams := trigrams(name)
			if len(grams) < leastGrams {
				continue
			}
			for g := range grams {
				x.names[g] = append(x.names[g], len(x.rows))
			}
			x.rows, x.sizes = append(x.rows, i), append(x.sizes, len(grams))
		}
	}
	return x
}

// leastGrams keeps names of two or three letters from being like everything.
const leastGrams = 5

// leastLikeness is what is still proposed; found on what sources say: below it
// proposals are mostly chance.
const leastLikeness = 0.45

// find is the concept of the most similar name. A name counts by how much of it
// the text has, and half as much by how much of the text it is: "biblioteche
// comunale" is biblioteca, though half of it says something else.
func (x *nearIndex) find(text string) (row int, ok bool) {
	grams := trigrams(text[:min(len(text), maxNearText)])
	shared := map[int]int{}
	for g := range grams {
		for _, name := range x.names[g] {
			shared[name]++
		}
	}
	best, likest := -1, 0.0
	for name, n := range shared {
		likeness := float64(n) / float64(x.sizes[name]) * (1 + float64(n)/float64(len(grams))) / 2
		if likeness > likest || likeness == likest && x.rows[name] < x.rows[best] {
			best, likest = name, likeness
		}
	}
	if likest < leastLikeness {
		return 0, false
	}
	return x.rows[best], true
}

// maxNearText is how much of a text is looked at, in bytes: no name is longer.
const maxNearText = 200

// trigrams are the groups of three letters of the words of text, two spaces
// before and one after each word.
func trigrams(text string) map[string]struct{} {
	set := map[string]struct{}{}
	for word := range strings.FieldsSeq(plainWords(text)) {
		letters := []rune("  " + word + " ")
		for i := range len(letters) - 2 {
			set[string(letters[i:i+3])] = struct{}{}
		}
	}
	return set
}
