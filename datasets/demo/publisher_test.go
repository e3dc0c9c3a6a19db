package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, url string, header http.Header) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestPublisher(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	_, index := get(t, server.URL+"/", nil)
	for _, s := range Sources(server.URL) {
		if s.Protocol == "ckan" {
			continue // an API: see ckan_test.go
		}
		res, body := get(t, s.URL, nil)
		if res.StatusCode != http.StatusOK || len(body) < 200 {
			t.Errorf("%s: status %d, %d bytes", s.URL, res.StatusCode, len(body))
		}
		if c := res.Header.Get("Content-Type"); strings.HasPrefix(c, "application/octet-stream") {
			t.Errorf("%s has no media type of its own", s.URL)
		}
		if res.Header.Get("Last-Modified") == "" || res.Header.Get("ETag") == "" {
			t.Errorf("%s: headers %v; want Last-Modified and ETag", s.URL, res.Header)
		}
		again, _ := get(t, s.URL, http.Header{"If-None-Match": {res.Header.Get("ETag")}})
		if again.StatusCode != http.StatusNotModified {
			t.Errorf("%s asked again with its ETag: status %d; want 304", s.URL, again.StatusCode)
		}
		if name := strings.TrimPrefix(s.URL, server.URL+"/"); !strings.Contains(index, `href="`+name+`"`) {
			t.Errorf("the index does not list %s", name)
		}
	}
	if res, _ := get(t, server.URL+"/altro.csv", nil); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: status %d; want 404", res.StatusCode)
	}
}
