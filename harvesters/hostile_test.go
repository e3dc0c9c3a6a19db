package harvesters_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// hostile are answers that are made to cost their reader something.
var hostile = map[string]func(w http.ResponseWriter, r *http.Request){
	"JSON, deep": func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, strings.Repeat(`{"a":[`, 200_000)) },
	"JSON, deep and ends": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, strings.Repeat(`[`, 100_000)+strings.Repeat(`]`, 100_000))
	},
	"JSON, long value": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"success":true,"value":[{"id":"`+strings.Repeat("x", 10<<20)+`"}]}`)
	},
	"XML, deep": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<?xml version="1.0"?>`+strings.Repeat(`<rss a="1">`, 200_000))
	},
	"XML, long attribute": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<?xml version="1.0"?><rss version="`+strings.Repeat("x", 10<<20)+`"><channel><item a="1"/></channel></rss>`)
	},
	"XML, entities": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaaaaaaaa">`)
		for c := 'b'; c < 'z'; c++ {
			fmt.Fprintf(w, `<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 20))
		}
		io.WriteString(w, `<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><title>&y;&f;</title></channel></rss>`)
	},
	"text, long line": func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:"+strings.Repeat("x", 10<<20))
	},
	"without end": func(w http.ResponseWriter, r *http.Request) {
		row := bytes.Repeat([]byte("a,b,c,d\n"), 8<<10)
		for r.Context().Err() == nil {
			if _, err := w.Write(row); err != nil {
				return
			}
		}
	},
	"gzip bomb": func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb())
	},
	"in circles": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.String(), http.StatusFound) },
	"no answer":  func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
	"byte by byte": func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			io.WriteString(w, "<")
			w.(http.Flusher).Flush()
			time.Sleep(time.Millisecond)
		}
	},
}

var bomb = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	zeros := make([]byte, 1<<20)
	for range 64 {
		z.Write(zeros)
	}
	z.Close()
	return b.Bytes()
})

// long are the answers that take their time to read; who does not read such a
// format at all is not asked to.
var long = map[string][]string{
	"JSON, long value":    {"ckan", "dcat", "feed", "file", "json", "jsonld", "opendatasoft", "sensorthings", "sparql"},
	"XML, long attribute": {"csw", "dcat", "feed", "file", "oaipmh", "wfs", "xml"},
	"text, long line":     {"file", "gtfs", "ical"},
}

// Whatever a server answers to whichever protocol, the run ends in a receipt that
// says what happened, within the budget of its source.
func TestHostileServersEndInAReceipt(t *testing.T) {
	if testing.Short() {
		t.Skip("18 protocols read much from each server")
	}
	const budget = 12 << 20
	store := postgistest.New(t)
	for name, answer := range hostile {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(answer))
			defer server.Close()
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
			var g errgroup.Group
			g.SetLimit(2) // as many as the queue works at
			for _, protocol := range harvesters.ProtocolNames() {
				if readers := long[name]; strings.HasPrefix(protocol, "test") || readers != nil && !slices.Contains(readers, protocol) {
					continue
				}
				src := catalog.Source{ID: catalog.Slug(name + " " + protocol), Protocol: protocol, URL: server.URL + "/a", MaxBytes: budget, MaxRequests: 50,
					Deadline: catalog.Duration(20 * time.Second), Rhythm: catalog.Duration(time.Hour)}
				if name == "no answer" || name == "byte by byte" {
					src.Deadline = catalog.Duration(50 * time.Millisecond)
				}
				g.Go(func() error {
					if err := store.PutSource(t.Context(), src); err != nil {
						return err
					}
					h, err := store.Begin(t.Context(), src)
					if err != nil {
						return err
					}
					defer h.Close()
					began := time.Now()
					r, err := harvesters.Run(t.Context(), client, h, src, datasets.Vocabularies(), harvesters.Options{})
					if err != nil {
						return fmt.Errorf("%s: %w", protocol, err)
					}
					if _, err := json.Marshal(r); err != nil {
						t.Errorf("%s: %v", protocol, err)
					}
					if took := time.Since(began); took > time.Duration(src.Deadline)+time.Minute {
						t.Errorf("%s: took %s", protocol, took)
					}
					if r.Bytes > budget+1 || r.Requests > 50 || len(r.Error) > 4000 {
						t.Errorf("%s: %d bytes, %d requests, an error of %d bytes: %.200s", protocol, r.Bytes, r.Requests, len(r.Error), r.Error)
					}
					if r.Outcome == catalog.RunRunning || r.Outcome == catalog.RunFailed && r.Error == "" {
						t.Errorf("%s: %s without a word", protocol, r.Outcome)
					}
					if r.Bytes > budget && !strings.Contains(r.Error, "--max-bytes") || r.Outcome == catalog.RunFailed && r.Requests == 50 && !strings.Contains(r.Error, "--max-requests") {
						t.Errorf("%s: %d bytes, %d requests, and %q; want it to say what to do", protocol, r.Bytes, r.Requests, r.Error)
					}
					t.Logf("%-13s %-9s %5.2f s %9d bytes %2d requests %.160s", protocol, r.Outcome, r.Seconds, r.Bytes, r.Requests, r.Error)
					return nil
				})
			}
			if err := g.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
}
