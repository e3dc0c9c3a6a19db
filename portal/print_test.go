package portal_test

import (
	"fmt"
	"html"
	"regexp"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestPrint: paper is white even where the screen is dark, has no controls, and has
// title, address, map, and what links and narrow screens hide.
func TestPrint(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages, one after the other")
	}
	s := territory(t)
	b := open(t, s, 680, 980) // as wide as A4 between its margins
	dark := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print", Features: dark}); err != nil {
		t.Fatal(err)
	}
	// how many elements there are to be seen
	const shown = `(selector => [...document.querySelectorAll(selector)].filter(e => e.getClientRects().length && getComputedStyle(e).visibility == 'visible' && e.getBoundingClientRect().width > 10).length)`
	for _, page := range []struct {
		path       string
		has, lacks []string
	}{
		{"/mappa?q=museo", []string{"h1", ".po-ferma", ".po-fonti", "main > .po-solo-stampa", ".po-voce .po-solo-stampa", ".po-elenco > .po-solo-stampa", ".it-brand-title"},
			[]string{".po-form", ".po-nav", ".po-menu", ".po-cambia", ".po-opinione", ".po-pagine", ".po-footer nav"}},
		{"/eventi", []string{"h1", "main > .po-solo-stampa", ".po-voce"}, []string{".po-lato", ".po-quando", ".po-temi", ".po-pagine"}},
		{"/mappa?vista=mappa", []string{".po-ferma", ".po-voce"}, []string{".po-viva", ".po-form"}},
		{s.first(t, "/mappa?q=museo+del+tessuto"), []string{"h1", ".po-ferma", ".po-fatti", "main > .po-solo-stampa"}, []string{".po-azioni", ".po-formati", ".breadcrumb-container"}},
		{s.first(t, "/mappa?dati=datasets"), []string{"h1", ".po-dati", "main > .po-solo-stampa"}, []string{".po-ancore", ".po-ordina", ".po-dati details", ".po-dati:not(.po-file, .po-schema) tr > :nth-child(7)"}},
	} {
		b.visit(page.path)
		for _, selector := range page.has {
			if js[int](b, shown+fmt.Sprintf("(%q)", selector)) == 0 {
				t.Errorf("%s: no %s on paper", page.path, selector)
			}
		}
		for _, selector := range page.lacks {
			if n := js[int](b, shown+fmt.Sprintf("(%q)", selector)); n > 0 {
				t.Errorf("%s: %d %s on paper", page.path, n, selector)
			}
		}
		if got := js[string](b, `getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector('h1')).color`); got != "rgb(255, 255, 255)rgb(23, 50, 77)" {
			t.Errorf("%s: paper and ink are %s", page.path, got)
		}
		if wide := js[int](b, `document.documentElement.scrollWidth`); wide > 680 {
			t.Errorf("%s: %d px wide; the sheet has 680", page.path, wide)
		}
	}
}

// first is the page of the first record of a search.
func (s *site) first(t testing.TB, search string) string {
	t.Helper()
	m := regexp.MustCompile(`<h3><a href="(/[^"]+)">`).FindStringSubmatch(s.page(t, search))
	if m == nil {
		t.Fatalf("%s has no records", search)
	}
	return html.UnescapeString(m[1])
}
