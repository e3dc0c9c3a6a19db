package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestRead(t *testing.T) {
	busy := 0
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	fmt.Fprint(z, "packed")
	z.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/plain":
			w.Header().Set("Content-Type", "Text/Turtle; charset=UTF-8")
			w.Header().Set("Content-Disposition", `attachment; filename="..\\catalogo.ttl"`)
			fmt.Fprint(w, r.Header.Get("Accept"))
		case "/busy":
			if busy++; busy == 1 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			fmt.Fprint(w, "at last")
		case "/later":
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(http.StatusServiceUnavailable)
		case "/short":
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "only this")
		case "/packed.gz":
			w.Write(packed.Bytes())
		case "/moved":
			http.Redirect(w, r, "/plain", http.StatusFound)
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	local := filepath.Join(t.TempDir(), "a.ttl")
	if err := os.WriteFile(local, []byte("local"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ address, want, fault string }{
		{server.URL + "/plain", "text/turtle", ""},
		{server.URL + "/moved", "text/turtle", ""},
		{server.URL + "/busy", "at last", ""},
		{server.URL + "/packed.gz", "packed", ""},
		{local, "local", ""},
		{server.URL + "/none", "", "the server answered 404 Not Found"},
		{server.URL + "/later", "", "the server answered 503 Service Unavailable"},
		{server.URL + "/short", "", "ended after 9 bytes"},
		{"ftp://example.org/a", "", "only http and https"},
		{filepath.Dir(local), "", "is not a file"},
		{local + "x", "", "could not be read"},
		{"http://127.0.0.1:1/a", "", "127.0.0.1:1 could not be reached"},
	} {
		d, err := Read(t.Context(), http.DefaultClient, tt.address, "text/turtle")
		if tt.fault != "" {
			if err == nil || !strings.Contains(err.Error(), tt.fault) || !errors.Is(err, catalog.ErrFailedListing) {
				t.Errorf("%s: error %v; want %q, a failed listing", tt.address, err, tt.fault)
			}
			continue
		}
		if err != nil || string(d.Bytes) != tt.want {
			t.Errorf("%s: %v, %v; want %q", tt.address, d, err, tt.want)
		}
	}
	var status *StatusError
	if _, err := Read(t.Context(), http.DefaultClient, server.URL+"/none", ""); !errors.As(err, &status) || string(status.Body) != "404 page not found\n" {
		t.Errorf("the body of a status other than 200: %v, %q", err, status.Body)
	}
	d, err := Read(t.Context(), http.DefaultClient, server.URL+"/moved", "")
	if err != nil || d.MediaType != "text/turtle" || d.Charset != "UTF-8" || d.Name != "catalogo.ttl" || d.URL.Path != "/plain" {
		t.Errorf("after a redirect: %+v, %v", d, err)
	}
}

func TestOpenBoundsTheAnswer(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/told" {
			w.Header().Set("Content-Length", "11")
		} else {
			w.(http.Flusher).Flush()
		}
		fmt.Fprint(w, "eleven byte")
	}))
	defer server.Close()
	for _, path := range []string{"/told", "/untold"} {
		r, err := Open(t.Context(), http.DefaultClient, server.URL+path, "", 10)
		if err == nil {
			_, err = r.Read()
		}
		if !errors.Is(err, catalog.ErrFailedListing) {
			t.Errorf("%s: error %v; want a failed listing for 11 bytes of 10", path, err)
		}
	}
}
