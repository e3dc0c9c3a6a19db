package basemap

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"po-net.prato.it/ponet/catalog"
)

// delaware is a real extract that the module of the decoder carries for its own
// tests; go mod vendor and some proxies leave it out.
func delaware(t testing.TB) string {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	if err != nil {
		t.Skipf("the module of the decoder is not at hand: %v", err)
	}
	path := filepath.Join(strings.TrimSpace(string(dir)), "testdata", "delaware-latest.osm.pbf")
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the extract of Delaware is not at hand: %v", err)
	}
	return path
}

// TestDelaware reads a real extract and holds it against what is known of it.
func TestDelaware(t *testing.T) {
	f, err := os.Open(delaware(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var report Report
	var points int
	names, classes := map[string]bool{}, map[string]int{}
	around := orb.Bound{Min: orb.Point{-76.5, 38}, Max: orb.Point{-74.5, 40.5}}
	start := time.Now()
	var peak uint64
	for s, err := range OSM(t.Context(), f, &report) {
		if err != nil {
			t.Fatal(err)
		}
		if b := s.Geometry.Bound(); !around.Contains(b.Min) || !around.Contains(b.Max) {
			t.Fatalf("%s %s lies at %v", s.Layer, s.Name, b)
		}
		if !suits(s.Layer, s.Geometry.Dimensions()) {
			t.Fatalf("%s %s is a %T", s.Layer, s.Name, s.Geometry)
		}
		names[s.Layer+" "+s.Class+" "+s.Name] = true
		classes[s.Layer+" "+s.Class]++
		if points++; points%20000 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
		}
	}
	t.Logf("%v in %v, %d nodes kept, heap at most %d MB", &report, time.Since(start).Round(time.Millisecond), report.Nodes, peak>>20)
	for layer, least := range map[string]int64{"strade": 25_000, "edifici": 5_000, "acque": 1_000, "verde": 400, "ferrovie": 100, "toponimi": 100, "ciclabili": 100} {
		if report.Kept[layer] < least {
			t.Errorf("%d shapes of layer %s; want at least %d", report.Kept[layer], layer, least)
		}
	}
	for _, name := range []string{"toponimi city Wilmington", "toponimi town Newark", "strade motorway Delaware Turnpike", "acque river Christina River"} {
		if !names[name] {
			t.Errorf("%q was not found", name)
		}
	}
	if classes["strade motorway"] == 0 || classes["strade residential"] < 5_000 || classes["acque water"] < 500 {
		t.Errorf("classes = %v", classes)
	}
}

func TestOSMRefuses(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":   "",
		"no header": "this is not an extract of anything at all",
		"html":      "<html><body>404</body></html>",
	} {
		var report Report
		var failed error
		for _, err := range OSM(t.Context(), bytes.NewReader([]byte(content)), &report) {
			failed = err
		}
		if !errors.Is(failed, catalog.ErrInvalid) {
			t.Errorf("%s: error = %v; want ErrInvalid", name, failed)
		}
	}
}

func TestOSMStops(t *testing.T) {
	f, err := os.Open(delaware(t))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var report Report
	n := 0
	for _, err := range OSM(t.Context(), f, &report) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 10 {
			break
		}
	}
	if n != 10 || report.Read > 1000 {
		t.Errorf("stopped after %d shapes, %d read", n, report.Read)
	}
}

func TestRings(t *testing.T) {
	at := func(x, y float64) orb.Point { return orb.Point{x, y} }
	outer := []orb.LineString{
		{at(0, 0), at(10, 0), at(10, 10)},
		{at(0, 0), at(0, 10), at(10, 10)}, // the other way round
		{at(20, 0), at(30, 0), at(30, 10), at(20, 0)},
	}
	inner := []orb.LineString{{at(2, 2), at(3, 2), at(3, 3)}, {at(3, 3), at(2, 3), at(2, 2)}}
	got, err := assemble(outer, inner)
	if err != nil || len(got) != 2 || len(got[0]) != 2 || len(got[1]) != 1 {
		t.Fatalf("assemble = %v, %v; want two polygons, the first with a hole", got, err)
	}
	for _, p := range got {
		for _, r := range p {
			if !r.Closed() || len(r) < 4 {
				t.Errorf("ring %v", r)
			}
		}
	}
	if _, err := assemble(outer[:1], nil); !errors.Is(err, errOpen) {
		t.Errorf("an open outline: error = %v", err)
	}
	if _, err := assemble(nil, nil); !errors.Is(err, errOpen) {
		t.Errorf("no outline: error = %v", err)
	}
}
