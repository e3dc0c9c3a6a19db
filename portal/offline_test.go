package portal_test

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/portal"
)

// kept are the paths and queries of what the browser keeps in the caches whose
// name begins so.
func kept(b *tab, name string) []string {
	list := js[[]string](b, `(async () => { const out = [];
		for (const n of await caches.keys()) if (n.startsWith('`+name+`')) for (const r of await (await caches.open(n)).keys()) { const u = new URL(r.url); out.push(u.pathname + u.search) }
		return out })()`)
	return list
}

// eventually waits for what the worker does beside the page.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

// untilKept waits until the browser keeps an address.
func untilKept(t *testing.T, b *tab, name, address string) {
	t.Helper()
	eventually(t, address+" is kept", func() bool { return slices.Contains(kept(b, name), address) })
}

// said is what a kept page says of itself.
var said = regexp.MustCompile(`^Nessuna connessione\. Questa è la copia del \d+ [a-z]+ 20\d\d alle ore \d\d:\d\d`)

// again starts a server where s was.
func (s *site) again(t *testing.T, handler http.Handler) {
	t.Helper()
	s.Close()
	l, err := net.Listen("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(server.Close)
	s.Server = server
}

// TestOffline: what was visited is there without a connection and says from when
// it is; what was not says that there is none, and whom to ask. With one, every
// page is as new as ever; and the operator can take it all away.
func TestOffline(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	parent, s := t, empty(t)
	put(t, s, everyKind()...)
	handler := s.Config.Handler
	record := regexp.MustCompile(`<h3><a href="(/beni/[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?dati=heritage"))[1]
	for _, width := range []int64{1366, 390} {
		t.Run(fmt.Sprint(width, " px"), func(t *testing.T) {
			b := open(t, s, width, 860)
			b.quiet = true // the console tells of what cannot be loaded
			b.visit(record)
			b.until(`document.documentElement.classList.contains('js')`)
			untilKept(t, b, "pagine-", record) // though it was there before the worker
			for _, path := range []string{"/mappa?vicino=43.88,11.09", "/opinioni", "/sviluppatori/prova", "/mappa?aperto=1", "/mappa"} {
				b.visit(path)
			}
			b.until(`document.documentElement.classList.contains('js')`)
			untilKept(t, b, "pagine-", "/mappa")
			b.write("#q", "chiostro")
			b.click(".po-cerca .btn")
			b.until(`location.search === '?q=chiostro' && !document.querySelector('#elenco[aria-busy]')`)
			untilKept(t, b, "ricerche-", "/mappa?q=chiostro")
			js[bool](b, `fetch('/mappa.csv').then(r => r.text()).then(() => fetch('/api/v1/collections')).then(r => r.text()).then(() => true)`)
			for _, address := range kept(b, "") {
				if strings.Contains(address, "vicino") || strings.HasPrefix(address, "/api") || strings.HasPrefix(address, "/opinioni") || strings.Contains(address, ".csv") {
					t.Errorf("%s is kept", address)
				}
			}

			s.Close()
			notice := func() string { return js[string](b, `document.querySelector('aside.po-avviso')?.textContent ?? ''`) }
			title := func() string { return js[string](b, `document.querySelector('h1').textContent`) }
			b.visit(record)
			b.until(`document.documentElement.classList.contains('js')`)
			if title() != "Pulpito di Donatello" || !said.MatchString(notice()) {
				t.Errorf("%s: %s", title(), notice())
			}
			b.judge("offline record")
			b.visit("/enti")
			if title() != "Nessuna connessione" || !js[bool](b, `!!document.querySelector('main a[href="tel:+390574534500"]')`) {
				t.Errorf("a page that was never visited: %s", title())
			}
			b.judge("offline")
			b.visit("/mappa?q=chiostro")
			b.until(`document.querySelector('#conteggio q')?.textContent === 'chiostro' && document.querySelectorAll('.po-voce').length === 1`)
			if notice() == "" {
				t.Error("a search of before does not say from when it is")
			}
			b.judge("offline search")
			b.visit("/mappa?vicino=43.88,11.09")
			if title() != "Nessuna connessione" {
				t.Error("where the person was is still known")
			}

			s.again(parent, handler)
			if _, err := s.store.DB().Exec(t.Context(), `
				with r as (update record set feature = convert_to(replace(convert_from(feature, 'UTF8'), 'Pulpito', 'Pergamo'), 'UTF8'), title = replace(title, 'Pulpito', 'Pergamo') where title like 'Pulpito%')
				update collection_mark set seq = seq + 1`); err != nil {
				t.Fatal(err)
			}
			b.visit(record)
			if title() != "Pergamo di Donatello" || notice() != "" {
				t.Errorf("with a connection: %s, %s", title(), notice())
			}
			if _, err := s.store.DB().Exec(t.Context(), `
				with r as (update record set feature = convert_to(replace(convert_from(feature, 'UTF8'), 'Pergamo', 'Pulpito'), 'UTF8'), title = replace(title, 'Pergamo', 'Pulpito') where title like 'Pergamo%')
				update collection_mark set seq = seq + 1`); err != nil {
				t.Fatal(err)
			}

			// another release: what the one before kept is gone, the page on show is kept anew
			before := js[[]string](b, `caches.keys()`)
			s.again(parent, pages(t, s, portal.Config{Version: "altra"}))
			b.visit("/aiuto")
			untilKept(t, b, "pagine-", "/aiuto")
			eventually(t, "the caches of the release before are gone", func() bool {
				return !slices.ContainsFunc(js[[]string](b, `caches.keys()`), func(n string) bool { return slices.Contains(before, n) })
			})

			// turned off: the worker goes, with all that it kept
			s.again(parent, pages(t, s, portal.Config{NoOffline: true}))
			b.visit("/aiuto")
			eventually(t, "the worker is gone", func() bool {
				return js[int](b, `Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()]).then(([k, r]) => k.length + r.length)`) == 0
			})
			s.again(parent, handler)
		})
	}
}

// pages is a portal on the catalogue of s with other settings.
func pages(t *testing.T, s *site, cfg portal.Config) http.Handler {
	t.Helper()
	h, err := portal.New(s.store, cfg, slog.New(slog.NewTextHandler(t.Output(), nil)))
	if err != nil {
		t.Fatal(err)
	}
	return h
}
