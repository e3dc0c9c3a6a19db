package match

import (
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// trigrams are those of pg_trgm: of each word, with two spaces before and one behind.
func trigrams(s string) map[string]struct{} {
	m := map[string]struct{}{}
	for _, w := range catalog.Words(s) {
		w = "  " + w + " "
		for i := range len(w) - 2 {
			m[w[i:i+3]] = struct{}{}
		}
	}
	return m
}

func trigramSimilarity(a, b string) float64 {
	x, y := trigrams(a), trigrams(b)
	both := 0
	for t := range x {
		if _, ok := y[t]; ok {
			both++
		}
	}
	return part(both, max(1, len(x)+len(y)-both))
}

// How much of what is one thing a search for candidates by keys would bring to
// the comparison: near each other or in one municipality, and names alike by
// trigrams or a contact in common. Administrative areas are looked for by name alone.
func TestBlocking(t *testing.T) {
	all, found, foldedFound, missed := 0, 0, 0, map[string]int{}
	for _, p := range labelledPairs(t) {
		if !p.same {
			continue
		}
		all++
		area := p.a.kind == catalog.KindAdminArea
		near := area || p.a.position.known && p.b.position.known && metres(&p.a.position, &p.b.position) <= 300 || p.a.town != "" && p.a.town == p.b.town ||
			!p.a.position.known && p.a.town == "" && p.b.town == ""
		contact := slices.ContainsFunc(SharedKeys(p.sa), func(k string) bool { return slices.Contains(SharedKeys(p.sb), k) })
		plain := trigramSimilarity(p.sa.Title, p.sb.Title) >= 0.3
		folded := trigramSimilarity(strings.Join(fold(p.sa.Title), " "), strings.Join(fold(p.sb.Title), " ")) >= 0.3
		if near && (plain || contact) {
			found++
		} else {
			missed[p.group]++
		}
		if near && (folded || contact) {
			foldedFound++
		}
	}
	t.Logf("%d things listed twice: the keys bring %.3f of them together, %.3f with folded names; missed %v", all, part(found, all), part(foldedFound, all), missed)
	if part(found, all) < 0.9 {
		t.Errorf("the keys bring %.3f of the pairs together; want 0.9", part(found, all))
	}
}
