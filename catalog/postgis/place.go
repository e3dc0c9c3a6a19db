package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// place turns the staged geometries into valid ones in WGS 84, and says in
// issues which ones had to be repaired, and which lie outside the municipality
// that they declare. Where a record does not say its municipality, the area that
// contains it does; but the middle of what a dataset covers says nothing.
func place(ctx context.Context, tx pgx.Tx, layer string, issues *[]catalog.Issue) error {
	if _, err := tx.Exec(ctx, `
		update stage set
			geom = g.geom,
			srid = ST_SRID(g.geom),
			reason = case when ST_IsValid(g.geom) then null else ST_IsValidReason(g.geom) end
		from (select id, ST_GeomFromEWKB(source_ewkb) as geom from stage where source_ewkb is not null) g
		where g.id = stage.id`); err != nil {
		return fmt.Errorf("geometry: %w", err)
	}
	misplaced, err := numbers(ctx, tx, layer)
	if err != nil {
		return err
	}
	*issues = append(*issues, misplaced...)
	// A repair keeps the dimension: an area does not become its outline.
	if _, err := tx.Exec(ctx, `
		update stage set geom = ST_CollectionExtract(ST_MakeValid(geom), 1 + ST_Dimension(geom))
		where reason is not null`); err != nil {
		return fmt.Errorf("repair of geometry: %w", err)
	}
	if _, err := tx.Exec(ctx, `
		update stage set geom = case
			when ST_IsEmpty(geom) then null
			when ST_SRID(geom) = 4326 then ST_Force2D(geom)
			else ST_Force2D(ST_Transform(geom, 4326)) end
		where geom is not null`); err != nil {
		return fmt.Errorf("transform to WGS 84: %w", err)
	}
	mismatched, err := elsewhere(ctx, tx, layer)
	if err != nil {
		return err
	}
	*issues = append(*issues, mismatched...)
	if _, err := tx.Exec(ctx, `
		update stage set
			istat_code = a.code,
			municipality = a.name
		from area a
		where stage.istat_code = '' and stage.kind not in ('admin_area', 'dataset') and stage.geom is not null
		  and a.level = 'municipality' and ST_Intersects(a.geom, ST_PointOnSurface(stage.geom))`); err != nil {
		return fmt.Errorf("municipality: %w", err)
	}
	rows, _ := tx.Query(ctx, `
		select 'geometry-repaired', $1, line, key, '', reason, 'a valid geometry; it was repaired', false
		from stage
		where reason is not null and ours
		order by line`, layer)
	repaired, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Issue])
	*issues = append(*issues, repaired...)
	return err
}
