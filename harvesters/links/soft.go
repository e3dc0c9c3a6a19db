package links

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

// A page is the beginning of an answer.
type page struct {
	status    int
	url       *url.URL // after redirects
	mediaType string
	body      []byte
}

func (p page) isHTML() bool {
	media := strings.ToLower(p.mediaType)
	return strings.Contains(media, "html") || media == "" && fetch.IsPage(p.body)
}

const (
	alike    = 0.9 // of the words of two pages, from which on they are one
	fewWords = 30  // below which a page is an empty shell that a script fills
)

// read judges a page that came with a good status.
func (h *host) read(ctx context.Context, l catalog.Link, p page) catalog.LinkFault {
	asked, err := url.Parse(l.Address)
	if err != nil {
		return catalog.LinkUnreachable
	}
	title, words := text(p.body)
	words = without(words, asked)
	switch {
	case saysMissing(title):
		return catalog.LinkSoftMissing
	case l.File:
		return catalog.LinkNoFile
	case isHome(asked):
		return ""
	case leadsHome(asked, p.url):
		return catalog.LinkHome
	}
	missing, ok := h.probe(ctx, asked)
	if !ok || missing.status != http.StatusOK || !missing.isHTML() {
		return "" // the server says what it does not have
	}
	_, others := text(missing.body)
	switch {
	case likeness(words, without(others, missing.url)) < alike:
		return ""
	case len(words) < fewWords:
		return catalog.LinkAlike
	}
	return catalog.LinkSoftMissing
}

// probe is what the server answers for a page beside u that it cannot have.
func (h *host) probe(ctx context.Context, u *url.URL) (page, bool) {
	folder := path.Dir(u.Path)
	if p, asked := h.probes[folder]; asked {
		return p, p.status > 0
	}
	nonce := make([]byte, 12)
	_, _ = rand.Read(nonce) // never fails
	missing := *u
	missing.Path, missing.RawPath, missing.RawQuery, missing.Fragment = path.Join(folder, "ponet-"+hex.EncodeToString(nonce)), "", "", ""
	if h.robots.Wait(ctx, missing.String()) != nil {
		return page{}, false
	}
	var ignored catalog.LinkFinding
	p, _ := h.ask(ctx, http.MethodGet, catalog.Link{Address: missing.String()}, &ignored)
	if p.status > 0 {
		h.probes[folder] = p
	}
	return p, p.status > 0
}

// homes are the paths under which sites have their first page.
var homes = []string{"", "/", "/index.html", "/index.htm", "/index.php", "/default.aspx", "/home", "/home.html", "/it", "/it/home", "/en", "/home.aspx"}

func isHome(u *url.URL) bool {
	return u.RawQuery == "" && slices.Contains(homes, strings.ToLower(strings.TrimRight(u.Path, "/")))
}

// leadsHome reports whether who asked for one page of a site got its first one. To
// another host leads what has moved there.
func leadsHome(asked, got *url.URL) bool {
	if got == nil || isHome(asked) || !isHome(got) {
		return false
	}
	site := func(u *url.URL) string { return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.") }
	return site(asked) == site(got)
}

// missings are what titles say of pages that are not there, in plain words.
var missings = []string{
	"404", "pagina non trovata", "pagina inesistente", "pagina non esiste", "pagina non esistente", "pagina richiesta non trovata", "pagina richiesta non esiste", "pagina richiesta non e stata trovata",
	"pagina non disponibile", "contenuto non trovato", "contenuto non disponibile", "risorsa non trovata", "documento non trovato", "file non trovato", "errore 404", "error 404", "404 error", "404 not found",
	"404 errore", "404 pagina non trovata", "page not found", "not found", "file not found", "resource not found", "page does not exist", "page doesn t exist",
}

const besideMissing = 2 // words that such a title may have more: "oops, …"

// saysMissing reports whether the title or first heading of a page is that of one
// that says that there is none. A longer title that has such words is about something.
func saysMissing(title string) bool {
	for part := range strings.FieldsFuncSeq(title, func(r rune) bool { return strings.ContainsRune("-–—|·:»«•>", r) }) {
		words := catalog.Words(part)
		plain := " " + strings.Join(words, " ") + " "
		for _, m := range missings {
			more := len(words) - len(strings.Fields(m))
			if strings.Contains(plain, " "+m+" ") && more <= besideMissing && (m != "404" || more == 0) {
				return true
			}
		}
	}
	return false
}

// text is the title of a page, with its first heading after a stop, and its words.
func text(body []byte) (title string, words []string) {
	var b, name, heading strings.Builder
	in := ""
	hidden := 0
	for z := html.NewTokenizer(bytes.NewReader(body)); ; {
		switch z.Next() {
		case html.ErrorToken:
			title = strings.TrimSpace(name.String())
			if saysMissing(heading.String()) && !saysMissing(title) {
				title = heading.String()
			}
			return title, steady(b.String())
		case html.StartTagToken:
			tag, _ := z.TagName()
			switch string(tag) {
			case "script", "style", "noscript", "template":
				hidden++
			case "title", "h1":
				in = string(tag)
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			switch string(tag) {
			case "script", "style", "noscript", "template":
				hidden = max(0, hidden-1)
			case "title", "h1":
				in = ""
			}
		case html.TextToken:
			if hidden > 0 {
				continue
			}
			t := string(z.Text())
			switch {
			case in == "title" && name.Len() < 1000:
				name.WriteString(t + " ")
			case in == "h1" && heading.Len() < 1000:
				heading.WriteString(t + " ")
			}
			b.WriteString(t + " ")
		}
	}
}

// steady are the words of a text without those that change from one answer to the
// next: numbers, and the path that was asked for.
func steady(s string) []string {
	return slices.DeleteFunc(catalog.Words(s), func(w string) bool { return strings.ContainsAny(w, "0123456789") })
}

// without are words without those of an address, which pages that say that there is
// none repeat.
func without(words []string, u *url.URL) []string {
	of := catalog.Words(u.Path)
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return slices.Contains(of, w) })
}

// likeness is the share of the words of two texts that both have, in pairs.
func likeness(a, b []string) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	pairs := func(words []string) map[string]bool {
		set := map[string]bool{}
		for i := range words {
			set[strings.Join(words[i:min(i+2, len(words))], " ")] = true
		}
		return set
	}
	x, y := pairs(a), pairs(b)
	both := 0
	for p := range x {
		if y[p] {
			both++
		}
	}
	return float64(both) / float64(max(1, len(x)+len(y)-both))
}
