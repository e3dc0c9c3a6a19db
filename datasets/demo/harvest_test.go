package demo

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters/file"
)

// opened is when the territory of the tests was first opened.
var opened = time.Date(2026, time.November, 22, 9, 30, 0, 0, time.UTC)

// TestHarvest reads every file of places over HTTP with the harvester, and finds each
// place by its name where the file says it is, in one of our types and
// themes and in its municipality, without an issue.
func TestHarvest(t *testing.T) {
	server := httptest.NewServer(Publisher(opened))
	defer server.Close()
	want := map[string]row{}
	for _, r := range rows(t) {
		want[r.title()] = r
	}
	records, areas := 0, 0
	for _, src := range placeSources(server.URL) {
		var n *catalog.Normalizer
		for h, err := range file.Harvest(t.Context(), http.DefaultClient, src) {
			if err != nil {
				t.Fatalf("%s: %v", src.ID, err)
			}
			if n == nil {
				if n, err = catalog.NewNormalizer(src, h.Layer, src.ID, datasets.Vocabularies()); err != nil {
					t.Fatal(err)
				}
			}
			r, issues := n.Normalize(h)
			for _, i := range issues {
				t.Errorf("%s, %s: %+v", src.ID, r.Title, i)
			}
			if r.ISTATCode == "" || r.Municipality == "" || r.Licence == "" {
				t.Errorf("%s, %s: municipality %q %q, licence %q", src.ID, r.Title, r.Municipality, r.ISTATCode, r.Licence)
			}
			if src.Mapping.Kind == catalog.KindAdminArea {
				areas++
				continue
			}
			records++
			checkPlace(t, r, want[r.Title])
			delete(want, r.Title)
		}
	}
	if areas != 7 {
		t.Errorf("%d municipalities; want 7", areas)
	}
	for title := range want {
		t.Errorf("%q was not harvested", title)
	}
	t.Logf("%d places and %d areas from %d sources", records, areas, len(publishedFiles()))
}

func checkPlace(t *testing.T, r catalog.Record, want row) {
	t.Helper()
	point, ok := r.SourceGeometry.(*geom.Point)
	if !ok || point.X() != want.lon || point.Y() != want.lat {
		t.Errorf("%s lies at %v; want %g %g", r.Title, r.SourceGeometry, want.lon, want.lat)
	}
	if r.Kind != catalog.KindPlace || r.Theme == "" || r.Type == "" || r.TypeLabel == "" {
		t.Errorf("%s: kind %q, theme %q, type %q %q", r.Title, r.Kind, r.Theme, r.Type, r.TypeLabel)
	}
	if given := want.values["tema"]; given != "" && string(r.Theme) != given {
		t.Errorf("%s: theme %q; want %q", r.Title, r.Theme, given)
	}
	if d := r.Properties.Get("description"); d != want.values["descrizione"] {
		t.Errorf("%s: description %q; want %q", r.Title, d, want.values["descrizione"])
	}
	if metres := strconv.FormatFloat(r.AccuracyMetres, 'f', -1, 64); metres != want.values["accuratezza_m"] {
		t.Errorf("%s: accuracy %s m; want %s", r.Title, metres, want.values["accuratezza_m"])
	}
	if r.Municipality != want.values["comune"] {
		t.Errorf("%s: municipality %q; want %q", r.Title, r.Municipality, want.values["comune"])
	}
}
