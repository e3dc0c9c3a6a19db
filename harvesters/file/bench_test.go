package file

import (
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// heap samples the memory in use while a benchmark runs and returns the peak.
func heap(stop <-chan struct{}) <-chan uint64 {
	out := make(chan uint64)
	go func() {
		var peak uint64
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse+m.StackInuse)
			select {
			case <-stop:
				out <- peak
				return
			case <-tick.C:
			}
		}
	}()
	return out
}

func benchmarkHarvest(b *testing.B, file string) {
	src := catalog.Source{ID: "bench", URL: shared(b, file)}
	var rows atomic.Int64
	stop := make(chan struct{})
	peak := heap(stop)
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range Harvest(b.Context(), http.DefaultClient, src) {
			if err != nil {
				b.Fatal(err)
			}
			rows.Add(1)
		}
	}
	close(stop)
	b.ReportMetric(float64(rows.Load())/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(<-peak)/(1<<20), "peak-MB")
}

// Both passes, unpacking included.
func BenchmarkTextbooks(b *testing.B) { benchmarkHarvest(b, "csv/mim-libri-testo-toscana-2023.csv.gz") }
func BenchmarkLibraries(b *testing.B) { benchmarkHarvest(b, "csv/iccu-anagrafe-biblioteche.csv") }
func BenchmarkBuildings(b *testing.B) {
	benchmarkHarvest(b, "shapefile/aggregati-strutturali/pistoia-pistoia.zip")
}
func BenchmarkCensus(b *testing.B) {
	benchmarkHarvest(b, "geojson/palermo-sezioni-censuarie.geojson.gz")
}
func BenchmarkPortugal(b *testing.B) { benchmarkHarvest(b, "gpkg/poi-portugal-osm.gpkg") }

// The aim is 300 MB for any file; the largest real one stays far below.
func TestPeakMemory(t *testing.T) {
	p := shared(t, "csv/mim-libri-testo-toscana-2023.csv.gz")
	stop := make(chan struct{})
	peak := heap(stop)
	rows := 0
	for _, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "test", URL: p}) {
		if err != nil {
			t.Fatal(err)
		}
		rows++
	}
	close(stop)
	if mb := <-peak >> 20; mb > 300 {
		t.Errorf("%d rows took %d MB; want at most 300", rows, mb)
	} else {
		t.Logf("%d rows, peak %d MB", rows, mb)
	}
}
