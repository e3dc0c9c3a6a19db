package file

import (
	"fmt"
	"maps"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Every row of every file, none refused: the table of issue 2 §3 and the rest.
// placed is rows with a geometry, where not all have one.
func TestCounts(t *testing.T) {
	tests := []struct {
		file         string
		rows, placed int
		layers       int
		issues       map[string]int
	}{
		{"csv/iccu-anagrafe-biblioteche.csv", 11613, 11469, 1, map[string]int{"position-zero": 68, "position-outside-italy": 3}},
		{"csv/mim-scuole-paritarie-2023-24.csv", 11870, 0, 1, nil},
		{"csv/istat-elenco-comuni-2019-latin1.csv", 7917, 0, 1, nil},
		{"csv/mim-libri-testo-toscana-2023.csv.gz", 216351, 0, 1, nil},
		{"csv/alessandria-segnalazioni-municipium.csv", 4651, 0, 1, nil},
		{"csv/comune-prato-comunicati-2011.csv.gz", 1634, 0, 1, nil},
		{"csv/comune-prato-comunicati-2012.csv", 596, 0, 1, nil},
		{"csv/comune-prato-comunicati-2014.csv", 1337, 0, 1, nil},
		{"csv/comune-prato-comunicati-2015.csv.gz", 1703, 0, 1, nil},
		{"csv/comune-prato-comunicati-2017.csv", 547, 0, 1, nil},
		{"csv/comuni-vocabolario-cities.csv.gz", 38503, 0, 1, nil},
		{"csv/consultori-italia.csv", 927, 0, 1, nil},
		{"csv/dighe-italia-anagrafica.csv", 531, 531, 1, nil},
		{"csv/ipa-amministrazioni-siti.csv", 22167, 0, 1, nil},
		{"csv/istat-elenco-comuni.csv", 7896, 0, 1, nil},
		{"csv/istat-popolazione-comuni-2023.csv", 7899, 0, 1, nil},
		{"csv/istat-province-covid-2023.csv", 149, 107, 1, nil},
		{"csv/mim-scuole-stato-irc-2024-25.csv", 51397, 0, 1, nil},
		{"csv/scioperi-cgsse.csv", 4900, 0, 1, nil},
		{"csv/vetrina-toscana-botteghe-prato.csv", 82, 82, 1, nil},
		{"geojson/dpc-aree-allagate-emr-2024.geojson", 184, 184, 1, nil},
		{"geojson/dpc-campi-scuola-2025.geojson", 336, 336, 1, nil},
		{"geojson/dpc-iononrischio-2024.geojson", 425, 425, 1, nil},
		{"geojson/dpc-settimana-protezione-civile-2025.json", 168, 168, 1, nil},
		{"geojson/dpc-vesuvio-zona-rossa.geojson", 27, 27, 1, nil},
		{"geojson/mibact-luoghi-cultura-sisma.geojson", 183, 183, 1, nil},
		{"geojson/palermo-sezioni-censuarie.geojson.gz", 2874, 2874, 1, nil},
		{"geojson/prato-artigiani.geojson", 93, 93, 1, nil},
		{"geojson/prato-ciclabili.geojson", 224, 224, 1, nil},
		{"geojson/prato-negozi.geojson", 196, 196, 1, nil},
		{"geojson/prato-wifi-free.geojson", 25, 25, 1, nil},
		{"geojson/ran-stazioni.geojson", 860, 860, 1, nil},
		{"shapefile/aggregati-strutturali/prato-cantagallo.zip", 2465, 2465, 1, nil},
		{"shapefile/aggregati-strutturali/prato-carmignano.zip", 4911, 4911, 1, nil},
		{"shapefile/aggregati-strutturali/prato-montemurlo.zip", 3901, 3901, 1, nil},
		{"shapefile/aggregati-strutturali/prato-poggio-a-caiano.zip", 1886, 1886, 1, nil},
		{"shapefile/aggregati-strutturali/prato-vaiano.zip", 2785, 2785, 1, nil},
		{"shapefile/aggregati-strutturali/prato-vernio.zip", 3736, 3736, 1, nil},
		{"shapefile/palermo-isolinee-ta600.zip", 150, 150, 1, nil},
		{"gpkg/palermo-fontanelle.gpkg", 3114, 3059, 5, nil},
		{"gpkg/poi-portugal-osm.gpkg", 8107, 8107, 1, nil},
		{"kml/palermo-fontanelle.kml", 150, 150, 1, nil},
		{"kml/tg-inline_style.kml", 3, 3, 1, nil},
		{"kml/tg-polygon.kml", 1, 1, 1, nil},
		{"kml/tg-simpledata.kml", 2, 2, 1, nil},
		{"boundaries/toscana-comuni-istat.geojson", 273, 273, 1, nil},
		{"boundaries/toscana-comuni.topojson", 273, 273, 1, nil},
		{"boundaries/italia-regioni.geojson", 20, 20, 1, nil},
		{"boundaries/firenze-provincia-comuni-istat.geojson", 41, 41, 1, nil},
		{"boundaries/pistoia-provincia-comuni-istat.geojson", 20, 20, 1, nil},
		{"boundaries/prato-provincia-comuni-istat.geojson", 7, 7, 1, nil},
		{"boundaries/load/regione-01-comuni.topojson.gz", 1179, 1178, 1, nil},
		{"boundaries/load/regione-03-comuni.topojson.gz", 1503, 1503, 1, nil},
		{"boundaries/load/regione-02-comuni.geojson.gz", 74, 74, 1, nil},
		{"boundaries/load/regione-04-comuni.geojson.gz", 282, 282, 1, nil},
		{"boundaries/load/regione-05-comuni.geojson.gz", 563, 563, 1, nil},
		{"boundaries/load/regione-06-comuni.geojson.gz", 215, 215, 1, nil},
		{"boundaries/load/regione-07-comuni.geojson.gz", 234, 234, 1, nil},
		{"boundaries/load/regione-08-comuni.geojson.gz", 330, 330, 1, nil},
		{"boundaries/load/regione-10-comuni.geojson.gz", 92, 92, 1, nil},
		{"boundaries/load/regione-11-comuni.geojson.gz", 225, 225, 1, nil},
		{"boundaries/load/regione-12-comuni.geojson.gz", 378, 378, 1, nil},
		{"arcgis/gt-lgaFeatures.geo.json", 2, 2, 1, nil},
		{"addresses/alessandria-numeri-civici.csv.gz", 26160, 26160, 1, nil},
		{"addresses/alessandria-viario.csv", 852, 0, 1, nil},
		{"addresses/odonimi-toscana-anncsu-2025.csv.gz", 86543, 0, 1, nil},
		{"arcgis/koop-trees-crs-102645.json", 6, 0, 1, map[string]int{"crs-unknown": 6}},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			src := catalog.Source{ID: "test", Protocol: "file", URL: shared(t, tt.file)}
			s := harvestAll(t, src, nil)
			got := fmt.Sprintf("%d rows, %d placed, %d layers, %d refused", s.rows, s.placed, len(s.layers), s.refused)
			if want := fmt.Sprintf("%d rows, %d placed, %d layers, 0 refused", tt.rows, tt.placed, tt.layers); got != want {
				t.Errorf("%s: %s; want %s", tt.file, got, want)
			}
			if !maps.Equal(s.issues, tt.issues) {
				t.Errorf("%s: issues %v; want %v", tt.file, s.issues, tt.issues)
			}
		})
	}
}
