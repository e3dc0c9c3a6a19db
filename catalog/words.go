package catalog

import (
	"strings"
	"unicode"
)

// Words is the words of text, without accents and capitals. An apostrophe ends a
// word, so that "dell'Imperatore" is two.
func Words(text string) []string {
	return strings.FieldsFunc(Plain(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// TypingErrors counts the letters that are missing, too many, wrong or swapped
// with their neighbour between a and b (optimal string alignment).
func TypingErrors(a, b string) int {
	x, y := []rune(a), []rune(b)
	before, last := make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row := make([]int, len(y)+1)
		row[0] = i
		for j := 1; j <= len(y); j++ {
			wrong := 1
			if x[i-1] == y[j-1] {
				wrong = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+wrong)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(y)]
}

// PrefixErrors counts the typing errors between a and the beginning of b.
func PrefixErrors(a, b string) int {
	y := []rune(b)
	n := len([]rune(a))
	best := n
	for l := max(1, n-1); l <= min(n+1, len(y)); l++ {
		best = min(best, TypingErrors(a, string(y[:l])))
	}
	return best
}
