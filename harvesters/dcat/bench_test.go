package dcat_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/dcat"
)

// large is Turtle of n datasets as a portal of ours would publish them.
func large(n int) string {
	var b strings.Builder
	b.WriteString(prefixes)
	b.WriteString(`<https://dati.example.it/body/c_g999> a dcatapit:Agent , foaf:Agent ; dct:identifier "c_g999" ; foaf:name "Comune di Prato" .
<https://dati.example.it/urp> a dcatapit:Organization , vcard:Kind ; vcard:fn "Ufficio relazioni con il pubblico" ; vcard:hasEmail <mailto:urp@example.it> .
<https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40> a dcatapit:LicenseDocument ; foaf:name "CC BY 4.0" .
`)
	for i := range n {
		fmt.Fprintf(&b, `<https://dati.example.it/d/%[1]d> a dcatapit:Dataset , dcat:Dataset ; dct:identifier "c_g999:D.%[1]d" ; dct:title "Insieme di dati numero %[1]d"@it ;
  dct:description "Sedi, orari e coordinate dei luoghi dell'insieme %[1]d, come li tiene l'ufficio che ne risponde; aggiornati ogni mese e pubblicati con licenza aperta."@it ;
  dcat:keyword "sedi"@it , "orari"@it , "coordinate"@it ; dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC> ; dct:subject <http://eurovoc.europa.eu/100220> ;
  dct:rightsHolder <https://dati.example.it/body/c_g999> ; dct:publisher <https://dati.example.it/body/c_g999> ; dcat:contactPoint <https://dati.example.it/urp> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ; dct:issued "2025-01-02"^^xsd:date ; dct:modified "2026-11-20"^^xsd:date ;
  dct:language <http://publications.europa.eu/resource/authority/language/ITA> ; dct:temporal [ a dct:PeriodOfTime ; dcatapit:startDate "2026-01-01"^^xsd:date ] ;
  dct:spatial [ a dct:Location ; dcat:bbox "POLYGON((11.0 43.8, 11.2 43.8, 11.2 44.0, 11.0 44.0, 11.0 43.8))"^^gsp:wktLiteral ] ;
  dcat:distribution <https://dati.example.it/d/%[1]d/csv> , <https://dati.example.it/d/%[1]d/geojson> .
<https://dati.example.it/d/%[1]d/csv> a dcatapit:Distribution , dcat:Distribution ; dct:title "CSV"@it ; dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
  dcat:accessURL <https://dati.example.it/dataset/%[1]d> ; dcat:downloadURL <https://dati.example.it/d/%[1]d.csv> ; dcat:byteSize "18231"^^xsd:decimal ; dct:license <https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40> .
<https://dati.example.it/d/%[1]d/geojson> a dcatapit:Distribution , dcat:Distribution ; dct:title "GeoJSON"@it ; dct:format <http://publications.europa.eu/resource/authority/file-type/GEOJSON> ;
  dcat:accessURL <https://dati.example.it/dataset/%[1]d> ; dcat:downloadURL <https://dati.example.it/d/%[1]d.geojson> ; dct:license <https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40> .
`, i)
	}
	return b.String()
}

// BenchmarkTurtle reads a catalogue of 10,000 datasets in one page, and says
// how many a second and how much memory at most.
func BenchmarkTurtle(b *testing.B) {
	const datasets = 10_000
	path := filepath.Join(b.TempDir(), "catalog.ttl")
	doc := large(datasets)
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	doc = ""
	runtime.GC()
	var peak atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak.Store(max(peak.Load(), m.HeapInuse))
			select {
			case <-tick.C:
			case <-stop:
				return
			}
		}
	}()
	n := 0
	for b.Loop() {
		n = 0
		for _, err := range dcat.Harvest(context.Background(), nil, catalog.Source{ID: "x", URL: path}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	close(stop)
	<-done
	if n != datasets {
		b.Fatalf("%d datasets", n)
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "datasets/s")
	b.ReportMetric(float64(peak.Load())/(1<<20), "MB-heap-peak")
}
