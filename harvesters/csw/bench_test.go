package csw_test

import (
	"net/http"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/csw"
)

// BenchmarkHarvest reads a page of five real records, 41 kB.
func BenchmarkHarvest(b *testing.B) {
	path := shared(b, "csw-pycsw-apiso-getrecords.xml")
	records := 0
	for b.Loop() {
		for _, err := range csw.Harvest(b.Context(), http.DefaultClient, catalog.Source{ID: "x", URL: path}) {
			if err != nil {
				b.Fatal(err)
			}
			records++
		}
	}
	b.ReportMetric(float64(records)/b.Elapsed().Seconds(), "records/s")
}
