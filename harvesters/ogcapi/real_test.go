package ogcapi_test

import (
	"strings"
	"testing"

	"github.com/twpayne/go-geom/encoding/wkt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/ogctest"
)

// MapServer over GeoPackage gives page 1 for every offset: it is read whole in one
// answer, or box by box. QGIS Server calls the link to the items item.
func TestRealServers(t *testing.T) {
	gpkg := ogctest.Points(t, 1203)
	ms, qgis := ogctest.MapServer(t, gpkg, 500, "geojson"), ogctest.QGIS(t, gpkg)
	for _, tt := range []struct{ name, url, want string }{
		{"MapServer", ms.URL + "/ms/prova/ogcapi/", "read in one answer, since in pages"},
		{"QGIS Server", qgis.URL + "/qgis/wfs3", "the server counts 1203; 2 requests"},
	} {
		kept, refused, err := collect(t, nil, catalog.Source{URL: tt.url})
		if err != nil || len(refused) > 0 || len(kept) != 2406 || len(keys(kept)) != 2406 {
			t.Errorf("%s: %d different of %d, %v, %v", tt.name, len(keys(kept)), len(kept), refused, err)
			continue
		}
		h := kept[0]
		g, _ := wkt.Marshal(h.Geometry)
		t.Log(tt.name, h.Key, h.Values, g, h.Layer.SRID)
		if all := strings.Join(h.Layer.Found, "\n"); !strings.Contains(all, tt.want) {
			t.Errorf("%s: found\n%s\nwant %q in it", tt.name, all, tt.want)
		}
	}
	t.Log(ms.Asked(), qgis.Asked())
}
