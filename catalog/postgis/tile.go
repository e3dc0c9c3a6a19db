package postgis

import (
	"context"
	"fmt"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"

	"po-net.prato.it/ponet/catalog"
)

const (
	// TileLayer is the name of the one layer of a tile.
	TileLayer = "records"
	// MaxZoom is the highest zoom that has tiles.
	MaxZoom = 22
	// MaxTileBytes is the size a tile stays below, before compression.
	MaxTileBytes = 500_000

	tileExtent = 4096 // units of a tile's side; a map draws it on 512 pixels
	tileBuffer = 64   // units round the tile; one cell, so that its cells are whole
	// thinZoom is the zoom from which every record is drawn as it is; below,
	// points are thinned.
	thinZoom = 14
	// allZoom is the zoom from which a tile that is too large loses the titles
	// first, as every record must be in it.
	allZoom = 16
	// thinCell is the side of a cell in units, 8 pixels: of the points in it one is
	// drawn, with their count. 4096 cells of about 100 bytes are below MaxTileBytes.
	thinCell = 64
)

// Tile is the vector tile z/x/y (WebMercatorQuad) of the records q selects: one
// layer with the attributes id, title, kind, theme, type and count. Below zoom
// 14 points, and shapes smaller than a cell, are thinned to one a cell with
// their count; where count is more than 1 there is neither title nor type.
// It is empty where there is nothing.
func (s *Store) Tile(ctx context.Context, q catalog.Query, z, x, y uint32) ([]byte, error) {
	if z > MaxZoom || x >= 1<<z || y >= 1<<z {
		return nil, fmt.Errorf("tile %d/%d/%d: zoom is 0..%d, row and column below 2^zoom: %w", z, x, y, MaxZoom, catalog.ErrInvalid)
	}
	f, err := newFilter(q)
	if err != nil {
		return nil, err
	}
	t := maptile.New(x, y, maptile.Zoom(z))
	tile, err := s.fitting(ctx, f, t)
	if err != nil {
		return nil, fmt.Errorf("tile %d/%d/%d: %w", z, x, y, err)
	}
	return tile, nil
}

// fitting is the most detailed tile of t that stays below MaxTileBytes. From
// the number of records one knows which need not be tried.
func (s *Store) fitting(ctx context.Context, f *filter, t maptile.Tile) ([]byte, error) {
	cell := thinCell
	if t.Z >= thinZoom {
		c := f.clone()
		c.tileBox(t, tileBuffer)
		n, err := s.atMost(ctx, c, MaxTileBytes/bareBytes)
		if err != nil {
			return nil, err
		}
		if n <= MaxTileBytes/bareBytes {
			cell = thinCell / 2
		}
		for _, titles := range []bool{true, false} {
			if titles && n > MaxTileBytes/titledBytes || !titles && (t.Z < allZoom || n > MaxTileBytes/bareBytes) {
				continue
			}
			if tile, err := s.wholeTile(ctx, f, t, titles); err != nil || len(tile) <= MaxTileBytes {
				return tile, err
			}
		}
	}
	for {
		tile, err := s.thinTile(ctx, f, t, cell)
		if err != nil || len(tile) <= MaxTileBytes || cell >= tileExtent {
			return tile, err
		}
		cell *= 2
	}
}

// titledBytes and bareBytes are the least bytes a record takes in a tile, with
// its title and without: id, key numbers and geometry.
const titledBytes, bareBytes = 75, 50

// wholeTile draws every record. What is smaller than a unit becomes a point.
func (s *Store) wholeTile(ctx context.Context, f *filter, t maptile.Tile, titles bool) ([]byte, error) {
	f = f.clone()
	f.tileBox(t, tileBuffer)
	title := "title"
	if !titles {
		title = "null"
	}
	envelope := tileEnvelope(f, t)
	return s.encode(ctx, f, fmt.Sprintf(`
	select id::text as id, %[1]s as title, kind, nullif(theme, '') as theme, nullif(type, '') as type, 1 as count,
		coalesce(
			ST_AsMVTGeom(mercator, %[2]s, %[3]d, %[4]d, true),
			case when ST_Dimension(mercator) > 0 and ST_XMax(mercator) - ST_XMin(mercator) < %[5]s and ST_YMax(mercator) - ST_YMin(mercator) < %[5]s
				then ST_AsMVTGeom(ST_Centroid(mercator), %[2]s, %[3]d, %[4]d, true) end) as geom
	from published
	where %[6]s`, title, envelope, tileExtent, tileBuffer, f.arg(2*metresPerUnit(t)), f.where()))
}

// thinTile draws one point for each cell that has points or small shapes, and
// the shapes that are larger than a cell, without what cannot be seen.
func (s *Store) thinTile(ctx context.Context, f *filter, t maptile.Tile, cell int) ([]byte, error) {
	f = f.clone()
	f.tileBox(t, max(cell, tileBuffer))
	small := f.smaller(t, cell)
	x0, y0 := int(t.X)*tileExtent, int(t.Y)*tileExtent
	return s.encode(ctx, f, fmt.Sprintf(`
	select p.id::text as id, case c.count when 1 then p.title end as title, p.kind, nullif(p.theme, '') as theme,
		case c.count when 1 then nullif(p.type, '') end as type, c.count,
		ST_MakePoint(floor(c.px) - %[6]s, floor(c.py) - %[7]s) as geom
	from (
		select min(id::text)::uuid as id, count(*) as count, avg(px) as px, avg(py) as py
		from (
			select id, %[1]s as px, %[2]s as py
			from published
			where %[3]s and %[4]s
			offset 0) r
		group by floor(px / %[5]s), floor(py / %[5]s)
		offset 0) c
	join published p on p.id = c.id
	where c.px >= %[6]s - %[5]s and c.px < %[6]s + %[8]d + %[5]s and c.py >= %[7]s - %[5]s and c.py < %[7]s + %[8]d + %[5]s
	union all
	select p.id::text, p.title, p.kind, nullif(p.theme, ''), nullif(p.type, ''), 1,
		ST_AsMVTGeom(ST_Simplify(p.mercator, %[9]s, true), %[10]s, %[8]d, %[11]d, true)
	from (select id from published where %[3]s and not %[4]s offset 0) k
	join published p using (id)`,
		f.unitsEast(t), f.unitsSouth(t), f.where(), small, f.float(cell), f.float(x0), f.float(y0), tileExtent,
		f.arg(4*metresPerUnit(t)), tileEnvelope(f, t), tileBuffer))
}

// encode makes a tile of the features that the statement selects.
func (s *Store) encode(ctx context.Context, f *filter, features string) ([]byte, error) {
	var tile []byte
	err := s.public.QueryRow(ctx, `
select coalesce(ST_AsMVT(f, '`+TileLayer+`', `+fmt.Sprint(tileExtent)+`, 'geom'), '')
from (
	select * from (`+features+`) u
	where geom is not null
	order by id) f`, f.args...).Scan(&tile)
	return tile, err
}

// float adds a number as an argument whose type is said.
func (f *filter) float(n int) string { return f.arg(float64(n)) + "::float8" }

// tileBox asks for what overlaps t and so many units round it.
func (f *filter) tileBox(t maptile.Tile, units int) {
	b := t.Bound(float64(units) / tileExtent)
	f.clauses = append(f.clauses, f.overlaps([]orb.Bound{b}))
}

// smaller is the clause that the box of a record is smaller than so many units.
func (f *filter) smaller(t maptile.Tile, units int) string {
	b := t.Bound()
	east := (b.Max[0] - b.Min[0]) / tileExtent * float64(units)
	north := (b.Max[1] - b.Min[1]) / tileExtent * float64(units)
	return fmt.Sprintf("((box[0])[0] - (box[1])[0] < %s and (box[0])[1] - (box[1])[1] < %s)", f.arg(east), f.arg(north))
}

// unitsEast is the expression of a record's place from the antimeridian
// eastwards, in units of the tiles of t's zoom.
func (f *filter) unitsEast(t maptile.Tile) string {
	return fmt.Sprintf("(((box[0])[0] + (box[1])[0]) / 2 + 180) * %s::float8", f.arg(worldUnits(t)/360))
}

// unitsSouth is the same from the northern edge of the world southwards.
func (f *filter) unitsSouth(t maptile.Tile) string {
	return fmt.Sprintf("(0.5 - ln(tan(pi() / 4 + radians(greatest(-85.05, least(85.05, ((box[0])[1] + (box[1])[1]) / 2))) / 2)) / (2 * pi())) * %s::float8", f.arg(worldUnits(t)))
}

// worldUnits is how many units the world is wide at t's zoom.
func worldUnits(t maptile.Tile) float64 { return math.Ldexp(tileExtent, int(t.Z)) }

// metresPerUnit is the length of a unit of t in the metres of EPSG:3857.
func metresPerUnit(t maptile.Tile) float64 { return 2 * math.Pi * 6378137 / worldUnits(t) }

func tileEnvelope(f *filter, t maptile.Tile) string {
	return fmt.Sprintf("(select ST_TileEnvelope(%s, %s, %s)::box2d)", f.arg(int(t.Z)), f.arg(int(t.X)), f.arg(int(t.Y)))
}
