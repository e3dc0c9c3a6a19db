package api

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// pagePolicy lets a page load our stylesheet and nothing else; there is no
// script in it.
const pagePolicy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// pages are the templates by language and name.
type pages struct {
	byLanguage map[string]map[string]*template.Template
	style      []byte
	hash       string // of all files
}

// pageNames are the files of pages, each put into layout.html.
var pageNames = []string{"landing", "conformance", "collections", "collection", "items", "item", "docs"}

func parsePages() (pages, error) {
	p := pages{byLanguage: map[string]map[string]*template.Template{}}
	h := sha256.New()
	err := fs.WalkDir(pageFiles, "pages", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := pageFiles.ReadFile(path)
		fmt.Fprintf(h, "%s %d\n%s", path, len(b), b)
		return err
	})
	if err != nil {
		return p, err
	}
	p.hash = hex.EncodeToString(h.Sum(nil)[:6])
	if p.style, err = pageFiles.ReadFile("pages/style.css"); err != nil {
		return p, err
	}
	for lang, words := range phrases {
		p.byLanguage[lang] = map[string]*template.Template{}
		for _, name := range pageNames {
			t := template.New("layout.html").Funcs(pageFuncs(lang, words))
			if t, err = t.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"); err != nil {
				return p, err
			}
			p.byLanguage[lang][name] = t
		}
	}
	return p, nil
}

func pageFuncs(lang string, words map[string]string) template.FuncMap {
	return template.FuncMap{
		"t": func(key string) (string, error) {
			if text, ok := words[key]; ok {
				return text, nil
			}
			return "", fmt.Errorf("no phrase %q in %s", key, lang)
		},
		"number": func(n int64) string { return grouped(n, lang) },
		"day":    func(t time.Time) string { return t.Format("02/01/2006") },
		"web":    isWebAddress,
		"licence": func(uri string) crumb {
			address, title := licenceText(uri)
			return crumb{title, address}
		},
	}
}

// grouped writes 11613 as 11.613 in Italian and 11,613 in English.
func grouped(n int64, lang string) string {
	mark := "."
	if lang == "en" {
		mark = ","
	}
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + mark + digits[i:]
	}
	return digits
}

// isWebAddress reports whether text may be shown as a link. A source can also
// be a file of the node, whose path is nobody's business.
func isWebAddress(text string) bool {
	return strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://")
}

// A page is what every template is given.
type page struct {
	Lang      string
	Catalogue string
	Title     string
	Body      string // that runs the node
	Contact   string
	Version   string
	Root      string // path of the API
	Data      string // this page as JSON or GeoJSON
	Trail     []crumb
	Content   any
}

// A crumb is a step of the way here.
type crumb struct{ Text, Href string }

// newPage is the frame of a page; trail is what lies above it.
func (s *server) newPage(r *http.Request, title string, content any, trail ...crumb) page {
	return page{
		Lang: language(r), Catalogue: s.cfg.Title, Title: title, Body: s.cfg.Body, Contact: s.cfg.Contact,
		Version: s.cfg.Version, Root: s.base(r), Data: s.here(r, "f", "json"), Trail: trail, Content: content,
	}
}

// sendPage is a page whose tag is its own bytes, or tag if it is not "".
func (s *server) sendPage(r *http.Request, name, tag string, p page) (*answer, error) {
	var b bytes.Buffer
	if err := s.pages.byLanguage[p.Lang][name].Execute(&b, p); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	a := s.sendSmall(r, htmlType, b.Bytes())
	if tag != "" {
		a = send(htmlType, tag, b.Bytes())
	}
	return a.with("Content-Security-Policy", pagePolicy).with("Content-Language", p.Lang).with("Referrer-Policy", "same-origin"), nil
}

// stylesheet is the one file that the pages load.
func (s *server) stylesheet(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("ETag", `"`+s.pages.hash+`"`)
	h.Set("Cache-Control", revalidate)
	if held := heldTag(r.Header.Get("If-None-Match"), h.Get("ETag")); held != "" {
		h.Set("ETag", held)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Write(s.pages.style)
}
