package portal_test

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axe judges accessibility: axe-core by Deque Systems, MPL-2.0, unmodified; it
// is never served.
//
//go:embed testdata/axe/axe.min.js
var axe string

// A tab of a real browser, on a window of its own size.
type tab struct {
	t      *testing.T
	ctx    context.Context
	site   *site
	width  int64
	quiet  bool // what the console says is expected
	mu     sync.Mutex
	errors []string // of the page's console
}

// open starts Debian's Chromium with an empty profile. Without one the test is
// skipped; in CI it fails.
func open(t *testing.T, s *site, width, height int64, flags ...string) *tab {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil && path == "" {
			path = p
		}
	}
	if path == "" && os.Getenv("CI") != "" {
		t.Fatal("no Chromium: in CI the browser tests must run")
	}
	if path == "" {
		t.Skip("needs Chromium: apt install chromium")
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()),
		chromedp.Headless, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
	}
	flags = append(flags, "disable-quic", "disable-background-networking", "disable-component-update", "disable-sync", "disable-dev-shm-usage", "enable-unsafe-swiftshader")
	for _, flag := range flags {
		options = append(options, chromedp.Flag(flag, true))
	}
	options = append(options, chromedp.Flag("use-gl", "angle"), chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("lang", "it"))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 10*time.Minute)
	t.Cleanup(cancel)
	b := &tab{t: t, ctx: ctx, site: s, width: width}
	b.do(chromedp.EmulateViewport(width, height))
	// a window that nobody looks at has the focus all the same, so that its events come
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if text := m.String(); m.IsException() || strings.Contains(text, "Refused") || strings.Contains(text, "Content Security Policy") || strings.Contains(text, "rror") {
				b.mu.Lock()
				b.errors = append(b.errors, text)
				b.mu.Unlock()
			}
		}
	}()
	return b
}

func (b *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatalf("browser at %d px: %v\nconsole: %v", b.width, err, b.console())
	}
}

func (b *tab) console() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.errors)
}

// scripts switches the page's scripts on or off, from the next page on.
func (b *tab) scripts(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}

// media sets a feature of the person's system.
func (b *tab) media(name, value string) {
	b.t.Helper()
	features := []*emulation.MediaFeature{{Name: name, Value: value}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		b.t.Fatal(err)
	}
}

// position lets the page know where the person is.
func (b *tab) position(lat, lon float64) {
	b.t.Helper()
	grant := browser.SetPermissionParams{Permission: &browser.PermissionDescriptor{Name: "geolocation"}, Setting: browser.PermissionSettingGranted}
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetPermission, grant); err != nil {
		b.t.Fatal(err)
	}
	accuracy := 10.0
	at := emulation.SetGeolocationOverrideParams{Latitude: &lat, Longitude: &lon, Accuracy: &accuracy}
	if _, err := chromedp.Call(b.ctx, emulation.SetGeolocationOverride, at); err != nil {
		b.t.Fatal(err)
	}
}

func (b *tab) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site.URL + path))
}

// js is the value of an expression in the page, awaited.
func js[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("browser at %d px: %s: %v\nconsole: %v", b.width, expression, err, b.console())
	}
	return v
}

// until waits for a condition in the page, for at most two minutes: maps are
// drawn without a graphics card here. While the page changes there is none to
// ask, which is no failure.
func (b *tab) until(condition string) {
	b.t.Helper()
	look := time.NewTicker(50 * time.Millisecond)
	defer look.Stop()
	deadline := time.After(2 * time.Minute)
	// a page that is still arriving has its address but not all of its elements
	expression := `(() => { try { return document.readyState !== 'loading' && !!(` + condition + `) } catch { return false } })()`
	for {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression))
		if ok {
			return
		}
		select {
		case <-look.C:
		case <-b.ctx.Done():
			b.t.Fatalf("browser at %d px: %v", b.width, b.ctx.Err())
		case <-deadline:
			now := js[string](b, `location.href + ' ' + (document.getElementById('conteggio')?.textContent ?? '')`)
			b.t.Fatalf("browser at %d px: never %s (%v)\nat %s\nconsole: %v", b.width, condition, err, now, b.console())
		}
	}
}

// mapReady waits until the live map is drawn.
func (b *tab) mapReady() {
	b.t.Helper()
	b.until(`document.querySelector('ponet-mappa.pronta')?.viva.map.loaded()`)
}

// click presses what the selector finds.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(selector)))
}

// write types text into a field, letter by letter.
func (b *tab) write(selector, text string) {
	b.t.Helper()
	b.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// keys presses keys wherever the focus is.
func (b *tab) keys(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// judge looks at the page as it is now: no violation of axe's rules, best
// practice included; no word too wide for the window; nothing loaded from
// elsewhere; nothing refused by our own policy. With PONET_SCREENSHOTS, a
// folder, it also keeps a picture.
func (b *tab) judge(state string) {
	b.t.Helper()
	js[bool](b, axe+"; true")
	type violation struct {
		ID, Help string
		Nodes    []struct {
			HTML           string
			FailureSummary string
		}
	}
	found := js[[]violation](b, `axe.run(document, {resultTypes: ['violations']}).then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => ({html: n.html, failureSummary: n.failureSummary}))})))`)
	for _, v := range found {
		for _, n := range v.Nodes[:min(3, len(v.Nodes))] {
			b.t.Errorf("%s at %d px: %s (%s)\n  %.300s\n  %s", state, b.width, v.ID, v.Help, n.HTML, n.FailureSummary)
		}
	}
	if over := js[int](b, `document.documentElement.scrollWidth - innerWidth`); over > 0 {
		b.t.Errorf("%s: %d px wider than a window of %d", state, over, b.width)
	}
	if foreign := js[[]string](b, `performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith(location.origin + '/') && !n.startsWith('blob:') && !n.startsWith('data:'))`); len(foreign) > 0 {
		b.t.Errorf("%s: loaded from elsewhere: %v", state, foreign)
	}
	errs := slices.DeleteFunc(b.console(), func(e string) bool {
		return strings.Contains(e, "status of 404") && strings.HasSuffix(state, "non-esiste")
	})
	if len(errs) > 0 && !b.quiet {
		b.t.Errorf("%s: the console says %v", state, errs)
	}
	if folder := os.Getenv("PONET_SCREENSHOTS"); folder != "" {
		png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			b.t.Fatal(err)
		}
		name := fmt.Sprintf("%s-%d.png", strings.ReplaceAll(state, " ", "-"), b.width)
		if err := os.WriteFile(filepath.Join(folder, name), png, 0o644); err != nil {
			b.t.Fatal(err)
		}
	}
}

// same checks that the map draws the rows of the list: no more, no fewer.
func (b *tab) same(state string) {
	b.t.Helper()
	// A symbol outside the view is not drawn: show all of them first.
	drawnIDs := js[[]string](b, `(async () => {
		const viva = document.querySelector('ponet-mappa').viva, d = JSON.parse(document.getElementById('dati').textContent);
		viva.map.fitBounds(d.riquadro, {padding: {top: innerWidth < 992 ? 200 : 60, bottom: 100, left: 60, right: 60}, animate: false, maxZoom: 15});
		await new Promise(r => viva.map.once('idle', r));
		return (await viva.disegnati()).sort();
	})()`)
	rows := js[[]string](b, `(() => { const placed = new Set(JSON.parse(document.getElementById('dati').textContent).righe.map(r => r.id));
		return [...document.querySelectorAll('.po-voce')].map(li => li.dataset.id).filter(id => placed.has(id)).sort() })()`)
	if len(rows) == 0 || !slices.Equal(drawnIDs, rows) {
		b.t.Errorf("%s at %d px: the map draws %d: %v\nthe list has %d: %v", state, b.width, len(drawnIDs), drawnIDs, len(rows), rows)
	}
}
