package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A recogniser finds which of some rows a text speaks of: by the whole text,
// else by the first phrase in it that one of them has, the longest of those
// that begin at the same word. Names of places begin with what they are
// ("Biblioteca dell'Archivio di Stato"), so the first phrase is the right one.
type recogniser struct {
	values map[string]int
	names  map[string][]phrase // by first word, the longest first
}

type phrase struct {
	words []string
	row   int
}

func newRecogniser() recogniser {
	return recogniser{values: map[string]int{}, names: map[string][]phrase{}}
}

// add makes the recogniser know row by the values and by the names, which are
// values too.
func (r *recogniser) add(row int, values, names []string) error {
	for _, value := range append(slices.Clone(values), names...) {
		if err := put(r.values, row, plainWords(value)); err != nil {
			return err
		}
	}
	for _, name := range names {
		words := strings.Fields(plainWords(name))
		if len(words) == 0 {
			return fmt.Errorf("a name without words: %w", ErrInvalid)
		}
		same := append(r.names[words[0]], phrase{words, row})
		slices.SortStableFunc(same, func(a, b phrase) int { return cmp.Compare(len(b.words), len(a.words)) })
		r.names[words[0]] = same
	}
	return nil
}

func (r *recogniser) find(text string) (row int, ok bool) {
	plain := plainWords(text)
	if row, ok := r.values[plain]; ok {
		return row, true
	}
	words := strings.Fields(plain)
	for i, word := range words {
		for _, p := range r.names[word] {
			if len(p.words) <= len(words)-i && slices.Equal(p.words, words[i:i+len(p.words)]) && !elsewhere(words[:i]) {
				return p.row, true
			}
		}
	}
	return 0, false
}

// What may stand between such a word and the name: "Via del Castello".
var articles = wordSet("di del dello della dell dei degli delle de d il lo la l i gli le al allo alla all ai agli alle")

// Words after which a name means something else: a street called after a
// castle, a cinema that is no more, the friends of a museum.
var notHere = wordSet("via viale vicolo vico largo corso strada localita loc frazione fraz ex gia amici presso c o fronte")

// elsewhere reports whether the words before a phrase take its meaning away.
// After an article alone it is a name and no description: a nursery school is
// called "Il giardino dei sogni".
func elsewhere(before []string) bool {
	for i := len(before) - 1; i >= 0; i-- {
		if !articles[before[i]] {
			return notHere[before[i]]
		}
	}
	return len(before) > 0
}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		set[w] = true
	}
	return set
}

// plainWords is text without accents, capitals and punctuation, its words
// parted by single spaces: "Caffè dell'Àncora" is "caffe dell ancora".
func plainWords(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	gap := false
	for i, r := range text {
		if r >= utf8.RuneSelf {
			return plainForeign(text, i, b.String(), gap)
		}
		gap = appendPlain(&b, r, gap)
	}
	return b.String()
}

// plainForeign goes on where plainWords met the first rune that is not ASCII.
func plainForeign(text string, from int, done string, gap bool) string {
	var b strings.Builder
	b.WriteString(done)
	for _, r := range norm.NFKD.String(text[from:]) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		gap = appendPlain(&b, r, gap)
	}
	return b.String()
}

// appendPlain writes r if it is of a word, after a space if there was a gap,
// and says whether there is a gap now.
func appendPlain(b *strings.Builder, r rune, gap bool) bool {
	if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
		return true
	}
	if gap && b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteRune(unicode.ToLower(r))
	return false
}
