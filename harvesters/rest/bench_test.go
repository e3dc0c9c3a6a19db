package rest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/rest"
)

// BenchmarkListing reads 100,000 rows in pages of 1,000: what is said is rows a
// second and the memory that is held at the end.
func BenchmarkListing(b *testing.B) {
	const rows, size = 100_000, 1000
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var offset int
		_, _ = fmt.Sscan(r.URL.Query().Get("offset"), &offset) // always there
		var page []string
		for i := offset; i < min(offset+size, rows); i++ {
			page = append(page, fmt.Sprintf(`{"id":%d,"nome":"Luogo numero %d","indirizzo":{"via":"Via Roma","civico":"%d","cap":"59100"},"lat":43.%d,"lon":11.%d,"aperto":true,"tipo":"museo","descrizione":"Un luogo di prova con una descrizione di qualche parola"}`, i, i, i%200, 80000+i%9999, 9000+i%9999))
		}
		fmt.Fprintf(w, `{"total":%d,"items":[%s]}`, rows, strings.Join(page, ","))
	}))
	defer s.Close()
	for b.Loop() {
		n := 0
		for _, err := range rest.HarvestJSON(b.Context(), http.DefaultClient, catalog.Source{ID: "x", URL: s.URL + "/?offset=0"}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != rows {
			b.Fatalf("%d rows", n)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/1e6, "MB")
}
