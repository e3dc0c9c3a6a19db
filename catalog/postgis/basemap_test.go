package postgis_test

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/mvt"
	"github.com/paulmach/orb/geo"
	"github.com/paulmach/orb/maptile"
	"github.com/paulmach/orb/planar"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/postgistest"
)

var prato = orb.Point{11.0966, 43.8803}

// shapesOf makes a stream of shapes.
func shapesOf(shapes ...catalog.BasemapShape) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		for _, s := range shapes {
			if !yield(s, nil) {
				return
			}
		}
	}
}

func basemapSource(id string) catalog.BasemapSource {
	return catalog.BasemapSource{ID: id, Title: "Prova " + id, Licence: "CC BY 4.0", Attribution: "© " + id, Accuracy: "10 m"}
}

// small is one shape of each layer around Prato.
func small() []catalog.BasemapShape {
	at := func(dx, dy float64) orb.Point { return orb.Point{prato[0] + dx, prato[1] + dy} }
	square := func(x, y, side float64) orb.Polygon {
		return orb.Polygon{{at(x, y), at(x+side, y), at(x+side, y+side), at(x, y+side), at(x, y)}}
	}
	return []catalog.BasemapShape{
		{Layer: "confini", Class: "municipality", Name: "Prato", Geometry: square(-0.1, -0.1, 0.2)},
		{Layer: "acque", Class: "river", Name: "Bisenzio", Geometry: orb.LineString{at(-0.05, 0.05), at(0, 0.01), at(0.05, -0.05)}},
		{Layer: "acque", Class: "water", Name: "Lago", Geometry: square(0.01, 0.01, 0.005)},
		{Layer: "verde", Class: "park", Name: "Cascine", Geometry: square(-0.03, -0.03, 0.01)},
		{Layer: "edifici", Geometry: square(0.001, 0.001, 0.0004)},
		{Layer: "strade", Class: "motorway", Name: "A11", Geometry: orb.LineString{at(-0.1, -0.01), at(0.1, -0.02)}},
		{Layer: "strade", Class: "residential", Name: "Via Roma", Geometry: orb.LineString{at(0, 0), at(0.002, 0.002)}},
		{Layer: "ciclabili", Class: "cycleway", Geometry: orb.LineString{at(0, 0), at(0.002, -0.002)}},
		{Layer: "ferrovie", Class: "rail", Name: "Firenze–Prato", Geometry: orb.LineString{at(0.02, 0), at(0.1, -0.05)}},
		{Layer: "toponimi", Class: "city", Name: "Prato", Geometry: prato},
	}
}

func putBasemap(t testing.TB, store *postgis.Store, id string, shapes ...catalog.BasemapShape) {
	t.Helper()
	n, err := store.PutBasemap(t.Context(), basemapSource(id), shapesOf(shapes...))
	if err != nil {
		t.Fatal(err)
	}
	if n != int64(len(shapes)) {
		t.Fatalf("PutBasemap(%s) = %d shapes; want %d", id, n, len(shapes))
	}
}

// layersAt are the names of the layers of the tile at p and zoom, with how
// many features each has.
func layersAt(t testing.TB, store *postgis.Store, p orb.Point, zoom maptile.Zoom) (map[string]int, []byte) {
	t.Helper()
	at := maptile.At(p, zoom)
	tile, err := store.BasemapTile(t.Context(), uint32(at.Z), at.X, at.Y)
	if err != nil {
		t.Fatal(err)
	}
	layers, err := mvt.Unmarshal(tile)
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, l := range layers {
		count[l.Name] = len(l.Features)
	}
	return count, tile
}

func TestBasemapTileLayers(t *testing.T) {
	store := postgistest.New(t)
	putBasemap(t, store, "prova", small()...)
	for _, test := range []struct {
		zoom maptile.Zoom
		want map[string]int
	}{
		{14, map[string]int{"confini": 1, "edifici": 1, "strade": 1, "ciclabili": 1, "ferrovie": 1, "toponimi": 1}},
		{9, map[string]int{"confini": 1, "acque": 2, "verde": 1, "strade": 1, "ferrovie": 1, "toponimi": 1}},
		{6, map[string]int{"strade": 1}},
		{3, map[string]int{}},
	} {
		got, _ := layersAt(t, store, orb.Point{prato[0] + 0.0011, prato[1] + 0.0011}, test.zoom)
		if test.zoom == 14 {
			delete(got, "acque") // depends on where the tile ends
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("layers at zoom %d (-want +got):\n%s", test.zoom, diff)
		}
	}
	if _, tile := layersAt(t, store, orb.Point{-70, -30}, 12); len(tile) != 0 {
		t.Errorf("a tile of nothing has %d bytes", len(tile))
	}
	for _, bad := range [][3]uint32{{23, 0, 0}, {3, 8, 0}, {3, 0, 8}} {
		if _, err := store.BasemapTile(t.Context(), bad[0], bad[1], bad[2]); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("BasemapTile(%v) = %v; want ErrInvalid", bad, err)
		}
	}
}

// TestBasemapTilePlace reads a tile with another's reader and finds the road
// where it was put.
func TestBasemapTilePlace(t *testing.T) {
	store := postgistest.New(t)
	road := orb.LineString{{11.08, 43.87}, {11.10, 43.88}, {11.13, 43.875}}
	putBasemap(t, store, "prova", catalog.BasemapShape{Layer: "strade", Class: "primary", Name: "Via Roma", Geometry: road})
	for _, zoom := range []maptile.Zoom{10, 12, 14, 16} {
		at := maptile.At(road[1], zoom)
		tile, err := store.BasemapTile(t.Context(), uint32(at.Z), at.X, at.Y)
		if err != nil {
			t.Fatal(err)
		}
		layers, err := mvt.Unmarshal(tile)
		if err != nil {
			t.Fatal(err)
		}
		layers.ProjectToWGS84(at)
		f := layers[0].Features[0]
		if f.Properties["class"] != "primary" || (zoom >= 13) != (f.Properties["name"] == "Via Roma") {
			t.Errorf("zoom %d: properties %v", zoom, f.Properties)
		}
		pixel := 40075016 / math.Exp2(float64(zoom)) / 512 * math.Cos(43.88*math.Pi/180) // metres
		for _, p := range f.Geometry.(orb.LineString) {
			if d := metresFrom(road, p); d > pixel {
				t.Errorf("zoom %d: %v is %.2f m from the road; a pixel is %.2f m", zoom, p, d, pixel)
			}
		}
	}
}

func metresFrom(line orb.LineString, p orb.Point) float64 {
	var flat orb.LineString
	for _, q := range line {
		x, y := geo.Distance(orb.Point{p[0], q[1]}, q), geo.Distance(orb.Point{q[0], p[1]}, q)
		flat = append(flat, orb.Point{math.Copysign(x, q[0]-p[0]), math.Copysign(y, q[1]-p[1])})
	}
	return planar.DistanceFrom(flat, orb.Point{})
}

func TestPutBasemapReplaces(t *testing.T) {
	store := postgistest.New(t)
	putBasemap(t, store, "prova", small()...)
	putBasemap(t, store, "prova", small()[:3]...)
	got, _ := layersAt(t, store, prato, 9)
	if diff := cmp.Diff(map[string]int{"confini": 1, "acque": 2}, got); diff != "" {
		t.Errorf("layers after the second import (-want +got):\n%s", diff)
	}
	sources, err := store.BasemapSources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]catalog.BasemapSource{basemapSource("prova")}, sources); diff != "" {
		t.Errorf("sources (-want +got):\n%s", diff)
	}
}

func TestRemoveBasemap(t *testing.T) {
	store := postgistest.New(t)
	putBasemap(t, store, "prova", small()...)
	if err := store.RemoveBasemap(t.Context(), "altra"); !errors.Is(err, catalog.ErrNotFound) {
		t.Errorf("a source that is not there: %v", err)
	}
	if err := store.RemoveBasemap(t.Context(), "prova"); err != nil {
		t.Fatal(err)
	}
	sources, err := store.BasemapSources(t.Context())
	if _, tile := layersAt(t, store, prato, 9); err != nil || len(sources)+len(tile) > 0 {
		t.Errorf("sources %v (%v) and a tile of %d bytes are left", sources, err, len(tile))
	}
}

// A shape in the grid of its source lands where the same shape in degrees does.
func TestPutBasemapTransforms(t *testing.T) {
	store := postgistest.New(t)
	// a square in EPSG:7794; GDAL puts its centre at 11.1252987 44.0284877
	house := orb.Polygon{{{6929972.2, 4870033.7}, {6929992.2, 4870033.7}, {6929992.2, 4870053.7}, {6929972.2, 4870053.7}, {6929972.2, 4870033.7}}}
	putBasemap(t, store, "prova", catalog.BasemapShape{Layer: "edifici", Geometry: house, SRID: 7794})
	var lon, lat, side float64
	err := store.DB().QueryRow(t.Context(), `
	select ST_X(c), ST_Y(c), sqrt(ST_Area(g::geography))
	from (select ST_Transform(geom, 4326) as g, ST_Centroid(ST_Transform(geom, 4326)) as c from basemap) b`).Scan(&lon, &lat, &side)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(lon-11.1252987) > 1e-6 || math.Abs(lat-44.0284877) > 1e-6 || math.Abs(side-20) > 0.1 {
		t.Errorf("the building lies at %.7f %.7f and is %.2f m wide", lon, lat, side)
	}
	unknown := shapesOf(catalog.BasemapShape{Layer: "edifici", Geometry: house, SRID: 999998})
	if _, err := store.PutBasemap(t.Context(), basemapSource("prova"), unknown); err == nil {
		t.Error("an unknown grid was taken")
	}
}

// What is imported takes the place of our own figures of the same layer, where
// it lies, and of nothing else.
func TestPutBasemapReplacesOwn(t *testing.T) {
	store := postgistest.New(t)
	far := catalog.BasemapShape{Layer: "strade", Class: "motorway", Name: "A1", Geometry: orb.LineString{{12, 42}, {12.1, 42.1}}}
	own := catalog.OwnBasemap + "strade"
	putBasemap(t, store, own, append(small(), far)...)
	road := catalog.BasemapShape{Layer: "strade", Class: "motorway", Name: "Autostrada", Geometry: orb.LineString{{11, 43.8}, {11.2, 43.95}}}
	putBasemap(t, store, "osm", road)

	shapes, err := store.BasemapShapes(t.Context(), orb.Bound{Min: orb.Point{10.8, 41.9}, Max: orb.Point{12.2, 44}}, 0.0001)
	if err != nil {
		t.Fatal(err)
	}
	var roads []string
	for _, s := range shapes {
		if s.Layer == "strade" {
			roads = append(roads, s.Name)
		}
	}
	if diff := cmp.Diff([]string{"A1", "Autostrada"}, roads); diff != "" {
		t.Errorf("roads (-want +got):\n%s", diff)
	}
	if got, _ := layersAt(t, store, prato, 9); got["acque"] != 2 || got["confini"] != 1 {
		t.Errorf("layers = %v; the other layers are ours still", got)
	}

	putBasemap(t, store, own, small()[5])
	putBasemap(t, store, "osm", road)
	sources, err := store.BasemapSources(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(sources) != 1 || sources[0].ID != "osm" {
		t.Errorf("sources = %+v; our own one has no shape left", sources)
	}
}

func TestPutBasemapErrors(t *testing.T) {
	store := postgistest.New(t)
	putBasemap(t, store, "prova", small()...)
	broken := errors.New("the file ends in the middle")
	failing := func(yield func(catalog.BasemapShape, error) bool) {
		_ = yield(small()[0], nil) && yield(catalog.BasemapShape{}, broken)
	}
	if _, err := store.PutBasemap(t.Context(), basemapSource("prova"), failing); !errors.Is(err, broken) {
		t.Errorf("error = %v; want the stream's", err)
	}
	for name, s := range map[string]catalog.BasemapShape{
		"layer":    {Layer: "mare", Geometry: prato},
		"nowhere":  {Layer: "toponimi", Name: "?"},
		"pole":     {Layer: "toponimi", Name: "Polo", Geometry: orb.Point{0, 90}},
		"short":    {Layer: "strade", Geometry: orb.LineString{prato}},
		"open":     {Layer: "verde", Geometry: orb.Polygon{{prato, {11, 43}, {11, 44}, {12, 44}}}},
		"infinite": {Layer: "strade", Geometry: orb.LineString{{11, 43}, {math.NaN(), 44}}},
	} {
		if _, err := store.PutBasemap(t.Context(), basemapSource("prova"), shapesOf(s)); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("%s: error = %v; want ErrInvalid", name, err)
		}
	}
	if _, err := store.PutBasemap(t.Context(), catalog.BasemapSource{ID: "x", Title: "senza attribuzione"}, shapesOf()); !errors.Is(err, catalog.ErrInvalid) {
		t.Errorf("a source without attribution: %v", err)
	}
	if got, _ := layersAt(t, store, prato, 9); len(got) < 5 {
		t.Errorf("layers = %v; a failed import must leave the base map as it was", got)
	}
}

func TestBasemapShapes(t *testing.T) {
	store := postgistest.New(t)
	putBasemap(t, store, "prova", small()...)
	box := orb.Bound{Min: orb.Point{11.05, 43.85}, Max: orb.Point{11.15, 43.91}}
	shapes, err := store.BasemapShapes(t.Context(), box, 0.1/700)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range shapes {
		got = append(got, strings.TrimSpace(s.Layer+" "+s.Class+" "+s.Name))
		outside := box.Pad(0.001)
		if b := s.Geometry.Bound(); !outside.Contains(b.Min) || !outside.Contains(b.Max) {
			t.Errorf("%s %s is not clipped: %v", s.Layer, s.Name, b)
		}
	}
	want := []string{"toponimi city Prato", "confini municipality Prato", "verde park Cascine", "acque river Bisenzio", "acque water Lago", "strade motorway", "ferrovie rail Firenze–Prato", "ciclabili cycleway"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shapes (-want +got):\n%s", diff)
	}
	for _, bad := range []float64{0, -1, math.NaN()} {
		if _, err := store.BasemapShapes(t.Context(), box, bad); !errors.Is(err, catalog.ErrInvalid) {
			t.Errorf("pixels of %g degrees: error = %v; want ErrInvalid", bad, err)
		}
	}
	whole := orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}
	if _, err := store.BasemapShapes(t.Context(), whole, 1); err != nil {
		t.Errorf("the whole world: %v", err)
	}
}

// town yields n buildings and as many streets, as dense as an old centre.
func town(n int) iter.Seq2[catalog.BasemapShape, error] {
	return func(yield func(catalog.BasemapShape, error) bool) {
		side := int(math.Sqrt(float64(n)))
		for i := range n {
			x, y := 11.05+float64(i%side)*0.0004, 43.84+float64(i/side)*0.0003
			house := orb.Polygon{{{x, y}, {x + 0.0002, y}, {x + 0.00021, y + 0.0001}, {x + 0.0001, y + 0.00018}, {x, y + 0.00015}, {x, y}}}
			street := orb.LineString{{x, y}, {x + 0.0002, y - 0.00003}, {x + 0.0004, y}}
			name := fmt.Sprintf("Via %d", i/7)
			if !yield(catalog.BasemapShape{Layer: "edifici", Geometry: house}, nil) ||
				!yield(catalog.BasemapShape{Layer: "strade", Class: "residential", Name: name, Geometry: street}, nil) {
				return
			}
		}
	}
}

func TestBasemapDense(t *testing.T) {
	store := postgistest.New(t)
	if _, err := store.PutBasemap(t.Context(), basemapSource("centro"), town(30_000)); err != nil {
		t.Fatal(err)
	}
	if _, err := store.DB().Exec(t.Context(), "analyze basemap"); err != nil {
		t.Fatal(err)
	}
	centre := orb.Point{11.085, 43.865}
	for zoom := maptile.Zoom(8); zoom <= 17; zoom++ {
		layers, tile := layersAt(t, store, centre, zoom)
		t.Logf("zoom %d: %d bytes, %v", zoom, len(tile), layers)
		if len(tile) > postgis.MaxTileBytes {
			t.Errorf("the tile at zoom %d has %d bytes", zoom, len(tile))
		}
		if zoom >= 15 && (layers["edifici"] == 0 || layers["strade"] == 0) {
			t.Errorf("zoom %d: layers %v; want buildings and streets", zoom, layers)
		}
		if zoom < 13 && layers["edifici"] > 0 {
			t.Errorf("zoom %d has buildings", zoom)
		}
	}
	shapes, err := store.BasemapShapes(t.Context(), orb.Bound{Min: orb.Point{11.05, 43.84}, Max: orb.Point{11.12, 43.89}}, 0.00005)
	if err != nil {
		t.Fatal(err)
	}
	if len(shapes) == 0 || len(shapes) > 3000 {
		t.Errorf("%d shapes for a still map; want 1 to 3000", len(shapes))
	}
}

// At small scales the shapes that are not drawn must not be visited.
func TestBasemapIndexes(t *testing.T) {
	store := postgistest.New(t)
	if _, err := store.PutBasemap(t.Context(), basemapSource("centro"), town(30_000)); err != nil {
		t.Fatal(err)
	}
	putBasemap(t, store, "prova", small()...)
	if _, err := store.DB().Exec(t.Context(), "analyze basemap"); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		zoom  uint32
		index string
	}{{8, "basemap_far"}, {11, "basemap_mid"}, {16, "basemap_geom"}} {
		at := maptile.At(prato, maptile.Zoom(test.zoom))
		plan := basemapPlan(t, store, test.zoom, at)
		if !strings.Contains(plan, test.index) {
			t.Errorf("zoom %d does not use %s:\n%s", test.zoom, test.index, plan)
		}
	}
}

// basemapPlan is the generic plan of a tile, as the public's connections make it.
func basemapPlan(t testing.TB, store *postgis.Store, zoom uint32, at maptile.Tile) string {
	t.Helper()
	tx, err := store.DB().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback(t.Context())
	for _, sql := range []string{
		"set local plan_cache_mode = force_generic_plan",
		"prepare tile(int, int, int, int, float8) as " + postgis.BasemapTileSQL(zoom, 0),
	} {
		if _, err := tx.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	rows, _ := tx.Query(t.Context(), fmt.Sprintf("explain execute tile(%d, %d, %d, %d, 10)", zoom, at.X, at.Y, zoom))
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "deallocate tile"); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
