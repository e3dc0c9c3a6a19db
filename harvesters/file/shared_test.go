package file

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// shared is the path of a real file, which lies beside the repository and is
// not part of it. Without it tests skip; in CI it is there.
func shared(t testing.TB, name string) string {
	p, err := filepath.Abs(filepath.Join("../../../shared/data", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(p); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing from ../shared/data", name)
		}
		t.Skipf("%s is not there: this test reads real data in ../shared/data", name)
	}
	return p
}

// sum is what a test wants to know about a harvest.
type sum struct {
	rows, placed, refused int
	issues                map[string]int
	layers                []*catalog.Layer
	rowsOf                map[*catalog.Layer]int
}

func harvestAll(t testing.TB, src catalog.Source, each func(catalog.Harvested)) sum {
	t.Helper()
	s := sum{issues: map[string]int{}, rowsOf: map[*catalog.Layer]int{}}
	keys := map[*catalog.Layer]map[string]bool{}
	for h, err := range Harvest(t.Context(), http.DefaultClient, src) {
		var row *catalog.RowError
		switch {
		case errors.As(err, &row):
			s.refused++
			t.Logf("refused: %v", err)
			continue
		case err != nil:
			t.Fatal(err)
		}
		if s.rowsOf[h.Layer] == 0 {
			s.layers = append(s.layers, h.Layer)
			keys[h.Layer] = map[string]bool{}
		}
		if h.Key == "" || keys[h.Layer][h.Key] {
			t.Fatalf("line %d: key %q is empty or not unique", h.Line, h.Key)
		}
		keys[h.Layer][h.Key] = true
		if len(h.Values) != len(h.Layer.Columns) || len(h.Raw) == 0 || h.MediaType == "" {
			t.Fatalf("line %d: %d values, %d columns, %d bytes of %q", h.Line, len(h.Values), len(h.Layer.Columns), len(h.Raw), h.MediaType)
		}
		s.rows++
		s.rowsOf[h.Layer]++
		if h.Geometry != nil {
			s.placed++
			if h.Geometry.SRID() != h.Layer.SRID || h.Layer.SRID == 0 {
				t.Fatalf("line %d: SRID %d of the geometry, %d of the layer", h.Line, h.Geometry.SRID(), h.Layer.SRID)
			}
		}
		for _, i := range h.Issues {
			s.issues[i.Rule]++
		}
		if each != nil {
			each(h)
		}
	}
	return s
}
