package api_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/parquet-go/parquet-go"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
)

// countRecords reads a downloaded file with the reader of its format.
func countRecords(t *testing.T, format string, body []byte) int64 {
	t.Helper()
	switch format {
	case "csv":
		rows, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return int64(len(rows) - 1)
	case "geojson":
		var c struct{ Features []json.RawMessage }
		if err := json.Unmarshal(body, &c); err != nil {
			t.Fatal(err)
		}
		return int64(len(c.Features))
	case "geojsonseq":
		return int64(bytes.Count(body, []byte{0x1e}))
	}
	file, err := parquet.OpenFile(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	return file.NumRows()
}

func TestDownloadsHoldWhatTheFiltersSelect(t *testing.T) {
	n := newNode(t, 3000)
	for _, test := range []struct{ path, query, sql string }{
		{"places", "", "collection = 'places'"},
		{"places", "theme=ambiente&bbox=11,43.8,11.2,44", "collection = 'places' and theme = 'ambiente' and geom && ST_MakeEnvelope(11,43.8,11.2,44,4326)"},
		{"edifici", "classe=A&classe=B", "collection = 'edifici' and properties->>'classe' in ('A', 'B')"},
		{"libri", "", "collection = 'libri'"},
		{"all", "", "true"},
		{"all", "municipality=Vaiano&q=museo", "municipality = 'Vaiano' and words @@ plainto_tsquery('italian_unaccent', 'museo')"},
		{"places", "title=nessuno", "false"},
	} {
		var want int64
		if err := n.store.DB().QueryRow(t.Context(), "select count(*) from record where "+test.sql).Scan(&want); err != nil {
			t.Fatal(err)
		}
		for _, format := range []string{"csv", "geojson", "geojsonseq", "parquet"} {
			r := n.get(t, "/datasets/"+test.path+"/download/"+format+"?"+test.query)
			if got := countRecords(t, format, r.body); r.status != http.StatusOK || got != want {
				t.Errorf("%s?%s as %s: %d records; want %d", test.path, test.query, format, got, want)
			}
		}
	}
}

func TestDownloadSaysWhereItComesFrom(t *testing.T) {
	n := newNode(t, 100)
	r := n.get(t, "/datasets/edifici/download/csv")
	for name, want := range map[string]string{
		"Content-Disposition": `attachment; filename="edifici.csv"`,
		"Content-Type":        "text/csv",
		"X-Attribution":       "Provincia%20di%20Prato",
	} {
		if !strings.Contains(r.header.Get(name), want) {
			t.Errorf("%s: %q; want %q in it", name, r.header.Get(name), want)
		}
	}
	for _, want := range []string{`<https://creativecommons.org/licenses/by/4.0/>; rel="license"`, `<https://dati.example/edifici.zip>; rel="via"`, `/collections/edifici>; rel="collection"`} {
		if !strings.Contains(r.header.Get("Link"), want) {
			t.Errorf("Link: %q; want %q in it", r.header.Get("Link"), want)
		}
	}
}

func TestWrongDownloads(t *testing.T) {
	n := newNode(t, 50)
	for path, status := range map[string]int{
		"/datasets/niente/download/csv":            404,
		"/datasets/places/download/xls":            400,
		"/datasets/places/download/csv?limit=5":    400,
		"/datasets/places/download/csv?bbox=1,2":   400,
		"/datasets/places/download/csv?numero=1":   400,
		"/datasets/all/download/csv?classe=A":      400,
		"/datasets/places/download/csv?themes=abc": 400,
	} {
		if r := n.get(t, path); r.status != status {
			t.Errorf("GET %s = %d %s; want %d", path, r.status, r.body, status)
		}
	}
}

// broken is a store whose stream ends with an error after so many records.
type broken struct {
	api.Store
	after int
}

func (b broken) Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		left := b.after
		for rec, err := range b.Store.Records(ctx, q) {
			if left == 0 {
				err = errors.New("the database has gone")
			}
			if !yield(rec, err) || err != nil {
				return
			}
			left--
		}
	}
}

func TestStreamThatBreaksIsNoShortFile(t *testing.T) {
	whole := newNode(t, 5000)
	n := serve(t, broken{whole.store, 2500}, whole.store)
	for _, format := range []string{"csv", "geojson", "geojsonseq", "parquet"} {
		for _, encoding := range []string{"identity", "gzip", "zstd"} {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.URL+api.Prefix+"/datasets/all/download/"+format, nil)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept-Encoding", encoding)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				continue // broken before a byte was seen: an error all the same
			}
			if format == "parquet" && response.StatusCode == http.StatusInternalServerError {
				response.Body.Close()
				continue // nothing of it had left yet
			}
			got, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err == nil {
				t.Errorf("%s, %s: %d with %d bytes and no error", format, encoding, response.StatusCode, len(got))
			}
		}
	}
}

func TestStreamThatFailsAtOnceIsAProblem(t *testing.T) {
	whole := newNode(t, 50)
	n := serve(t, broken{whole.store, 3}, whole.store)
	r := n.get(t, "/datasets/places/download/csv")
	if r.status != http.StatusInternalServerError || r.header.Get("Content-Disposition") != "" || r.header.Get("ETag") != "" {
		t.Errorf("a download that fails at once = %d %v", r.status, r.header)
	}
}

// held is a store whose stream waits in the middle until it is let go.
type held struct {
	api.Store
	after          int
	there, release chan struct{}
}

func (h held) Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		n := 0
		for rec, err := range h.Store.Records(ctx, q) {
			if n++; n == h.after {
				close(h.there)
				<-h.release
			}
			if !yield(rec, err) {
				return
			}
		}
	}
}

// TestKilledMidStream kills what a download needs when half of it has gone
// out: the connections of the server, and those of the database.
func TestKilledMidStream(t *testing.T) {
	whole := newNode(t, 5000)
	for name, kill := range map[string]func(*node) error{
		"server": func(n *node) error { n.CloseClientConnections(); return nil },
		"database": func(*node) error {
			_, err := whole.store.DB().Exec(t.Context(), "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := held{whole.store, 2500, make(chan struct{}), make(chan struct{})}
			n := serve(t, h, whole.store)
			response, err := http.Get(n.URL + api.Prefix + "/datasets/all/download/geojsonseq")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			<-h.there
			err = kill(n)
			close(h.release)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.Copy(io.Discard, response.Body); err == nil {
				t.Errorf("after the kill %d bytes in all, and no error", got)
			}
		})
	}
}

// TestBrokenStreamOverHTTP10: there a whole answer ends with the connection
// too, so that a broken one must end in a reset.
func TestBrokenStreamOverHTTP10(t *testing.T) {
	whole := newNode(t, 5000)
	n := serve(t, broken{whole.store, 2500}, whole.store)
	conn, err := net.Dial("tcp", n.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET "+api.Prefix+"/datasets/all/download/csv HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if got, err := io.Copy(io.Discard, conn); err == nil {
		t.Errorf("%d bytes and an ordinary end", got)
	}
}

// stuck is a store, for the order of downloads only, whose streams end when
// their request does.
type stuck struct{ api.Store }

func (stuck) Mark(context.Context, string) (int64, error) { return 1, nil }

func (stuck) CountDownload(catalog.Taken) {}

func (stuck) Records(ctx context.Context, q catalog.Query) iter.Seq2[*catalog.Record, error] {
	return func(yield func(*catalog.Record, error) bool) {
		if q.Text == "" {
			<-ctx.Done()
			yield(nil, ctx.Err())
		}
	}
}

func TestDownloadsWaitTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler, err := api.New(stuck{}, api.Config{Downloads: 1}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ask := func(ctx context.Context, query string) *httptest.ResponseRecorder {
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, api.Prefix+"/datasets/all/download/csv?"+query, nil))
			return w
		}
		ctx, cancel := context.WithCancel(t.Context())
		go ask(ctx, "") // takes the only place
		synctest.Wait()
		if w := ask(t.Context(), "q=x"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
			t.Errorf("with the place taken = %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
		time.AfterFunc(5*time.Second, cancel)
		if w := ask(t.Context(), "q=x"); w.Code != http.StatusOK {
			t.Errorf("when the place becomes free = %d", w.Code)
		}
	})
}
