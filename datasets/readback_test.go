package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/geojson"
)

// readbackRows are more than a row group.
const readbackRows = 60_000

// DuckDB, which shares no code with ours, reads the Parquet file: types, every
// row, metadata, and row groups that a bounding box can skip.
func TestParquetReadByDuckDB(t *testing.T) {
	if testing.Short() {
		t.Skip("needs DuckDB from npm")
	}
	node := duckDB(t)
	path := filepath.Join(t.TempDir(), "biblioteche.parquet")
	if _, _, err := WriteFile(path, mustFormat(t, "parquet"), syntheticCollection, synthetic(readbackRows)); err != nil {
		t.Fatal(err)
	}
	box := orb.Bound{Min: orb.Point{10, 42.4}, Max: orb.Point{10.1, 42.41}}
	out, err := exec.Command(node, "testdata/readback/readback.js", path,
		fmt.Sprint(box.Min.X()), fmt.Sprint(box.Min.Y()), fmt.Sprint(box.Max.X()), fmt.Sprint(box.Max.Y())).Output()
	if err != nil {
		t.Fatalf("readback.js: %v\n%s", err, stderr(err))
	}
	var got readback
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("readback.js printed %s: %v", out, err)
	}
	want := expectedReadback(t, box)
	if got.Hash != want.Hash || got.Rows != want.Rows || got.Volumi != want.Volumi || got.Superficie != want.Superficie || got.Placed != want.Placed {
		t.Errorf("DuckDB read %d rows, %d placed, sums %s and %v, hash %s;\nwant %d, %d, %s, %v, %s", got.Rows, got.Placed, got.Volumi, got.Superficie, got.Hash,
			want.Rows, want.Placed, want.Volumi, want.Superficie, want.Hash)
	}
	if got.InBox != want.InBox {
		t.Errorf("%d rows by their bbox column; want %d", got.InBox, want.InBox)
	}
	if got.LargestGroup > rowGroupRows || got.GroupsWithoutBounds > 0 || len(got.Codecs) != 1 || got.Codecs[0] != "ZSTD" {
		t.Errorf("largest row group %d rows, %d without bounds, codecs %v", got.LargestGroup, got.GroupsWithoutBounds, got.Codecs)
	}
	for column, typ := range map[string]string{
		"id": "VARCHAR", "title": "VARCHAR", "keywords": "JSON", "start": "TIMESTAMP WITH TIME ZONE", "volumi": "BIGINT", "superficie": "DOUBLE",
		"aperta": "BOOLEAN", "inaugurata": "DATE", "source_ID": "VARCHAR", "geometry": "BLOB",
		"bbox": "STRUCT(xmin FLOAT, ymin FLOAT, xmax FLOAT, ymax FLOAT)",
	} {
		if got.Types[column] != typ {
			t.Errorf("column %s is %s; want %s", column, got.Types[column], typ)
		}
	}
	for key, value := range map[string]string{
		"licence": syntheticCollection.Licence, "source": syntheticCollection.SourceURL, "attribution": Attribution(syntheticCollection),
	} {
		if got.Metadata[key] != value {
			t.Errorf("metadata %s = %q; want %q", key, got.Metadata[key], value)
		}
	}
}

// A readback is what readback.js prints.
type readback struct {
	Types               map[string]string
	Metadata            map[string]string
	Hash                string
	Rows, Placed, InBox int
	Volumi              string
	Superficie          float64
	LargestGroup        int
	GroupsWithoutBounds int
	Codecs              []string
}

// expectedReadback is the same from the features, by encoding/json and orb.
func expectedReadback(t *testing.T, box orb.Bound) (want readback) {
	t.Helper()
	hash := sha256.New()
	volumi := 0
	for r := range synthetic(readbackRows) {
		f := decode(t, r.Feature)
		p := f.Properties
		superficie, geometry := "-", "-"
		if v, ok := p["superficie"].(float64); ok {
			superficie = strconv.Itoa(int(v * 4))
			want.Superficie += v
			volumi += int(p["volumi"].(float64))
		}
		if f.Geometry != nil {
			b, err := wkb.Marshal(f.Geometry)
			if err != nil {
				t.Fatal(err)
			}
			geometry = strings.ToUpper(hex.EncodeToString(b))
			want.Placed++
			if f.Geometry.Bound().Intersects(box) {
				want.InBox++
			}
		}
		start, err := time.Parse(time.RFC3339, p["start"].(string))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(hash, "%v|%v|%v|%s|%d|%v|%v|%s|%v|%v|%s\n", f.ID, p["title"], whole(p["volumi"]), superficie, start.UnixMilli(),
			p["aperta"], p["inaugurata"], `["libri","studio"]`, p["note"], p["ID"], geometry)
		want.Rows++
	}
	want.Hash, want.Volumi = hex.EncodeToString(hash.Sum(nil)), strconv.Itoa(volumi)
	return want
}

func whole(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return "-"
}

func decode(t *testing.T, feature []byte) *geojson.Feature {
	t.Helper()
	f, err := geojson.UnmarshalFeature(feature)
	if err != nil {
		t.Fatalf("%s: %v", feature, err)
	}
	return f
}

func mustFormat(t *testing.T, name string) Format {
	t.Helper()
	f, ok := FormatByName(name)
	if !ok {
		t.Fatalf("no format %s", name)
	}
	return f
}

// duckDB installs what readback.js needs and returns the node to run it with.
func duckDB(t *testing.T) string {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		skipUnlessCI(t, "node is not installed: apt install nodejs npm")
	}
	if _, err := os.Stat("testdata/readback/node_modules/@duckdb/node-api"); err == nil {
		return node
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	install := exec.CommandContext(ctx, "npm", "ci")
	install.Dir = "testdata/readback"
	if out, err := install.CombinedOutput(); err != nil {
		skipUnlessCI(t, fmt.Sprintf("npm ci in datasets/testdata/readback: %v\n%s", err, out))
	}
	return node
}

// skipUnlessCI skips the test for want of a tool; the machine that decides
// whether a change is good must have all of them.
func skipUnlessCI(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

func stderr(err error) string {
	if e, ok := err.(*exec.ExitError); ok {
		return string(e.Stderr)
	}
	return ""
}
