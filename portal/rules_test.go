package portal_test

import (
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// bears checks the rules of accessibility that axe cannot see (portal
// specification §18), on the page as it is now, and leaves it so: the focus is
// always seen, at 400 % too; nothing is lost at 320 px with spaced text; status
// messages are spoken once; dark, forced colours and reduced motion.
func (b *tab) bears(state string) {
	b.t.Helper()
	complain := func(where string, found []string) {
		b.t.Helper()
		for _, f := range found[:min(4, len(found))] {
			b.t.Errorf("%s at %d px, %s: %s", state, b.width, where, f)
		}
	}
	b.keys(kb.Tab) // from here on the focus is one of the keyboard
	complain("focus", js[[]string](b, everyStop))
	complain("live regions", js[[]string](b, liveRegions))
	if b.width >= 992 {
		return // the rest does not depend on the width, or has its own
	}
	js[bool](b, axe+"; true")
	b.media("prefers-color-scheme", "dark")
	complain("dark", js[[]string](b, `axe.run(document, {runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations']}).then(r => r.violations.flatMap(v => v.nodes.map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)))`))
	b.media("forced-colors", "active")
	complain("forced colours", js[[]string](b, bordered))
	complain("forced colours", js[[]string](b, everyStop))
	b.media("prefers-reduced-motion", "reduce")
	complain("reduced motion", js[[]string](b, moving))
	b.media("prefers-reduced-motion", "no-preference")
	height := js[int64](b, `innerHeight`)
	b.do(chromedp.EmulateViewport(320, 256)) // 1280 x 1024 at 400 %
	complain("at 400 %", js[[]string](b, everyStop))
	complain("at 400 %", js[[]string](b, tooWide))
	js[bool](b, spaced)
	complain("spaced text", js[[]string](b, tooWide))
	js[bool](b, `document.adoptedStyleSheets = []; true`)
	b.do(chromedp.EmulateViewport(b.width, height))
}

// everyStop gives the focus to all that can have it, as the tab key does, and is
// what is wrong with that.
const everyStop = `(() => {
	const bad = [];
	for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')) {
		if (e.disabled || !e.checkVisibility({visibilityProperty: true})) continue;
		e.focus();
		if (document.activeElement !== e) continue;
		const wrong = ` + focusSeen + `;
		if (wrong) bad.push(wrong);
	}
	document.activeElement.blur();
	scrollTo(0, 0);
	return bad;
})()`

// liveRegions are those that would be spoken twice, or not at all.
const liveRegions = `(() => {
	const all = [...document.querySelectorAll('[role=status], [role=alert], [role=log], [aria-live]')];
	return all.filter(r => all.some(o => o !== r && o.contains(r)) || r.querySelector('input, button, main, h1') || r.closest('[aria-hidden=true]')).map(r => r.outerHTML.slice(0, 200));
})()`

// bordered are controls that nothing but their colour makes one, which the
// system then takes away.
const bordered = `[...document.querySelectorAll('button, .btn, summary, .po-tema[href]')].filter(e => e.checkVisibility({visibilityProperty: true})).filter(e => {
	const s = getComputedStyle(e);
	return !(parseFloat(s.borderTopWidth) > 0 && s.borderTopStyle !== 'none') && !s.textDecorationLine.includes('underline') && !e.querySelector('svg, .maplibregl-ctrl-icon') && !e.closest('summary:not(.po-btn)');
}).map(e => 'no border: ' + e.outerHTML.slice(0, 200))`

// moving is what moves although it should not.
const moving = `(() => {
	const bad = document.getAnimations().filter(a => a.playState === 'running').map(a => 'running: ' + (a.animationName ?? a.transitionProperty));
	for (const e of document.querySelectorAll('*')) for (const part of [null, '::before', '::after']) {
		const s = getComputedStyle(e, part);
		if (s.animationName !== 'none' || s.transitionDuration.split(', ').some(d => parseFloat(d) > 0) || s.scrollBehavior === 'smooth') bad.push(e.outerHTML.slice(0, 100) + ' ' + (part ?? ''));
	}
	return bad;
})()`

// tooWide is what goes beyond the window, or is cut.
const tooWide = `(() => {
	const bad = [];
	if (document.documentElement.scrollWidth > innerWidth) {
		const wide = [...document.querySelectorAll('body *')].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('[tabindex="0"]'));
		bad.push(document.documentElement.scrollWidth + ' px: ' + (wide.at(-1)?.outerHTML.slice(0, 200) ?? ''));
	}
	for (const e of document.querySelectorAll('a, button, summary, p, h1, h2, h3, li, dt, dd, label, legend, span, th, td')) {
		const s = getComputedStyle(e);
		if (['hidden', 'clip'].includes(s.overflowX) && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1 && e.checkVisibility({visibilityProperty: true})) bad.push('cut: ' + e.outerHTML.slice(0, 200));
	}
	return bad;
})()`

// spaced is what a person may set against difficulties in reading (WCAG 1.4.12).
const spaced = `(() => {
	const sheet = new CSSStyleSheet();
	sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }');
	document.adoptedStyleSheets = [sheet];
	return true;
})()`
