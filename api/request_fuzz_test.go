package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"po-net.prato.it/ponet/api"
)

// FuzzRequest: whatever the path and the query string, the fault is never ours,
// and the answer is what the OpenAPI document says.
func FuzzRequest(f *testing.F) {
	n := newNode(f, 50)
	f.Add("/collections/places/items", "bbox=170,-90,-170,90&theme=cultura&title=x&limit=7")
	f.Add("/collections/edifici/items", "numero=3&classe=A&classe=B&datetime=../2026-01-01&after=e30")
	f.Add("/collections/edifici/items", "numero=1e400&before=x")
	f.Add("/collections/edifici/items", "classe=1e200000&title=1e-200000")
	f.Add("/search", "q=%22a%20-b%22%27:*&near=180,90&radius=1000000&order=updated&offset=10000")
	f.Add("/search", "bbox=-180,-90,180,90&municipality=,,&type=%5C&body='&source=%25")
	f.Add("/suggest", "q=%25_%5C%27&limit=50")
	f.Add("/collections/places/tiles/WebMercatorQuad/0/0/0", "q=a&near=-180,-90&radius=0.001")
	f.Add("/datasets/all/download/geojsonseq", "municipality=100005,Prato&datetime=0001-01-01/9999-12-31")
	f.Add("/datasets/libri/download/parquet", "keywords=a&updated=x&accuracy_metres=NaN")
	f.Fuzz(func(t *testing.T, path, query string) {
		target := (&url.URL{Path: api.Prefix + path, RawQuery: query}).String()
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(target, " \x7f") {
			t.Skip("no request line")
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.URL+target, nil)
		if err != nil {
			t.Skip("no URL")
		}
		w := httptest.NewRecorder()
		n.handler.ServeHTTP(w, request)
		if w.Code >= http.StatusInternalServerError {
			t.Fatalf("GET %s = %d %s", target, w.Code, w.Body)
		}
		n.check(t, request, reply{w.Code, w.Header(), w.Body.Bytes()})
	})
}
