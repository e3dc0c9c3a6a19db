package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// outsideMetres is how far outside its municipality a street number may stand
// (spec/metadata.md §1.9): the gate of a farm on the boundary.
const outsideMetres = 200

// numbers accepts the positions of staged street numbers. Where the boundary of the
// municipality is known, a position counts only inside it, or at most outsideMetres
// away: as its layer was read, else in degrees, degrees changed over, and the metres of
// EPSG:25832, 32632, 3003, 6707 and 7791, in this order (spec/metadata.md §1.9). Where it
// is not known, only what could be read as the other rows are is believed.
func numbers(ctx context.Context, tx pgx.Tx, layer string) ([]catalog.Issue, error) {
	var some bool
	if err := tx.QueryRow(ctx, `select exists (select from stage where kind = 'address' and geom is not null and ours)`).Scan(&some); err != nil || !some {
		return nil, err
	}
	if _, err := tx.Exec(ctx, `
		with placed as (
			select s.id, s.geom, s.srid, ST_X(ST_PointOnSurface(s.geom)) as x, ST_Y(ST_PointOnSurface(s.geom)) as y, a.geom as town
			from stage s
			join area a on a.level = 'municipality' and a.code = s.istat_code
			where s.kind = 'address' and s.geom is not null and not ST_IsEmpty(s.geom)
		), tried as (
			select p.id, p.town, c.n, c.srid, case when c.srid = 4326 then c.geom else ST_Transform(c.geom, 4326) end as geom
			from placed p, lateral (
				select 0 as n, p.srid, p.geom where p.srid > 0
				union all
				select 1, 4326, ST_SetSRID(ST_MakePoint(p.x, p.y), 4326) where abs(p.x) <= 180 and abs(p.y) <= 90
				union all
				select 2, 4326, ST_SetSRID(ST_MakePoint(p.y, p.x), 4326) where abs(p.y) <= 180 and abs(p.x) <= 90
				union all
				select 2 + m.n::int, m.srid, ST_SetSRID(ST_MakePoint(p.x, p.y), m.srid)
				from unnest(array[25832, 32632, 3003, 6707, 7791]) with ordinality as m(srid, n)
				where p.x between 1e5 and 3e6 and p.y between 3.5e6 and 5.5e6
			) c
		)
		update stage set geom = accepted.geom, srid = accepted.srid
		from (
			select distinct on (p.id) p.id, t.geom, t.srid
			from placed p
			left join tried t on t.id = p.id
				and (ST_Intersects(t.town, t.geom) or ST_Expand(t.geom, 0.01) && t.town and ST_DWithin(t.town::geography, t.geom::geography, $1))
			order by p.id, t.n
		) accepted
		where accepted.id = stage.id`, outsideMetres); err != nil {
		return nil, fmt.Errorf("positions of street numbers: %w", err)
	}
	// what nothing is known of, and what was not accepted
	rows, _ := tx.Query(ctx, `
		with refused as (
			select s.id, s.line, s.key, ST_GeomFromEWKB(s.source_ewkb) as said, a.name
			from stage s
			left join area a on a.level = 'municipality' and a.code = s.istat_code
			where s.kind = 'address' and s.ours and s.source_ewkb is not null and (s.geom is null or s.srid = 0)
		), emptied as (
			update stage set geom = null where id in (select id from refused)
		)
		select 'number-position', $1, line, key, 'geometry',
			round(ST_X(ST_PointOnSurface(said))::numeric, 5) || ', ' || round(ST_Y(ST_PointOnSurface(said))::numeric, 5),
			coalesce('a position in ' || name || ', or at most ' || $2::int || ' m outside it, in degrees or the metres of EPSG:25832, 32632, 3003, 6707 or 7791',
				'a position in Italy like those of the other rows; the boundary of the municipality is not known'),
			false
		from refused
		order by line`, layer, outsideMetres)
	issues, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Issue])
	if err != nil {
		return nil, fmt.Errorf("positions of street numbers: %w", err)
	}
	return issues, nil
}
