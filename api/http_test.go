package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"po-net.prato.it/ponet/api"
	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

// everyAddress is one address of each operation, as answered on Fill's records.
func everyAddress(t *testing.T, n *node) []string {
	id := decode[collection](t, n.get(t, "/collections/places/items?limit=1")).Features[0].ID
	return []string{
		"", "?f=html", "/conformance", "/collections", "/collections?f=html", "/collections/places", "/collections/places?f=html",
		"/collections/places/queryables", "/collections/edifici/schema", "/collections/places/items", "/collections/places/items?f=html",
		"/collections/places/items?bbox=11,43.8,11.2,44&limit=5", "/collections/libri/items", "/collections/places/items/" + id,
		"/collections/places/items/" + id + "?f=html", "/collections/places/tiles", "/collections/places/tiles/WebMercatorQuad",
		"/collections/places/tiles/WebMercatorQuad/8/93/135?theme=cultura", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad",
		"/search?q=museo", "/search?near=11.09,43.88&radius=3000", "/suggest?q=bib",
		"/datasets/places/download/csv", "/datasets/places/download/geojson", "/datasets/edifici/download/geojsonseq",
		"/datasets/all/download/csv", "/datasets/places/download/parquet",
		"/openapi.json", "/openapi-3.0.json", "/docs", "/style.css",
	}
}

func TestEveryAnswerCanBeRevalidated(t *testing.T) {
	n := newNode(t, 300)
	for _, path := range everyAddress(t, n) {
		first := n.get(t, path)
		tag := first.header.Get("ETag")
		if first.status != http.StatusOK || !strings.HasPrefix(tag, `"`) || first.header.Get("Cache-Control") == "" {
			t.Errorf("GET %s = %d, ETag %s, Cache-Control %q; want a strong tag", path, first.status, tag, first.header.Get("Cache-Control"))
		}
		if again := n.get(t, path); !bytes.Equal(again.body, first.body) || again.header.Get("ETag") != tag {
			t.Errorf("GET %s twice: other bytes or another tag under no change", path)
		}
		for _, held := range []string{tag, `"other", ` + tag, "W/" + tag} {
			r := n.get(t, path, "If-None-Match", held)
			if r.status != http.StatusNotModified || len(r.body) > 0 || r.header.Get("ETag") == "" {
				t.Errorf("GET %s with If-None-Match %s = %d, %d bytes; want 304", path, held, r.status, len(r.body))
			}
		}
		if r := n.get(t, path, "If-None-Match", `"other"`); r.status != http.StatusOK {
			t.Errorf("GET %s with another tag = %d", path, r.status)
		}
	}
}

func TestTagFollowsTheData(t *testing.T) {
	n := newNode(t, 300)
	paths := []string{"/collections/places/items", "/search?q=museo", "/datasets/places/download/csv", "/collections/places/items?f=html", "/collections/places"}
	before := map[string]string{}
	for _, path := range append(paths, "/collections/libri/items") {
		before[path] = n.get(t, path).header.Get("ETag")
	}
	for _, sql := range []string{
		"insert into change (record_id, collection, kind, op) select id, collection, kind, 'update' from record where collection = 'places' limit 1",
		"update collection_mark set seq = (select max(seq) from change), count = count + 1 where collection = 'places'",
	} {
		if _, err := n.store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range paths {
		if r := n.get(t, path, "If-None-Match", before[path]); r.status != http.StatusOK || r.header.Get("ETag") == before[path] {
			t.Errorf("GET %s after a change = %d, tag %s as before", path, r.status, r.header.Get("ETag"))
		}
	}
	if r := n.get(t, "/collections/libri/items", "If-None-Match", before["/collections/libri/items"]); r.status != http.StatusNotModified {
		t.Errorf("a change among places makes the books %d; want 304", r.status)
	}
}

func TestTagsTellRepresentationsApart(t *testing.T) {
	n := newNode(t, 300)
	tags := map[string]string{}
	for name, headers := range map[string][]string{
		"data": {}, "Italian page": {"Accept", "text/html"}, "English page": {"Accept", "text/html", "Accept-Language", "en"},
		"gzip": {"Accept-Encoding", "gzip"}, "zstd": {"Accept-Encoding", "zstd"},
	} {
		tag := n.get(t, "/collections/places/items", headers...).header.Get("ETag")
		if other, taken := tags[tag]; taken {
			t.Errorf("%s and %s have one tag %s", name, other, tag)
		}
		tags[tag] = name
	}
}

func TestHeadIsGetWithoutBody(t *testing.T) {
	n := newNode(t, 300)
	for _, path := range everyAddress(t, n) {
		get, head := n.get(t, path), n.ask(t, http.MethodHead, path)
		if head.status != get.status || len(head.body) > 0 {
			t.Errorf("HEAD %s = %d with %d bytes; GET is %d", path, head.status, len(head.body), get.status)
		}
		for _, name := range []string{"Content-Type", "ETag", "Cache-Control", "Link", "Content-Disposition", "Vary"} {
			if got, want := head.header.Get(name), get.header.Get(name); got != want {
				t.Errorf("HEAD %s: %s %q; GET has %q", path, name, got, want)
			}
		}
	}
	if r := n.ask(t, http.MethodHead, "/collections/places/items?bbox=1"); r.status != http.StatusBadRequest {
		t.Errorf("HEAD with a wrong bbox = %d", r.status)
	}
}

func TestOtherOriginsMayRead(t *testing.T) {
	n := newNode(t, 50)
	for _, path := range []string{"/collections/places/items", "/nowhere", "/collections/places/items?bbox=1"} {
		r := n.get(t, path, "Origin", "https://comune.example")
		if r.header.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(r.header.Get("Access-Control-Expose-Headers"), "ETag") {
			t.Errorf("GET %s from elsewhere: %v", path, r.header)
		}
	}
	r := n.ask(t, http.MethodOptions, "/collections/places/items", "Origin", "https://comune.example", "Access-Control-Request-Method", "GET", "Access-Control-Request-Headers", "if-none-match")
	if r.status != http.StatusNoContent || r.header.Get("Access-Control-Allow-Methods") == "" || !strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "If-None-Match") {
		t.Errorf("preflight = %d %v", r.status, r.header)
	}
}

func TestMethodsAndStraySlashes(t *testing.T) {
	n := newNode(t, 0)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		if r := n.ask(t, method, "/collections"); r.status != http.StatusMethodNotAllowed || r.header.Get("Allow") != "GET, HEAD, OPTIONS" {
			t.Errorf("%s /collections = %d, Allow %q", method, r.status, r.header.Get("Allow"))
		}
		if r := n.ask(t, method, "/nowhere"); r.status != http.StatusNotFound {
			t.Errorf("%s /nowhere = %d", method, r.status)
		}
	}
	if r := n.get(t, "/collections/?f=html"); r.status != http.StatusPermanentRedirect || r.header.Get("Location") != api.Prefix+"/collections?f=html" {
		t.Errorf("GET /collections/ = %d to %q", r.status, r.header.Get("Location"))
	}
}

func TestEncodings(t *testing.T) {
	n := newNode(t, 300)
	for _, path := range []string{"/collections/places/items", "/datasets/places/download/csv", "/collections/places/items?f=html", "/search?q=museo"} {
		plain := n.get(t, path)
		for _, encoding := range []string{"gzip", "zstd"} {
			r := n.get(t, path, "Accept-Encoding", encoding)
			if r.header.Get("Content-Encoding") != encoding || !strings.Contains(strings.Join(r.header.Values("Vary"), ","), "Accept-Encoding") {
				t.Fatalf("GET %s as %s: %v", path, encoding, r.header)
			}
			if got := decompress(t, encoding, r.body); !bytes.Equal(got, plain.body) {
				t.Errorf("GET %s as %s is not the same", path, encoding)
			}
			again := n.get(t, path, "Accept-Encoding", encoding, "If-None-Match", r.header.Get("ETag"))
			if again.status != http.StatusNotModified || again.header.Get("ETag") != r.header.Get("ETag") {
				t.Errorf("GET %s as %s with its own tag %s = %d, tag %s", path, encoding, r.header.Get("ETag"), again.status, again.header.Get("ETag"))
			}
		}
	}
	if r := n.get(t, "/datasets/places/download/parquet", "Accept-Encoding", "gzip"); r.header.Get("Content-Encoding") != "" {
		t.Error("a Parquet file is compressed twice")
	}
}

func decompress(t *testing.T, encoding string, body []byte) []byte {
	t.Helper()
	var reader io.Reader
	var err error
	if encoding == "gzip" {
		reader, err = gzip.NewReader(bytes.NewReader(body))
	} else {
		reader, err = zstd.NewReader(bytes.NewReader(body))
	}
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}

// panicking is a store that fails in the worst way.
type panicking struct{ api.Store }

func (panicking) Items(context.Context, catalog.Query) (catalog.Page, error) { panic("boom") }

func TestPanicIsAProblem(t *testing.T) {
	store := newNode(t, 0).store
	n := serve(t, panicking{store}, store)
	if r := n.get(t, "/collections/places/items", "Origin", "https://comune.example"); r.status != http.StatusInternalServerError ||
		strings.Contains(string(r.body), "boom") || r.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("a panic = %d %s", r.status, r.body)
	}
}

// slow is a store whose statements take longer than they may.
type slow struct{ *postgis.Store }

func (s slow) Items(ctx context.Context, _ catalog.Query) (catalog.Page, error) {
	_, err := s.DB().Exec(ctx, "set statement_timeout = 20; select pg_sleep(5)")
	return catalog.Page{}, err
}

func TestSlowAnswerIsAProblem(t *testing.T) {
	store := newNode(t, 0).store
	r := serve(t, slow{store}, store).get(t, "/collections/places/items")
	if r.status != http.StatusServiceUnavailable || !strings.Contains(string(r.body), "smaller bbox") || r.header.Get("Cache-Control") != "no-store" {
		t.Errorf("a statement that takes too long = %d %s", r.status, r.body)
	}
}

func TestDatabaseGoneIsAProblemWithoutDetails(t *testing.T) {
	n := newNode(t, 0)
	n.store.Close()
	r := n.get(t, "/collections/places/items")
	if r.status != http.StatusInternalServerError || strings.Contains(string(r.body), "pool") {
		t.Errorf("without a database = %d %s", r.status, r.body)
	}
}
