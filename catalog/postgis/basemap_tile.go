package postgis

import (
	"context"
	"fmt"
	"strings"

	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
)

const (
	// basemapLevels is how often a tile that is too large is drawn coarser. At
	// the last one only what belongs eight zooms up is left.
	basemapLevels = 8
	// namedZoom is the zoom from which streets are drawn one by one with their
	// names; below, the streets of a class are one line.
	namedZoom = 13
)

// BasemapTile is the vector tile z/x/y (WebMercatorQuad) of the base map, with
// the layers confini, acque, verde, edifici, strade, ciclabili, ferrovie and
// toponimi, whose features have a class and a name. It is empty where there is
// nothing and never larger than MaxTileBytes: what is too dense is drawn
// coarser.
func (s *Store) BasemapTile(ctx context.Context, z, x, y uint32) ([]byte, error) {
	if z > MaxZoom || x >= 1<<z || y >= 1<<z {
		return nil, fmt.Errorf("tile %d/%d/%d: zoom is 0..%d, row and column below 2^zoom: %w", z, x, y, MaxZoom, catalog.ErrInvalid)
	}
	t := maptile.New(x, y, maptile.Zoom(z))
	for level := 0; ; level++ {
		var tile []byte
		err := s.public.QueryRow(ctx, basemapTileSQL(z, level),
			z, x, y, int(z)-level, metresPerUnit(t)*basemapDetail(z)*float64(int(1)<<level)).Scan(&tile)
		if err != nil {
			return nil, fmt.Errorf("base map tile %d/%d/%d: %w", z, x, y, err)
		}
		if len(tile) <= MaxTileBytes || level == basemapLevels {
			return tile, nil
		}
	}
}

// basemapDetail is the smallest detail of a tile in its units, of which 8 are a
// pixel.
func basemapDetail(z uint32) float64 {
	if z >= thinZoom {
		return 2
	}
	return 6
}

// basemapTileSQL draws all layers at once. The arguments are zoom, column, row,
// the zoom of the shapes that are drawn, and the detail in metres.
func basemapTileSQL(z uint32, level int) string {
	var layers []string
	for _, layer := range basemapLayers {
		layers = append(layers, fmt.Sprintf(`
	(select coalesce(ST_AsMVT(t, '%[1]s', %[2]d, 'geom'), '') from (
		select ST_AsMVTGeom(geom, ST_TileEnvelope($1, $2, $3), %[2]d, %[3]d, true) as geom, class, nullif(name, '') as name
		from drawn
		where layer = '%[1]s') t where t.geom is not null)`, layer, tileExtent, tileBuffer))
	}
	return basemapDrawn("ST_TileEnvelope($1, $2, $3, margin => 0.03)", "$4", "$5", max(0, int(z)-level)) + `
	select ` + strings.Join(layers, ` ||`)
}

// basemapDrawn is the table drawn (layer, class, name, geom): the shapes whose
// time has come at the zoom atZoom, clipped to box and simplified to detail
// metres. box, atZoom and detail are SQL; zoom, the same number as atZoom,
// chooses the index. Below namedZoom the lines of a class are one.
func basemapDrawn(box, atZoom, detail string, zoom int) string {
	index := "true"
	switch {
	case zoom <= 8:
		index = "minzoom <= 8"
	case zoom <= 12:
		index = "minzoom <= 12"
	}
	name := "name"
	if zoom < namedZoom {
		name = "case when layer = 'strade' then '' else name end"
	}
	return fmt.Sprintf(`
	with box as materialized (select %[1]s as geom),
	seen as materialized (
		select b.layer, b.class, %[5]s as name, b.minzoom, b.geom
		from basemap b
		where b.geom && (select geom from box) and b.minzoom <= %[2]s and %[4]s),
	drawn as (
		select layer, class, name, minzoom, geom
		from seen
		where layer = 'toponimi'
		union all
		select layer, class, name, minzoom, ST_Simplify(ST_ClipByBox2D(geom, (select geom from box)), %[3]s, layer <> 'edifici') as geom
		from seen
		where ST_Dimension(geom) = 2
		union all
		select layer, class, name, minzoom, ST_Simplify(ST_LineMerge(ST_Collect(ST_ClipByBox2D(geom, (select geom from box)))), %[3]s) as geom
		from seen
		where ST_Dimension(geom) = 1
		group by layer, class, name, minzoom)`, box, atZoom, detail, index, name)
}
