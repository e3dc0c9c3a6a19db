package portal_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

func TestEmptyCatalogue(t *testing.T) {
	s := empty(t)
	body := s.page(t, "/mappa")
	for _, want := range []string{"ponet source add file URL --id ID", "ponet harvest ID"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	for path, want := range map[string]string{"/": "ponet source add", "/enti": "Nessun ente", "/stato": "Nessuna fonte"} {
		if body := s.page(t, path); !strings.Contains(body, want) {
			t.Errorf("%s: no %q", path, want)
		}
	}
	if body := s.page(t, "/mappa?q=museo"); !strings.Contains(body, "Nessun risultato") {
		t.Error("a search of nothing is not told so")
	}
}

func TestFailures(t *testing.T) {
	s := empty(t)
	for _, path := range []string{"/x", "/luoghi/x", "/luoghi/x-0190a3c5-0000-7000-8000-000000000000", "/id/x", "/dati/x", "/tiles/1/2/0", "/tiles/a/0/0", "/mappa/", "/favicon.ico"} {
		resp, body := s.get(t, path)
		if resp.StatusCode != http.StatusNotFound || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %s, %s", path, resp.Status, resp.Header.Get("Cache-Control"))
		}
		wellMade(t, path, resp, body)
	}
	for _, tc := range []struct {
		method, path, allow string
		want                int
	}{
		{"POST", "/mappa", "GET, HEAD", 405}, {"DELETE", "/", "GET, HEAD", 405}, {"PUT", "/enti", "GET, HEAD", 405}, {"POST", "/nessuna", "", 404},
		{"GET", "/mappa?q=" + strings.Repeat("a", 9000), "", 414}, {"GET", "/" + strings.Repeat("a/", 5000), "", 414},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tc.method, s.URL+tc.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != tc.want || resp.Header.Get("Allow") != tc.allow {
			t.Errorf("%s %.20s: %s, Allow %q; want %d", tc.method, tc.path, resp.Status, resp.Header.Get("Allow"), tc.want)
		}
		for _, want := range []string{"Errore " + itoa(tc.want), `action="/mappa"`, "tel:&#43;390574534500"} {
			if !strings.Contains(string(body), want) {
				t.Errorf("%s %.20s: no %q", tc.method, tc.path, want)
			}
		}
	}
	s.store.Close() // the database is gone
	for _, path := range []string{"/mappa", "/mappa.csv", "/id/0190a3c5-0000-7000-8000-000000000000"} {
		resp, body := s.get(t, path)
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" || !strings.Contains(body, "tel:&#43;390574534500") {
			t.Errorf("%s without a database: %s", path, resp.Status)
		}
		wellMade(t, path, resp, body)
	}
}

func TestRequiredPages(t *testing.T) {
	s := empty(t)
	for path, wants := range map[string][]string{
		"/privacy":       {"Provincia di Prato", "rpd@example.org", "Nessun cookie"},
		"/accessibilita": {"urp@example.org", "parzialmente conforme"},
		"/note-legali":   {"EUPL", "maplibre-gl 6", "BSD-3-Clause", "OFL-1.1", "bootstrap-italia"},
	} {
		body := s.page(t, path)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
	}
	resp, _ := s.get(t, "/privacy")
	if len(resp.Cookies()) > 0 {
		t.Error("the page that says there are no cookies sets one")
	}
}
