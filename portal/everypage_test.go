package portal_test

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// TestEveryPage judges every public page: at two widths, with script and without;
// with script also by the rules that axe cannot see. PONET_PAGE names one of
// them, to look at it alone.
func TestEveryPage(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a browser")
	}
	s := empty(t)
	withDatasets(t, s)
	put(t, s, everyKind()...)
	breakSource(t, s)
	changeRecords(t, s)
	runs, err := s.store.Runs(t.Context(), "guasta", 2)
	if err != nil {
		t.Fatal(err)
	}
	failed, good := fmt.Sprintf("/stato/fonti/guasta/%d", runs[0].ID), fmt.Sprintf("/stato/fonti/guasta/%d", runs[1].ID)
	s.send(t, url.Values{"pagina": {"/enti"}, "stelle": {"4"}, "finita": {"1"}})
	pages := map[string]string{
		"first":                 "/",
		"explore":               "/mappa",
		"explore filtered":      "/mappa?q=museo&aperto=1&comune=Prato&tema=cultura",
		"explore the map":       "/mappa?vista=mappa",
		"privacy":               "/privacy",
		"accessibility":         "/accessibilita",
		"legal notes":           "/note-legali",
		"no connection":         "/senza-connessione",
		"bodies":                "/enti",
		"body":                  "/enti/c_g999",
		"status":                "/stato",
		"source":                "/stato/fonti/guasta",
		"status in English":     "/en/stato",
		"source in English":     "/en/stato/fonti/guasta",
		"receipt":               good,
		"receipt in English":    "/en" + good,
		"receipt of a failure":  failed,
		"receipt of a record":   regexp.MustCompile(`/stato/fonti/guasta/schede/[0-9a-f-]{36}`).FindString(s.page(t, good)),
		"versions":              versionsPage(t, s),
		"versions in English":   "/en" + versionsPage(t, s),
		"developers":            "/sviluppatori",
		"developers search":     "/sviluppatori?q=bbox",
		"help":                  "/aiuto",
		"opinions":              "/opinioni",
		"second question":       "/opinioni/seguito?id=0a0e8ad2-4dd8-4d5a-a9f6-3d1b8a0a0a0a&stelle=2&pagina=/enti",
		"thanks":                "/opinioni/grazie?pagina=/enti",
		"agenda":                "/eventi",
		"agenda filtered":       "/eventi?quando=domani&comune=Prato",
		"agenda with nothing":   "/eventi?q=chiostro&dal=" + inDays(9) + "&al=" + inDays(14),
		"datasets":              "/dati",
		"datasets filtered":     "/dati?q=alberi&righe=altri",
		"datasets with nothing": "/dati?q=niente",
		"dataset with rows":     "/dati/piste",
		"dataset sorted":        "/dati/libri?ordina=prezzo&filtra=isbn:0456",
		"dataset linked":        "/dati/alberi-della-citta",
	}
	for _, k := range catalog.Kinds() {
		if c := k.Collection(); c != "" && k != catalog.KindDataset {
			if m := regexp.MustCompile(`<h3><a href="(/` + k.Path() + `/[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?dati="+c)); m != nil {
				pages["record "+string(k)] = m[1]
			}
		}
	}
	if len(pages) < 16 {
		t.Fatalf("not every kind has a page: %v", pages)
	}
	for _, width := range []int64{1366, 390} {
		b := open(t, s, width, 860)
		for state, path := range pages {
			if only := os.Getenv("PONET_PAGE"); only != "" && only != state {
				continue
			}
			b.scripts(true)
			b.visit(path)
			b.until(`document.documentElement.classList.contains('js')`)
			b.judge(state)
			b.bears(state)
			b.scripts(false)
			b.visit(path)
			b.scripts(true) // for axe
			b.judge("no script " + state)
		}
	}
}
