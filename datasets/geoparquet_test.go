package datasets

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"po-net.prato.it/ponet/catalog"
)

const conformance = "../../shared/conformance/geoparquet/"

// The metadata under "geo" satisfy the schema that the standard publishes, as
// do those of its own example, and fail it when something is taken away.
func TestGeoMetadataAgainstPublishedSchema(t *testing.T) {
	schemaFile := conformance + "schema-1.1.0.json"
	if _, err := os.Stat(schemaFile); err != nil {
		t.Skip("../shared is not here: no published schema to compare with")
	}
	compiler := jsonschema.NewCompiler()
	// The schema of coordinate systems lies elsewhere; we write none, so any will do.
	if err := compiler.AddResource("https://proj.org/schemas/v0.7/projjson.schema.json", map[string]any{}); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(conformance + "example.parquet")
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string][]byte{
		"the published example": example, "records": encodeParquet(t, syntheticCollection, 300), "no record": encodeParquet(t, syntheticCollection, 0),
	} {
		geo := metadata(t, file, "geo")
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(geo))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v\n%s", name, err, geo)
		}
		delete(value.(map[string]any), "primary_column")
		if schema.Validate(value) == nil {
			t.Errorf("%s: the schema takes metadata without primary_column: it tests nothing", name)
		}
	}
}

// What the standard asks of the file beside the metadata: the geometry a plain
// column of bytes at the root, the covering a struct of numbers.
func TestGeoParquetSchema(t *testing.T) {
	f := openParquet(t, encodeParquet(t, syntheticCollection, 300))
	geometry, ok := f.Schema().Lookup("geometry")
	if !ok || geometry.Node.Repeated() || geometry.Node.Type().Kind() != parquet.ByteArray {
		t.Errorf("geometry is %v", geometry.Node)
	}
	for _, side := range []string{"xmin", "ymin", "xmax", "ymax"} {
		leaf, ok := f.Schema().Lookup("bbox", side)
		if !ok || leaf.Node.Type().Kind() != parquet.Float || !leaf.Node.Required() {
			t.Errorf("bbox.%s is %v", side, leaf.Node)
		}
	}
	want := []string{"id"}
	for _, c := range syntheticCollection.Columns {
		want = append(want, c.Name)
	}
	want[len(want)-1] = "source_ID" // databases would take it for id
	want = append(want, "geometry", "bbox")
	var got []string
	for _, field := range f.Schema().Fields() {
		got = append(got, field.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("columns %v; want %v", got, want)
	}
}

// The geometries of the standard's test files, through our reader of GeoJSON,
// come out as the same bytes of WKB.
func TestWKBOfPublishedFiles(t *testing.T) {
	files, err := filepath.Glob(conformance + "data-*-encoding_wkb.parquet")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Skip("../shared is not here: no published files to compare with")
	}
	compared := 0
	for _, name := range files {
		file, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var features []string
		var want [][]byte
		for _, b := range bytesColumn(t, openParquet(t, file), "geometry") {
			g, err := wkb.Unmarshal(b)
			if err != nil || empty(g) {
				continue // null; an empty geometry is null to us
			}
			coordinates, err := json.Marshal(g)
			if err != nil {
				t.Fatal(err)
			}
			features = append(features, `{"geometry":{"type":"`+g.GeoJSONType()+`","coordinates":`+string(coordinates)+`},"properties":{}}`)
			want = append(want, b)
		}
		got := bytesColumn(t, openParquet(t, encodeParquetFeatures(t, catalog.Collection{}, features...)), "geometry")
		if !slices.EqualFunc(got, want, bytes.Equal) {
			t.Errorf("%s: WKB %x; want %x", filepath.Base(name), got, want)
		}
		compared += len(want)
	}
	if compared < 10 {
		t.Errorf("%d geometries compared; the files have more", compared)
	}
}

func empty(g orb.Geometry) bool {
	if p, ok := g.(orb.Point); ok {
		return math.IsNaN(p.X()) // an empty point is written as two NaN
	}
	return g == nil || g.Bound().IsEmpty()
}

// A value that is not of its column's type is left out, and the file says so.
func TestParquetValuesLeftOut(t *testing.T) {
	c := catalog.Collection{Columns: []catalog.Column{
		{Name: "n", Type: catalog.ColumnInteger}, {Name: "d", Type: catalog.ColumnDate}, {Name: "t", Type: catalog.ColumnDateTime}, {Name: "s", Type: catalog.ColumnText},
	}}
	file := encodeParquetFeatures(t, c,
		`{"id":"a","geometry":null,"properties":{"n":"molti","d":"2026-02-30","t":"2026-07-01T10:00:00","s":12.50}}`,
		`{"id":"b","geometry":null,"properties":{"n":12.0,"d":"1969-12-31","t":"2026-07-01","s":{"a":1}}}`,
		`{"id":"c","geometry":null,"properties":{"n":"","d":null}}`)
	if got, want := metadata(t, file, "values_left_out"), `{"d":1,"n":1}`; got != want {
		t.Errorf("values_left_out = %s; want %s", got, want)
	}
	f := openParquet(t, file)
	for column, want := range map[string]string{
		"n": "<null> 12 <null>", "d": "<null> -1 <null>", "t": "1782892800000000 1782856800000000 <null>", "s": `12.50 {"a":1} <null>`,
	} {
		var got []string
		for _, v := range columnValues(t, f, column) {
			got = append(got, v.String())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("column %s: %v; want %s", column, got, want)
		}
	}
}

func encodeParquet(t *testing.T, c catalog.Collection, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := EncodeParquet(&out, c, synthetic(n)); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func encodeParquetFeatures(t *testing.T, c catalog.Collection, features ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	err := EncodeParquet(&out, c, func(yield func(*catalog.Record, error) bool) {
		for _, f := range features {
			if !yield(&catalog.Record{Feature: []byte(f)}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func openParquet(t *testing.T, b []byte) *parquet.File {
	t.Helper()
	f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func metadata(t *testing.T, file []byte, key string) string {
	t.Helper()
	value, _ := openParquet(t, file).Lookup(key)
	return value
}

func columnValues(t *testing.T, f *parquet.File, name string) []parquet.Value {
	t.Helper()
	leaf, ok := f.Schema().Lookup(name)
	if !ok {
		t.Fatalf("no column %s", name)
	}
	var values []parquet.Value
	for _, group := range f.RowGroups() {
		rows := group.Rows()
		buffer := make([]parquet.Row, 64)
		for {
			n, err := rows.ReadRows(buffer)
			for _, row := range buffer[:n] {
				for _, v := range row {
					if v.Column() == leaf.ColumnIndex {
						values = append(values, v.Clone())
					}
				}
			}
			if err != nil || n == 0 {
				break
			}
		}
		rows.Close()
	}
	return values
}

func bytesColumn(t *testing.T, f *parquet.File, name string) [][]byte {
	t.Helper()
	var all [][]byte
	for _, v := range columnValues(t, f, name) {
		all = append(all, v.ByteArray())
	}
	return all
}
