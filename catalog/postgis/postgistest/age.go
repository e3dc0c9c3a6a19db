package postgistest

import (
	"testing"

	"po-net.prato.it/ponet/catalog/postgis"
)

// Age gives every record that Fill made two versions before the present one. The first
// is of a day in 2023, the second of one in 2024, the present of one in 2025, a day
// for each three hundredth of them; a tenth lay elsewhere, and all had another title.
func Age(t testing.TB, store *postgis.Store) {
	t.Helper()
	for _, sql := range []string{age, ageRecords, "vacuum (analyze) record", "vacuum (analyze) record_version"} {
		if _, err := store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

const age = `
	insert into record_version (record_id, version, during, run_id, status, record, feature, geom, words)
	select r.id, v.n, tstzrange(d.at + (v.n - 1) * interval '1 year', d.at + v.n * interval '1 year'), 1, 'published',
		to_jsonb(r) - array['feature', 'geom', 'mercator', 'source_geom', 'words', 'box', 'hilbert']
			|| jsonb_build_object('title', p.p ->> 'title', 'properties', p.p, 'version', v.n),
		convert_to(format('{"type":"Feature","id":"%s","geometry":%s,"properties":%s}', r.id, coalesce(ST_AsGeoJSON(g.g, 7), 'null'), p.p), 'UTF8'),
		g.g, r.words
	from record r, generate_series(1, 2) v(n),
		lateral (select timestamptz '2023-01-01' + hilbert % 300 * interval '1 day' as at) d,
		lateral (select r.properties || jsonb_build_object('title', 'Già ' || r.title) as p) p,
		lateral (select case when r.hilbert % 10 = 0 then ST_Translate(r.geom, 0.01 * v.n, 0) else r.geom end as g) g`

const ageRecords = `
	update record set version = 3, created = timestamptz '2023-01-01' + hilbert % 300 * interval '1 day', updated = timestamptz '2025-01-01' + hilbert % 300 * interval '1 day'`
