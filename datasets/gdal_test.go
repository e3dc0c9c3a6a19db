package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkt"
	"github.com/paulmach/orb/geojson"
)

const gdalRows = 5_000

// GDAL reads the files of text and finds every record as it is.
func TestReadByGDAL(t *testing.T) {
	ogr2ogr, err := exec.LookPath("ogr2ogr")
	if err != nil {
		skipUnlessCI(t, "ogr2ogr is not installed: apt install gdal-bin")
	}
	dir := t.TempDir()
	for _, test := range []struct {
		format  string
		options []string
		line    func(*geojson.Feature) string // what is compared of what GDAL read
	}{
		{"geojson", nil, gdalLine},
		{"geojsonseq", nil, gdalLine},
		{"csv", []string{"-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-oo", "KEEP_GEOM_COLUMNS=NO"}, gdalCSVLine},
	} {
		f := mustFormat(t, test.format)
		path := filepath.Join(dir, "biblioteche."+f.Extension)
		if _, _, err := WriteFile(path, f, syntheticCollection, synthetic(gdalRows)); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(ogr2ogr, append([]string{"-f", "GeoJSONSeq", "/vsistdout/", path}, test.options...)...).Output()
		if err != nil {
			t.Fatalf("%s: ogr2ogr: %v\n%s", f.Name, err, stderr(err))
		}
		n, got := 0, sha256.New()
		for line := range bytes.Lines(out) {
			fmt.Fprintln(got, test.line(decode(t, line)))
			n++
		}
		want := sha256.New()
		for r := range synthetic(gdalRows) {
			fmt.Fprintln(want, gdalLine(decode(t, r.Feature)))
		}
		if n != gdalRows || !bytes.Equal(got.Sum(nil), want.Sum(nil)) {
			t.Errorf("%s: GDAL read %d records, hash %s; want %d, %s", f.Name, n, hex.EncodeToString(got.Sum(nil)), gdalRows, hex.EncodeToString(want.Sum(nil)))
		}
	}
}

func gdalLine(f *geojson.Feature) string {
	p := f.Properties
	geometry := "-"
	if f.Geometry != nil {
		geometry = wkt.MarshalString(f.Geometry)
	}
	return fmt.Sprintf("%v|%v|%s|%s|%v|%v|%s", p["title"], p["source_key"], whole(p["volumi"]), whole(p["superficie"]), p["municipality"], p["note"], geometry)
}

// gdalCSVLine is the same of a table, where all is text, an area stands in the
// column wkt and a formula has its apostrophe.
func gdalCSVLine(f *geojson.Feature) string {
	p := f.Properties
	for _, number := range []string{"volumi", "superficie"} {
		if s := p[number].(string); s == "" {
			p[number] = "-"
		}
	}
	note := p["note"].(string)
	if strings.HasPrefix(note, "'=") {
		note = note[1:]
	}
	geometry := p["wkt"].(string)
	if point, ok := f.Geometry.(orb.Point); ok {
		geometry = wkt.MarshalString(point)
	}
	if geometry == "" {
		geometry = "-"
	}
	return fmt.Sprintf("%v|%v|%v|%v|%v|%v|%s", p["title"], p["source_key"], p["volumi"], p["superficie"], p["municipality"], note, geometry)
}
