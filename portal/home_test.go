package portal_test

import (
	"testing"
)

const (
	firstVisitBytes    = 90_000 // of the portal's specification, without a live map
	firstVisitRequests = 10
)

// TestFirstVisit: who opens the first page for the first time loads no more than
// the budget, fonts and pictures included.
func TestFirstVisit(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := territory(t)
	b := open(t, s, 390, 860)
	b.visit("/")
	b.until(`document.readyState === 'complete' && document.documentElement.classList.contains('js')`)
	js[bool](b, `document.fonts.ready.then(() => true)`)
	type load struct{ Bytes, Requests int }
	got := js[load](b, `(() => { const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
		return {bytes: all.reduce((n, e) => n + e.encodedBodySize, 0), requests: all.length} })()`)
	t.Logf("%d bytes in %d requests", got.Bytes, got.Requests)
	if got.Bytes > firstVisitBytes || got.Requests > firstVisitRequests || got.Bytes < 20_000 {
		t.Errorf("the first visit takes %d bytes in %d requests; want at most %d in %d", got.Bytes, got.Requests, firstVisitBytes, firstVisitRequests)
	}
	b.judge("first page of the territory")
	b.media("prefers-color-scheme", "dark")
	b.judge("first page of the territory in the dark")
}
