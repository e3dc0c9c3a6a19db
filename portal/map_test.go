package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// press is a click on the map where the record of the first row stands.
const press = `(() => {
	const map = document.querySelector('ponet-mappa').viva.map, row = JSON.parse(document.getElementById('dati').textContent).righe[0];
	const at = map.project([row.lon, row.lat]), box = map.getCanvas().getBoundingClientRect();
	for (const type of ['mousedown', 'mouseup', 'click'])
		map.getCanvas().dispatchEvent(new MouseEvent(type, {clientX: box.left + at.x, clientY: box.top + at.y, bubbles: true}));
	return true;
})()`

// placed are the rows that have a symbol.
const placed = `JSON.parse(document.getElementById('dati').textContent).righe.map(r => document.querySelector('.po-voce[data-n="' + r.n + '"]'))`

// step is Alt with an arrow, on the map.
const step = `document.querySelector('.po-viva canvas').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', altKey: true, bubbles: true}))`

// TestMap: what list and map do to each other (portal specification §3, §10),
// on a territory all of whose records stand in one place.
func TestMap(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := empty(t)
	put(t, s, everyKind()...)
	inner, hold := s.Config.Handler, make(chan struct{})
	s.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Ponet-Frammento") != "" && strings.Contains(r.URL.RawQuery, "q=lenta") {
			<-hold
		}
		inner.ServeHTTP(w, r)
	})

	t.Run("symbols and rows", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		b.visit("/mappa")
		b.mapReady()
		for _, point := range []string{
			placed + `[1].querySelector('a').focus()`,
			placed + `[2].dispatchEvent(new PointerEvent('pointerover', {bubbles: true}))`,
		} {
			js[bool](b, point+"; true")
			b.until(`(() => { const sel = document.querySelector('.po-voce.sel'), drawn = document.querySelector('ponet-mappa').viva.map.queryRenderedFeatures({layers: ['indicato']});
				return sel && drawn.length === 1 && drawn[0].properties.id === sel.dataset.id })()`)
		}
		groups := `document.querySelector('ponet-mappa').viva.map.queryRenderedFeatures({layers: ['gruppi-numero']})`
		js[bool](b, `(async () => { const v = document.querySelector('ponet-mappa').viva, r = JSON.parse(document.getElementById('dati').textContent).righe[0];
			v.map.jumpTo({center: [r.lon, r.lat], zoom: 11}); await new Promise(done => v.map.once('idle', done)); return true })()`)
		if js[int](b, groups+`[0].properties.point_count`) != js[int](b, `JSON.parse(document.getElementById('dati').textContent).righe.length`) {
			t.Error("what stands in one place is not one group with its number")
		}
		js[bool](b, press)
		b.until(`document.querySelector('ponet-mappa').viva.map.getZoom() > 14 && !document.querySelector('ponet-mappa').viva.map.isMoving() && ` + groups + `.length === 0`)
		js[bool](b, press)
		b.until(`!document.getElementById('scheda').hidden`)
		if n := js[int](b, `document.querySelectorAll('#scheda li a').length`); n != js[int](b, `JSON.parse(document.getElementById('dati').textContent).righe.length`) {
			t.Errorf("the list of a place has %d entries", n)
		}
		b.judge("records in one place")
	})

	t.Run("by keyboard", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		b.visit("/mappa?vicino=43.88,11.09")
		b.mapReady()
		hint := `document.querySelector('.po-aiuto-tasti').checkVisibility()`
		if js[bool](b, hint) {
			t.Error("the hint is there before anybody has the map")
		}
		b.keys(kb.Tab)
		js[bool](b, `document.querySelector('.po-viva canvas').focus(); true`)
		b.until(hint)
		js[bool](b, step)
		b.until(`/^1 di \d+: .+, .+, \d+ m$/.test(document.querySelector('ponet-mappa [role=status]').textContent)`)
		first := js[string](b, `document.querySelector('ponet-mappa [role=status]').textContent`)
		js[bool](b, step)
		b.until(`/^2 di \d+: /.test(document.querySelector('ponet-mappa [role=status]').textContent)`)
		t.Log(first)
		b.keys(kb.Escape)
		b.until(`document.activeElement.id === 'elenco' && !` + hint)
	})

	t.Run("data saving", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		saving := page.AddScriptToEvaluateOnNewDocumentParams{Source: `Object.defineProperty(navigator, 'connection', {value: {saveData: true}})`}
		if _, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, saving); err != nil {
			t.Fatal(err)
		}
		b.visit("/mappa")
		b.until(`document.querySelector('.po-nota-mappa')?.textContent === 'Mappa semplificata' && document.querySelector('.po-attiva')`)
		b.judge("data saving")
		if loaded := js[[]string](b, `performance.getEntriesByType('resource').map(e => e.name).filter(n => /mappa-|maplibre|tiles/.test(n))`); len(loaded) > 0 {
			t.Errorf("loaded although data are to be saved: %v", loaded)
		}
		b.click(".po-attiva")
		b.mapReady()
		if js[bool](b, `!!document.querySelector('.po-nota-mappa')`) {
			t.Error("the live map is still called simplified")
		}
	})

	t.Run("waiting", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		b.visit("/mappa")
		b.until(`document.documentElement.classList.contains('js')`)
		b.write("#q", "lenta")
		b.keys(kb.Enter)
		b.until(`document.querySelector('#elenco[aria-busy=true]') && getComputedStyle(document.querySelector('.po-lista')).opacity < 1`)
		if !js[bool](b, `document.querySelectorAll('.po-voce').length > 3 && getComputedStyle(document.querySelector('.po-form'), '::after').animationName === 'po-attesa'`) {
			t.Error("the old results are gone, or there is no bar")
		}
		if delay := js[string](b, `getComputedStyle(document.querySelector('.po-lista')).transitionDelay + ' ' + getComputedStyle(document.querySelector('.po-form'), '::after').animationDelay`); delay != "0.3s 0.3s" {
			t.Errorf("the page dims after %s", delay)
		}
		close(hold)
		b.until(`!document.querySelector('#elenco').hasAttribute('aria-busy') && document.querySelector('.po-vuoto')`)
		if js[string](b, `getComputedStyle(document.querySelector('.po-form'), '::after').animationName`) != "none" {
			t.Error("the bar goes on")
		}
	})

	t.Run("no position", func(t *testing.T) {
		b := open(t, s, 390, 860)
		deny := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: browser.PermissionSettingDenied}
		if _, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, deny); err != nil {
			t.Fatal(err)
		}
		b.visit("/mappa")
		b.until(`!document.getElementById('vicino').hidden`)
		b.click("#vicino")
		b.until(`document.getElementById('conteggio').textContent.startsWith('Posizione non disponibile')`)
	})

	t.Run("one finger scrolls the page", func(t *testing.T) {
		b := open(t, s, 390, 860)
		if _, err := chromedp.Call(b.ctx, emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: true}); err != nil {
			t.Fatal(err)
		}
		// Whether the map takes the wheel and one finger for itself, and which gestures it leaves to the page.
		const taken = `(() => {
			const c = document.querySelector('.po-viva canvas'), r = c.getBoundingClientRect();
			const touch = y => ({touches: [new Touch({identifier: 1, target: c, clientX: r.left + 50, clientY: r.top + y})], bubbles: true, cancelable: true});
			const move = new TouchEvent('touchmove', touch(90)), wheel = new WheelEvent('wheel', {deltaY: 90, bubbles: true, cancelable: true});
			c.dispatchEvent(new TouchEvent('touchstart', touch(50)));
			c.dispatchEvent(move);
			c.dispatchEvent(wheel);
			return [move.defaultPrevented, wheel.defaultPrevented, getComputedStyle(c.parentElement).touchAction].join(' ');
		})()`
		b.visit("/mappa?dati=stations")
		b.visit(js[string](b, `document.querySelector('.po-voce a').getAttribute('href')`))
		b.until(`document.querySelector('.po-attiva')`)
		b.click(".po-attiva")
		b.mapReady()
		if got := js[string](b, taken); got != "false false pan-x pan-y" {
			t.Errorf("the map in a page takes touch, wheel: %s", got)
		}
		b.visit("/mappa?vista=mappa")
		b.mapReady()
		if got := js[string](b, taken); !strings.HasPrefix(got, "true ") || !strings.HasSuffix(got, " none") {
			t.Errorf("the map of the explore page leaves touch, wheel: %s", got)
		}
	})
}
