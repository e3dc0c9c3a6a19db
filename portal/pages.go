package portal

import (
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

//go:embed templates
var templateFiles embed.FS

// pages are the templates of each page, by the name of its folder.
type pages map[string]*template.Template

// A head is what every page has.
type head struct {
	Lang, Title, Description string
	Translation              *translation // the same page in the other language, nil: there is none
	Site                     Config
	Explore                  bool      // the explore page, for the menu and the skip links
	Section                  string    // first part of the page's path, for the menu
	Question                 *question // about the clarity of the page; nil: none
	Crumbs                   []link    // between the first page and this one
	NoIndex                  bool
	Canonical                string
	Today                    string // for paper
	Alternates               []alternate
	ScriptTexts              map[string]string
}

type alternate struct{ Type, URL, Title string }

// readPages parses templates/base with each other folder.
func readPages(t texts, a *assets) (pages, error) {
	functions := template.FuncMap{
		"t": t.t, "many": func(key string, n any) string { return t.many(key, reflect.ValueOf(n).Int()) }, "day": t.dayOf, "n": t.number, "asset": a.url, "inc": func(n int) int { return n + 1 },
		"tel":  func(s string) template.URL { return template.URL(telURL(s)) },
		"path": pathOf,
	}
	folders, err := templateFiles.ReadDir("templates")
	if err != nil {
		return nil, err
	}
	out := pages{}
	for _, f := range folders {
		if f.Name() == "base" {
			continue
		}
		page, err := template.New(f.Name()).Funcs(functions).ParseFS(templateFiles, "templates/base/*.html", "templates/"+f.Name()+"/*.html")
		if err != nil {
			return nil, fmt.Errorf("templates/%s: %w", f.Name(), err)
		}
		out[f.Name()] = page
	}
	return out, nil
}

// pathOf is the path of an address of ours.
func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "/"
	}
	return u.EscapedPath()
}

// head is the common part of a page, title and address (path and query) given.
func (s *server) head(r *http.Request, title, address string) head {
	h := head{Lang: s.texts.t("lingua"), Today: s.texts.day(s.now().In(catalog.Rome)), Title: title, Site: s.cfg, ScriptTexts: s.texts.scripts()}
	if address != "" {
		h.Canonical = s.absolute(r, address)
		path, english := strings.CutPrefix(address, englishPrefix+"/")
		if english {
			address = "/" + path
		}
		h.Question = ask(address)
		h.Section, _, _ = strings.Cut(strings.TrimPrefix(h.Question.Page, "/"), "/")
	}
	return h
}

// englishPrefix is before the paths of English pages, which are otherwise those
// of the Italian ones (portal specification §2).
const englishPrefix = "/en"

// A translation is a page in another language.
type translation struct{ Lang, Path, URL string }

// inBoth tells that the page at address is there in the other language too.
func (s *server) inBoth(r *http.Request, h *head, address string) {
	other, lang := englishPrefix+address, "en"
	if path, ok := strings.CutPrefix(address, englishPrefix+"/"); ok {
		other, lang = "/"+path, "it"
	}
	h.Translation = &translation{lang, other, s.absolute(r, other)}
}

// absolute is the whole address of a path of ours.
func (s *server) absolute(r *http.Request, path string) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL + path
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + path
}
