package file

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// A line of a comparison: key, title and position of one row, as one text.
// Positions are boxes, so that lines and areas are compared as well.
func comparable(key, title string, box []float64) string {
	where := "-"
	if box != nil {
		digits := 7 // degrees
		if math.Abs(box[0]) > 360 {
			digits = 3 // metres
		}
		where = fmt.Sprintf("%.*f %.*f %.*f %.*f", digits, box[0], digits, box[1], digits, box[2], digits, box[3])
	}
	return key + "|" + title + "|" + where
}

// ours harvests a source and writes its rows as lines, by layer. The title is
// that of the column that the mapping names, or the one that was guessed.
// Keys are left out where they are hashes.
func ours(t *testing.T, src catalog.Source, hashed bool) map[string][]string {
	t.Helper()
	lines := map[string][]string{}
	for h, err := range Harvest(t.Context(), http.DefaultClient, src) {
		if err != nil {
			t.Fatal(err)
		}
		name := src.Mapping.Fields["title"]
		if name == "" {
			name = h.Layer.Guess.Fields["title"]
		}
		title := ""
		i := slices.IndexFunc(h.Layer.Columns, func(c catalog.Column) bool { return c.Name == name })
		if i >= 0 && h.Values[i] != nil {
			title = fmt.Sprint(h.Values[i])
		}
		key := h.Key
		if hashed {
			key = ""
		}
		var box []float64
		if g := h.Geometry; g != nil {
			b := g.Bounds()
			box = []float64{b.Min(0), b.Min(1), b.Max(0), b.Max(1)}
		}
		lines[h.Layer.Name] = append(lines[h.Layer.Name], comparable(key, title, box))
	}
	return lines
}

// differ compares whole files by count and hash and names the first difference.
func differ(got, want []string) error {
	hash := func(lines []string) [32]byte { return sha256.Sum256([]byte(strings.Join(lines, "\n"))) }
	if len(got) == len(want) && hash(got) == hash(want) {
		return nil
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			return fmt.Errorf("row %d is %q; the other reader has %q", i+1, got[i], want[i])
		}
	}
	return fmt.Errorf("%d rows; the other reader has %d", len(got), len(want))
}

// need skips the test, or fails it in CI, when a program is not installed.
func need(t *testing.T, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s is missing: install %s", program, pkg)
		}
		t.Skipf("%s is missing: install %s", program, pkg)
	}
}

// readByOGR reads a layer with ogr2ogr, in its own CRS.
func readByOGR(t *testing.T, dataset, layer, key, title string) []string {
	t.Helper()
	args := []string{"-f", "GeoJSON", "-lco", "RFC7946=NO", "-lco", "COORDINATE_PRECISION=15", "-lco", "WRITE_BBOX=YES", "-preserve_fid", "/vsistdout/", dataset}
	if layer != "" {
		args = append(args, layer)
	}
	out, err := exec.CommandContext(t.Context(), "ogr2ogr", args...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("ogr2ogr %s: %v: %s", dataset, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var c struct {
		Features []struct {
			ID         any
			BBox       []float64
			Properties map[string]any
			Geometry   json.RawMessage
		}
	}
	d := json.NewDecoder(bytes.NewReader(out))
	d.UseNumber()
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range c.Features {
		k := ""
		switch {
		case key == "@id":
			k = printed(f.ID)
		case key != "":
			k = printed(f.Properties[key])
		}
		v := any(f.Properties)
		for part := range strings.SplitSeq(title, ".") {
			m, _ := v.(map[string]any)
			v = m[part]
		}
		box := f.BBox
		if len(box) == 6 {
			box = []float64{box[0], box[1], box[3], box[4]}
		}
		lines = append(lines, comparable(k, strings.TrimSpace(printed(v)), box))
	}
	return lines
}

func printed(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// The columns named here are read by ogr2ogr; ours come from detection alone.
func TestAgainstOGR(t *testing.T) {
	need(t, "ogr2ogr", "gdal-bin")
	tests := []struct{ file, layer, ogr, key, title string }{
		{"geojson/prato-artigiani.geojson", "", "", "@id", "tags.name"},
		{"geojson/prato-ciclabili.geojson", "", "", "@id", "tags.name"},
		{"geojson/prato-negozi.geojson", "", "", "@id", "tags.name"},
		{"geojson/prato-wifi-free.geojson", "", "", "ID", "DocName"},
		{"geojson/palermo-sezioni-censuarie.geojson.gz", "", "/vsigzip/", "fid", "UPL_nome"},
		{"geojson/ran-stazioni.geojson", "", "", "", "nome"},
		{"geojson/mibact-luoghi-cultura-sisma.geojson", "", "", "", "Nome bene culturale"},
		{"geojson/dpc-vesuvio-zona-rossa.geojson", "", "", "", "Località"},
		{"boundaries/toscana-comuni-istat.geojson", "", "", "com_istat_code", "name"},
		{"boundaries/toscana-comuni.topojson", "", "", "com_istat_code", "name"},
		{"boundaries/italia-regioni.geojson", "", "", "reg_istat_code", "reg_name"},
		{"boundaries/load/regione-12-comuni.geojson.gz", "", "/vsigzip/", "com_istat_code", "name"},
		{"gpkg/palermo-fontanelle.gpkg", "quartieriPalermo", "", "QUA_ID", "DENOMINAZI"},
		{"gpkg/palermo-fontanelle.gpkg", "fontanelle_Palermo", "", "@id", "Name"},
		{"gpkg/palermo-fontanelle.gpkg", "circoscrizioniPalermoISTAT", "", "@id", "den_asc"},
		{"gpkg/palermo-fontanelle.gpkg", "sez_cens_2011", "", "@id", ""},
		{"gpkg/palermo-fontanelle.gpkg", "popolazioneResidente2018", "", "@id", "UPL_nome"},
		{"gpkg/poi-portugal-osm.gpkg", "", "", "@id", "name"},
		{"kml/palermo-fontanelle.kml", "", "", "", "Name"},
		{"kml/tg-polygon.kml", "", "", "", "Name"},
		{"shapefile/palermo-isolinee-ta600.zip", "", "/vsizip/", "ID", ""},
		{"shapefile/aggregati-strutturali/prato-cantagallo.zip", "", "/vsizip/", "IDAG", ""},
		{"shapefile/aggregati-strutturali/prato-carmignano.zip", "", "/vsizip/", "IDAG", ""},
		{"shapefile/aggregati-strutturali/prato-montemurlo.zip", "", "/vsizip/", "IDAG", ""},
		{"shapefile/aggregati-strutturali/prato-poggio-a-caiano.zip", "", "/vsizip/", "IDAG", ""},
		{"shapefile/aggregati-strutturali/prato-vaiano.zip", "", "/vsizip/", "IDAG", ""},
		{"shapefile/aggregati-strutturali/prato-vernio.zip", "", "/vsizip/", "IDAG", ""},
	}
	for _, tt := range tests {
		t.Run(tt.file+"#"+tt.layer, func(t *testing.T) {
			p := shared(t, tt.file)
			want := readByOGR(t, tt.ogr+p, tt.layer, tt.key, tt.title)
			src := catalog.Source{ID: "test", URL: p}
			if tt.layer != "" {
				src.Mapping.Layers = []string{tt.layer}
			}
			if err := differ(ours(t, src, tt.key == "")[""], want); err != nil {
				t.Error(err)
			}
		})
	}
}

// python reads a CSV file with Python's csv module and prints key, title and
// position of every row. Positions at 0, 0 and outside Italy count as none.
const python = `
import csv, gzip, json, sys
path, encoding, delimiter, key, title, lon, lat = sys.argv[1:8]
opened = gzip.open if path.endswith(".gz") else open
csv.field_size_limit(1 << 30)
nothing = {"-", "--", "ND", "N.D.", "NULL", "NON DISPONIBILE"}
def value(row, names):
    v = (row.get(names) or "").strip()
    if "Ã" in v or "â€" in v: # UTF-8 that somebody read as Windows-1252
        try: v = v.encode("cp1252").decode("utf-8")
        except UnicodeError: pass
    return "" if v.upper() in nothing else v.strip()
with opened(path, "rt", encoding=encoding, newline="") as f:
    rows = csv.reader(f, delimiter=delimiter)
    header = [" ".join(h.split()) for h in next(rows)]
    for cells in rows:
        if not cells: continue
        row = dict(zip(header, cells))
        x, y = (value(row, n).replace(",", ".") if n else "" for n in (lon, lat))
        x, y = (float(x), float(y)) if x and y else (0, 0)
        inside = 6.4 <= x <= 18.7 and 35.2 <= y <= 47.3
        print(json.dumps([value(row, key) if key else "", value(row, title) if title else "", [x, y, x, y] if inside else None]))
`

func readByPython(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "python3", append([]string{"-c", python}, args...)...).Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("python3: %v: %s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var lines []string
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 16<<20)
	for s.Scan() {
		var key, title string
		var box []float64
		if err := json.Unmarshal(s.Bytes(), &[]any{&key, &title, &box}); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, comparable(key, title, box))
	}
	return lines
}

func TestAgainstPython(t *testing.T) {
	need(t, "python3", "python3")
	tests := []struct{ file, encoding, delimiter, key, title, lon, lat string }{
		{"csv/iccu-anagrafe-biblioteche.csv", "utf-8", ";", "codice-isil", "denominazione", "longitudine", "latitudine"},
		{"csv/mim-scuole-paritarie-2023-24.csv", "utf-8", ",", "CODICESCUOLA", "DENOMINAZIONESCUOLA", "", ""},
		{"csv/istat-elenco-comuni-2019-latin1.csv", "latin-1", ";", "Codice Comune formato alfanumerico", "Denominazione in italiano", "", ""},
		{"csv/istat-elenco-comuni.csv", "utf-8", ";", "Codice Comune formato alfanumerico", "Denominazione in italiano", "", ""},
		{"csv/mim-libri-testo-toscana-2023.csv.gz", "utf-8", ",", "", "TITOLO", "", ""},
		{"csv/alessandria-segnalazioni-municipium.csv", "utf-8", ";", "Id", "DescrizioneBreve", "", ""},
		{"csv/comune-prato-comunicati-2011.csv.gz", "utf-8", ",", "id", "titolo", "", ""},
		{"csv/comune-prato-comunicati-2012.csv", "utf-8", ",", "id", "titolo", "", ""},
		{"csv/comune-prato-comunicati-2014.csv", "utf-8", ",", "id", "titolo", "", ""},
		{"csv/comune-prato-comunicati-2015.csv.gz", "utf-8", ",", "id", "titolo", "", ""},
		{"csv/comune-prato-comunicati-2017.csv", "utf-8", ",", "id", "titolo", "", ""},
		{"csv/comuni-vocabolario-cities.csv.gz", "utf-8", ",", "", "LABEL_COMUNE_IT", "", ""},
		{"csv/consultori-italia.csv", "utf-8", ",", "", "denominazione", "", ""},
		{"csv/dighe-italia-anagrafica.csv", "utf-8", ",", "", "nome", "longitudine", "latitudine"},
		{"csv/ipa-amministrazioni-siti.csv", "utf-8", ",", "cod_amm", "", "", ""},
		{"csv/istat-popolazione-comuni-2023.csv", "utf-8", ",", "PRO_COM_T", "istat_comune_nome", "", ""},
		{"csv/istat-province-covid-2023.csv", "utf-8", ",", "", "denominazione_provincia", "long", "lat"},
		{"csv/mim-scuole-stato-irc-2024-25.csv", "utf-8", ",", "CODICESCUOLA", "", "", ""},
		{"csv/scioperi-cgsse.csv", "utf-8", ",", "", "azienda", "", ""},
		{"csv/vetrina-toscana-botteghe-prato.csv", "utf-8", ",", "ID", "NOME", "LONG", "LAT"},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			p := shared(t, tt.file)
			want := readByPython(t, p, tt.encoding, tt.delimiter, tt.key, tt.title, tt.lon, tt.lat)
			if err := differ(ours(t, catalog.Source{ID: "test", URL: p}, tt.key == "")[""], want); err != nil {
				t.Error(err)
			}
		})
	}
}

// The comparison would be worth nothing if it passed whatever is mapped.
func TestWrongMappingIsNoticed(t *testing.T) {
	need(t, "python3", "python3")
	p := shared(t, "csv/iccu-anagrafe-biblioteche.csv")
	want := readByPython(t, p, "utf-8", ";", "codice-isil", "denominazione", "longitudine", "latitudine")
	tests := []struct {
		name    string
		mapping catalog.Mapping
	}{
		{"title", catalog.Mapping{Fields: map[string]string{"title": "indirizzo"}}},
		{"key", catalog.Mapping{Key: []string{"codice-sbn"}}},
		{"lon and lat swapped, and held to be right", catalog.Mapping{Fields: map[string]string{"lon": "latitudine", "lat": "longitudine"}, SwapAxes: new(bool)}},
		{"CRS", catalog.Mapping{SRID: 3003}},
		{"delimiter", catalog.Mapping{Delimiter: ","}},
	}
	for _, tt := range tests {
		src := catalog.Source{ID: "test", URL: p, Mapping: tt.mapping}
		var got []string
		for h, err := range Harvest(t.Context(), http.DefaultClient, src) {
			if err == nil {
				_ = h
				continue
			}
			got = []string{err.Error()} // a refusal is a difference too
			break
		}
		if got == nil {
			got = ours(t, src, false)[""]
		}
		if err := differ(got, want); err == nil {
			t.Errorf("with a wrong %s the comparison finds nothing", tt.name)
		} else {
			t.Logf("%s: %v", tt.name, err)
		}
	}
	if err := differ(ours(t, catalog.Source{ID: "test", URL: p}, false)[""], want); err != nil {
		t.Errorf("with the right mapping: %v", err)
	}
}
