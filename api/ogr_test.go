package api_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"po-net.prato.it/ponet/api"
)

// findOGR is where ogr2ogr is; CI must have it.
func findOGR(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("ogr2ogr")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("ogr2ogr is not installed: in CI the tests need gdal-bin")
		}
		t.Skip("needs ogr2ogr: apt install gdal-bin")
	}
	return path
}

// TestOGRReadsTheWholeService: a copy of all collections at once ends well, also
// where stations measure.
func TestOGRReadsTheWholeService(t *testing.T) {
	ogr2ogr := findOGR(t)
	n, _ := measuring(t, 3)
	copied := filepath.Join(t.TempDir(), "all.gpkg")
	out, err := exec.CommandContext(t.Context(), ogr2ogr, "-f", "GPKG", copied, "OAPIF:"+n.URL+api.Prefix).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("ERROR")) {
		t.Fatalf("ogr2ogr: %v\n%s", err, out)
	}
	if info, err := os.Stat(copied); err != nil || info.Size() == 0 {
		t.Errorf("the copy: %v", err)
	}
}

// TestOGRReadsAWholeCollection lets somebody else's client follow our pages.
func TestOGRReadsAWholeCollection(t *testing.T) {
	ogr2ogr := findOGR(t)
	n := newNode(t, 4200)
	for _, test := range []struct {
		name       string
		collection string
		options    []string
		sql        string
	}{
		{"all pages", "places", nil, "true"},
		{"small pages", "places", []string{"-oo", "PAGE_SIZE=100"}, "true"},
		{"outlines", "edifici", []string{"-oo", "PAGE_SIZE=100"}, "true"},
		{"without positions", "libri", []string{"-oo", "PAGE_SIZE=100"}, "true"},
		{"a box", "places", []string{"-oo", "PAGE_SIZE=100", "-spat", "11.05", "43.85", "11.15", "43.92"}, "ST_Intersects(geom, ST_MakeEnvelope(11.05, 43.85, 11.15, 43.92, 4326))"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"-f", "GeoJSONSeq", "-mapFieldType", "DateTime=String", "/vsistdout/", "OAPIF:" + n.URL + api.Prefix, test.collection}, test.options...)
			command := exec.CommandContext(t.Context(), ogr2ogr, args...)
			var complaints bytes.Buffer
			command.Stderr = &complaints
			out, err := command.Output()
			if err != nil || complaints.Len() > 0 {
				t.Fatalf("ogr2ogr: %v %s", err, complaints.String())
			}
			want := map[string]bool{}
			rows, err := n.store.DB().Query(t.Context(), "select source_key from record where collection = $1 and "+test.sql, test.collection)
			if err != nil {
				t.Fatal(err)
			}
			for rows.Next() {
				var key string
				if err := rows.Scan(&key); err != nil {
					t.Fatal(err)
				}
				want[key] = true
			}
			if len(want) < 100 {
				t.Fatalf("the database has %d; too few to say anything", len(want))
			}
			read := 0
			for line := range bytes.Lines(out) {
				var f struct {
					Properties struct {
						Key string `json:"source_key"`
					}
				}
				if err := json.Unmarshal(line, &f); err != nil {
					t.Fatalf("%v in %s", err, line)
				}
				if !want[f.Properties.Key] {
					t.Errorf("record %q comes twice, or should not come", f.Properties.Key)
				}
				delete(want, f.Properties.Key)
				read++
			}
			if len(want) > 0 {
				t.Errorf("ogr2ogr read %d records; %d of the database are missing", read, len(want))
			}
		})
	}
}
