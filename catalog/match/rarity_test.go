package match

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
)

// counted are the registers whose names say how frequent words are.
var counted = []string{"csv/iccu-anagrafe-biblioteche.csv", "csv/mim-scuole-paritarie-2023-24.csv", "csv/consultori-italia.csv", "csv/vetrina-toscana-botteghe-prato.csv", "geojson/mibact-luoghi-cultura-sisma.geojson", "geojson/prato-negozi.geojson"}

// frequentFrom is in how many names a word stands that is listed.
const frequentFrom = 40

// TestRarity counts in how many names of real registers words stand. Without
// -learn it only looks whether what it counts is what the code has.
//
//	go test ./catalog/match -run Rarity -learn && gofmt -w catalog/match/rarity.go
func TestRarity(t *testing.T) {
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("the real sources are not here: %v", err)
	}
	names, count := 0, map[string]int{}
	for _, file := range counted {
		for _, s := range source(t, allRead, file) {
			names++
			for w := range set(strings.Join(fold(s.Title), " ")) {
				count[w]++
			}
		}
	}
	found := map[string]int{}
	for w, n := range count {
		_, isGeneric := generic[w]
		_, stopped := stop[w]
		if n >= frequentFrom && !isGeneric && !stopped && !number(w) && len(w) > 1 {
			found[w] = int(math.Round(1000 * (1 - math.Log(float64(n))/math.Log(float64(names)))))
		}
	}
	if *learn {
		writeRarity(t, found)
		return
	}
	for w, r := range found {
		if frequent[w] != r {
			t.Errorf("%q: the rarity is %d, counted is %d: run with -learn", w, frequent[w], r)
		}
	}
}

func writeRarity(t *testing.T, found map[string]int) {
	var s strings.Builder
	fmt.Fprintf(&s, "package match\n\n// frequent is what words tell that stand in %d or more names of real registers, in\n// thousandths of a word that stands in one: 1 - log(names with it) / log(all names). Written by TestRarity.\nvar frequent = map[string]int{", frequentFrom)
	for i, w := range sortedKeys(found) {
		if i%10 == 0 {
			s.WriteString("\n\t")
		} else {
			s.WriteString(" ")
		}
		fmt.Fprintf(&s, "%q: %d,", w, found[w])
	}
	s.WriteString("\n}\n")
	if err := os.WriteFile("rarity.go", []byte(s.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
