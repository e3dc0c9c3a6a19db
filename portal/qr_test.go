package portal_test

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// TestQR: the explore page offers a code of itself, which is a drawing, and
// nobody's address but ours can be put into one.
func TestQR(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	m := regexp.MustCompile(`src="(/qr\.svg\?di=[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?q=concerti&comune=Prato"))
	if m == nil {
		t.Fatal("no code on the explore page")
	}
	u, err := url.Parse(m[1])
	if err != nil || u.Query().Get("di") != "/mappa?q=concerti&comune=Prato" {
		t.Errorf("the code is of %q, %v", u.Query().Get("di"), err)
	}
	resp, body := s.get(t, m[1])
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "image/svg+xml" || xml.Unmarshal([]byte(body), new(struct{})) != nil {
		t.Errorf("%s %s %.100s", resp.Status, resp.Header.Get("Content-Type"), body)
	}
	for _, path := range []string{"", "//example.org", "https://example.org", "/mappa?q=" + strings.Repeat("a", 2000)} {
		if resp, _ := s.get(t, "/qr.svg?di="+url.QueryEscape(path)); resp.StatusCode != http.StatusNotFound {
			t.Errorf("a code of %.40q: %s", path, resp.Status)
		}
	}
}
