package demo

import (
	"archive/zip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb/geojson"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/file"
)

// checkedMetres is how far a checked position may be from what an independent
// open source says.
const checkedMetres = 150

// A witness is an independent source's idea of where something is.
type witness struct {
	source   string // "ICCU", "GTFS", "Wi-Fi"
	code     string // ISIL of a library
	street   string // as streetName makes it
	number   int    // 0: none
	lon, lat float64
}

// TestCheckedPositions holds every position that calls itself checked against
// the register of libraries, the stops of the buses, which carry street and
// number, and, outside the city of Prato, the outlines of the buildings.
func TestCheckedPositions(t *testing.T) {
	const data = "../../../shared/data/"
	if _, err := os.Stat(data); err != nil {
		t.Skip("needs ../shared/data: ", err)
	}
	witnesses := append(iccuLibraries(t, data+"csv/iccu-anagrafe-biblioteche.csv"), stops(t, data+"gtfs/cap-prato-gtfs.zip")...)
	witnesses = append(witnesses, squares(t, data+"geojson/prato-wifi-free.geojson")...)
	buildings := corners(t, data+"shapefile/aggregati-strutturali/prato-*.zip")
	checked, by := 0, map[string]int{}
	all := positioned(t)
	for _, r := range all {
		if r.values["posizione"] != "verificata" {
			continue
		}
		checked++
		w, metres := nearest(r, witnesses, buildings)
		if metres > checkedMetres {
			t.Errorf("%s in %s, %s, calls itself checked; the nearest witness is %s, %.0f m away", r.title(), r.file, r.values["indirizzo"], w, metres)
			continue
		}
		by[strings.Fields(w)[0]]++
		t.Logf("%s: %.0f m from %s", r.title(), metres, w)
	}
	t.Logf("%d of %d positions are checked: %v", checked, len(all), by)
}

// positioned are all things of the territory that have a position of their own:
// the places, the stations, and the rows of the datasets.
func positioned(t *testing.T) []row {
	t.Helper()
	all := rows(t)
	for _, name := range []string{"stazioni", "righe"} {
		for _, e := range table(name) {
			if e["lon"] != "" {
				e["denominazione"], e["indirizzo"] = e["titolo"], e["luogo"]
				all = append(all, row{file: name, values: e, lon: e.number("lon"), lat: e.number("lat")})
			}
		}
	}
	return all
}

// beside is how near a witness without a name has to be, in metres.
const beside = 40

// nearest is the nearest witness for r: of its own library, of its street and a
// number near its own, or the building it stands in or beside.
func nearest(r row, witnesses []witness, buildings [][2]float64) (string, float64) {
	best, found := math.Inf(1), "none"
	street, number := address(r.values["indirizzo"])
	for _, w := range witnesses {
		d := metresBetween(r.lon, r.lat, w.lon, w.lat)
		same := w.code != "" && w.code == r.values["codice"] ||
			street != "" && w.street == street && (w.number == 0 || number == 0 || abs(w.number-number) <= 40) ||
			len(w.street) > 3 && strings.Contains(catalog.Plain(strings.ToLower(r.title())), w.street) || // "Ospedale", the stop
			w.source == "Wi-Fi" && w.street == "" && d < beside // an area without a name
		if same && d < best {
			best, found = d, fmt.Sprintf("%s %s %s %d", w.source, w.code, w.street, w.number)
		}
	}
	if best > checkedMetres {
		for _, b := range buildings {
			if d := metresBetween(r.lon, r.lat, b[0], b[1]); d < beside && d < best {
				best, found = d, "building"
			}
		}
	}
	return found, best
}

func abs(n int) int { return max(n, -n) }

func metresBetween(lon, lat, lon2, lat2 float64) float64 {
	const degree = 111_195.0
	return math.Hypot((lon2-lon)*degree*math.Cos(lat*math.Pi/180), (lat2-lat)*degree)
}

var (
	streetKinds = regexp.MustCompile(`^(via|viale|piazza|piazzale|p\.?za|p\.?zza|largo|corso)\s+`)
	numbers     = regexp.MustCompile(`\b(\d+)`)
	smallWords  = []string{"di", "del", "della", "dello", "dei", "degli", "delle", "da", "de", "san", "santa", "s", "sn", "snc"}
)

// address parts "Via Benedetto Cairoli 59" into the last word of the street's
// name and the number.
func address(text string) (street string, number int) {
	text = catalog.Plain(strings.ToLower(text))
	if m := numbers.FindString(text); m != "" {
		number, _ = strconv.Atoi(m)
	}
	return streetName(numbers.Split(text, 2)[0]), number
}

// streetName is the word that tells a street from others: the last one that is
// no small word.
func streetName(text string) string {
	text = streetKinds.ReplaceAllString(strings.TrimSpace(catalog.Plain(strings.ToLower(text))), "")
	words := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == '\'' || c == '.' || c == ',' || c == '/' || c == '’' })
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(smallWords, w) || w[0] >= '0' && w[0] <= '9' })
	if len(words) == 0 {
		return ""
	}
	return words[len(words)-1]
}

// iccuLibraries are those of the province in ICCU's register.
func iccuLibraries(t *testing.T, path string) []witness {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []witness
	for _, v := range readLines(t, filepath.Base(path), b) {
		if v["codice istat provincia"] != "100" {
			continue
		}
		street, number := address(v["indirizzo"])
		all = append(all, witness{"ICCU", v["codice-isil"], street, number, number64(v["longitudine"]), number64(v["latitudine"])})
	}
	return all
}

func number64(text string) float64 {
	v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// stops of the buses: their names are a street and the number before which they
// stand.
func stops(t *testing.T, path string) []witness {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("stops.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	if _, err := r.Read(); err != nil { // stop_id, stop_name, stop_lat, stop_lon, stop_code
		t.Fatal(err)
	}
	var all []witness
	for {
		line, err := r.Read()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		street, number := address(line[1])
		all = append(all, witness{"GTFS", "", street, number, number64(line[3]), number64(line[2])})
	}
}

// squares are where the city of Prato has free Wi-Fi.
func squares(t *testing.T, path string) []witness {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := geojson.UnmarshalFeatureCollection(b)
	if err != nil {
		t.Fatal(err)
	}
	var all []witness
	for _, f := range c.Features {
		_, name, _ := strings.Cut(strings.TrimSuffix(f.Properties.MustString("DocName", ""), ".dxf"), "Indicata ")
		name, _, _ = strings.Cut(name, " - ")
		at := f.Geometry.Bound().Center()
		all = append(all, witness{"Wi-Fi", "", streetName(name), 0, at.Lon(), at.Lat()})
	}
	return all
}

// corners of the buildings in the files, in degrees.
func corners(t *testing.T, pattern string) [][2]float64 {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("no file is %s, %v", pattern, err)
	}
	var all [][2]float64
	for _, name := range files {
		path, err := filepath.Abs(name)
		if err != nil {
			t.Fatal(err)
		}
		for h, err := range file.Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "edifici", Protocol: "file", URL: path}) {
			if err != nil {
				t.Fatal(err)
			}
			flat, stride := h.Geometry.FlatCoords(), h.Geometry.Stride()
			for i := 0; i < len(flat); i += stride {
				all = append(all, italyZone(flat[i], flat[i+1]))
			}
		}
	}
	return all
}

// italyZone turns metres of EPSG:7794 (RDN2008 / Italy zone, E-N: transverse
// Mercator on 12° E, scale 0.9985, false easting 7,000,000 m, GRS 80) into
// degrees, by the series of Krüger to the third order (IOGP 373-7-2 §3.5.3).
func italyZone(east, north float64) [2]float64 {
	const a, f, k = 6378137.0, 1 / 298.257222101, 0.9985
	n := f / (2 - f)
	radius := a / (1 + n) * (1 + n*n/4 + n*n*n*n/64)
	xi, eta := north/(k*radius), (east-7_000_000)/(k*radius)
	beta := []float64{n/2 - 2*n*n/3 + 37*n*n*n/96, n*n/48 + n*n*n/15, 17 * n * n * n / 480}
	x, e := xi, eta
	for i, b := range beta {
		j := 2 * float64(i+1)
		x -= b * math.Sin(j*xi) * math.Cosh(j*eta)
		e -= b * math.Cos(j*xi) * math.Sinh(j*eta)
	}
	chi := math.Asin(math.Sin(x) / math.Cosh(e))
	delta := []float64{2*n - 2*n*n/3 - 2*n*n*n, 7*n*n/3 - 8*n*n*n/5, 56 * n * n * n / 15}
	lat := chi
	for i, d := range delta {
		lat += d * math.Sin(2*float64(i+1)*chi)
	}
	return [2]float64{12 + math.Atan2(math.Sinh(e), math.Cos(x))*180/math.Pi, lat * 180 / math.Pi}
}

// The centre of Prato in EPSG:7794, as PROJ has it.
func TestItalyZone(t *testing.T) {
	got := italyZone(6_927_456, 4_853_595)
	if d := metresBetween(got[0], got[1], 11.096, 43.880); d > 1 {
		t.Errorf("%v is %.1f m off", got, d)
	}
}
