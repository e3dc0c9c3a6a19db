package oaipmh_test

import (
	"context"
	"net/http"
	"os"
	"testing"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/oaipmh"
)

// BenchmarkHarvest reads the real files, parsing included; the rest of a harvest is
// measured in bench.
func BenchmarkHarvest(b *testing.B) {
	for _, name := range []string{"lido/lido-inp-clasate-stiinta-tehnica.xml.gz", "oai/oai-listrecords-single-page.xml", "oai/iccd"} {
		b.Run(name, func(b *testing.B) {
			path := "../../../shared/data/" + name
			if _, err := os.Stat(path); err != nil {
				b.Skip("the real files are not there")
			}
			n := 0
			for b.Loop() {
				n = 0
				for range oaipmh.Harvest(context.Background(), http.DefaultClient, catalog.Source{ID: "x", URL: path}) {
					n++
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
