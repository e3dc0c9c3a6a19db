package api_test

import (
	"fmt"
	"math"
	"net/http"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/api"
)

// TestTilesHoldEveryRecord counts the records in all tiles of a zoom at which
// nothing is thinned, each in the tile its position falls in.
func TestTilesHoldEveryRecord(t *testing.T) {
	n := newNode(t, 500)
	zoom := maptile.Zoom(16)
	tiles := map[maptile.Tile]map[string]bool{}
	rows, err := n.store.DB().Query(t.Context(), "select id::text, ST_X(geom), ST_Y(geom) from record where collection = 'places' and theme = 'ambiente'")
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var id string
		var p orb.Point
		if err := rows.Scan(&id, &p[0], &p[1]); err != nil {
			t.Fatal(err)
		}
		tile := maptile.At(p, zoom)
		if tiles[tile] == nil {
			tiles[tile] = map[string]bool{}
		}
		tiles[tile][id] = true
	}
	if len(tiles) < 20 {
		t.Fatalf("only %d tiles", len(tiles))
	}
	for tile, want := range tiles {
		r := n.get(t, fmt.Sprintf("/collections/places/tiles/WebMercatorQuad/%d/%d/%d?theme=ambiente", tile.Z, tile.Y, tile.X))
		layers, err := mvt.Unmarshal(r.body)
		if r.status != http.StatusOK || err != nil {
			t.Fatalf("tile %v: %d, %v", tile, r.status, err)
		}
		for _, f := range layers.ToFeatureCollections()["records"].Features {
			delete(want, f.Properties.MustString("id"))
		}
		if len(want) > 0 {
			t.Errorf("tile %v is without %v", tile, want)
		}
	}
}

func TestNoSuchTile(t *testing.T) {
	n := newNode(t, 50)
	for path, status := range map[string]int{
		"/collections/places/tiles/WebMercatorQuad/3/8/0":                                   404,
		"/collections/places/tiles/WebMercatorQuad/3/0/8":                                   404,
		"/collections/places/tiles/WebMercatorQuad/23/0/0":                                  404,
		"/collections/places/tiles/WebMercatorQuad/a/0/0":                                   400,
		"/collections/niente/tiles/WebMercatorQuad/3/0/0":                                   404,
		"/collections/places/tiles/WorldCRS84Quad/3/0/0":                                    404,
		"/collections/places/tiles/WebMercatorQuad/3/0/0":                                   204,
		"/collections/places/tiles/WebMercatorQuad/3/0/0?foo=1":                             400,
		"/collections/niente/tiles":                                                         404,
		"/collections/places/tiles/WebMercatorQuad/22/4294967296/0":                         400,
		"/collections/places/tiles/WebMercatorQuad/14/5954/8697?bbox=-1,-1,0,0":             204,
		"/collections/places/tiles/WebMercatorQuad/14/5954/8697?datetime=1900-01-01/notime": 400,
	} {
		if r := n.get(t, path); r.status != status {
			t.Errorf("GET %s = %d %s; want %d", path, r.status, r.body, status)
		}
	}
}

func TestTileMatrixSet(t *testing.T) {
	n := newNode(t, 0)
	set := decode[api.TileMatrixSet](t, n.get(t, "/tileMatrixSets/WebMercatorQuad"))
	if len(set.TileMatrices) != 23 {
		t.Fatalf("%d matrices", len(set.TileMatrices))
	}
	for z, m := range set.TileMatrices {
		// Figures of OGC 17-083r4, annex D.1, for zoom 0; each next is half.
		scale, cell := 559082264.028717/math.Pow(2, float64(z)), 156543.033928041/math.Pow(2, float64(z))
		if m.ID != fmt.Sprint(z) || math.Abs(m.ScaleDenominator/scale-1) > 1e-9 || math.Abs(m.CellSize/cell-1) > 1e-9 || m.MatrixWidth != 1<<z || m.MatrixHeight != 1<<z {
			t.Errorf("matrix %d is %+v", z, m)
		}
	}
}
