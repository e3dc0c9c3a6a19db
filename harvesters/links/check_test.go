package links_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/links"
)

// long is a page with a body of many words.
func long(title, about string) string {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "parola%c%c %s ", 'a'+i%26, 'a'+i/26, about)
	}
	return "<!doctype html><html><head><title>" + title + "</title><script>var x = 1</script></head><body><h1>" + title + "</h1><p>" + b.String() + "</p></body></html>"
}

// site is a server with everything that can be wrong.
func site(t *testing.T) (*httptest.Server, *traffic) {
	t.Helper()
	seen := &traffic{asked: map[string]int{}}
	html := func(w http.ResponseWriter, body string) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, body)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/robots.txt", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /chiuso/\n") })
	mux.HandleFunc("/dati.csv", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/csv")
		w.Header().Set("ETag", `"dati"`)
		if r.Header.Get("If-None-Match") == `"dati"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		fmt.Fprint(w, "a,b\n")
	})
	mux.HandleFunc("/senza-head.csv", func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		if r.Header.Get("Range") == "" {
			t.Error("a GET without Range")
		}
		w.Header().Set("Content-Type", "text/csv")
		w.WriteHeader(http.StatusPartialContent)
		fmt.Fprint(w, "a,b\n")
	})
	mux.HandleFunc("/pagina", func(w http.ResponseWriter, r *http.Request) { html(w, long("Biblioteca", "libri")) })
	mux.HandleFunc("/morbida", func(w http.ResponseWriter, r *http.Request) { html(w, long("Pagina non trovata – Comune", "altro")) })
	mux.HandleFunc("/libro", func(w http.ResponseWriter, r *http.Request) {
		html(w, long("Il tesoro perduto e la pagina non trovata: mostra", "mostra"))
	})
	mux.HandleFunc("/file-finto.csv", func(w http.ResponseWriter, r *http.Request) { html(w, long("Accesso", "entra")) })
	mux.HandleFunc("/torna", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) })
	mux.HandleFunc("/spostata", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/pagina", http.StatusMovedPermanently)
	})
	mux.HandleFunc("/giro", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/giro", http.StatusFound) })
	mux.HandleFunc("/rotta", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	mux.HandleFunc("/privata", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("/occupata", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	mux.HandleFunc("/chiuso/", func(w http.ResponseWriter, r *http.Request) { t.Errorf("robots.txt forbids %s", r.URL) })
	// a part of the site that has no 404
	mux.HandleFunc("/tutto/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/tutto/vera" {
			html(w, long("Vera", "contenuto"))
			return
		}
		html(w, long("Servizi", "cerca di nuovo "+r.URL.Path))
	})
	// and one that a script fills
	mux.HandleFunc("/app/", func(w http.ResponseWriter, r *http.Request) {
		html(w, `<!doctype html><html><head><title>Portale</title></head><body><div id="root"></div><script src="/app.js"></script></body></html>`)
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, r *http.Request) { html(w, long("Comune", "benvenuti")) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer seen.enter(t, r)()
		mux.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server, seen
}

// traffic counts what a server is asked, and complains of two things at once.
type traffic struct {
	mu    sync.Mutex
	asked map[string]int
	now   atomic.Int32
}

func (s *traffic) enter(t *testing.T, r *http.Request) func() {
	if s.now.Add(1) > 1 {
		t.Errorf("%s is asked while something else is", r.URL)
	}
	s.mu.Lock()
	s.asked[r.Method+" "+r.URL.Path]++
	s.mu.Unlock()
	return func() { s.now.Add(-1) }
}

func check(t *testing.T, list ...catalog.Link) map[string]catalog.LinkFinding {
	t.Helper()
	found := map[string]catalog.LinkFinding{}
	c := links.Checker{Client: &http.Client{}, Pause: time.Nanosecond}
	if err := c.Check(t.Context(), list, func(l catalog.Link, f catalog.LinkFinding) error {
		found[f.Address] = f
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return found
}

func TestCheck(t *testing.T) {
	server, seen := site(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	cases := []struct {
		path   string
		file   bool
		fault  catalog.LinkFault
		status int
	}{
		{"/dati.csv", true, "", 200}, {"/senza-head.csv", true, "", 206}, {"/pagina", false, "", 200}, {"/", false, "", 200}, {"/spostata", false, "", 200},
		{"/manca", false, catalog.LinkMissing, 404}, {"/manca.csv", true, catalog.LinkMissing, 404}, {"/rotta", false, catalog.LinkServerError, 500},
		{"/morbida", false, catalog.LinkSoftMissing, 200}, {"/libro", false, "", 200}, {"/file-finto.csv", true, catalog.LinkNoFile, 200},
		{"/torna", false, catalog.LinkHome, 200}, {"/giro", false, catalog.LinkUnreachable, 0}, {"/privata", false, catalog.LinkForbidden, 403}, {"/occupata", false, catalog.LinkBusy, 503},
		{"/chiuso/x", false, catalog.LinkRobots, 0}, {"/tutto/vera", false, "", 200}, {"/tutto/sparita", false, catalog.LinkSoftMissing, 200}, {"/app/scheda", false, catalog.LinkAlike, 200},
	}
	var list []catalog.Link
	for _, c := range cases {
		list = append(list, catalog.Link{Address: server.URL + c.path, File: c.file})
	}
	list = append(list, catalog.Link{Address: gone.URL + "/x"})
	found := check(t, list...)
	for _, c := range cases {
		f, ok := found[server.URL+c.path]
		if !ok || f.Fault != c.fault || f.Status != c.status || f.At.IsZero() {
			t.Errorf("%s: %+v; want fault %q, status %d", c.path, f, c.fault, c.status)
		}
	}
	if f := found[gone.URL+"/x"]; f.Fault != catalog.LinkUnreachable || f.Status != 0 {
		t.Errorf("a server that is gone: %+v", f)
	}
	if n := seen.asked["GET /robots.txt"]; n != 1 {
		t.Errorf("robots.txt was read %d times; want once", n)
	}
	if n := seen.asked["GET /dati.csv"]; n != 0 {
		t.Errorf("a file was downloaded %d times; its heading was enough", n)
	}
}

// What worked is asked whether it has changed, and not only for it.
func TestCheckAgain(t *testing.T) {
	server, seen := site(t)
	l := catalog.Link{Address: server.URL + "/dati.csv", File: true}
	first := check(t, l)[l.Address]
	if first.ETag != `"dati"` {
		t.Fatalf("found %+v; want its ETag", first)
	}
	again := check(t, l.After(first, 0))[l.Address]
	if again.Fault != "" || again.Status != http.StatusNotModified || again.ETag != `"dati"` || seen.asked["GET /dati.csv"] != 0 {
		t.Errorf("asked again: %+v", again)
	}
}

// An error of who keeps what is found ends the run, as the end of its context does.
func TestCheckEnds(t *testing.T) {
	server, _ := site(t)
	list := []catalog.Link{{Address: server.URL + "/pagina"}, {Address: server.URL + "/dati.csv"}}
	full := errors.New("the disk is full")
	c := links.Checker{Client: &http.Client{}, Pause: time.Nanosecond}
	if err := c.Check(t.Context(), list, func(catalog.Link, catalog.LinkFinding) error { return full }); !errors.Is(err, full) {
		t.Errorf("error %v; want that of the store", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Check(ended, list, func(l catalog.Link, f catalog.LinkFinding) error {
		t.Errorf("%s was found %+v after the end", l.Address, f)
		return nil
	}); err != nil {
		t.Error(err)
	}
}
