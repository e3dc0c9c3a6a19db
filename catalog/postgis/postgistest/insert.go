package postgistest

import (
	"testing"

	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

// Insert puts one record with the given geometry ("": none) and properties into
// collection, with all that follows it, and is its id.
func Insert(t testing.TB, store *postgis.Store, collection, geometry, properties string) string {
	t.Helper()
	kind, ok := catalog.KindOfCollection(collection)
	if !ok {
		kind = catalog.KindFeature
	}
	id := uuid.Must(uuid.NewV7()).String()
	_, err := store.DB().Exec(t.Context(), `
		with r as (
			insert into record (id, kind, collection, slug, title, theme, type, municipality, istat_code, body_id, accessible, source_id, source_key, starts, ends,
				properties, feature, geom, mercator, words, created, updated, run_id)
			select $1::uuid, $2, $3, 'slug', p ->> 'title', coalesce(p ->> 'theme', ''), coalesce(p ->> 'type', ''),
				coalesce(p ->> 'municipality', ''), coalesce(p ->> 'istat_code', ''), p ->> 'body', coalesce(p ->> 'accessibility' = 'yes', false), 'prova', $1::text, (p ->> 'start')::timestamptz, (p ->> 'end')::timestamptz,
				p, convert_to(format('{"type":"Feature","id":"%s","geometry":%s,"properties":%s}', $1::text, coalesce(nullif($4, ''), 'null'), $5::text), 'UTF8'),
				g, ST_Transform(g, 3857), setweight(to_tsvector('italian_unaccent', p ->> 'title'), 'A')
					|| setweight(to_tsvector('italian_unaccent', coalesce(p ->> 'description', '')), 'B'),
				now(), now(), 1
			from (select $5::text::jsonb as p, ST_SetSRID(ST_GeomFromGeoJSON(nullif($4, '')), 4326) as g) v
			returning *
		), c as (
			insert into change (record_id, collection, kind, op, bbox)
			select id, collection, kind, 'create', box2d(geom) from r
			returning seq, collection
		), n as (
			insert into name (record_id, text, plain, note)
			select id, title, plain(title), type from r where kind <> 'feature'
		), w as (
			insert into word (word, plain, count)
			select w, plain(w), 1 from r, regexp_split_to_table(lower(title), '[^[:alpha:]]+') w where length(w) > 2
			on conflict (word) do update set count = word.count + 1
		)
		insert into collection_mark as m (collection, seq, count)
		select collection, seq, 1 from c
		on conflict (collection) do update set seq = excluded.seq, count = m.count + 1`, id, kind, collection, geometry, properties)
	if err != nil {
		t.Fatal(err)
	}
	return id
}
