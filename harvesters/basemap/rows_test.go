package basemap

import (
	"errors"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/paulmach/orb"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/file"
)

// rowsOf makes a table of values, all with the same geometry.
func rowsOf(name string, columns []string, g geom.T, values ...[]any) iter.Seq2[catalog.Harvested, error] {
	layer := &catalog.Layer{Name: name, SRID: 4326}
	for _, c := range columns {
		layer.Columns = append(layer.Columns, catalog.Column{Name: c, Type: catalog.ColumnText})
	}
	return func(yield func(catalog.Harvested, error) bool) {
		for _, v := range values {
			if !yield(catalog.Harvested{Layer: layer, Values: v, Geometry: g}, nil) {
				return
			}
		}
	}
}

func lineXY(coords ...float64) *geom.LineString {
	return geom.NewLineStringFlat(geom.XY, coords).SetSRID(4326)
}

func area() *geom.Polygon {
	return geom.NewPolygonFlat(geom.XYZ, []float64{11, 43, 5, 12, 43, 5, 12, 44, 5, 11, 43, 5}, []int{12}).SetSRID(4326)
}

func TestRowsClassify(t *testing.T) {
	road := lineXY(11, 43, 12, 44)
	for _, test := range []struct {
		name, file, given string
		columns           []string
		g                 geom.T
		values            []any
		want              string // "layer class name", or the reason
	}{
		{"tags", "export.geojson", "", []string{"highway", "name"}, road, []any{"primary", "Via Roma"}, "strade primary Via Roma"},
		{"cycleway", "export.geojson", "", []string{"highway", "name"}, road, []any{"cycleway", "Ciclabile"}, "ciclabili cycleway Ciclabile"},
		{"planned road", "export.geojson", "", []string{"highway"}, road, []any{"proposed"}, "of no layer"},
		{"planned road among roads", "strade-osm.shp", "", []string{"highway"}, road, []any{"proposed"}, "of no layer"},
		{"tunnel", "export.geojson", "", []string{"railway", "tunnel"}, road, []any{"rail", "yes"}, "ferrovie tunnel"},
		{"building", "x.shp", "", []string{"building"}, area(), []any{"yes"}, "edifici"},
		{"not a building", "x.shp", "", []string{"building"}, area(), []any{"no"}, "of no layer"},
		{"geofabrik", "gis_osm_roads_free_1.shp", "", []string{"fclass", "name"}, road, []any{"motorway", "A11"}, "strade motorway A11"},
		{"by file name", "grafo-stradale.zip", "", []string{"TIPO", "NOME"}, road, []any{"Strada statale", "SS 66"}, "strade primary SS 66"},
		{"regional file", "idrografia.gpkg", "", []string{"Nome", "Classe"}, road, []any{"Bisenzio", "FIUME"}, "acque river Bisenzio"},
		{"lake", "idrografia.gpkg", "", []string{"nome"}, area(), []any{"Lago di Bilancino"}, "acque water Lago di Bilancino"},
		{"istat", "toscana-comuni-istat.geojson", "", []string{"com_istat_code", "name"}, area(), []any{"100005", "Prato"}, "confini municipality Prato"},
		{"boundary", "x.geojson", "", []string{"boundary", "admin_level", "name"}, area(), []any{"administrative", "6", "Prato"}, "confini province Prato"},
		{"given", "prato-vaiano.zip", "edifici", []string{"IDAG"}, area(), []any{"7"}, "edifici"},
		{"given, other tags", "x.geojson", "verde", []string{"building", "nome"}, area(), []any{"yes", "Orto"}, "verde park Orto"},
		{"wrong dimension", "edifici.shp", "", []string{"id"}, road, []any{"1"}, "of the wrong dimension for edifici"},
		{"unknown", "dati.csv", "", []string{"id"}, road, []any{"1"}, "of no layer"},
		{"no geometry", "strade.csv", "", []string{"id"}, nil, []any{"1"}, "without a geometry"},
		{"empty line", "strade.csv", "", []string{"id"}, lineXY(), []any{"1"}, "without a geometry"},
		{"place", "x.geojson", "", []string{"place", "name"}, geom.NewPointFlat(geom.XY, []float64{11, 43}), []any{"village", "Artimino"}, "toponimi village Artimino"},
		{"nameless place", "x.geojson", "", []string{"place", "name"}, geom.NewPointFlat(geom.XY, []float64{11, 43}), []any{"village", nil}, "places without a name"},
	} {
		var report Report
		got := ""
		for s, err := range Rows(rowsOf("", test.columns, test.g, test.values), test.file, test.given, &report) {
			if err != nil {
				continue // that nothing was kept is said at the end
			}
			got = strings.TrimSpace(strings.Join([]string{s.Layer, s.Class, s.Name}, " "))
			got = strings.Join(strings.Fields(got), " ")
		}
		for reason := range report.Skipped {
			got = reason
		}
		if got != test.want {
			t.Errorf("%s: %q; want %q", test.name, got, test.want)
		}
	}
}

func TestRowsErrors(t *testing.T) {
	broken := errors.New("the server went away")
	failing := func(yield func(catalog.Harvested, error) bool) { yield(catalog.Harvested{}, broken) }
	refused := func(yield func(catalog.Harvested, error) bool) {
		yield(catalog.Harvested{}, &catalog.RowError{Issue: catalog.Issue{File: "x", Field: "y"}})
	}
	for _, test := range []struct {
		name, given string
		rows        iter.Seq2[catalog.Harvested, error]
		want        error
	}{
		{"stream", "", failing, broken},
		{"layer", "mare", refused, catalog.ErrInvalid},
		{"nothing recognised", "", rowsOf("", []string{"id"}, lineXY(1, 2, 3, 4), []any{"1"}), catalog.ErrInvalid},
		{"refused row", "", refused, nil},
	} {
		var report Report
		var got error
		for _, err := range Rows(test.rows, "dati.csv", test.given, &report) {
			got = err
		}
		if !errors.Is(got, test.want) || (test.want == nil && got != nil) {
			t.Errorf("%s: error = %v; want %v", test.name, got, test.want)
		}
	}
}

// TestSharedFiles reads real files with the readers of harvesters/file.
func TestSharedFiles(t *testing.T) {
	const shared = "../../../shared/data"
	if _, err := os.Stat(shared); err != nil {
		t.Skipf("the data for development is not at hand: %v", err)
	}
	for _, test := range []struct {
		pattern, layer string
		want           map[string]int64
		srid           int
	}{
		{"shapefile/aggregati-strutturali/prato-*.zip", "edifici", map[string]int64{"edifici": 19_684}, 7794},
		{"boundaries/toscana-comuni-istat.geojson", "", map[string]int64{"confini": 273}, 4326},
		{"geojson/prato-ciclabili.geojson", "", map[string]int64{"ciclabili": 224}, 4326},
	} {
		paths, err := filepath.Glob(filepath.Join(shared, test.pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", test.pattern, err)
		}
		var report Report
		for _, p := range paths {
			p, err := filepath.Abs(p)
			if err != nil {
				t.Fatal(err)
			}
			rows := file.Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "x", URL: p})
			for s, err := range Rows(rows, filepath.Base(p), test.layer, &report) {
				if err != nil {
					t.Fatalf("%s: %v", p, err)
				}
				if s.SRID != test.srid {
					t.Fatalf("%s: EPSG:%d; want %d", p, s.SRID, test.srid)
				}
			}
		}
		if diff := cmp.Diff(test.want, report.Kept); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", test.pattern, &report, diff)
		}
	}
}

// What is classified goes to a layer that draws it, whatever the tags say.
func FuzzClassify(f *testing.F) {
	f.Add("highway", "primary", "name", "Via Roma", "strade.shp")
	f.Add("building", "no", "natural", "water", "")
	f.Add("boundary", "administrative", "admin_level", "8", "comuni")
	f.Add("tipo", "Strada statale \xff", "NOME", "\x00", "grafo\n")
	f.Fuzz(func(t *testing.T, key, value, key2, value2, name string) {
		for _, g := range []geom.T{geom.NewPointFlat(geom.XY, []float64{11, 43}), lineXY(11, 43, 12, 44), area()} {
			var report Report
			for s, err := range Rows(rowsOf(name, []string{key, key2}, g, []any{value, value2}), name, "", &report) {
				if err != nil {
					if !errors.Is(err, catalog.ErrInvalid) {
						t.Fatal(err)
					}
					continue
				}
				if !slices.Contains(Layers, s.Layer) || !suits(s.Layer, s.Geometry.Dimensions()) {
					t.Errorf("%q=%q, %q=%q of %q: layer %q for a %T", key, value, key2, value2, name, s.Layer, s.Geometry)
				}
				if len(s.Class) > 20 || !utf8.ValidString(s.Class) {
					t.Errorf("class %q", s.Class)
				}
			}
			if report.Read != 1 || len(report.Kept)+len(report.Skipped) != 1 {
				t.Errorf("report %v", &report)
			}
		}
	})
}

// Ways joined to rings keep every ring closed, whatever their ends.
func FuzzRings(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 1, 1, 0xff, 1, 1, 0, 1, 0, 0})
	f.Add([]byte{0, 0, 1, 0, 1, 1, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		var ways []orb.LineString
		var way orb.LineString
		for i := 0; i+1 < len(b); i += 2 {
			if b[i] == 0xff {
				ways, way = append(ways, way), nil
				continue
			}
			way = append(way, orb.Point{float64(b[i] % 8), float64(b[i+1] % 8)})
		}
		polygons, err := assemble(append(ways, way), nil)
		if err != nil {
			return
		}
		for _, p := range polygons {
			if len(p[0]) < 4 || !p[0].Closed() {
				t.Errorf("ring %v", p[0])
			}
		}
	})
}
