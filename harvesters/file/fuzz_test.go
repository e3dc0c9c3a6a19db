package file

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkb"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

// lawful harvests foreign bytes and checks what must hold whatever they are:
// it ends, every row fits its layer and has a key of its own, errors at the end
// are failed listings, and a second reading gives the same keys.
func lawful(t *testing.T, name string, content []byte) {
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, content, 0o600); err != nil {
		t.Fatal(err)
	}
	var keys [2][]string
	for pass := range keys {
		seen := map[string]bool{}
		for h, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "fuzz", URL: p}) {
			if err != nil {
				if !errors.Is(err, catalog.ErrInvalid) && !errors.Is(err, catalog.ErrFailedListing) {
					t.Fatalf("error of neither kind: %v", err)
				}
				continue
			}
			if len(h.Values) != len(h.Layer.Columns) || h.Key == "" || seen[h.Layer.Name+"\x00"+h.Key] {
				t.Fatalf("key %q, %d values, %d columns", h.Key, len(h.Values), len(h.Layer.Columns))
			}
			if h.Geometry != nil && h.Geometry.SRID() == 0 {
				t.Fatal("a geometry without SRID")
			}
			seen[h.Layer.Name+"\x00"+h.Key] = true
			keys[pass] = append(keys[pass], h.Key)
		}
	}
	if strings.Join(keys[0], "\n") != strings.Join(keys[1], "\n") {
		t.Fatalf("keys of two readings differ: %q, %q", keys[0], keys[1])
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("a;b\nx;1,5\n\"y\"\"z\";2\n"))
	f.Add([]byte("nome,lat,lon\na,43.9,11.1\nb,\"0\",0\n"))
	f.Add([]byte("a\tb\r\n\"x;\r\n\r\r"))
	f.Add([]byte("id;wkt\n1;POINT (11 43)\n2;POLYGON EMPTY\n"))
	f.Fuzz(func(t *testing.T, b []byte) { lawful(t, "a.csv", b) })
}

// Records parted and put together again are the bytes that were read.
func FuzzRecords(f *testing.F) {
	f.Add([]byte("a;b\n\"x\ny\";1\n"), byte(';'))
	f.Add([]byte("a,\"b\r\n"), byte(','))
	f.Fuzz(func(t *testing.T, b []byte, delimiter byte) {
		if delimiter == '"' || delimiter == '\n' || delimiter == '\r' {
			return
		}
		r := newRecords(bytes.NewReader(b), dialect{delimiter: delimiter})
		rest := bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		for {
			rec, err := r.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(rest, rec.raw) {
				t.Fatalf("record %q is not at the start of %q", rec.raw, rest)
			}
			rest = rest[len(rec.raw):]
			for _, s := range rec.spans {
				if s.from > s.to || s.to > len(rec.raw) {
					t.Fatalf("span %v of %d bytes", s, len(rec.raw))
				}
			}
			for _, end := range []string{"\r\n", "\n", "\r"} {
				if after, ok := bytes.CutPrefix(rest, []byte(end)); ok {
					rest = after
					break
				}
			}
		}
		if len(rest) > 0 {
			t.Fatalf("%q was not read", rest)
		}
	})
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"osm3s":{},"elements":[{"type":"node","id":1,"lat":43,"lon":11},{"type":"way","id":1,"nodes":[1,1],"tags":{"a":"b"}}]}`))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","id":1,"properties":{"a":{"b":1}},"geometry":{"type":"Point","coordinates":[11,43]}}]}`))
	f.Add([]byte(`{"type":"Topology","objects":{"a":{"type":"GeometryCollection","geometries":[{"type":"Polygon","arcs":[[0]]}]}},"arcs":[[[0,0],[1,0],[0,1],[0,0]]]}`))
	f.Add([]byte(`[{"a":"x","lat":43,"lon":"11,1"},3]`))
	f.Add([]byte("{\"a\":1}\n{\"a\":2}\n"))
	f.Add([]byte("{\"a\":1}\n\x7f\"a\":2}\n")) // no value begins with a colon
	f.Fuzz(func(t *testing.T, b []byte) { lawful(t, "a.json", b) })
}

func FuzzKML(f *testing.F) {
	f.Add([]byte(`<kml><Document><Placemark id="a"><name>x</name><Point><coordinates>11,43,0</coordinates></Point></Placemark></Document></kml>`))
	f.Add([]byte(`<kml><Placemark><MultiGeometry><LineString><coordinates>1,2 3,4,5</coordinates></LineString><Polygon/></MultiGeometry></Placemark></kml>`))
	f.Fuzz(func(t *testing.T, b []byte) { lawful(t, "a.kml", b) })
}

func FuzzGPX(f *testing.F) {
	f.Add([]byte(`<gpx><wpt lat="43" lon="11"><ele>1</ele></wpt><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>`))
	f.Fuzz(func(t *testing.T, b []byte) { lawful(t, "a.gpx", b) })
}

func FuzzShape(f *testing.F) {
	f.Add([]byte{1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 38, 64, 0, 0, 0, 0, 0, 128, 69, 64})
	f.Add(append([]byte{5, 0, 0, 0}, make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := parseShape(b); err == nil && g != nil {
			_ = g.Bounds()
			if _, err := wkb.Marshal(g, wkb.NDR); err != nil {
				t.Fatalf("a shape that cannot be written: %v", err)
			}
		}
	})
}

func FuzzDBF(f *testing.F) {
	h := append(append(make([]byte, 32), field("NOME", 'C', 8, 0)...), '\r')
	h[8], h[10] = byte(len(h)), 9
	f.Add(h, []byte(" Lazzeri"))
	f.Add(append(append(make([]byte, 0), "\x00\x00\x00\x00\x00\x00\x00\x00A\x00\t"+strings.Repeat("\x00", 21)...), field("NOME", 'L', 0, 0)...), []byte("\x00")) // no width
	f.Fuzz(func(t *testing.T, head, row []byte) {
		h, err := parseDBFHeader(head)
		if err != nil {
			if !errors.Is(err, catalog.ErrFailedListing) {
				t.Fatal(err)
			}
			return
		}
		at := 0
		for _, f := range h.fields {
			if at+f.width > len(row) {
				return
			}
			if c := f.cell(row[at:at+f.width], nil); c.Kind == table.Number && !json.Valid([]byte(c.Text)) {
				t.Fatalf("number %q", c.Text)
			}
			at += f.width
		}
	})
}

func FuzzGeoPackageGeometry(f *testing.F) {
	w, _ := wkb.Marshal(geom.NewPointFlat(geom.XY, []float64{11, 43}), wkb.NDR)
	f.Add(append([]byte{'G', 'P', 0, 1, 0xe6, 0x10, 0, 0}, w...))
	f.Add([]byte("GP\x00\x01\xe6\x10\x00\x00\x01\x05\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x02@@\xac@")) // a billion positions
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := geoPackageGeometry(b); err == nil && g != nil {
			_ = g.Bounds()
		}
	})
}

func FuzzMerged(f *testing.F) {
	f.Add(`<mergeCells count="2"><mergeCell ref="A4:A5"/><x:mergeCell ref="B2:C2"/></mergeCells>`)
	f.Add(`<mergeCell ref="A1:XFD1048577"/><mergeCell ref=">`)
	f.Fuzz(func(t *testing.T, sheet string) {
		blocks, err := scanMerged(strings.NewReader(sheet))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range blocks {
			if m.column < 0 || m.first < 1 || m.last <= m.first {
				t.Errorf("%+v", m)
			}
		}
	})
}
