package datasets

import (
	"os"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestRecogniseDataTheme(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"EDUC": "EDUC", "educ": "EDUC", "http://publications.europa.eu/resource/authority/data-theme/ENVI": "ENVI",
		"https://publications.europa.eu/resource/authority/data-theme/ENVI/": "ENVI", "Istruzione, cultura e sport": "EDUC", "Regioni e città": "REGI",
		"Transport": "TRAN", "mobilità": "TRAN", "MOBILITA'": "TRAN", "Affari Internazionali": "INTR", "http://inspire.ec.europa.eu/theme/tn": "TRAN",
		"https://dati.example.org/group/ambiente": "ENVI", "OP_DATPRO": "OP_DATPRO", "": "", "Varie": "", "https://example.org/": "",
	} {
		if got, ok := v.RecogniseDataTheme(text); got.Code != want || ok != (want != "") {
			t.Errorf("RecogniseDataTheme(%q) = %q, %t; want %q", text, got.Code, ok, want)
		}
	}
}

func TestFrequency(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"ANNUAL": "ANNUAL", "annual_2": "ANNUAL_2", "http://publications.europa.eu/resource/authority/frequency/BIWEEKLY": "BIWEEKLY",
		"R/P1Y": "ANNUAL", "P1Y": "ANNUAL", "R/P3.5D": "WEEKLY_2", "R/PT1S": "UPDATE_CONT",
		"biannually": "ANNUAL_2", "biennially": "BIENNIAL", "asNeeded": "IRREG", "notPlanned": "NEVER", "fortnightly": "BIWEEKLY", "continual": "CONT",
		"http://inspire.ec.europa.eu/metadata-codelist/MaintenanceFrequency/biannually": "ANNUAL_2", "http://purl.org/cld/freq/threeTimesAYear": "ANNUAL_3",
		"semestrale": "ANNUAL_2", "biennale": "BIENNIAL", "bimestrale": "BIMONTHLY", "bimensile": "MONTHLY_2", "bisettimanale": "WEEKLY_2", "quindicinale": "BIWEEKLY",
		"Giornaliera": "DAILY", "una volta all’anno": "ANNUAL", "In continuo aggiornamento": "UPDATE_CONT", "tempo reale": "CONT", "una tantum": "NEVER",
		"": "", "spesso": "", "R/P17D": "",
	} {
		if got, ok := v.Frequency(text); got.Code != want || ok != (want != "") {
			t.Errorf("Frequency(%q) = %q, %t; want %q", text, got.Code, ok, want)
		}
	}
}

func TestFileType(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"CSV": "csv", ".CSV": "csv", "csv zip": "csv", "zip csv": "csv", "CSV (zip)": "csv", "text/csv": "csv", "text/csv; charset=utf-8": "csv", "ZIP": "zip",
		"Shape file": "shp", "ESRI Shapefile": "shp", "SHP": "shp", "shapefile (zip)": "shp", "application/x-shapefile": "shp",
		"http://publications.europa.eu/resource/authority/file-type/GEOJSON":     "geojson",
		"https://publications.europa.eu/resource/authority/file-type/RDF_TURTLE": "ttl",
		"https://www.iana.org/assignments/media-types/application/vnd.geo+json":  "geojson",
		"http://inspire.ec.europa.eu/media-types/application/x-shapefile":        "shp",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet":      "xlsx",
		"application/vnd.ms-excel": "xls", "Excel": "xls", "XLSX": "xlsx", "JSON": "json", "JSON-LD": "jsonld", "application/ld+json": "jsonld", "GeoJSON": "geojson",
		"application/rdf+xml": "rdf", "RDF/XML": "rdf", "N-Triples": "nt", "ical": "ics", "text/calendar": "ics", "WMS": "wms", "OGC:WFS": "wfs", "WMS_SRVC": "wms",
		"Esri REST": "esri-rest", "API": "api", "Web service": "api", "HTML": "html", "pagina web": "html", "documento PDF": "pdf", "PARQUET": "parquet",
		"gpkg": "gpkg", "Geopackage": "gpkg", "KMZ": "kmz", "Google Earth": "kml", "GTFS": "gtfs", "7-zip": "7z", "": "", "formato proprietario": "", "application/octet-stream": "",
	} {
		if got, ok := v.FileType(text); got.Name != want || ok != (want != "") {
			t.Errorf("FileType(%q) = %q, %t; want %q", text, got.Name, ok, want)
		}
	}
}

func TestLanguage(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"ITA": "ITA", "it": "ITA", "it-IT": "ITA", "it_IT": "ITA", "italiano": "ITA", "ger": "DEU", "deu": "DEU", "Inglese": "ENG",
		"http://publications.europa.eu/resource/authority/language/FRA": "FRA", "http://publications.europa.eu/resource/authority/language/AED": "AED",
		"http://id.loc.gov/vocabulary/iso639-1/it": "ITA", "": "", "klingon": "", "xx-YY": "",
	} {
		if got, ok := v.Language(text); got.Code != want || ok != (want != "") {
			t.Errorf("Language(%q) = %q, %t; want %q", text, got.Code, ok, want)
		}
	}
}

// Every term says itself, in each of the ways its row has.
func TestTermsSayThemselves(t *testing.T) {
	v := Vocabularies()
	for _, f := range v.Frequencies {
		for _, text := range append([]string{f.Code, f.URI, f.Label, f.LabelEN}, f.Same...) {
			if got, _ := v.Frequency(text); got.Code != f.Code {
				t.Errorf("Frequency(%q) = %q; want %q", text, got.Code, f.Code)
			}
		}
	}
	uses := map[string]bool{"table": true, "geo": true, "rdf": true, "text": true, "image": true, "page": true, "service": true, "container": true}
	for _, f := range v.FileTypes {
		if !uses[f.Use] || f.Label == "" || f.URI == "" || f.Name != strings.ToLower(f.Name) {
			t.Errorf("file type %+v is not complete", f)
		}
		for _, text := range append([]string{f.Name, f.MediaType, strings.ToUpper(f.Name), "." + f.Name}, f.Same...) {
			if got, _ := v.FileType(text); got.Name != f.Name && text != "" {
				t.Errorf("FileType(%q) = %q; want %q", text, got.Name, f.Name)
			}
		}
	}
	for _, l := range v.Languages {
		for _, text := range append([]string{l.Code, l.Alpha2, l.URI, l.Label, l.LabelEN}, l.Same...) {
			if got, _ := v.Language(text); got.Code != l.Code && text != "" {
				t.Errorf("Language(%q) = %q; want %q", text, got.Code, l.Code)
			}
		}
	}
	for _, d := range v.DataThemes {
		if d.Code != "OP_DATPRO" && d.Theme == "" {
			t.Errorf("%s has no theme of the portal", d.Code)
		}
	}
}

// The name of every download format of ours is a file type.
func TestOurFormatsAreFileTypes(t *testing.T) {
	v := Vocabularies()
	for _, name := range strings.Fields("csv xlsx geojson geojsonseq parquet gpkg fgb shp kml gpx ttl jsonld rdf ics atom pmtiles") {
		if f, ok := v.FileType(name); !ok || f.Name != name {
			t.Errorf("FileType(%q) = %q, %t", name, f.Name, ok)
		}
	}
}

// Whatever is written where a term should be, the answer is a term or none.
func FuzzTerms(f *testing.F) {
	for _, s := range []string{"", "csv zip", "http://x/", "R/P1Y", "it-", "://", "\xff;", "/media-types/;", "-x"} {
		f.Add(s)
	}
	v := Vocabularies()
	f.Fuzz(func(t *testing.T, text string) {
		if d, ok := v.RecogniseDataTheme(text); ok != (d.Code != "") {
			t.Errorf("theme %q, %t", d.Code, ok)
		}
		if x, ok := v.Frequency(text); ok != (x.Code != "") {
			t.Errorf("frequency %q, %t", x.Code, ok)
		}
		if x, ok := v.FileType(text); ok != (x.Name != "") {
			t.Errorf("file type %q, %t", x.Name, ok)
		}
		if x, ok := v.Language(text); ok != (len(x.Code) == 3) {
			t.Errorf("language %q, %t", x.Code, ok)
		}
	})
}

// The tables hold the published terms.
func TestTermsAsPublished(t *testing.T) {
	const dir = "../../shared/vocab/"
	if !isThere(dir) {
		t.Skip("../shared is not here: nothing to compare with")
	}
	v := Vocabularies()
	var frequencies, languages, types []string
	for _, f := range v.Frequencies {
		frequencies = append(frequencies, f.URI)
	}
	for _, l := range v.Languages {
		languages = append(languages, l.URI)
	}
	for _, f := range v.FileTypes {
		if f.Code != "PARQUET" { // in later editions
			types = append(types, f.URI)
		}
	}
	same(t, "frequencies", frequencies, published(t, dir+"eu-frequencies.csv", "uri"))
	subset(t, "languages", languages, published(t, dir+"eu-languages.csv", "uri"))
	subset(t, "file types", types, published(t, dir+"eu-file-types.csv", "uri"))
	codes, wants := published(t, dir+"map-iso-maintenance-to-frequency.csv", "iso_md_maintenancefrequencycode"), published(t, dir+"map-iso-maintenance-to-frequency.csv", "frequency_code")
	for i, code := range codes {
		if got, _ := v.Frequency(code); got.Code != wants[i] {
			t.Errorf("Frequency(%q) = %q; want %q", code, got.Code, wants[i])
		}
	}
	media, uris := published(t, dir+"map-inspire-media-type-to-file-type.csv", "inspire_media_type_uri"), published(t, dir+"map-inspire-media-type-to-file-type.csv", "file_type_uri")
	for i, m := range media {
		if got, ok := v.FileType(m); ok && got.URI != uris[i] {
			t.Errorf("FileType(%q) = %q; want %q", m, got.URI, uris[i])
		}
	}
	themes, of := published(t, dir+"map-inspire-theme-to-data-theme.csv", "inspire_theme_uri"), map[string][]catalog.DataTheme{}
	for i, uri := range published(t, dir+"map-inspire-theme-to-data-theme.csv", "data_theme_uri") {
		d, _ := v.DataTheme(uri)
		of[themes[i]] = append(of[themes[i]], d)
	}
	for uri, list := range of {
		if got, _ := v.RecogniseDataTheme(uri); got.Code != list[0].Code {
			t.Errorf("RecogniseDataTheme(%q) = %q; want %q", uri, got.Code, list[0].Code)
		}
	}
}

func isThere(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Catalogues of territorial data classify by themes of INSPIRE, by address or by
// name, and by topic categories of ISO 19115.
func TestTerritorialThemes(t *testing.T) {
	for said, want := range map[string]string{
		"http://inspire.ec.europa.eu/theme/hy": "ENVI", "Idrografia": "ENVI", "Hydrography": "ENVI", "Parcelle catastali": "ECON", "Zone sottoposte a gestione/limitazioni/regolamentazione e unità con obbligo di comunicare dati": "ENVI",
		"planningCadastre": "REGI", "farming": "AGRI", "http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/transportation": "TRAN", "intelligenceMilitary": "JUST", "hy": "",
	} {
		if got, _ := Vocabularies().RecogniseDataTheme(said); got.Code != want {
			t.Errorf("%q is %q; want %q", said, got.Code, want)
		}
	}
}
