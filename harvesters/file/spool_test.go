package file

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/twpayne/go-geom"
	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/table"
)

const features = `[
 {"type":"Feature","id":"b.1","properties":{"nome":"Lazzerini","posti":120,"aperta":true,"dal":"2009-11-21","tags":{"a":1}},"geometry":{"type":"Point","coordinates":[11.0966,43.8777]}},
 {"type":"Feature","id":"b.2","properties":{"nome":"Ragazzi","posti":40,"aperta":false,"dal":"2011-01-01","tags":{"a":2,"b":"x"}},"geometry":{"type":"MultiPolygon","coordinates":[[[[11.1,43.9],[11.2,43.9],[11.2,44],[11.1,43.9]]],[]]}},
 {"type":"Feature","id":"b.3","properties":{"nome":"Nord","posti":null,"aperta":true,"dal":null},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[11.1,43.9]},{"type":"LineString","coordinates":[[11.1,43.9,7],[11.2,43.9,8]]}]}},
 {"type":"Feature","id":"b.4","properties":{"nome":"Sud"},"geometry":null}]`

// A listing in pages gives what the same features give as a file: keys, types,
// geometry and the bytes themselves.
func TestSpoolReadsAsFile(t *testing.T) {
	p := filepath.Join(t.TempDir(), "a.geojson")
	if err := os.WriteFile(p, []byte(`{"type":"FeatureCollection","features":`+features+`}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var want []catalog.Harvested
	for h, err := range Harvest(t.Context(), http.DefaultClient, catalog.Source{ID: "t", URL: p}) {
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, h)
	}
	var raw []json.RawMessage
	if err := json.Unmarshal([]byte(features), &raw); err != nil {
		t.Fatal(err)
	}
	var whole, parts []table.Feature
	for i, v := range raw {
		line := want[i].Line
		whole = append(whole, table.Feature{Raw: v, Media: "application/geo+json", Line: line})
		f := table.Feature{Raw: v, Media: "application/geo+json", Line: line, Geometry: want[i].Geometry}
		var id string
		table.Members(v, func(name string, m []byte) {
			switch name {
			case "id":
				id = table.Unquote(m)
			case "properties":
				f.Properties = m
			}
		})
		f.ID = id
		parts = append(parts, f)
	}
	for name, list := range map[string][]table.Feature{"of features": whole, "taken apart": parts} {
		layer, got := spooled(t, list)
		if len(got) != len(want) {
			t.Fatalf("%s: %d rows; want %d", name, len(got), len(want))
		}
		if diff := cmp.Diff(want[0].Layer.Columns, layer.Columns); diff != "" || layer.SRID != 4326 {
			t.Errorf("%s: columns of SRID %d (-file +spool):\n%s", name, layer.SRID, diff)
		}
		for i := range got {
			if got[i].Key != want[i].Key || !bytes.Equal(got[i].Raw, want[i].Raw) || shapeText(got[i].Geometry) != shapeText(want[i].Geometry) ||
				got[i].Line != want[i].Line || got[i].MediaType != want[i].MediaType || !cmp.Equal(got[i].Values, want[i].Values) || len(got[i].Issues) > 0 {
				t.Errorf("%s, row %d: %+v; want %+v", name, i, got[i], want[i])
			}
		}
	}
}

// spooled is what a spool of features gives.
func spooled(t *testing.T, features []table.Feature) (*catalog.Layer, []catalog.Harvested) {
	s, err := table.NewSpool()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, f := range features {
		if err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	tab := s.Table("")
	var rows []catalog.Harvested
	err = tab.Harvest(t.Context(), catalog.Mapping{}, -1, func(h catalog.Harvested, err error) bool {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, h)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return tab.Layer, rows
}

func shapeText(g geom.T) string {
	if g == nil {
		return ""
	}
	s, _ := wkt.Marshal(g)
	return fmt.Sprint(s, g.SRID())
}
