package portal_test

import (
	"testing"
)

// TestEveryPage judges pages that no journey passes: at two widths, with script
// and without.
func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := territory(t)
	put(t, s, everyKind()...)
	breakSource(t, s)
	pages := map[string]string{
		"first":               "/",
		"bodies":              "/enti",
		"body":                "/enti/c_g999",
		"status":              "/stato",
		"source":              "/stato/guasta",
		"agenda":              "/eventi",
		"agenda filtered":     "/eventi?quando=domani&comune=Prato",
		"agenda with nothing": "/eventi?q=chiostro&dal=" + inDays(9) + "&al=" + inDays(14),
	}
	for _, width := range []int64{1366, 390} {
		b := open(t, s, width, 860)
		for state, path := range pages {
			b.scripts(true)
			b.visit(path)
			b.until(`document.documentElement.classList.contains('js')`)
			b.judge(state)
			b.scripts(false)
			b.visit(path)
			b.scripts(true) // for axe
			b.judge("no script " + state)
		}
	}
}
