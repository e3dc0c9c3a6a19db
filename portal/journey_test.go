package portal_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// results is the count that the page shows.
const results = `Number(document.querySelector('#conteggio strong').textContent.replaceAll('.', ''))`

// TestJourneys walks the same way with and without script, on a desktop and on
// a phone: search, suggestion, record, download; and compares what is found.
func TestJourneys(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := territory(t)
	found := map[string]string{} // what each journey saw
	for _, width := range []int64{1366, 390} {
		t.Run(fmt.Sprintf("with script at %d px", width), func(t *testing.T) { found[t.Name()] = withScript(t, s, width) })
		t.Run(fmt.Sprintf("without script at %d px", width), func(t *testing.T) { found[t.Name()] = withoutScript(t, s, width) })
	}
	first := ""
	for name, saw := range found {
		if first == "" {
			first = saw
		}
		if saw != first {
			t.Errorf("%s saw %s; another journey saw %s", name, saw, first)
		}
	}
}

func withScript(t *testing.T, s *site, width int64) string {
	b := open(t, s, width, 860)
	phone := width < 992
	b.visit("/mappa")
	b.until(`document.documentElement.classList.contains('js')`)
	if !phone {
		b.mapReady()
		b.same("first visit")
	}
	b.judge("first visit")

	// a search, without leaving the page
	js[bool](b, `window.stessa = true`)
	b.write("#q", "museo")
	b.until(`document.querySelectorAll('#suggerimenti [role=option]').length > 0`)
	combobox(t, b)
	b.judge("suggestions")
	b.keys(kb.Escape)
	b.until(`document.getElementById('suggerimenti').hidden`)
	b.keys(kb.Enter)
	b.until(`location.search === '?q=museo' && !document.querySelector('#elenco[aria-busy]')`)
	museums := js[int](b, results)
	if !js[bool](b, `window.stessa === true`) {
		t.Error("the search loaded the whole page")
	}
	if phone {
		b.click("#cambia")
		b.until(`location.search.includes('vista=mappa')`)
		b.mapReady()
		b.same("museums")
		b.judge("map of museums")
		b.click("#cambia")
		b.until(`!location.search.includes('vista')`)
	} else {
		b.same("museums")
	}

	// filters, by their menu
	b.click(".po-filtri > summary")
	b.judge("filters open")
	b.click(`input[name=comune][value=Prato]`)
	b.click(".po-filtri .btn")
	b.until(`location.search.includes('comune=Prato') && !document.querySelector('#elenco[aria-busy]')`)
	inPrato := js[int](b, results)
	if inPrato == 0 || inPrato >= museums {
		t.Errorf("%d museums, of which %d in Prato", museums, inPrato)
	}
	b.judge("filtered")
	downloaded := js[int](b, `fetch(document.querySelector('#scarica a[href^="/mappa.csv"]').href).then(r => r.text()).then(t => t.trim().split('\n').length - 1)`)
	if downloaded != inPrato {
		t.Errorf("the CSV has %d rows; the page says %d", downloaded, inPrato)
	}
	b.click(".po-scarica > summary")
	b.judge("download menu")
	if !phone {
		card(t, b)
	}
	js[bool](b, `history.back(); true`)
	b.until(results + ` === ` + strconv.Itoa(museums))

	// nothing found
	b.visit("/mappa?q=museo&comune=Cantagallo&tema=formazione")
	b.until(`document.documentElement.classList.contains('js')`)
	b.judge("nothing found")

	// a suggestion, by keyboard, to the record
	b.visit("/mappa")
	b.until(`document.querySelector('#q[role=combobox]')`)
	b.write("#q", "castello dell'imp")
	b.until(`document.querySelector('#suggerimenti [role=option]')?.textContent.includes('Imperatore')`)
	b.keys(kb.ArrowDown)
	b.keys(kb.Enter)
	b.until(`location.pathname.startsWith('/luoghi/castello')`)
	b.until(`document.querySelector('.po-attiva')`)
	b.judge("record")
	b.click(".po-attiva")
	b.mapReady()
	b.judge("record with live map")
	return saw(b, museums, inPrato)
}

// combobox checks what ARIA wants of one (spec §18).
func combobox(t *testing.T, b *tab) {
	t.Helper()
	for condition, want := range map[string]string{
		`document.getElementById('q').getAttribute('aria-expanded')`:                                                   "true",
		`document.getElementById(document.getElementById('q').getAttribute('aria-controls')).role`:                     "listbox",
		`document.getElementById('suggerimenti').ariaLabel`:                                                            "Suggerimenti",
		`String(document.querySelector('ponet-cerca [role=status]').textContent.includes('sugg'))`:                     "true",
		`String(document.querySelectorAll('#suggerimenti [role=group]').length > 0)`:                                   "true",
		`(() => { const f = document.getElementById('q'); return String(f.hasAttribute('aria-activedescendant')) })()`: "false",
	} {
		if got := js[string](b, condition); got != want {
			t.Errorf("%s = %q; want %q", condition, got, want)
		}
	}
	b.keys(kb.ArrowDown)
	if !js[bool](b, `document.getElementById(document.getElementById('q').getAttribute('aria-activedescendant')).ariaSelected === 'true'`) {
		t.Error("the arrow chooses nothing")
	}
}

// card chooses a symbol on the map: its row is marked and its card opens.
func card(t *testing.T, b *tab) {
	t.Helper()
	b.keys(kb.Escape)
	b.same("filtered")
	js[bool](b, `(async () => {
		const map = document.querySelector('ponet-mappa').viva.map, rows = JSON.parse(document.getElementById('dati').textContent).righe;
		const row = rows.find(r => rows.every(o => o === r || Math.hypot((o.lon - r.lon) * 80e3, (o.lat - r.lat) * 111e3) > 60)); // metres: alone
		map.jumpTo({center: [row.lon, row.lat], zoom: 17});
		await new Promise(r => map.once('idle', r));
		const at = map.project([row.lon, row.lat]), box = map.getCanvas().getBoundingClientRect();
		for (const type of ['mousedown', 'mouseup', 'click'])
			map.getCanvas().dispatchEvent(new MouseEvent(type, {clientX: box.left + at.x, clientY: box.top + at.y, bubbles: true}));
		return true;
	})()`)
	b.until(`!document.getElementById('scheda').hidden`)
	if js[string](b, `document.querySelector('#scheda h2').textContent`) != js[string](b, `document.querySelector('.po-voce.sel h3').textContent`) {
		t.Error("the card is not that of the row that is marked")
	}
	b.judge("card open")
	b.click("#scheda .x")
	b.until(`document.getElementById('scheda').hidden`)
}

func withoutScript(t *testing.T, s *site, width int64) string {
	b := open(t, s, width, 860)
	// The page's scripts are off while it loads; then on, so that axe can look.
	visit := func(path string) { b.scripts(false); b.visit(path) }
	judge := func(state string) {
		b.scripts(true)
		b.judge("no script " + state)
		b.scripts(false)
	}
	visit("/mappa")
	if js[bool](b, `document.documentElement.classList.contains('js')`) {
		t.Fatal("the page's script has run")
	}
	judge("first visit")
	b.write("#q", "museo")
	b.click(".po-cerca .btn")
	b.until(`location.search.startsWith('?q=museo')`)
	museums := js[int](b, results)
	if still := js[int](b, `document.querySelectorAll('.po-ferma [data-id]').length`); still != js[int](b, `document.querySelectorAll('.po-voce').length`) {
		t.Errorf("the still map draws %d of the rows", still)
	}
	judge("museums")
	b.click(".po-filtri > summary")
	b.click(`input[name=comune][value=Prato]`)
	b.click(".po-filtri .btn")
	b.until(`location.search.includes('comune=Prato')`)
	inPrato := js[int](b, results)
	judge("filtered")
	b.click(".po-scarica > summary")
	_, csv := s.get(t, js[string](b, `document.querySelector('#scarica a[href^="/mappa.csv"]').getAttribute('href')`))
	if n := strings.Count(strings.TrimSpace(csv), "\n"); n != inPrato {
		t.Errorf("the CSV has %d rows; the page says %d", n, inPrato)
	}
	visit("/mappa?q=castello+dell%27imperatore")
	b.click(".po-voce a")
	b.until(`location.pathname.startsWith('/luoghi/castello')`)
	judge("record")
	for _, path := range []string{"/privacy", "/accessibilita", "/note-legali", "/non-esiste"} {
		visit(path)
		judge(path[1:])
	}
	return saw(b, museums, inPrato)
}

// saw is what a journey found, for comparing it with the others.
func saw(b *tab, museums, inPrato int) string {
	return fmt.Sprintf("%d museums, %d in Prato", museums, inPrato)
}

// TestStates looks at what a journey does not pass: narrow, dark, without a
// graphics card, by keyboard, with a position.
func TestStates(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := territory(t)

	t.Run("narrow and dark", func(t *testing.T) {
		b := open(t, s, 320, 640)
		b.visit("/mappa?q=museo&tema=cultura&comune=Prato&vicino=43.88,11.09")
		b.until(`document.documentElement.classList.contains('js')`)
		b.judge("narrow")
		b.media("prefers-color-scheme", "dark")
		b.judge("narrow and dark")
		b.visit("/mappa?q=museo")
		b.visit(js[string](b, `document.querySelector('.po-voce a').getAttribute('href')`))
		b.until(`document.querySelector('.po-attiva')`)
		b.judge("record narrow and dark")
	})

	t.Run("the live map cannot start", func(t *testing.T) {
		b := open(t, s, 1366, 860, "disable-3d-apis")
		b.visit("/mappa")
		b.until(`document.querySelector('.po-nota-mappa')?.textContent === 'Mappa semplificata'`)
		if n := js[int](b, `[...document.querySelectorAll('.po-ferma [data-id]')].filter(g => g.checkVisibility({visibilityProperty: true})).length`); n == 0 || n != js[int](b, `JSON.parse(document.getElementById('dati').textContent).righe.length`) {
			t.Errorf("the still map shows %d symbols", n)
		}
		b.write("#q", "biblioteca")
		b.keys(kb.Enter)
		b.until(`location.search === '?q=biblioteca' && !document.querySelector('#elenco[aria-busy]')`)
		if js[string](b, `document.querySelector('.po-ferma [data-id]:last-child').dataset.id`) != js[string](b, `document.querySelector('.po-voce').dataset.id`) {
			t.Error("the still map does not follow the list")
		}
		b.quiet = true // the library tells the console that there is no WebGL
		b.judge("simplified map")
	})

	t.Run("by keyboard", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		b.visit("/mappa?q=museo")
		b.mapReady()
		b.keys(kb.Tab)
		if got := js[string](b, `document.activeElement.getAttribute('href')`); got != "#contenuto" {
			t.Errorf("the first key leads to %s", got)
		}
		// every stop of the tab key is seen: not covered, not without outline
		for range 40 {
			b.keys(kb.Tab)
			if bad := js[string](b, focusSeen); bad != "" {
				t.Error(bad)
			}
		}
		js[bool](b, `document.querySelector('.po-viva canvas').focus(); true`)
		js[bool](b, `document.querySelector('.po-viva canvas').dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', altKey: true, bubbles: true})); true`)
		b.until(`/^1 di \d+: /.test(document.querySelector('ponet-mappa [role=status]').textContent)`)
		if js[bool](b, `document.getElementById('scheda').hidden`) {
			t.Error("stepping through the results opens no card")
		}
		b.keys(kb.Escape)
		b.until(`document.activeElement.id === 'elenco'`)
	})

	t.Run("moving the map asks before it searches", func(t *testing.T) {
		b := open(t, s, 1366, 860)
		b.visit("/mappa")
		b.mapReady()
		rows := js[string](b, `document.querySelector('.po-lista').innerHTML`)
		js[bool](b, `document.querySelector('.po-viva canvas').focus(); true`)
		b.keys(kb.ArrowRight)
		b.until(`document.querySelector('.po-quest-area')`)
		if js[string](b, `document.querySelector('.po-lista').innerHTML`) != rows {
			t.Error("the list has changed by itself")
		}
		b.judge("moved map")
		b.click(".po-quest-area")
		b.until(`location.search.includes('bbox=') && !document.querySelector('#elenco[aria-busy]')`)
		b.same("in the area")
	})

	t.Run("near me", func(t *testing.T) {
		b := open(t, s, 390, 860)
		b.position(43.8780, 11.0987)
		b.visit("/mappa?tema=cultura")
		b.until(`!document.getElementById('vicino').hidden`)
		b.click("#vicino")
		b.until(`location.search.includes('vicino=43.878,11.0987') && location.search.includes('tema=cultura') && document.querySelector('#conteggio').textContent.includes('dal più vicino')`)
		if first := js[string](b, `document.querySelector('.po-voce').textContent`); !strings.Contains(first, "Castello dell'Imperatore") || !strings.Contains(first, "0 m") {
			t.Errorf("the nearest is %s", first)
		}
	})
}

// focusSeen is what is wrong with the place of the focus, "" when a person sees it.
const focusSeen = `(() => {
	let e = document.activeElement;
	if (!e || e === document.body) return '';
	if (e.offsetWidth <= 1 && e.closest('label')) e = e.closest('label'); // a star, whose button is only heard
	const r = e.getClientRects()[0] ?? e.getBoundingClientRect(), name = e.tagName + ' ' + (e.id || e.textContent.trim().slice(0, 30) || e.parentElement.textContent.trim());
	if (r.width === 0) return name + ' has the focus and is not shown';
	if (getComputedStyle(e).outlineStyle === 'none') return name + ' has the focus without outline';
	const x = Math.min(Math.max(r.left + r.width / 2, 0), innerWidth - 1), y = Math.min(Math.max(r.top + r.height / 2, 0), innerHeight - 1);
	const top = document.elementFromPoint(x, y);
	return top && (e.contains(top) || top.contains(e) || e.closest('.po-voce')?.contains(top)) ? '' : name + ' has the focus below ' + top?.outerHTML.slice(0, 60);
})()`
