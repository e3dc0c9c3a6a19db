package harvesters

import (
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// Files of one dataset are the same data in other forms, unless they say
// otherwise. A case is "title|format|address …", the want the addresses of each group.
func TestFilesThatAreTheSameTable(t *testing.T) {
	for name, c := range map[string]struct{ files, want string }{
		"one name":                     {"Alberi in KML|kml|/alberi.kml; Alberi CSV|csv|/alberi.csv", "/alberi.csv /alberi.kml"},
		"one title":                    {"Elenco aderenti Pass|csv|/pub?output=csv; Decodifica - Category|csv|/pub?gid=0; Elenco aderenti Pass.json|json|/organizzazioni.json", "/pub?output=csv /organizzazioni.json; /pub?gid=0"},
		"titles that say nothing":      {"CSV|csv|/export_1.csv; JSON|json|/a9f3.json", "/export_1.csv /a9f3.json"},
		"nothing said":                 {"|csv|/d?f=csv; |geojson|/d?f=geojson; |xlsx|/d?f=xlsx", "/d?f=geojson /d?f=csv /d?f=xlsx"},
		"title and none":               {"Elenco delle scuole|csv|/scuole.csv; |json|/scuole_2.json", "/scuole.csv /scuole_2.json"},
		"download and export":          {"Scarica i dati in formato CSV|csv|/x.csv; Esportazione GeoJSON|geojson|/y.geojson", "/y.geojson /x.csv"},
		"other titles":                 {"Scuole|csv|/a.csv; Biblioteche|json|/b.json", "/a.csv; /b.json"},
		"other names":                  {"|csv|/luoghi.csv; |json|/orari.json", "/luoghi.csv; /orari.json"},
		"other years in titles":        {"Bilancio 2023|csv|/a.csv; Bilancio 2024|json|/b.json", "/a.csv; /b.json"},
		"other years in names":         {"|csv|/bilancio_2023.csv; |json|/bilancio_2024.json", "/bilancio_2023.csv; /bilancio_2024.json"},
		"one format again":             {"Anno 2023|csv|/2023.csv; Anno 2024|csv|/2024.csv; 2024 JSON|json|/2024.json", "/2023.csv; /2024.csv /2024.json"},
		"one file twice":               {"CSV|csv|/a.csv; CSV (copia)|csv|/a.csv", "/a.csv"},
		"one name in other folders":    {"|csv|/2023/dati.csv; |csv|/2024/dati.csv", "/2023/dati.csv; /2024/dati.csv"},
		"a zip and what is in it":      {"Confini (shapefile)|shp|/confini.zip; Confini GeoJSON|geojson|/confini.geojson", "/confini.geojson /confini.zip"},
		"the one that is named rather": {"Alberi|csv|/alberi.csv; Parchi|csv|/parchi.csv; |json|/parchi.json", "/alberi.csv; /parchi.csv /parchi.json"},
	} {
		t.Run(name, func(t *testing.T) {
			var list []catalog.Distribution
			for f := range strings.SplitSeq(c.files, "; ") {
				p := strings.Split(f, "|")
				list = append(list, catalog.Distribution{Title: p[0], Format: p[1], DownloadURL: "https://dati.example.org" + p[2]})
			}
			var groups []string
			for _, g := range tablesOf(list) {
				var at []string
				for _, d := range g {
					at = append(at, strings.TrimPrefix(d.DownloadURL, "https://dati.example.org"))
				}
				groups = append(groups, strings.Join(at, " "))
			}
			if got := strings.Join(groups, "; "); got != c.want {
				t.Errorf("tables %q; want %q", got, c.want)
			}
		})
	}
}
