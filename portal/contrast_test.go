package portal

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast computes the contrast (WCAG 2.1, 1.4.3 and 1.4.11) of the colour
// tokens on every ground they stand on, in light and in dark.
func TestContrast(t *testing.T) {
	b, err := os.ReadFile("src/scss/_tokens.scss")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, ok := strings.Cut(string(b), "prefers-color-scheme: dark")
	if !ok {
		t.Fatal("no dark colours")
	}
	for name, text := range map[string]string{"light": light, "dark": dark} {
		tokens := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(text, -1) {
			tokens[m[1]] = luminance(t, m[2])
		}
		check := func(front, back string, least float64) {
			a, okA := tokens[front]
			b, okB := tokens[back]
			if !okA || !okB {
				t.Fatalf("%s: no colour %s or %s", name, front, back)
			}
			if c := (max(a, b) + 0.05) / (min(a, b) + 0.05); c < least {
				t.Errorf("%s: %s on %s has %.2f:1; want %.1f:1", name, front, back, c, least)
			}
		}
		themes := []string{"cultura", "ambiente", "formazione", "istituzioni", "altro"}
		for _, ground := range []string{"carta", "sfondo", "tocco", "terra", "fuori"} {
			for _, front := range append([]string{"testo", "grigio", "link"}, themes...) {
				check(front, ground, 4.5)
			}
		}
		for _, ground := range []string{"strada", "strada-grande", "verde", "acqua"} { // symbols on the map
			for _, theme := range themes {
				check(theme, ground, 3)
			}
		}
		check("bordo", "carta", 3)
		check("testo", "avviso", 4.5)
		tokens["bianco"] = 1
		for _, ground := range []string{"blu", "blu-scuro", "piede"} {
			check("bianco", ground, 4.5)
		}
	}
}

// luminance is the relative luminance of "rrggbb".
func luminance(t *testing.T, hex string) float64 {
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= 0.03928 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}
