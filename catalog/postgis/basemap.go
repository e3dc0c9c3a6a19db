package postgis

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/paulmach/orb/project"

	"po-net.prato.it/ponet/catalog"
)

// basemapLayers are the layers of the base map in the order in which they are
// read: names first, so that a name of a place goes before that of an area.
var basemapLayers = []string{"toponimi", "confini", "verde", "acque", "edifici", "strade", "ferrovie", "ciclabili"}

const (
	// MaxBasemapShapes is the most shapes that one source of the base map may
	// have; the OpenStreetMap extract of Tuscany has about three million.
	MaxBasemapShapes = 20_000_000

	maxBasemapText = 200   // bytes of a class or name
	mercatorNorth  = 85.06 // degrees; the square of Web Mercator ends here
)

// PutBasemap replaces the shapes of source by shapes, in one transaction, and
// says how many there are now. What is not one of our own generalised sources
// also replaces what these say of the same layer in the area it covers. Any
// error of shapes ends it and leaves the base map as it was.
//
// Readers of the change log wait while it runs, which for a region is minutes.
func (s *Store) PutBasemap(ctx context.Context, source catalog.BasemapSource, shapes iter.Seq2[catalog.BasemapShape, error]) (int64, error) {
	if source.ID == "" || source.Title == "" || source.Attribution == "" {
		return 0, fmt.Errorf("base map source %+v: wants an id, a title and an attribution: %w", source, catalog.ErrInvalid)
	}
	var count int64
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		var err error
		count, err = putBasemap(ctx, tx, source, shapes)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("base map %s: %w", source.ID, err)
	}
	return count, nil
}

func putBasemap(ctx context.Context, tx pgx.Tx, source catalog.BasemapSource, shapes iter.Seq2[catalog.BasemapShape, error]) (int64, error) {
	_, err := tx.Exec(ctx, `
	select pg_advisory_xact_lock(hashtext('basemap'));
	create temporary table basemap_stage (
		layer text, class text, name text, minzoom smallint, srid integer, wkb bytea
	) on commit drop`)
	if err != nil {
		return 0, err
	}
	next, stop := iter.Pull2(shapes)
	defer stop()
	copied := 0
	var failed error // of shapes; the database's own error only quotes it
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"basemap_stage"}, []string{"layer", "class", "name", "minzoom", "srid", "wkb"},
		pgx.CopyFromFunc(func() (row []any, err error) {
			defer func() { failed = err }()
			shape, err, more := next()
			if !more || err != nil {
				return nil, err
			}
			if copied++; copied > MaxBasemapShapes {
				return nil, fmt.Errorf("more than %d shapes: %w", MaxBasemapShapes, catalog.ErrInvalid)
			}
			return basemapRow(shape)
		}))
	if failed != nil {
		return 0, failed
	}
	if err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `delete from basemap where source = $1`, source.ID); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, insertBasemap, source.ID)
	if err != nil {
		return 0, err
	}
	if !strings.HasPrefix(source.ID, catalog.OwnBasemap) {
		if err := replaceOwn(ctx, tx, source.ID); err != nil {
			return 0, err
		}
	}
	_, err = tx.Exec(ctx, `
	insert into basemap_source (id, title, licence, attribution, accuracy)
	values ($1, $2, $3, $4, $5)
	on conflict (id) do update
	set title = excluded.title, licence = excluded.licence, attribution = excluded.attribution,
		accuracy = excluded.accuracy, imported = now()`,
		source.ID, source.Title, source.Licence, source.Attribution, source.Accuracy)
	return tag.RowsAffected(), err
}

// replaceOwn removes from our own generalised sources what the source called
// id now says better: shapes of the same layer that touch its extent.
func replaceOwn(ctx context.Context, tx pgx.Tx, id string) error {
	_, err := tx.Exec(ctx, `
	delete from basemap o
	using (select layer, ST_SetSRID(ST_Extent(geom)::geometry, 3857) as covered from basemap where source = $1 group by layer) n
	where starts_with(o.source, $2) and o.layer = n.layer and o.geom && n.covered`, id, catalog.OwnBasemap)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
	delete from basemap_source
	where starts_with(id, $1) and not exists (select from basemap where source = id)`, catalog.OwnBasemap)
	return err
}

// RemoveBasemap takes the source called id and its shapes out of the base map.
func (s *Store) RemoveBasemap(ctx context.Context, id string) error {
	err := pgx.BeginFunc(ctx, s.db, func(tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `delete from basemap_source where id = $1`, id)
		if err == nil && tag.RowsAffected() == 0 {
			err = catalog.ErrNotFound
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `delete from basemap where source = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("base map %s: %w", id, err)
	}
	return nil
}

// insertBasemap moves what was staged to the base map. An area of water, green
// or a building is drawn from the zoom where it is four pixels wide on tiles of
// 512 pixels (a pixel is 78271 m at zoom 0), at 14 at the latest as maps magnify
// the tiles of zoom 15 from there on, and nothing before its class.
const insertBasemap = `
	insert into basemap (layer, class, name, minzoom, source, geom)
	select layer, class, name,
		case
			when layer = 'confini' or ST_Dimension(geom) < 2 or ST_Area(geom) = 0 then minzoom
			else greatest(minzoom, least(14, ceil(log(2, (4 * 78271 / sqrt(ST_Area(geom)))::numeric))))
		end,
		$1, case when ST_IsValid(geom) then geom else ST_MakeValid(geom) end
	from (
		select layer, class, name, minzoom,
			case srid when 3857 then ST_GeomFromWKB(wkb, 3857) else ST_Transform(ST_GeomFromWKB(wkb, srid), 3857) end as geom
		from basemap_stage) s
	where not ST_IsEmpty(geom)`

// basemapRow is shape as it is copied, with the zoom from which its class is
// drawn. Degrees become Web Mercator here, the rest is transformed by PostGIS.
func basemapRow(s catalog.BasemapShape) ([]any, error) {
	if !slices.Contains(basemapLayers, s.Layer) {
		return nil, fmt.Errorf("layer %q is not one of %s: %w", s.Layer, strings.Join(basemapLayers, ", "), catalog.ErrInvalid)
	}
	if !wellFormed(s.Geometry) {
		return nil, fmt.Errorf("%s %q: %T without enough points: %w", s.Layer, s.Name, s.Geometry, catalog.ErrInvalid)
	}
	g, srid := s.Geometry, s.SRID
	if s.Layer == "toponimi" && g.Dimensions() > 0 {
		g = g.Bound().Center() // a name is a point, else it is drawn once in each tile
	}
	b := g.Bound()
	if srid == 0 || srid == 4326 {
		if !(b.Min[0] >= -180 && b.Max[0] <= 180 && b.Min[1] >= -mercatorNorth && b.Max[1] <= mercatorNorth) { // also NaN
			return nil, fmt.Errorf("%s %q lies at %v, outside Web Mercator: %w", s.Layer, s.Name, b, catalog.ErrInvalid)
		}
		g, srid = project.Geometry(orb.Clone(g), project.WGS84.ToMercator), 3857
	}
	bytes, err := wkb.Marshal(g)
	if err != nil {
		return nil, fmt.Errorf("%s %q: %w", s.Layer, s.Name, err)
	}
	zoom := basemapZoom(s.Layer, s.Class)
	if s.Layer == "acque" && g.Dimensions() == 2 {
		zoom = 5 // a large lake is drawn early
	}
	return []any{s.Layer, basemapText(s.Class), basemapText(s.Name), zoom, srid, bytes}, nil
}

// wellFormed: what PostGIS reads, which is lines of two points and closed rings
// of four.
func wellFormed(g orb.Geometry) bool {
	all := func(n int, part func(int) orb.Geometry) bool {
		for i := range n {
			if !wellFormed(part(i)) {
				return false
			}
		}
		return n > 0
	}
	switch g := g.(type) {
	case orb.Point:
		return true
	case orb.LineString:
		return len(g) >= 2
	case orb.Ring:
		return len(g) >= 4 && g.Closed()
	case orb.MultiPoint:
		return len(g) > 0
	case orb.Polygon:
		return all(len(g), func(i int) orb.Geometry { return g[i] })
	case orb.MultiLineString:
		return all(len(g), func(i int) orb.Geometry { return g[i] })
	case orb.MultiPolygon:
		return all(len(g), func(i int) orb.Geometry { return g[i] })
	}
	return false
}

func basemapText(s string) string {
	s = noNUL(strings.ToValidUTF8(s, ""))
	if len(s) > maxBasemapText {
		s = strings.ToValidUTF8(s[:maxBasemapText], "")
	}
	return s
}

// firstZoom is the zoom from which a class of a layer is drawn; "" stands for
// the classes that are not named.
var firstZoom = map[string]map[string]int16{
	"confini": {"country": 0, "region": 3, "province": 5, "municipality": 7, "": 7},
	"strade": {
		"motorway": 5, "trunk": 6, "primary": 8, "secondary": 10, "tertiary": 11, "unclassified": 12, "residential": 13,
		"motorway_link": 11, "trunk_link": 11, "primary_link": 12, "secondary_link": 13, "tertiary_link": 13,
		"living_street": 13, "pedestrian": 13, "service": 15, "track": 14, "path": 15, "footway": 15, "steps": 15, "": 13,
	},
	"ferrovie":  {"rail": 7, "tunnel": 9, "light_rail": 11, "subway": 12, "tram": 12, "funicular": 12, "": 13},
	"ciclabili": {"": 12},
	"acque":     {"river": 7, "canal": 10, "stream": 12, "ditch": 14, "drain": 14, "": 12},
	"verde":     {"": 8},
	"edifici":   {"": 13},
	"toponimi": {
		"country": 2, "region": 5, "city": 7, "town": 9, "village": 11, "suburb": 12, "hamlet": 12, "quarter": 13,
		"neighbourhood": 14, "locality": 14, "isolated_dwelling": 15, "": 13,
	},
}

// basemapZoom is the zoom from which a class of a layer is drawn.
func basemapZoom(layer, class string) int16 {
	if zoom, ok := firstZoom[layer][class]; ok {
		return zoom
	}
	return firstZoom[layer][""]
}

// BasemapSources are the sources of the base map: what must be said wherever
// it is shown.
func (s *Store) BasemapSources(ctx context.Context) ([]catalog.BasemapSource, error) {
	rows, _ := s.public.Query(ctx, `
	select id, title, licence, attribution, accuracy
	from basemap_source
	order by id`)
	sources, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.BasemapSource])
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return nil, fmt.Errorf("base map sources: %w", err)
	}
	return sources, nil
}
