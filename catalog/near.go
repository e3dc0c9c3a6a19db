package catalog

import "strings"

// Nearest is the word of list that is at most half its letters away from name,
// "" when there is none: what somebody who mistyped name may have meant.
func Nearest(name string, list []string) string {
	best, word := min(max(1, len(name)/2)+1, tooLong), ""
	for _, w := range list {
		if d := distance(strings.ToLower(name), strings.ToLower(w)); d < best {
			best, word = d, w
		}
	}
	return word
}

// tooLong is a number of letters that nobody mistypes.
const tooLong = 100

// distance is the number of letters to add, drop or change between a and b.
func distance(a, b string) int {
	if len(a) > tooLong || len(b) > tooLong {
		return tooLong // the work is the product of the two
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
