package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// nearMetres is how far outside its declared municipality a record may lie without
// being told: boundaries are drawn at several scales, and a bus stop serves the town
// across the border.
const nearMetres = 500

// elsewhere are the staged records that lie further than nearMetres, or than their own
// accuracy, outside the municipality that they declare, by ISTAT code or else by name;
// of several with that name the nearest counts, and one that no area is known of
// cannot be told. It must be asked before positions say the municipality.
func elsewhere(ctx context.Context, tx pgx.Tx, layer string) ([]catalog.Issue, error) {
	// Most lie inside, which a planar test tells; only the others are measured.
	rows, _ := tx.Query(ctx, `
		with declared as (
			select s.id, a.name, a.geom from stage s join area a on a.code = s.istat_code
			where a.level = 'municipality' and s.istat_code <> ''
			union all
			select s.id, a.name, a.geom from stage s join area a on plain(a.name) = plain(s.municipality)
			where a.level = 'municipality' and s.istat_code = '' and s.municipality <> ''
		), outside as (
			select distinct on (s.id) s.line, s.key, s.geom, d.name, greatest($2, s.accuracy_metres) as near,
				case when ST_Intersects(d.geom, s.geom) then 0 else ST_Distance(d.geom::geography, s.geom::geography) end as metres
			from stage s join declared d on d.id = s.id
			where s.ours and s.geom is not null and s.kind not in ('admin_area', 'dataset')
			order by s.id, metres
		)
		select 'municipality-mismatch', $1, line, key, 'municipality',
			name || ' ≠ ' || coalesce(
				(select name from area where level = 'municipality' and ST_Intersects(area.geom, p.point) limit 1),
				round(ST_Y(p.point)::numeric, 5) || ', ' || round(ST_X(p.point)::numeric, 5)),
			'a position in that municipality, or at most ' || near::integer || ' m outside it; this one is ' || round(metres::numeric / 1000, 1) || ' km away',
			false
		from outside, lateral (select ST_PointOnSurface(geom) as point) p
		where metres > near
		order by line`, layer, nearMetres)
	issues, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Issue])
	if err != nil {
		return nil, fmt.Errorf("declared municipality: %w", err)
	}
	return issues, nil
}
