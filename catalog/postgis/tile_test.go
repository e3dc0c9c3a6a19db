package postgis_test

import (
	"errors"
	"math"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

// decode reads a tile with another's reader; its geometries are in units.
func decode(t testing.TB, tile []byte) *mvt.Layer {
	t.Helper()
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case len(layers) == 0:
		return &mvt.Layer{}
	case len(layers) > 1 || layers[0].Name != "records" || layers[0].Extent != 4096:
		t.Fatalf("layers = %+v", layers)
	}
	return layers[0]
}

// At every zoom the counts of all tiles add up to the records with a position.
func TestTileCounts(t *testing.T) {
	store := postgistest.New(t)
	const n = 3000
	postgistest.Fill(t, store, n)
	for _, zoom := range []maptile.Zoom{5, 9, 11, 13} {
		counted, lone := 0.0, map[string]bool{}
		for tile := range tilesOf(zoom) {
			got, err := store.Tile(t.Context(), catalog.Query{Collection: "places"}, uint32(tile.Z), tile.X, tile.Y)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range decode(t, got).Features {
				p := f.Geometry.(orb.Point)
				if p[0] < 0 || p[0] >= 4096 || p[1] < 0 || p[1] >= 4096 {
					continue // of the neighbour
				}
				count := f.Properties["count"].(float64)
				counted += count
				if _, titled := f.Properties["title"]; titled != (count == 1) {
					t.Errorf("count %v, properties %v", count, f.Properties)
				}
				if lone[f.Properties["id"].(string)] {
					t.Errorf("%v is drawn twice", f.Properties["id"])
				}
				lone[f.Properties["id"].(string)] = true
			}
		}
		if counted != n*6/10 {
			t.Errorf("zoom %d: counts add up to %v; want %d", zoom, counted, n*6/10)
		}
	}
}

// At zoom 16 every record is in the tile where it lies, at its place.
func TestTileHasEveryRecord(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 300)
	tiles := map[maptile.Tile]map[string]orb.Geometry{}
	for r, err := range store.Records(t.Context(), catalog.Query{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Geometry == nil {
			continue
		}
		center := r.Geometry.Bound().Center()
		tile := maptile.At(center, 16)
		if tiles[tile] == nil {
			got, err := store.Tile(t.Context(), catalog.Query{}, 16, tile.X, tile.Y)
			if err != nil {
				t.Fatal(err)
			}
			tiles[tile] = map[string]orb.Geometry{}
			layer := decode(t, got)
			layer.ProjectToWGS84(tile)
			for _, f := range layer.Features {
				tiles[tile][f.Properties["id"].(string)] = f.Geometry
			}
		}
		drawn := tiles[tile][r.ID]
		if drawn == nil {
			t.Errorf("%s is not in its tile", r.ID)
			continue
		}
		if d := geo.Distance(drawn.Bound().Center(), center); d > 1 && r.Geometry.GeoJSONType() == "Point" {
			t.Errorf("%s is drawn %v m away", r.ID, d)
		}
		if drawn.GeoJSONType() != r.Geometry.GeoJSONType() {
			t.Errorf("%s is drawn as %s; want %s", r.ID, drawn.GeoJSONType(), r.Geometry.GeoJSONType())
		}
	}
}

// However much lies in one place, the tile stays small, and says how much.
func TestTileStaysSmall(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 10)
	if _, err := store.DB().Exec(t.Context(), `
		insert into record (id, kind, collection, title, source_id, source_key, properties, feature, geom, mercator, words, created, updated, run_id)
		select gen_random_uuid(), 'place', 'dense', repeat('x', 80) || i, 's', i::text, '{}', '', g, ST_Transform(g, 3857), '', now(), now(), 1
		from generate_series(1, 12000) i, lateral (select ST_SetSRID(ST_MakePoint(11.001 + i % 100 * 0.00004, 43.901 + i / 100 * 0.00002), 4326) g) p`); err != nil {
		t.Fatal(err)
	}
	for zoom := maptile.Zoom(8); zoom <= 17; zoom++ {
		tile := maptile.At(orb.Point{11.003, 43.902}, zoom)
		got, err := store.Tile(t.Context(), catalog.Query{Collection: "dense"}, uint32(zoom), tile.X, tile.Y)
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, f := range decode(t, got).Features {
			sum += f.Properties["count"].(float64)
		}
		if len(got) > postgis.MaxTileBytes || sum == 0 || (zoom < 14 && sum != 12000) {
			t.Errorf("zoom %d: %d bytes, %v records", zoom, len(got), sum)
		}
	}
}

// A tile knows the same filters as items.
func TestTileFilters(t *testing.T) {
	store := postgistest.New(t)
	postgistest.Fill(t, store, 1000)
	q := catalog.Query{Types: []string{"museo"}, Municipalities: []string{"Prato"}}
	page, err := store.Items(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	got, err := store.Tile(t.Context(), q, 2, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, f := range decode(t, got).Features {
		sum += f.Properties["count"].(float64)
	}
	if int64(sum) != page.Matched || sum == 0 {
		t.Errorf("tile has %v; items matched %d", sum, page.Matched)
	}
	if empty, err := store.Tile(t.Context(), q, 16, 0, 0); err != nil || len(empty) != 0 {
		t.Errorf("empty tile: %d bytes, %v", len(empty), err)
	}
	for _, bad := range [][3]uint32{{23, 0, 0}, {3, 8, 0}, {3, 0, 8}, {math.MaxUint32, 0, 0}} {
		if _, err := store.Tile(t.Context(), q, bad[0], bad[1], bad[2]); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("tile %v: %v; want ErrInvalid", bad, err)
		}
	}
}

// tilesOf yields the tiles of a zoom that cover what Fill makes.
func tilesOf(z maptile.Zoom) func(func(maptile.Tile) bool) {
	a, b := maptile.At(orb.Point{10.2, 44.4}, z), maptile.At(orb.Point{12.2, 43.2}, z)
	return func(yield func(maptile.Tile) bool) {
		for x := a.X; x <= b.X; x++ {
			for y := a.Y; y <= b.Y; y++ {
				if !yield(maptile.New(x, y, z)) {
					return
				}
			}
		}
	}
}
