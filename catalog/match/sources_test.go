package match

import (
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
	"golang.org/x/text/encoding/charmap"

	"po-net.prato.it/ponet/catalog"
)

// shared is where the real sources lie; demo the files of our own territory.
const (
	shared = "../../../shared/data/"
	demo   = "../../datasets/demo/"
)

// A row is what a source says, by the names of its columns.
type row map[string]string

// rows are the subjects of one file by the keys of pairs.csv.
type rows map[string]Subject

// sources read the files that pairs.csv names.
var sources = map[string]func(t *testing.T, path string) rows{
	"csv/iccu-anagrafe-biblioteche.csv": table(';', "codice-isil", func(r row) Subject {
		return Subject{Kind: catalog.KindPlace, Type: "biblioteca", Title: r["denominazione"], Address: r["indirizzo"], Postcode: r["cap"], Municipality: r["comune"], ISTATCode: r["codice istat comune"],
			Phone: r["telefono"], Email: r["email"], Website: r["url"], Geometry: point(r["longitudine"], r["latitudine"])}
	}),
	"csv/mim-scuole-paritarie-2023-24.csv": table(',', "CODICESCUOLA", func(r row) Subject {
		return Subject{Kind: catalog.KindPlace, Type: r["DESCRIZIONETIPOLOGIAGRADOISTRUZIONESCUOLA"], Title: r["DENOMINAZIONESCUOLA"], Address: r["INDIRIZZOSCUOLA"], Postcode: r["CAPSCUOLA"],
			Municipality: r["DESCRIZIONECOMUNE"], Email: r["INDIRIZZOEMAILSCUOLA"], Website: r["SITOWEBSCUOLA"]}
	}),
	"csv/consultori-italia.csv": table(',', "", func(r row) Subject {
		return Subject{Kind: catalog.KindPlace, Title: r["denominazione"], Address: r["indirizzo"], Municipality: r["comune"], Phone: r["telefono"], Website: r["sito"]}
	}),
	"csv/vetrina-toscana-botteghe-prato.csv": table(',', "ID", func(r row) Subject {
		town := r["CITTA'"]
		return Subject{Kind: catalog.KindPlace, Type: r["TIPOLOGIA"], Title: r["NOME"], Address: r["VIA"], Municipality: strings.TrimSpace(town[strings.LastIndexByte(town, ',')+1:]), Postcode: r["CAP"],
			Email: r["EMAIL"], Phone: r["TELEFONO"], Geometry: point(r["LONG"], r["LAT"])}
	}),
	"csv/istat-elenco-comuni.csv":             table(';', "Codice Comune formato alfanumerico", italianTown),
	"csv/istat-elenco-comuni-2019-latin1.csv": table(';', "Codice Comune formato alfanumerico", italianTown),
	"csv/comuni-vocabolario-cities.csv.gz": table(',', "ID_COMUNE", func(r row) Subject {
		return Subject{Kind: catalog.KindAdminArea, Title: r["LABEL_COMUNE_IT"], Alternatives: []string{r["LABEL_COMUNE_DE"]}, Address: "(" + r["SIGLA_AUTOMOBILISTICA"] + ")"}
	}),
	"ckan/dati-gov-it-organizations.csv": table(',', "name", func(r row) Subject {
		return Subject{Kind: catalog.KindOrganization, Title: r["display_name"]}
	}),
	"addresses/odonimi-toscana-anncsu-2025.csv.gz": table(',', "Progressivo_nazionale", func(r row) Subject {
		return Subject{Kind: catalog.KindPlace, Title: r["DUG"] + " " + r["DUF"], Municipality: r["codice_belfiore"]}
	}),
	"addresses/alessandria-viario.csv":           table(';', "CodiceVia", alessandria),
	"addresses/alessandria-numeri-civici.csv.gz": table(';', "CodiceVia", alessandria),
	"boundaries/toscana-comuni-istat.geojson": features("com_istat_code", func(p geojson.Properties) Subject {
		return Subject{Kind: catalog.KindAdminArea, Title: p.MustString("name"), Address: "(" + p.MustString("prov_acr", "") + ")"}
	}),
	"geojson/prato-negozi.geojson":    features("", openStreetMap),
	"geojson/prato-artigiani.geojson": features("", openStreetMap),
	"geojson/mibact-luoghi-cultura-sisma.geojson": features("", func(p geojson.Properties) Subject {
		return Subject{Kind: catalog.KindPlace, Type: p.MustString("Tipologia", ""), Title: p.MustString("Nome bene culturale", ""), Address: p.MustString("Indirizzo", ""), Municipality: p.MustString("Comune", ""), Website: p.MustString("Sito web", "")}
	}),
	"geojson/dpc-campi-scuola-2025.geojson": features("", func(p geojson.Properties) Subject {
		return Subject{Kind: catalog.KindEvent, Title: "Campo scuola " + p.MustString("Associazione territoriale", ""), Organizer: p.MustString("Associazione territoriale", ""), Address: p.MustString("Indirizzo", ""),
			Municipality: p.MustString("Comune", ""), Start: italianDay(p.MustString("Data inizio", ""))}
	}),
	"geojson/dpc-iononrischio-2024.geojson": features("", func(p geojson.Properties) Subject {
		return Subject{Kind: catalog.KindEvent, Title: "Io non rischio", Address: p.MustString("Indirizzo", ""), Municipality: p.MustString("Comune", ""), Start: "2024-10-13", Website: p.MustString("Link", "")}
	}),
	"geojson/dpc-settimana-protezione-civile-2025.json": week,
	"json-api/suedtirol-musei.json":                     museums,
	"json-api/bike-boxes.json":                          bikeBoxes,
	"gpkg/palermo-fontanelle.gpkg":                      fountains,
	"kml/palermo-fontanelle.kml":                        placemarks,
	"gtfs/cap-prato-gtfs.zip":                           stops,
	"demo/data/biblioteche.geojson": features("codice", func(p geojson.Properties) Subject {
		return Subject{Kind: catalog.KindPlace, Type: p.MustString("tipologia"), Title: p.MustString("denominazione"), Address: p.MustString("indirizzo", ""), Municipality: p.MustString("comune", ""),
			Phone: p.MustString("telefono", ""), Website: p.MustString("sito_web", "")}
	}),
	"demo/tables/enti.csv": table(';', "codice", func(r row) Subject {
		return Subject{Kind: catalog.KindOrganization, Title: r["nome"], Website: r["sito"], Phone: r["telefono"]}
	}),
}

// allRead are the files that were read already.
var allRead = map[string]rows{}

// source is the rows of a file, read once.
func source(t *testing.T, read map[string]rows, file string) rows {
	if r, ok := read[file]; ok {
		return r
	}
	reader := sources[file]
	path := shared + file
	if rest, ok := strings.CutPrefix(file, "demo/"); ok {
		path = demo + rest
		if reader == nil {
			reader = table(0, "codice", demoPlace)
		}
	}
	if strings.HasPrefix(file, "oai/") {
		reader = container
	}
	if reader == nil {
		t.Fatalf("nobody reads %s", file)
	}
	read[file] = reader(t, path)
	return read[file]
}

func point(lon, lat string) orb.Geometry {
	x, errX := strconv.ParseFloat(strings.Replace(strings.TrimSpace(lon), ",", ".", 1), 64)
	y, errY := strconv.ParseFloat(strings.Replace(strings.TrimSpace(lat), ",", ".", 1), 64)
	if errX != nil || errY != nil {
		return nil
	}
	return orb.Point{x, y}
}

func italianTown(r row) Subject {
	return Subject{Kind: catalog.KindAdminArea, Title: r["Denominazione (Italiana e straniera)"], Alternatives: []string{r["Denominazione in italiano"]}, Address: "(" + r["Sigla automobilistica"] + ")"}
}

func alessandria(r row) Subject {
	return Subject{Kind: catalog.KindPlace, Title: r["DUG"] + " " + r["DUF"], Municipality: "Alessandria", Postcode: r["CAP"]}
}

func demoPlace(r row) Subject {
	return Subject{Kind: catalog.KindPlace, Type: r["tipologia"], Title: r["denominazione"], Address: r["indirizzo"], Postcode: r["cap"], Municipality: r["comune"], Phone: r["telefono"], Website: r["sito_web"],
		Geometry: point(r["longitudine"], r["latitudine"])}
}

func openStreetMap(p geojson.Properties) Subject {
	tags, _ := p["tags"].(map[string]any)
	tag := func(name string) string { s, _ := tags[name].(string); return s }
	town := tag("addr:city")
	if town == "" {
		town = "Prato"
	}
	return Subject{Kind: catalog.KindPlace, Type: tag("shop") + " " + tag("craft"), Title: tag("name"), Address: strings.TrimSpace(tag("addr:street") + " " + tag("addr:housenumber")), Municipality: town, Phone: tag("phone"), Website: tag("website")}
}

var monthNames = fields("gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre")

// italianDay is "13 luglio 2025" as a date.
func italianDay(s string) string {
	f := fields(s)
	for i, m := range monthNames {
		if len(f) == 3 && f[1] == m {
			d, _ := strconv.Atoi(f[0])
			return fmt.Sprintf("%s-%02d-%02d", f[2], i+1, d)
		}
	}
	return ""
}

// open is a file, unpacked when it is gzip.
func open(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if !strings.HasSuffix(path, ".gz") {
		return f
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// table reads a CSV file; without a key the rows are counted from 0.
func table(comma rune, key string, subject func(row) Subject) func(*testing.T, string) rows {
	return func(t *testing.T, path string) rows {
		text, err := io.ReadAll(open(t, path))
		if err != nil {
			t.Fatal(err)
		}
		if s := string(text); strings.ToValidUTF8(s, "") != s {
			if text, err = charmap.Windows1252.NewDecoder().Bytes(text); err != nil {
				t.Fatal(err)
			}
		}
		all := strings.TrimPrefix(string(text), "\ufeff")
		if comma == 0 {
			comma = ','
			if line, _, _ := strings.Cut(all, "\n"); strings.Count(line, ";") > 3 {
				comma = ';'
			}
		}
		in := csv.NewReader(strings.NewReader(all))
		in.Comma, in.LazyQuotes, in.FieldsPerRecord = comma, true, -1
		list, err := in.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out := rows{}
		for i, values := range list[1:] {
			r := row{}
			for j, name := range list[0] {
				if j < len(values) && values[j] != "Non Disponibile" {
					r[name] = strings.TrimSpace(values[j])
				}
			}
			k := strconv.Itoa(i)
			if key != "" {
				k = r[key]
			}
			if _, ok := out[k]; !ok {
				out[k] = subject(r)
			}
		}
		return out
	}
}

// features reads a GeoJSON file; without a key OpenStreetMap's number or the count.
func features(key string, subject func(geojson.Properties) Subject) func(*testing.T, string) rows {
	return func(t *testing.T, path string) rows {
		text, err := io.ReadAll(open(t, path))
		if err != nil {
			t.Fatal(err)
		}
		fc, err := geojson.UnmarshalFeatureCollection(text)
		if err != nil {
			t.Fatal(err)
		}
		out := rows{}
		for i, f := range fc.Features {
			k := strconv.Itoa(i)
			if key != "" {
				k = f.Properties.MustString(key)
			} else if id, ok := f.Properties["id"].(float64); ok {
				k = fmt.Sprintf("%s/%.0f", f.Properties.MustString("type"), id)
			}
			s := subject(f.Properties)
			s.Geometry = f.Geometry
			out[k] = s
		}
		return out
	}
}
