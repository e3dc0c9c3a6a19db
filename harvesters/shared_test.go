package harvesters_test

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// shared is the absolute path of a real file outside the repository; without it
// the test is skipped, in CI it fails.
func shared(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../shared/data", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", path)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return path
}

// harvest runs a source, a file unless it says otherwise, into the store as the
// command does, and wants it to complete.
func harvest(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Receipt {
	t.Helper()
	r := run(t, store, src)
	if r.Outcome != catalog.RunCompleted {
		t.Fatalf("%s: %s: %s", src.ID, r.Outcome, r.Error)
	}
	return r
}

// run is harvest for a source that may fail.
func run(t *testing.T, store *postgis.Store, src catalog.Source) catalog.Receipt {
	t.Helper()
	src.Protocol = cmp.Or(src.Protocol, "file")
	src.Deadline = catalog.Duration(20 * time.Minute)
	src.Rhythm = catalog.Duration(24 * time.Hour)
	if err := store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	h, err := store.Begin(t.Context(), src)
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	r, err := harvesters.Run(t.Context(), http.DefaultClient, h, src, datasets.Vocabularies(), harvesters.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if r.Read != r.New+r.Changed+r.Unchanged+r.Refused {
		t.Errorf("%s: the receipt does not add up: %+v", src.ID, r)
	}
	return r
}

// Real files into a real catalogue: kept to the row, none refused, and a second
// run writes nothing.
func TestRealFiles(t *testing.T) {
	store := postgistest.New(t)
	ctx := t.Context()
	var table strings.Builder
	fmt.Fprintf(&table, "%-52s %8s %8s %8s %8s %7s\n", "file", "kept", "placed", "refused", "warnings", "seconds")
	for _, tt := range []struct {
		file         string
		kept, placed int64
		rules        map[string]int64
	}{
		{"csv/iccu-anagrafe-biblioteche.csv", 11613, 11469, map[string]int64{"position-zero": 68, "position-outside-italy": 3}},
		{"csv/mim-scuole-paritarie-2023-24.csv", 11870, 0, nil},
		{"csv/istat-elenco-comuni-2019-latin1.csv", 7917, 0, nil},
		{"boundaries/toscana-comuni-istat.geojson", 273, 273, nil},
		{"shapefile/aggregati-strutturali/prato-cantagallo.zip", 2465, 2465, nil},
		{"shapefile/aggregati-strutturali/prato-carmignano.zip", 4911, 4911, nil},
		{"shapefile/aggregati-strutturali/prato-montemurlo.zip", 3901, 3901, nil},
		{"shapefile/aggregati-strutturali/prato-poggio-a-caiano.zip", 1886, 1886, nil},
		{"shapefile/aggregati-strutturali/prato-vaiano.zip", 2785, 2785, nil},
		{"shapefile/aggregati-strutturali/prato-vernio.zip", 3736, 3736, nil},
		{"gpkg/palermo-fontanelle.gpkg", 3114, 3059, nil},
		{"geojson/prato-artigiani.geojson", 93, 93, nil},
		{"geojson/prato-ciclabili.geojson", 224, 224, nil},
		{"geojson/prato-negozi.geojson", 196, 196, nil},
		{"geojson/prato-wifi-free.geojson", 25, 25, nil},
		{"geojson/palermo-sezioni-censuarie.geojson.gz", 2874, 2874, nil},
		{"kml/palermo-fontanelle.kml", 150, 150, nil},
		{"csv/mim-libri-testo-toscana-2023.csv.gz", 216351, 0, nil},
	} {
		if testing.Short() && tt.kept > 300 {
			continue
		}
		src := catalog.Source{ID: catalog.Slug(strings.TrimSuffix(filepath.Base(tt.file), ".gz")), URL: shared(t, tt.file)}
		r := harvest(t, store, src)
		var placed, onMap int64
		for _, l := range r.Layers {
			placed += l.Placed
		}
		if err := store.DB().QueryRow(ctx, `select count(*) from published where source_id = $1 and ST_IsValid(geom) and mercator is not null`, src.ID).Scan(&onMap); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&table, "%-52s %8d %8d %8d %8d %7.1f\n", tt.file, r.New, onMap, r.Refused, r.Issues, r.Seconds)
		if r.New != tt.kept || placed != tt.placed || onMap != tt.placed || r.Refused != 0 {
			t.Errorf("%s: %d kept, %d placed, %d on the map, %d refused; want %d, %d, %d, 0", tt.file, r.New, placed, onMap, r.Refused, tt.kept, tt.placed, tt.placed)
		}
		for rule, want := range tt.rules {
			if r.Rules[rule] != want {
				t.Errorf("%s: %d issues %s; want %d", tt.file, r.Rules[rule], rule, want)
			}
		}
		if r.Read > 20000 {
			continue // the second run of the largest is in cmd/ponet's test of the kills
		}
		before := written(t, store)
		if again := harvest(t, store, src); again.Unchanged != tt.kept {
			t.Errorf("%s again: %+v; want %d unchanged", tt.file, again, tt.kept)
		}
		if after := written(t, store); after != before {
			t.Errorf("%s: an unchanged run wrote rows: %s, before %s", tt.file, after, before)
		}
	}
	t.Logf("\n%s", table.String())
}

// written counts what has ever been written to the tables that an unchanged
// run must leave alone.
func written(t *testing.T, store *postgis.Store) string {
	t.Helper()
	var s string
	err := store.DB().QueryRow(t.Context(), `
		select string_agg(relname || ' ' || pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_tuples_inserted(oid)
			+ pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid), ', ' order by relname)
		from pg_class, (select pg_stat_force_next_flush(), pg_stat_clear_snapshot()) f
		where relname in ('record', 'record_version', 'change', 'harvested') and relkind = 'r'`).Scan(&s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reread is python's own csv module on the same file: one line "key|title|lon|lat"
// a row, positions that no row of Italy can have left out.
const reread = `
import csv, sys
name, delimiter, encoding, key, title, lat, lon = sys.argv[1:]
for row in csv.DictReader(open(name, newline='', encoding=encoding), delimiter=delimiter):
    x = y = ''
    if lat and row[lat].strip() and row[lon].strip():
        y, x = (float(row[c].replace(',', '.')) for c in (lat, lon))
        if 6 < x < 19 and 35 < y < 48:
            x, y = '%.6f' % x, '%.6f' % y
        else:
            x = y = ''
    print('|'.join([row[key], ' '.join(row[title].split()), x, y]))
`

// An independent reader finds the same keys, titles and positions in every row. A wrong
// mapping is noticed, which one of the files is enough to tell.
func TestAnotherReaderAgreesOnEveryRow(t *testing.T) {
	if testing.Short() {
		t.Skip("reads whole files")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("needs python3")
	}
	for i, tt := range []struct {
		file, delimiter, encoding, key, title, lat, lon string
	}{
		{"csv/istat-elenco-comuni-2019-latin1.csv", ";", "latin-1", "Codice Comune formato alfanumerico", "Denominazione in italiano", "", ""},
		{"csv/iccu-anagrafe-biblioteche.csv", ";", "utf-8-sig", "codice-isil", "denominazione", "latitudine", "longitudine"},
		{"csv/mim-scuole-paritarie-2023-24.csv", ",", "utf-8-sig", "CODICESCUOLA", "DENOMINAZIONESCUOLA", "", ""},
	} {
		t.Run(filepath.Base(tt.file), func(t *testing.T) {
			path := shared(t, tt.file)
			out, err := exec.Command("python3", "-c", reread, path, tt.delimiter, tt.encoding, tt.key, tt.title, tt.lat, tt.lon).Output()
			if err != nil {
				t.Fatal(err)
			}
			want := hashLines(strings.Split(strings.TrimSpace(string(out)), "\n"))
			src := catalog.Source{ID: "file", URL: path}
			if got := contents(t, src); got != want {
				t.Errorf("hash of (key, title, lon, lat) = %s; python's csv gives %s", got, want)
			}
			if i > 0 {
				return
			}
			wrong := src
			wrong.Mapping.Fields = map[string]string{"title": tt.key}
			if contents(t, wrong) == want {
				t.Error("with a wrong mapping the hash is the same")
			}
		})
	}
}

// contents harvests src into an empty catalogue and hashes what is in it.
func contents(t *testing.T, src catalog.Source) string {
	t.Helper()
	store := postgistest.New(t)
	harvest(t, store, src)
	rows, _ := store.DB().Query(t.Context(), `
		select source_key || '|' || title || '|' || coalesce(to_char(ST_X(geom), 'FM990.000000'), '') || '|' || coalesce(to_char(ST_Y(geom), 'FM990.000000'), '')
		from published
		where kind <> 'dataset'`)
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return hashLines(lines)
}

func hashLines(lines []string) string {
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return fmt.Sprintf("%d rows %s", len(lines), hex.EncodeToString(sum[:8]))
}

// GDAL transforms every building to the same place, within 0.1 m.
func TestGDALAgreesOnEveryPosition(t *testing.T) {
	if testing.Short() {
		t.Skip("reads whole files")
	}
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip("needs ogr2ogr (gdal-bin)")
	}
	whole, stores := t, map[string]*postgis.Store{} // by file, until the whole test ends
	for _, tt := range []struct{ file, layer, collection string }{
		{"shapefile/aggregati-strutturali/prato-vernio.zip", "Vernio", "file"},
		{"shapefile/aggregati-strutturali/prato-carmignano.zip", "Carmignano", "file"},
		{"gpkg/palermo-fontanelle.gpkg", "quartieriPalermo", "quartieripalermo"},
		{"gpkg/palermo-fontanelle.gpkg", "circoscrizioniPalermoISTAT", "circoscrizionipalermoistat"},
	} {
		t.Run(tt.layer, func(t *testing.T) {
			path := shared(t, tt.file)
			store := stores[tt.file]
			if store == nil {
				store = postgistest.New(whole)
				stores[tt.file] = store
				harvest(t, store, catalog.Source{ID: "file", URL: path})
			}
			if strings.HasSuffix(path, ".zip") {
				path = "/vsizip/" + path
			}
			cmd := exec.Command("ogr2ogr", "-f", "CSV", "-lco", "GEOMETRY=AS_WKT", "-lco", "SEPARATOR=TAB", "-t_srs", "EPSG:4326", "-dim", "XY", "/vsistdout/", path, tt.layer)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil {
				t.Fatalf("ogr2ogr: %v\n%s", err, stderr.Bytes())
			}
			shapes := strings.Split(strings.TrimSpace(string(out)), "\n")[1:]
			for i := range shapes {
				shapes[i], _, _ = strings.Cut(shapes[i], "\t")
				shapes[i] = strings.Trim(shapes[i], "\"\r")
			}
			var theirs, ours, equal int
			// 0.1 m is 9e-7 degrees of latitude
			err = store.DB().QueryRow(t.Context(), `
				with ogr as materialized (select ST_GeomFromText(w, 4326) as geom from unnest($1::text[]) w)
				select count(*), (select count(*) from published where collection = $2),
					count(*) filter (where exists (
						select from published p
						where p.collection = $2 and p.geom && ST_Expand(ogr.geom, 9e-7)
						  and ST_HausdorffDistance(ST_MakeValid(ogr.geom), p.geom) < 9e-7))
				from ogr`, shapes, tt.collection).Scan(&theirs, &ours, &equal)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d shapes of GDAL, %d records, %d within 0.1 m", theirs, ours, equal)
			if theirs != ours || equal != ours {
				t.Errorf("%d shapes of GDAL, %d records, %d within 0.1 m", theirs, ours, equal)
			}
		})
	}
}
