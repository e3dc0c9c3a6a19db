package api_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestPages(t *testing.T) {
	n := newNode(t, 300)
	id := decode[collection](t, n.get(t, "/collections/places/items?limit=1")).Features[0].ID
	for _, path := range []string{"", "/conformance", "/collections", "/collections/places", "/collections/libri", "/collections/places/items", "/collections/places/items?q=museo", "/collections/places/items?title=x", "/collections/places/items/" + id, "/docs"} {
		for _, lang := range []string{"it", "en"} {
			r := n.get(t, path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language", lang+",fr;q=0.5")
			if r.status != http.StatusOK || !strings.HasPrefix(r.header.Get("Content-Type"), "text/html") || r.header.Get("Content-Language") != lang {
				t.Errorf("GET %s as a page = %d %s %s", path, r.status, r.header.Get("Content-Type"), r.header.Get("Content-Language"))
				continue
			}
			if policy := r.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
				t.Errorf("GET %s: policy %q", path, policy)
			}
			checkPage(t, n, path, lang, r.body)
		}
	}
}

// checkPage holds a page against what makes it usable: a language, one main
// heading, labelled fields, headed tables, links that lead, nothing foreign.
func checkPage(t *testing.T, n *node, path, lang string, body []byte) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	labels := map[string]bool{}
	for e := range doc.Descendants() {
		if e.Type != html.ElementNode {
			continue
		}
		count[e.Data]++
		switch e.Data {
		case "html":
			if attribute(e, "lang") != lang {
				t.Errorf("%s: lang=%q", path, attribute(e, "lang"))
			}
		case "script", "style", "iframe", "img":
			t.Errorf("%s has a <%s>", path, e.Data)
		case "label":
			labels[attribute(e, "for")] = true
		case "input":
			if attribute(e, "type") != "hidden" && !labels[attribute(e, "id")] {
				t.Errorf("%s: an input without label", path)
			}
		case "th":
			if attribute(e, "scope") == "" {
				t.Errorf("%s: a heading cell without scope", path)
			}
		case "a", "link":
			href := attribute(e, "href")
			if strings.HasPrefix(href, n.URL) && !strings.Contains(href, "/id/") {
				if r := n.get(t, href); r.status != http.StatusOK {
					t.Errorf("%s leads to %s: %d", path, href, r.status)
				}
			}
		}
	}
	for _, once := range []string{"h1", "main", "title", "footer"} {
		if count[once] != 1 {
			t.Errorf("%s has %d <%s>", path, count[once], once)
		}
	}
}

func attribute(e *html.Node, name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func TestNegotiation(t *testing.T) {
	n := newNode(t, 50)
	for _, test := range []struct{ query, accept, want string }{
		{"", "", "application/geo+json"},
		{"", "*/*", "application/geo+json"},
		{"", "application/json", "application/geo+json"},
		{"", "text/html", "text/html"},
		{"", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"},
		{"", "text/html;q=0.5, application/geo+json", "application/geo+json"},
		{"", "text/*;q=0.9, application/*;q=0.8", "text/html"},
		{"", "text/csv", "application/geo+json"},
		{"?f=json", "text/html", "application/geo+json"},
		{"?f=html", "application/json", "text/html"},
	} {
		r := n.get(t, "/collections/places/items"+test.query, "Accept", test.accept)
		if got := r.header.Get("Content-Type"); !strings.HasPrefix(got, test.want) {
			t.Errorf("items%s with Accept %q is %s; want %s", test.query, test.accept, got, test.want)
		}
	}
}
