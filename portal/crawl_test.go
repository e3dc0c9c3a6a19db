package portal_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxCrawled = 3000 // addresses
	maxOfAKind = 60   // searches of one kind of page, files of one format, that are followed
)

// TestCrawl reads the demonstration territory as a patient citizen would: it
// follows every link of ours, the API's too, and reads every word of every page.
func TestCrawl(t *testing.T) {
	if testing.Short() {
		t.Skip("reads a thousand pages")
	}
	s := territory(t)
	breakSource(t, s)
	queue, seen, of := []string{"/", "/mappa?q=museo+zzz&comune=Prato", "/stato?q=zzz", "/enti?q=zzz", "/sviluppatori?q=bbox", "/opinioni"}, map[string]bool{}, map[string]int{}
	read := 0
	for len(queue) > 0 && len(seen) < maxCrawled {
		path := queue[0]
		queue = queue[1:]
		if kind := kindOfAddress(path); seen[path] || kind != "" && of[kind] >= maxOfAKind {
			continue
		} else {
			seen[path] = true
			of[kind]++
		}
		resp, body := s.get(t, path)
		switch {
		case resp.StatusCode >= 300 && resp.StatusCode < 400:
			queue = append(queue, resp.Header.Get("Location"))
			continue
		case resp.StatusCode != http.StatusOK:
			t.Errorf("%s: %s", path, resp.Status)
			continue
		case !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || strings.HasPrefix(path, "/api/"):
			continue
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if read++; !t.Failed() || read < 50 {
			proofread(t, path, doc)
		}
		queue = append(queue, ownLinks(t, s, path, doc)...)
	}
	t.Logf("%d addresses, %d pages read", len(seen), read)
	if read < 700 {
		t.Errorf("%d pages; the territory has more", read)
	}
}

// kindOfAddress is the kind of page whose search path is, the format of a file, or the
// API; "" for a page that is read in any case.
func kindOfAddress(path string) string {
	page, query, _ := strings.Cut(path, "?")
	format := page[strings.LastIndexByte(page, '/')+1:]
	switch {
	case strings.HasPrefix(path, "/api/"):
		return "/api"
	case strings.Contains(format, "."):
		return format[strings.LastIndexByte(format, '.'):]
	case query != "":
		first, _, _ := strings.Cut(strings.TrimPrefix(page, "/"), "/")
		return first + "?"
	}
	return ""
}

// ownLinks are the addresses of ours in a page. What leads to a place of the
// page itself must lead to one that is there.
func ownLinks(t *testing.T, s *site, path string, doc *html.Node) (links []string) {
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		ids[attr(n, "id")] = true
	}
	for n := range doc.Descendants() {
		for _, name := range []string{"href", "src", "action"} {
			link := strings.TrimPrefix(attr(n, name), s.URL)
			address, place, _ := strings.Cut(link, "#")
			if address == "" && place != "" && !ids[place] {
				t.Errorf("%s: nothing is at #%s", path, place)
			}
			if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && attr(n, "method") != "post" {
				links = append(links, address)
			}
		}
	}
	return links
}

// slips are what no reader should find in running text.
var slips = map[string]*regexp.Regexp{
	"a fault of a template":     regexp.MustCompile(`undefined|<nil>|%!|\{\d+\}|\bNaN\b|\[object |<no value>|map\[|\bnull\b|\bfalse\b|\btrue\b`),
	"a date for machines":       regexp.MustCompile(`\b(19|20)\d\d-[01]\d-[0-3]\d\b`),
	"the key of a text":         regexp.MustCompile(`\b(pie|menu|tema|quando|evento|eventi|dati|qualita|colonna|campo|valore|scheda|genere|generi|gruppo|mappa|cerca|filtri|ordine|attivi|conteggio|conta|stato|fonte|esito|ricevuta|guasto|regola|enti|ente|errore|inizio|opinioni|sviluppatori|esempio|misure|durata)\.[a-z][a-z-]+\b`),
	"a separator without words": regexp.MustCompile(`(^|\s)·\s*(·|$)|^\s*[·,;]|, ,|\(\s*\)|: *\.( |$)`),
	"an English word":           regexp.MustCompile(`\b(unknown|error|loading|download all|search|found|the|with|without|updated|closed|cancelled|scheduled)\b`),
	"one thing told as many":    regexp.MustCompile(`(^|[^\d.,:–\-/])1 (schede|enti|fonti|eventi|appuntamenti|righe|risultati|luoghi|valori|risposte|richieste|nuove|cambiate|scartate|dataset-piu)\b`),
}

// doubled finds the same word twice in a row.
func doubled(text string) string {
	words := strings.Fields(text)
	for i := 1; i < len(words); i++ {
		if w := words[i]; len(w) > 2 && strings.EqualFold(w, words[i-1]) && regexp.MustCompile(`^\p{L}+$`).MatchString(w) {
			return w + " " + w
		}
	}
	return ""
}

// proofread judges what a page says: its headings, links, buttons and words.
func proofread(t *testing.T, path string, doc *html.Node) {
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.H1, atom.H2, atom.H3, atom.H4, atom.A, atom.Button, atom.Th, atom.Legend, atom.Title, atom.Dt, atom.Summary:
				if words(n) == "" && attr(n, "aria-label") == "" {
					t.Errorf("%s: an empty <%s> in %q", path, n.Data, words(n.Parent))
				}
			}
		}
		text := ""
		if n.Type == html.ElementNode && slices.Contains(blocks, n.DataAtom) && !foreign(n) {
			text = sentence(n)
		}
		for what, slip := range slips {
			if m := slip.FindString(text); m != "" {
				t.Errorf("%s: %s, %q in %.200q", path, what, m, text)
			}
		}
		if d := doubled(text); d != "" {
			t.Errorf("%s: %q in %.200q", path, d, text)
		}
	}
}

// words are the text of an element, without what is not read.
func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode && d.Parent.DataAtom != atom.Script && d.Parent.DataAtom != atom.Style {
			b.WriteString(d.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// blocks are the elements whose words belong together.
var blocks = []atom.Atom{atom.P, atom.Dt, atom.Dd, atom.H1, atom.H2, atom.H3, atom.H4, atom.Summary, atom.Legend, atom.Label, atom.Title, atom.Th, atom.Li}

// sentence is what a block says, as it is read; what is not ours to word is an
// ellipsis. A block that holds others says nothing itself.
func sentence(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && (slices.Contains(blocks, d.DataAtom) || d.DataAtom == atom.Div || d.DataAtom == atom.Ul) {
			return ""
		}
		switch {
		case d.Type != html.TextNode:
		case foreign(d):
			b.WriteString("…")
		default:
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// foreign reports whether a text is not ours to word: code, another language, an
// address, or a table of what a source said.
func foreign(n *html.Node) bool {
	if strings.HasPrefix(n.Data, "http") {
		return true
	}
	for p := n; p != nil; p = p.Parent {
		switch p.DataAtom {
		case atom.Script, atom.Style, atom.Code, atom.Pre, atom.Q:
			return true
		}
		class := attr(p, "class")
		if lang := attr(p, "lang"); lang != "" && lang != "it" || attr(p, "rel") == "external" || strings.Contains(class, "po-dati") || strings.Contains(class, "po-tabella") {
			return true
		}
	}
	return false
}
