package postgis

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog"
)

// maxShownPoints is of how many points a geometry is told whole in a difference.
const maxShownPoints = 20

// differences are what the page on the stage has done to the records, within the
// transaction that did it.
func (h *Harvest) differences(ctx context.Context, tx pgx.Tx, layer string) ([]catalog.Difference, error) {
	rows, _ := tx.Query(ctx, fmt.Sprintf(`
		select case when s.differs is null or s.first_run = 0 then 'new' else 'changed' end,
			case when s.known then r.id::text else '' end, r.collection, $1::text, s.key, r.title,
			case when v.record_id is not null then f.fields end
		from stage s
		join record r on r.id = s.id
		left join record_version v on v.record_id = r.id and v.version = r.version - 1,
		lateral (
			select jsonb_agg(jsonb_build_object('field', field, 'before', before, 'after', after) order by field) as fields
			from (
				select key as field, o.value as before, n.value as after
				from jsonb_each((v.record -> 'properties') - 'updated') o full join jsonb_each(r.properties - 'updated') n using (key)
				where o.value is distinct from n.value
				union all
				select 'geometry', %[1]s, %[2]s where v.geom is distinct from r.geom
				union all
				select 'status', to_jsonb(v.status), to_jsonb(r.status) where v.status <> r.status
				union all
				select 'collection', v.record -> 'collection', to_jsonb(r.collection) where v.record ->> 'collection' <> r.collection
			) d
		) f
		where s.ours and (s.differs is null or s.differs)
		order by s.line, s.key`, shownGeometry("v.geom"), shownGeometry("r.geom")), layer)
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Difference])
	if err != nil {
		return nil, fmt.Errorf("differences: %w", err)
	}
	return list, nil
}

// shownGeometry is a geometry as GeoJSON, or what it is when it is long.
func shownGeometry(g string) string {
	return fmt.Sprintf(`case when ST_NPoints(%[1]s) <= %[2]d then ST_AsGeoJSON(%[1]s, 7)::jsonb
		else to_jsonb(GeometryType(%[1]s) || ' of ' || ST_NPoints(%[1]s) || ' points') end`, g, maxShownPoints)
}

// Absent are the records that m would withdraw, and those that it counts as
// missed, by title.
func (h *Harvest) Absent(ctx context.Context, m catalog.Missing) ([]catalog.Difference, error) {
	var layers, keys []string
	for _, k := range append(append([]catalog.MissedKey{}, m.Keys...), m.Deleted...) {
		layers, keys = append(layers, k.Layer), append(keys, k.Key)
	}
	rows, _ := h.conn.Query(ctx, `
		select distinct on (plain(r.title), h.layer, h.key)
			case when r.id = any($4::uuid[]) then 'gone' else 'missed' end, r.id::text, r.collection, h.layer, h.key, r.title, null::jsonb
		from unnest($2::text[], $3::text[]) as m(layer, key)
		join harvested h on h.source_id = $1 and h.layer = m.layer and h.key = m.key
		join record r on r.id = h.record_id
		order by plain(r.title), h.layer, h.key`, h.src.ID, layers, keys, append(append([]string{}, m.Gone...), m.Again...))
	list, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Difference])
	if err != nil {
		return nil, fmt.Errorf("what is absent: %w", err)
	}
	return list, nil
}

// observedDifferences are the measured values of a page that are new or changed;
// olds are what is stored of each, nil: nothing.
func observedDifferences(page []catalog.Observation, olds []*storedObservation) []catalog.Difference {
	var list []catalog.Difference
	for i, o := range page {
		old := olds[i]
		if old == nil && o.Empty || old != nil && (old.says(o) || old.supersedes(o)) {
			continue
		}
		d := catalog.Difference{Class: catalog.DifferenceNew, Collection: catalog.ObservationsCollection,
			Key: o.Start.Format(time.RFC3339), Title: o.Stream.Property + " · " + o.Stream.Station}
		field := catalog.FieldDifference{Field: "value", After: measured(o.Value, o.Reason)}
		if old != nil {
			d.Class, field.Before = catalog.DifferenceChanged, measured(old.value, old.reason)
		}
		d.Fields = []catalog.FieldDifference{field}
		list = append(list, d)
	}
	return list
}

// measured is a value in JSON, or why there is none.
func measured(value *float64, reason string) json.RawMessage {
	var v any = reason
	if value != nil {
		v = *value
	}
	b, err := json.Marshal(v)
	if err != nil { // not a number
		return nil
	}
	return b
}
