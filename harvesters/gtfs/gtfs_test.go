package gtfs_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/gtfs"
	"po-net.prato.it/ponet/harvesters/harvesttest"
)

// A harvest is what a feed gives, in the order of its rows.
type harvest struct {
	rows    map[string][]catalog.Harvested // by layer
	refused []catalog.Issue
	failure error
}

func run(t *testing.T, src catalog.Source) harvest {
	t.Helper()
	src.ID = "t"
	h := harvest{rows: map[string][]catalog.Harvested{}}
	kept, refused, failure := harvesttest.Collect(gtfs.Harvest(t.Context(), http.DefaultClient, src))
	h.refused, h.failure = refused, failure
	for _, row := range kept {
		h.rows[row.Layer.Name] = append(h.rows[row.Layer.Name], row)
	}
	return h
}

// zipped is a feed of these files; those that are given later replace.
func zipped(files ...map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	all := map[string]string{}
	for _, f := range files {
		for name, content := range f {
			all[name] = content
		}
	}
	for name, content := range all {
		w, _ := z.Create(name)
		_, _ = w.Write([]byte(content))
	}
	_ = z.SetComment("orario valido fino a nuovo avviso")
	_ = z.Close()
	return b.Bytes()
}

func harvestZip(t *testing.T, files ...map[string]string) harvest {
	return bytesOf(t, zipped(files...))
}

func bytesOf(t *testing.T, content []byte) harvest {
	p := filepath.Join(t.TempDir(), "bus.gtfs")
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return run(t, catalog.Source{URL: p})
}

func value(h catalog.Harvested, column string) any { return harvesttest.Value(h, column) }

func text(v any) string {
	b, _ := v.(json.RawMessage)
	return string(b)
}

var small = map[string]string{
	"agency.txt":         "agency_id,agency_name,agency_url,agency_timezone\n169,CAP,http://www.example.org,Europe/Rome\n",
	"calendar.txt":       "service_id,monday,start_date,end_date\nF,1,20260907,20261222\n",
	"calendar_dates.txt": "service_id,date,exception_type\nF,20261231,2\nS,20260901,1\n",
	"routes.txt":         "route_id,agency_id,route_short_name,route_long_name,route_type\nR1,169,LAM Blu,Repubblica - Maliseti,3\nR2,169,,Prato - Vernio,106\n",
	"trips.txt":          "route_id,service_id,trip_id,direction_id,shape_id\nR1,F,T1,0,A\nR1,F,T2,0,A\nR1,S,T3,0,B\nR1,F,T4,1,C\nR9,F,T9,0,A\n",
	"shapes.txt":         "shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence\nA,43.9,11.2,20\nA,43.8,11.1,3\nA,0,0,4\nB,43.7,11.0,1\nB,43.6,11.0,2\nC,43.85,11.1,1\nC,43.95,11.1,2\n",
	"stops.txt":          "stop_id,stop_code,stop_name,stop_lat,stop_lon,location_type,parent_station,wheelchair_boarding\n0001,1,\"Bologna                352\",43.91,11.11,,,\nS,,Stazione Centrale,43.88,11.10,1,,1\nS1,,\"Stazione, binario \"\"1\"\"\",43.8801,11.1001,0,S,0\nS2,,Stazione lato sud,43.8802,11.1001,,S,2\nE1,,Ingresso,43.88,11.1,2,S,\nN1,,,,,3,S,\n",
	"stop_times.txt":     "trip_id,arrival_time,departure_time,stop_id,stop_sequence\nT1,24:10:00,24:10:00,0001,1\nT1,24:12:00,24:12:00,S1,2\nT2,25:10:00,25:10:00,0001,1\nT9,1:00:00,1:00:00,S2,1\nT404,1:00:00,1:00:00,S2,1\n",
}

func TestStops(t *testing.T) {
	h := harvestZip(t, small)
	stops := h.rows["stops"]
	if h.failure != nil || len(h.refused) > 0 || len(stops) != 4 {
		t.Fatalf("%v, refused %v, %d stops", h.failure, h.refused, len(stops))
	}
	var told []string
	for _, s := range stops {
		told = append(told, fmt.Sprint(s.Key, "|", value(s, "stop_name"), "|", value(s, "parent_place"), "|", value(s, "wheelchair"), "|", value(s, "stop_kind"), "|", text(value(s, "lines"))))
	}
	want := []string{
		`169:0001|Bologna 352|<nil>|<nil>|fermata|["LAM Blu"]`,
		`169:S|Stazione Centrale|<nil>|accessibile in sedia a rotelle|stazione|`,
		`169:S1|Stazione, binario "1"|Stazione Centrale|accessibile in sedia a rotelle|fermata|["LAM Blu"]`,
		`169:S2|Stazione lato sud|Stazione Centrale|non accessibile in sedia a rotelle|fermata|`,
	}
	for i := range want {
		if told[i] != want[i] {
			t.Errorf("stop %d: %s; want %s", i, told[i], want[i])
		}
	}
	l := stops[0].Layer
	if l.Guess.Kind != catalog.KindPlace || l.SRID != 4326 || l.About == nil || l.About.Temporal[0] != (catalog.Period{Start: "2026-09-01", End: "2026-12-22"}) || l.About.Publisher.Name != "CAP" {
		t.Errorf("layer %+v, about %+v", l, l.About)
	}
	if c := stops[0].Geometry.FlatCoords(); c[0] != 11.11 || c[1] != 43.91 {
		t.Errorf("position %v; longitude is due first", c)
	}
	if found := strings.Join(l.Found, "\n"); !strings.Contains(found, "1 entrances are no stops") || !strings.Contains(found, "1 generic nodes") {
		t.Errorf("found:\n%s", found)
	}
	if !strings.Contains(string(stops[0].Raw), "Bologna                352") || !strings.Contains(string(stops[0].Raw), `"stop_lat":"43.91"`) {
		t.Errorf("raw %s; the cells as they stand are due", stops[0].Raw)
	}
}

func TestLines(t *testing.T) {
	h := harvestZip(t, small)
	lines := h.rows["routes"]
	if len(lines) != 2 || lines[0].Key != "169:R1" || value(lines[0], "line") != "LAM Blu: Repubblica - Maliseti" || value(lines[0], "mode") != "autobus" ||
		value(lines[0], "valid_from") != "2026-09-01" || value(lines[0], "valid_to") != "2026-12-22" || value(lines[0], "agency_name") != "CAP" {
		t.Fatalf("%+v", lines)
	}
	g, ok := lines[0].Geometry.(*geom.MultiLineString)
	if !ok || g.NumLineStrings() != 2 || fmt.Sprint(g.FlatCoords()) != "[11.1 43.8 11.2 43.9 11.1 43.85 11.1 43.95]" {
		t.Errorf("way %v; want the most frequent of each direction, in order of its points", lines[0].Geometry)
	}
	if lines[1].Geometry != nil || value(lines[1], "line") != "Prato - Vernio" || value(lines[1], "mode") != "treno" {
		t.Errorf("%+v", lines[1])
	}
	if lines[0].Layer.Guess.Kind != catalog.KindFeature {
		t.Errorf("kind %s", lines[0].Layer.Guess.Kind)
	}
}

// Feeds as they are found on the web.
func TestTraps(t *testing.T) {
	folder := map[string]string{}
	for name, content := range small {
		folder["orari/"+name] = content
		folder["__MACOSX/orari/._"+name] = "x"
	}
	header := "stop_id,stop_name,stop_lat,stop_lon\n"
	for name, tt := range map[string]struct {
		feed []byte
		want string // keys of the stops, or what refuses them or the listing
	}{
		"in a folder":           {zipped(folder), "169:0001 169:S 169:S1 169:S2"},
		"a zip in a zip":        {zipped(map[string]string{"cap.zip": string(zipped(small)), "leggimi.pdf": "%PDF"}), "169:0001 169:S 169:S1 169:S2"},
		"two feeds in one":      {zipped(folder, map[string]string{"treni/stops.txt": header}), "several timetables"},
		"a web page":            {[]byte("\n<!DOCTYPE html><html>404</html>"), "web page"},
		"cut":                   {zipped(small)[:500], "no whole zip"},
		"no stops.txt":          {zipped(map[string]string{"routes.txt": small["routes.txt"]}), "holds no stops.txt"},
		"no stop":               {zipped(small, map[string]string{"stops.txt": header}), "holds no stop"},
		"an empty stops.txt":    {zipped(small, map[string]string{"stops.txt": ""}), "holds no stop"},
		"byte order mark":       {zipped(small, map[string]string{"stops.txt": "\ufeff\"stop_id\", stop_name ,stop_lat,stop_lon\r\nA,x,43.9,11.1\r\n\r\n"}), "169:A"},
		"other order, capitals": {zipped(small, map[string]string{"stops.txt": "STOP_LON,STOP_LAT,STOP_NAME,STOP_ID\n11.1,43.9,x,A\n"}), "169:A"},
		"several agencies":      {zipped(small, map[string]string{"agency.txt": small["agency.txt"] + "2,AT,http://x,Europe/Rome\n"}), "0001 S S1 S2"},
		"agency without id":     {zipped(small, map[string]string{"agency.txt": "agency_name\nAutolinee Pratesi\n"}), "autolinee-pratesi:0001 autolinee-pratesi:S autolinee-pratesi:S1 autolinee-pratesi:S2"},
		"no agency at all":      {zipped(map[string]string{"stops.txt": header + "A,x,43.9,11.1\n"}), "A"},
		"a stop twice":          {zipped(small, map[string]string{"stops.txt": header + "A,x,43.9,11.1\nA,y,43.9,11.2\nB,z,43.9,11.2\n"}), "169:A 169:B key-repeated"},
		"a stop without id":     {zipped(small, map[string]string{"stops.txt": header + ",x,43.9,11.1\nB,z,43.9,11.2\n"}), "169:B id-missing"},
		"a quote not closed":    {zipped(small, map[string]string{"stops.txt": header + "A,\"x,43.9,11.1\nB,z,43.9,11.2\nC,\"z \",43.9,11.2\n"}), "169:B 169:C row-unreadable"},
		"a line break inside":   {zipped(small, map[string]string{"stops.txt": header + "A,\"x\ny\",43.9,11.1\nB,z,43.9,11.2\n"}), "169:A 169:B"},
		"a row cut short":       {zipped(small, map[string]string{"stops.txt": header + "A,x\nB,z,43.9,11.2\n"}), "169:A 169:B"},
		"a line without end":    {zipped(small, map[string]string{"stops.txt": header + strings.Repeat("x", 1<<20+1)}), "more than 1048576 bytes"},
		"the position 0,0":      {zipped(small, map[string]string{"stops.txt": header + "A,x,0,0\nB,z,43.9,11.2\nC,z,43.8,11.2\n"}), "169:A 169:B 169:C (position-zero)"},
		"a comma in degrees":    {zipped(small, map[string]string{"stops.txt": header + "A,x,\"43,9\",11.1\nB,z,43.9,11.2\n"}), "169:A 169:B (position-unreadable)"},
	} {
		h := bytesOf(t, tt.feed)
		var told []string
		for _, s := range h.rows["stops"] {
			told = append(told, s.Key)
			if s.Line < 2 {
				t.Errorf("%s: %s is in line %d", name, s.Key, s.Line)
			}
		}
		for _, s := range h.rows["stops"] {
			for _, i := range s.Issues {
				told = append(told, "("+i.Rule+")")
			}
		}
		for _, i := range h.refused {
			told = append(told, i.Rule)
		}
		got := strings.Join(told, " ")
		if h.failure != nil {
			if got = h.failure.Error(); !errors.Is(h.failure, catalog.ErrFailedListing) {
				t.Errorf("%s: %v is no failed listing", name, h.failure)
			}
			if strings.Contains(got, tt.want) {
				continue
			}
		}
		if got != tt.want {
			t.Errorf("%s: %s; want %s", name, got, tt.want)
		}
	}
}

// Old programs write Windows-1252, which the standard forbids.
func TestLatin(t *testing.T) {
	h := harvestZip(t, small, map[string]string{"stops.txt": "stop_id,stop_name,stop_lat,stop_lon\nA,Libert\xe0,43.9,11.1\n"})
	s := h.rows["stops"][0]
	if value(s, "stop_name") != "Libertà" || !strings.Contains(strings.Join(s.Layer.Found, "\n"), "Windows-1252") {
		t.Errorf("%v, found %q", s.Values, s.Layer.Found)
	}
}

// What other tables say of a stop is part of it: a new line changes the stop, a
// new departure does not.
func TestWhatChangesAStop(t *testing.T) {
	raw := func(times string) string {
		return string(harvestZip(t, small, map[string]string{"stop_times.txt": small["stop_times.txt"] + times}).rows["stops"][3].Raw)
	}
	if before := raw(""); raw("T1,26:00:00,26:00:00,0001,9\n") != before || raw("T1,26:00:00,26:00:00,S2,9\n") == before {
		t.Error("the bytes of a stop do not go with what is said of it")
	}
}

// The mapping chooses layers, drops columns and sets a type of its own.
func TestMapping(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.zip")
	if err := os.WriteFile(p, zipped(small), 0o600); err != nil {
		t.Fatal(err)
	}
	h := run(t, catalog.Source{URL: p, Mapping: catalog.Mapping{Layers: []string{"stops"}, Drop: []string{"parent_station"}}})
	if len(h.rows) != 1 || len(h.rows["stops"]) != 4 || value(h.rows["stops"][2], "parent_station") != nil || bytes.Contains(h.rows["stops"][2].Raw, []byte(`"parent_station"`)) {
		t.Errorf("%v %v", h.failure, h.rows)
	}
}

// The buses of Prato, fetched over HTTP.
func TestRealFeed(t *testing.T) {
	const real = "../../../shared/data/gtfs/cap-prato-gtfs.zip"
	if _, err := os.Stat(real); err != nil {
		t.Skip("this test reads real data in ../shared/data")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, real) }))
	defer server.Close()
	h := run(t, catalog.Source{URL: server.URL + "/bus.gtfs"})
	stops, lines := h.rows["stops"], h.rows["routes"]
	if h.failure != nil || len(h.refused) > 0 || len(stops) != 1647 || len(lines) != 23 {
		t.Fatalf("%v, %d refused, %d stops, %d lines; want 1647 and 23", h.failure, len(h.refused), len(stops), len(lines))
	}
	placed, served, drawn := 0, 0, 0
	for _, s := range stops {
		if s.Geometry != nil {
			placed++
		}
		if value(s, "lines") != nil {
			served++
		}
		if name := value(s, "stop_name").(string); strings.Contains(name, "  ") || name == "" {
			t.Errorf("%s: the name %q is padded", s.Key, name)
		}
	}
	for _, l := range lines {
		if l.Geometry != nil {
			drawn++
		}
	}
	if placed != 1647 || served != 1647 || drawn != 21 {
		t.Errorf("%d placed, %d served, %d lines drawn", placed, served, drawn)
	}
	first := stops[0]
	if first.Key != "169:0001" || value(first, "stop_name") != "Bologna 352" || string(value(first, "lines").(json.RawMessage)) != `["Linea V"]` {
		t.Errorf("first stop %s %v", first.Key, first.Values)
	}
	if p := first.Layer.About.Temporal[0]; p != (catalog.Period{Start: "2016-04-07", End: "2016-12-31"}) {
		t.Errorf("service %v", p)
	}
}

// The buses of Prato: 107,752 stop times and 101,999 points passed through for
// 1,670 rows.
func BenchmarkRealFeed(b *testing.B) {
	const real = "../../../shared/data/gtfs/cap-prato-gtfs.zip"
	if _, err := os.Stat(real); err != nil {
		b.Skip("this reads real data in ../shared/data")
	}
	rows := 0
	for b.Loop() {
		for _, err := range gtfs.Harvest(b.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: real}) {
			if err != nil {
				b.Fatal(err)
			}
			rows++
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
