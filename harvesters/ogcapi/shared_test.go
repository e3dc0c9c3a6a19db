package ogcapi_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
)

const shared = "../../../shared/data/ogcapi/"

func needShared(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(shared); err != nil {
		t.Skip("needs the real files of ../shared: ", err)
	}
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(shared + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Real answers of five makes of server, as files.
func TestRealFiles(t *testing.T) {
	needShared(t)
	for _, tt := range []struct {
		file, key, column, value, geometry string
		features                           int
	}{
		{"ldproxy-feature.json", "410345", "name", "Niederberg-Helden", "MULTIPOLYGON (((7.0235021736", 1},
		{"pygeoapi-canada-hazard.geojson", "e98e666feb8db6dc913559e9bb17c95b-1", "csduid", "5901048", "MULTIPOLYGON (((", 68},
		{"sample-data-2__collections__aires-covoiturage__items.json", "1", "nom_lieu", "CIT", "POINT (3.1357683", 10},
		{"sample-data__collections__roads_national__items.json", "1", "number", "A9", "LINESTRING (-3.7146553", 10},
	} {
		kept, refused, err := collect(t, nil, catalog.Source{URL: shared + tt.file})
		if len(kept) != tt.features || len(refused) > 0 {
			t.Errorf("%s: %d, %v, %v; want %d", tt.file, len(kept), refused, err, tt.features)
			continue
		}
		h := kept[0]
		g, _ := wkt.Marshal(h.Geometry)
		if h.Key != tt.key || fmt.Sprint(value(h, tt.column)) != tt.value || !strings.HasPrefix(g, tt.geometry) {
			t.Errorf("%s: key %q, %v, %.60s", tt.file, h.Key, value(h, tt.column), g)
		}
	}
}

// The same over HTTP, from the list of collections, on the host of the source
// although the documents name another.
func TestRealServersReplayed(t *testing.T) {
	needShared(t)
	list, items := fixture(t, "sample-data-2__collections.json"), fixture(t, "sample-data-2__collections__aires-covoiturage__items.json")
	second := strings.NewReplacer(`"@id": "`, `"@id": "2`, `"rel": "next"`, `"rel": "prev"`, `"id_lieu": "5`, `"id_lieu": "6`).Replace(items)
	second = strings.Replace(second, `"numberMatched": 19`, `"numberMatched": 20`, 1)
	first := strings.Replace(items, `"numberMatched": 19`, `"numberMatched": 20`, 1)
	s, asked := serve(t, func(r *http.Request) string {
		switch {
		case r.URL.Path == "/sample-data-2/collections":
			return list
		case strings.HasSuffix(r.URL.Path, "/collections/aires-covoiturage/items") && r.URL.Query().Get("offset") == "10":
			return second
		case strings.HasSuffix(r.URL.Path, "/collections/aires-covoiturage/items"):
			return first
		}
		return ""
	})
	kept, refused, err := collect(t, s.Client(), catalog.Source{URL: s.URL + "/sample-data-2/collections", Mapping: catalog.Mapping{Layers: []string{"aires-covoiturage"}}})
	if err != nil || len(refused) > 0 || len(keys(kept)) != 20 {
		t.Errorf("%d different of %d, %v, %v; asked %q", len(keys(kept)), len(kept), refused, err, *asked)
	}
}

// The list of another real server, with 23 collections of three kinds, replayed: the one
// that is wanted is read page by page; what is a file is followed from its list.
func TestRealListReplayed(t *testing.T) {
	needShared(t)
	list, items := fixture(t, "sample-data__collections.json"), fixture(t, "sample-data__collections__roads_national__items.json")
	second := strings.NewReplacer(`"rel" : "next"`, `"rel" : "prev"`, `"rel": "next"`, `"rel": "prev"`).Replace(items)
	for i := range 10 {
		second = strings.Replace(second, fmt.Sprintf(`"id" : %d,`, i+1), fmt.Sprintf(`"id" : %d,`, i+11), 1)
		second = strings.Replace(second, fmt.Sprintf(`"id": %d,`, i+1), fmt.Sprintf(`"id": %d,`, i+11), 1)
	}
	s, asked := serve(t, func(r *http.Request) string {
		switch {
		case r.URL.Path == "/sample-data/collections":
			return list
		case strings.HasSuffix(r.URL.Path, "/collections/roads_national/items") && r.URL.Query().Get("offset") == "10":
			return second
		case strings.HasSuffix(r.URL.Path, "/collections/roads_national/items"):
			return items
		}
		return ""
	})
	src := catalog.Source{URL: s.URL + "/sample-data/collections", Mapping: catalog.Mapping{Layers: []string{"roads_national"}}}
	kept, refused, err := collect(t, s.Client(), src)
	if err != nil || len(refused) > 0 || len(keys(kept)) != 20 || kept[0].Layer.Title != "National Roads" {
		t.Errorf("%d different of %d, %v, %v; asked %q", len(keys(kept)), len(kept), refused, err, *asked)
	}
	src.Mapping.Layers = []string{"strade"}
	if _, _, err := collect(t, s.Client(), src); err == nil || !strings.Contains(err.Error(), `the server has ["airports" "boundaries"`) {
		t.Errorf("a collection that is not there: %v", err)
	}
	src.Mapping.Layers = nil // 22 of them have items, which this server does not give
	if _, _, err := collect(t, s.Client(), src); err == nil || !strings.Contains(err.Error(), "of 23 collections could not be read whole") {
		t.Errorf("all of them: %v", err)
	}
}
