package postgis

import (
	"context"
	"fmt"
	"math"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/project"

	"po-net.prato.it/ponet/catalog"
)

// maxStillShapes is the most shapes of a still map; what matters less is left
// out. A page with more would be slow to load and grey to look at.
const maxStillShapes = 3000

// BasemapShapes are the shapes of the base map in box (degrees, CRS84) for a
// still map whose pixels are minPixelDegrees wide: clipped, without what is
// smaller than a pixel, and only what belongs to this scale. They come layer by
// layer, names first, and the more important first within a layer.
func (s *Store) BasemapShapes(ctx context.Context, box orb.Bound, minPixelDegrees float64) ([]catalog.BasemapShape, error) {
	if !(minPixelDegrees > 0) || box.IsEmpty() || !(box.Max[1]-box.Min[1] <= 180) {
		return nil, fmt.Errorf("still map of %v with pixels of %g degrees: %w", box, minPixelDegrees, catalog.ErrInvalid)
	}
	mercator := project.Bound(clampMercator(box), project.WGS84.ToMercator)
	zoom := max(0, min(MaxZoom, int(math.Round(math.Log2(360/(512*minPixelDegrees)))))) // tiles of 512 pixels
	metres := minPixelDegrees * math.Pi / 180 * 6378137
	rows, _ := s.public.Query(ctx, basemapDrawn("ST_MakeEnvelope($1, $2, $3, $4, 3857)", "$5", "$6", zoom)+`
	select layer, class, name, ST_AsBinary(geom)
	from (
		select * from drawn
		where geom is not null and not ST_IsEmpty(geom)
		order by minzoom, layer = 'edifici'
		limit $7) d
	order by array_position($8::text[], layer), minzoom, name`,
		mercator.Min[0], mercator.Min[1], mercator.Max[0], mercator.Max[1], zoom, metres, maxStillShapes, basemapLayers)
	shapes, err := pgx.CollectRows(rows, scanShape)
	if err != nil {
		return nil, fmt.Errorf("still map of %v: %w", box, err)
	}
	return shapes, nil
}

func scanShape(row pgx.CollectableRow) (catalog.BasemapShape, error) {
	var s catalog.BasemapShape
	var geometry []byte
	if err := row.Scan(&s.Layer, &s.Class, &s.Name, &geometry); err != nil {
		return s, err
	}
	g, err := wkb.Unmarshal(geometry)
	if err != nil {
		return s, fmt.Errorf("%s %s: %w", s.Layer, strings.TrimSpace(s.Class+" "+s.Name), err)
	}
	s.Geometry = project.Geometry(g, project.Mercator.ToWGS84)
	return s, nil
}

// clampMercator cuts box to where Web Mercator is defined.
func clampMercator(box orb.Bound) orb.Bound {
	clamp := func(p orb.Point) orb.Point {
		return orb.Point{max(-180, min(180, p[0])), max(-mercatorNorth, min(mercatorNorth, p[1]))}
	}
	return orb.Bound{Min: clamp(box.Min), Max: clamp(box.Max)}
}
