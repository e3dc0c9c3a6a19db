package portal_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geojson"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
)

// published are two datasets as a body might publish them: rows without a
// place, with all that a cell may hold, and shapes that are more than points.
var published = map[string]string{
	"/libri.csv": "titolo;isbn;prezzo;note\n<b>Grammatica</b> & altro;0123;12,50;https://example.org/libro\nStoria;0456;9,00;=1+1\n;0789;1,00;javascript:alert(1)\n",
	"/piste.geojson": `{"type":"FeatureCollection","features":[
		{"type":"Feature","properties":{"nome":"Ciclabile del Bisenzio"},"geometry":{"type":"LineString","coordinates":[[11.10,43.86],[11.11,43.88],[11.12,43.90]]}},
		{"type":"Feature","properties":{"nome":"Parco di prova"},"geometry":{"type":"Polygon","coordinates":[[[11.08,43.87],[11.09,43.87],[11.09,43.88],[11.08,43.88],[11.08,43.87]]]}}]}`,
}

// withDatasets adds the two to s.
func withDatasets(t *testing.T, s *site) {
	t.Helper()
	publisher := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, published[r.URL.Path]) }))
	defer publisher.Close()
	for id, src := range map[string]catalog.Source{
		"libri": {URL: publisher.URL + "/libri.csv", Title: "Libri di testo"},
		"piste": {URL: publisher.URL + "/piste.geojson", Title: "Piste e parchi"},
	} {
		src.ID, src.Protocol, src.Deadline = id, "file", 60e9
		if err := s.store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		harvest(t, s.store, src)
	}
}

func TestDatasetRows(t *testing.T) {
	s := empty(t)
	withDatasets(t, s)

	resp, _ := s.get(t, "/dati/places")
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/mappa?dati=places" {
		t.Errorf("/dati/places: %s to %s", resp.Status, resp.Header.Get("Location"))
	}
	list := s.page(t, "/mappa?dati=libri")
	if count(t, list) != 3 || len(dati(t, list).Righe) != 0 {
		t.Errorf("%d rows, %d on the map; want 3 and none", count(t, list), len(dati(t, list).Righe))
	}
	links := all(regexp.MustCompile(`<h3><a href="([^"]+)"`), list)
	for _, path := range links {
		if !strings.HasPrefix(path, "/dati/libri/") {
			t.Errorf("a row's page is %s", path)
		}
		page := s.page(t, path)
		for _, want := range []string{"Libri di testo", "La fonte non indica una posizione", "<th scope=\"row\" title=\"isbn\">ISBN</th><td>0"} {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
		if strings.Contains(page, "<b>Grammatica") || strings.Contains(page, `href="javascript`) {
			t.Errorf("%s: what a source says reaches the page as markup", path)
		}
		dataset := regexp.MustCompile(`href="(/dati/libri-[^"]+|/dati/libri[^"/]*)"`).FindStringSubmatch(page)
		if dataset == nil {
			t.Errorf("%s does not name the dataset that it is in", path)
		}
		if _, body := s.get(t, path+".ttl"); !strings.Contains(body, "dct:isReferencedBy <"+s.URL+"/id/") || !strings.Contains(body, "schema:subjectOf <") {
			t.Errorf("%s.ttl does not name the dataset that it is in: %s", path, body)
		}
		if data, body := s.get(t, path+".geojson"); data.StatusCode != http.StatusOK || !strings.Contains(body, `"geometry":null`) {
			t.Errorf("%s as data: %s %.100s", path, data.Status, body)
		}
	}

	shapes := s.page(t, "/mappa?dati=piste")
	if n := strings.Count(shapes, `<path class="oggetto`); n != 2 || len(dati(t, shapes).Righe) != 2 {
		t.Errorf("%d shapes and %d symbols on the still map; want 2 and 2", n, len(dati(t, shapes).Righe))
	}
	for _, path := range all(regexp.MustCompile(`<h3><a href="([^"]+)"`), shapes) {
		if page := s.page(t, path); !strings.Contains(page, `<path class="oggetto`) || !strings.Contains(page, `"geometria":{"type":`) {
			t.Errorf("%s does not draw its shape", path)
		}
	}
}

// TestTilesHoldTheSearch: the tiles below the rows hold every record of the
// query that has a position, and no other.
func TestTilesHoldTheSearch(t *testing.T) {
	s := territory(t)
	withDatasets(t, s)
	for _, query := range []string{"tema=cultura", "q=museo&comune=Prato", "dati=piste"} {
		body := s.page(t, "/mappa?"+query)
		template := dati(t, body).Tiles
		_, everything := s.get(t, "/mappa.geojson?"+query)
		fc, err := geojson.UnmarshalFeatureCollection([]byte(everything))
		if err != nil {
			t.Fatal(err)
		}
		tiles := map[maptile.Tile]bool{}
		var want []string
		for _, f := range fc.Features {
			if f.Geometry != nil {
				want = append(want, fmt.Sprint(f.ID))
				tiles[maptile.At(f.Geometry.Bound().Center(), 16)] = true // where nothing is thinned
			}
		}
		got := map[string]bool{}
		for tile := range tiles {
			path := strings.NewReplacer("{z}", fmt.Sprint(tile.Z), "{x}", fmt.Sprint(tile.X), "{y}", fmt.Sprint(tile.Y)).Replace(template)
			resp, body := s.get(t, path)
			if resp.StatusCode == http.StatusNoContent {
				continue
			}
			layers, err := mvt.Unmarshal([]byte(body))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Fatalf("%s: %s %v", path, resp.Status, err)
			}
			for _, f := range layers[0].Features {
				got[fmt.Sprint(f.Properties["id"])] = true
			}
		}
		for id := range got {
			if !slices.Contains(want, id) {
				t.Errorf("%s: the tiles hold %s, which the search does not", query, id)
			}
		}
		for _, id := range want {
			if !got[id] && query != "dati=piste" { // a line's box has its centre beside the line
				t.Errorf("%s: no tile holds %s", query, id)
			}
		}
	}
}

// pageBudget is what a page may weigh, in bytes after brotli: the budget of the
// explore page, which no other page exceeds.
const pageBudget = 15_000

func TestPageBudget(t *testing.T) {
	if testing.Short() {
		t.Skip("reads many pages, one after the other")
	}
	s := territory(t)
	if len(all(rowID, s.page(t, "/mappa"))) != 20 {
		t.Fatal("not a full page")
	}
	for _, path := range []string{
		"/", "/mappa", "/eventi", "/dati", "/enti", "/enti/c_g999", "/stato", "/sviluppatori", "/aiuto", "/opinioni",
		"/privacy", "/accessibilita", "/note-legali", firstRecord(t, s, "places"),
	} {
		var small strings.Builder
		w := brotli.NewWriterLevel(&small, brotli.BestCompression)
		body := s.page(t, path)
		if _, err := w.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
		w.Close()
		t.Logf("%s: %d bytes, %d after brotli", path, len(body), small.Len())
		if small.Len() > pageBudget {
			t.Errorf("%s: %d bytes after brotli; the budget is %d", path, small.Len(), pageBudget)
		}
	}
}
