package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// The groups and precedence of RFC 9309, and what files in the wild do to them.
func TestRobotsRules(t *testing.T) {
	for _, c := range []struct {
		name, file     string
		allowed, other []string // addresses that may be read, and that may not
	}{
		{"empty", "", []string{"/", "/a"}, nil},
		{"everything closed", "User-agent: *\nDisallow: /", nil, []string{"/", "/a"}},
		{"an empty rule closes nothing", "User-agent: *\nDisallow:", []string{"/", "/a"}, nil},
		{"by name", "User-agent: *\nDisallow: /\n\nUser-agent: PoNet/1.0\nDisallow: /x", []string{"/", "/a"}, []string{"/x/1"}},
		{"another's name", "User-agent: ponetbot\nDisallow: /", []string{"/a"}, nil},
		{"several names, one group", "User-agent: a\nUser-agent: ponet\n# why\nDisallow: /x", []string{"/a"}, []string{"/x"}},
		{"groups of one name are one", "User-agent: ponet\nDisallow: /a\nUser-agent: b\nDisallow: /b\nUser-agent: ponet\nDisallow: /c", []string{"/b"}, []string{"/a", "/c"}},
		{"the longest wins", "User-agent: *\nAllow: /p\nDisallow: /\nDisallow: /page.html", []string{"/p", "/pa"}, []string{"/", "/page.html", "/q"}},
		{"allow wins a draw", "User-agent: *\nDisallow: /folder\nAllow: /folder", []string{"/folder/page"}, nil},
		{"stars and ends", "User-agent: *\nDisallow: /*.php$\nDisallow: /a*b", []string{"/x.php?y", "/acc"}, []string{"/x.php", "/d/x.php", "/accb", "/abc"}},
		{"queries", "User-agent: *\nDisallow: /*?print=1", []string{"/a?x=1"}, []string{"/a?print=1&x"}},
		{"percent", "User-agent: *\nDisallow: /%7Ejoe\nDisallow: /citt%C3%A0\nDisallow: /a%2fb", []string{"/a/b"}, []string{"/~joe/x", "/città", "/a%2Fb"}},
		{"BOM, CR and capitals", "\ufeffUSER-AGENT: *\rDISALLOW: /a\r", []string{"/b"}, []string{"/a"}},
		{"rules of no group", "Disallow: /\nUser-agent: x\nDisallow: /", []string{"/a"}, nil},
		{"crawl-delay ends the names", "User-agent: x\nCrawl-delay: 1\nUser-agent: ponet\nDisallow: /b", []string{"/a"}, []string{"/b"}},
	} {
		h := parseRobots(c.file, "ponet")
		for path, want := range pathsOf(c.allowed, c.other) {
			u, err := url.Parse("https://example.org" + path)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.allows(u); got != want {
				t.Errorf("%s: %s allowed: %v, want %v", c.name, path, got, want)
			}
		}
	}
}

func pathsOf(allowed, other []string) map[string]bool {
	all := map[string]bool{}
	for _, p := range allowed {
		all[p] = true
	}
	for _, p := range other {
		all[p] = false
	}
	return all
}

// A file that is not there allows, one over which the server fails refuses; it is
// read once a server, and tells its sitemaps.
func TestRobotsFile(t *testing.T) {
	asked := 0
	status, body := http.StatusOK, ""
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.WriteHeader(status)
		io.WriteString(w, body)
	}))
	defer server.Close()
	for _, c := range []struct {
		status  int
		body    string
		allowed bool
	}{
		{http.StatusOK, "User-agent: *\nDisallow: /\nSitemap: https://example.org/a.xml", false},
		{http.StatusOK, "User-agent: *\nDisallow: /b\nSitemap: https://example.org/a.xml", true},
		{http.StatusOK, "<!doctype html>\nUser-agent: *\nDisallow: /", true},
		{http.StatusOK, "User-agent: *\nAllow: /\n" + strings.Repeat("# lungo\n", robotsBytes/8) + "Disallow: /", true},
		{http.StatusNotFound, "User-agent: *\nDisallow: /", true},
		{http.StatusForbidden, "", true},
		{http.StatusInternalServerError, "", false},
	} {
		status, body, asked = c.status, c.body, 0
		r := NewRobots(server.Client(), "ponet")
		for range 2 {
			err := r.Wait(t.Context(), server.URL+"/a")
			if c.allowed && err != nil || !c.allowed && (!errors.Is(err, ErrDisallowed) || !errors.Is(err, catalog.ErrInvalid)) {
				t.Errorf("%d %.30q: %v; want allowed %v", c.status, c.body, err, c.allowed)
			}
		}
		list, err := r.Sitemaps(t.Context(), server.URL)
		if want := strings.Contains(c.body, "Sitemap"); err != nil || (len(list) == 1) != want || asked != 1 {
			t.Errorf("%d %.30q: sitemaps %v, %v, asked for %d times; want once", c.status, c.body, list, err, asked)
		}
	}
	if err := NewRobots(server.Client(), "ponet").Wait(t.Context(), "mailto:a@example.org"); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("an address of no server: %v", err)
	}
}

// Crawl-delay is waited out between pages, not before the first, and is bounded.
func TestCrawlDelay(t *testing.T) {
	for value, want := range map[string]time.Duration{"2": 4 * time.Second, "0.5": time.Second, "86400": 2 * maxCrawlDelay, "-1": 0, "molto": 0} {
		synctest.Test(t, func(t *testing.T) {
			s := &script{answers: []func(*http.Request) (*http.Response, error){answer(200, nil, io.NopCloser(strings.NewReader("User-agent: *\nCrawl-delay: "+value)))}}
			r := NewRobots(&http.Client{Transport: s}, "ponet")
			began := time.Now()
			for i := range 3 {
				if err := r.Wait(t.Context(), fmt.Sprint("http://example.org/", i)); err != nil {
					t.Fatal(err)
				}
			}
			if took := time.Since(began); took != want {
				t.Errorf("Crawl-delay %s: three pages after %s; want %s", value, took, want)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if err := r.Wait(ctx, "http://example.org/a"); !errors.Is(err, context.Canceled) {
				t.Errorf("when the run ends: %v", err)
			}
		})
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /*a*a*a$\nCrawl-delay: 1", "/aaaaaaaaaaaaaaaaaaaab%2")
	f.Fuzz(func(t *testing.T, file, path string) {
		u, err := url.Parse("http://example.org/" + path)
		if err != nil {
			return
		}
		h := parseRobots(file, "ponet")
		h.allows(u)
		if h.delay < 0 || h.delay > maxCrawlDelay {
			t.Errorf("a delay of %s", h.delay)
		}
	})
}
