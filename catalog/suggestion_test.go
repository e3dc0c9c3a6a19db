package catalog

import (
	"strings"
	"testing"
)

func TestSuggestions(t *testing.T) {
	var all []Suggestion
	for _, s := range strings.Fields("dataset:d1 luoghi:l1 dataset:d2 dataset:d3 luoghi:l2 argomenti:a1 luoghi:l3 comuni:c1 comuni:c2 comuni:c3 luoghi:l4") {
		group, text, _ := strings.Cut(s, ":")
		all = append(all, Suggestion{Group: group, Text: text})
	}
	for limit, want := range map[int]string{8: "l1 l2 l3 c1 c2 a1 d1 d2", 20: "l1 l2 l3 l4 c1 c2 a1 d1 d2", 3: "a1 d1 d2", 1: "d1"} {
		var got []string
		for _, s := range Suggestions(limit, all) {
			got = append(got, s.Text)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("at most %d: %v; want %s", limit, got, want)
		}
	}
}
