package portal_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// maxCrawled pages are enough to meet every kind of link, and end.
const maxCrawled = 400

// TestNoDeadLinks follows the links of the pages: those that lead to us are
// answered, downloads included. The API is another room's.
func TestNoDeadLinks(t *testing.T) {
	s := territory(t)
	queue, seen := []string{"/mappa", "/mappa?q=museo+zzz&comune=Prato"}, map[string]bool{}
	for len(queue) > 0 && len(seen) < maxCrawled {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		resp, body := s.get(t, path)
		switch {
		case resp.StatusCode >= 300 && resp.StatusCode < 400:
			queue = append(queue, resp.Header.Get("Location"))
			continue
		case resp.StatusCode != http.StatusOK:
			t.Errorf("%s: %s", path, resp.Status)
			continue
		case !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html"):
			continue
		}
		doc, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range doc.Descendants() {
			for _, name := range []string{"href", "src", "action"} {
				link, _, _ := strings.Cut(attr(n, name), "#")
				if strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "/api/v1") {
					queue = append(queue, link)
				}
			}
		}
	}
	if len(seen) < 100 {
		t.Errorf("%d addresses", len(seen))
	}
}
