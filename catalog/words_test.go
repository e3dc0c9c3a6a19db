package catalog_test

import (
	"slices"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestWords(t *testing.T) {
	for text, want := range map[string][]string{
		"Castello dell’Imperatore":     {"castello", "dell", "imperatore"},
		"Università, città & caffè 3D": {"universita", "citta", "caffe", "3d"},
		"  ":                           nil,
	} {
		if got := catalog.Words(text); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q; want %q", text, got, want)
		}
	}
}

func TestTypingErrors(t *testing.T) {
	for _, tt := range []struct {
		a, b          string
		whole, prefix int
	}{
		{"museo", "museo", 0, 0},
		{"tesuto", "tessuto", 1, 1},
		{"mueso", "museo", 1, 1},
		{"biblio", "biblioteca", 4, 0},
		{"bibloi", "biblioteca", 5, 1},
		{"", "abc", 3, 0},
		{"città", "citta", 1, 1},
	} {
		if got := catalog.TypingErrors(tt.a, tt.b); got != tt.whole {
			t.Errorf("TypingErrors(%q, %q) = %d; want %d", tt.a, tt.b, got, tt.whole)
		}
		if got := catalog.PrefixErrors(tt.a, tt.b); got != tt.prefix {
			t.Errorf("PrefixErrors(%q, %q) = %d; want %d", tt.a, tt.b, got, tt.prefix)
		}
	}
}
