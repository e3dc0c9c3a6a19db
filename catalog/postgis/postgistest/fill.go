package postgistest

import (
	"testing"

	"po-net.prato.it/ponet/catalog/postgis"
)

// Fill puts n records into the catalogue, straight into its tables: six in ten
// are places (collection "places"), three buildings with an outline (dataset
// "edifici"), one a textbook without a position (dataset "libri"). They lie in
// and around towns as real ones do, dense in the centres and thin outside, and
// are the same every time.
func Fill(t testing.TB, store *postgis.Store, n int) {
	t.Helper()
	for _, sql := range []string{fillFunctions, fillSources} {
		if _, err := store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.DB().Exec(t.Context(), fillRecords, n); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{fillFollowers, "vacuum (analyze) record", "analyze"} {
		if _, err := store.DB().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

// fillFunctions: a number in [0,1) that depends on i and k alone.
const fillFunctions = `
	create function fill_r(i bigint, k int) returns double precision language sql immutable parallel safe
	return (hashint8extended(i, k) & 4503599627370495)::double precision / 4503599627370496.0`

const fillSources = `
	insert into body (id, name) values ('c_g999', 'Comune di Prato'), ('p_po', 'Provincia di Prato'), ('c_l537', 'Comune di Vaiano');
	insert into source (id, protocol, url, title, body_id, licence) values
		('luoghi', 'file', 'https://dati.example/luoghi.csv', 'Luoghi della provincia', 'c_g999', 'https://creativecommons.org/licenses/by/4.0/'),
		('edifici', 'file', 'https://dati.example/edifici.zip', 'Edifici', 'p_po', 'https://creativecommons.org/licenses/by/4.0/'),
		('libri', 'file', 'https://dati.example/libri.csv', 'Libri di testo', null, '');
	insert into layer (source_id, name, collection, columns, srid) values
		('edifici', '', 'edifici', '[{"name":"numero","type":"integer"},{"name":"classe","type":"text"}]', 4326),
		('libri', '', 'libri', '[{"name":"numero","type":"integer"},{"name":"classe","type":"text"}]', 0)`

const fillRecords = `
	with words as (select
		array['Biblioteca','Museo','Chiesa','Archivio','Parco','Scuola','Palazzo','Villa','Teatro','Torre','Piazza','Mercato','Fontana','Giardino','Laboratorio','Convento'] as noun,
		array['biblioteca','museo','chiesa','archivio','parco','scuola','palazzo','villa','teatro','torre','piazza','mercato','fontana','giardino','laboratorio','convento'] as type,
		array['cultura','cultura','cultura','cultura','ambiente','formazione','istituzioni','cultura','cultura','cultura','istituzioni','istituzioni','ambiente','ambiente','formazione','cultura'] as theme,
		array['comunale','civico','storico','diocesano','provinciale','medievale','moderno','naturale','pubblico','antico','tessile','monumentale'] as adj,
		array['San Francesco','Santa Maria','Filippo Lippi','Lazzerini','Mazzoni','Datini','Gramsci','Garibaldi','Cavour','Dante','Galilei','Verdi','Bisenzio','Ombrone','Calvana','Galceti'] as who,
		array['orario','apertura','visita','guidata','gratuita','mostra','collezione','restauro','affreschi','qualità','aria','acqua','formazione','giovani','accesso','territorio','patrimonio','secolo','artigianato','tessuto','lana','fiume','collina','percorso','documento','manoscritto','prestito','lettura','concerto','bando'] as word
	), town (k, name, code, lon, lat, spread, upto) as (values
		(1, 'Prato', '100005', 11.0966, 43.8800, 0.030, 0.35), (2, 'Firenze', '048017', 11.2558, 43.7696, 0.040, 0.60),
		(3, 'Pistoia', '047014', 10.9170, 43.9330, 0.028, 0.70), (4, 'Montemurlo', '100003', 11.0370, 43.9260, 0.012, 0.78),
		(5, 'Vaiano', '100006', 11.1220, 43.9680, 0.010, 0.83), (6, 'Vernio', '100007', 11.1510, 44.0480, 0.012, 0.88),
		(7, 'Cantagallo', '100001', 11.0850, 44.0230, 0.015, 0.91), (8, 'Poggio a Caiano', '100004', 11.0560, 43.8160, 0.008, 0.95),
		(9, 'Carmignano', '100002', 11.0150, 43.8100, 0.015, 1)
	), base as (
		select i, (i - 1) % 10 as part,
			(lpad(to_hex(1700000000000 + i), 12, '0') || '7' || substr(md5('a' || i), 1, 3) || '8' || substr(md5('b' || i), 1, 15))::uuid as id,
			(select k from town where upto > fill_r(i, 4) order by k limit 1) as k,
			1 + floor(fill_r(i, 1) * 16)::int as n, 1 + floor(fill_r(i, 2) * 12)::int as a, 1 + floor(fill_r(i, 3) * 16)::int as w,
			-ln(1 - fill_r(i, 5)) as far, 2 * pi() * fill_r(i, 6) as angle
		from generate_series(1, $1::int) i
	), placed as (
		select base.*, town.name as town, town.code,
			round((town.lon + spread * far * cos(angle))::numeric, 6)::float8 as x, round((town.lat + spread * far * sin(angle) * 0.75)::numeric, 6)::float8 as y
		from base join town using (k)
	), said as (
		select p.*, noun[n] || ' ' || adj[a] || ' ' || who[w] || ' di ' || town as title, words.theme[n] as topic, words.type[n] as sort,
			(select string_agg(word[1 + floor(fill_r(i, 20 + j) * 30)::int], ' ' order by j) from generate_series(1, 10) j) as description,
			case when part < 6 then 'place' else 'feature' end as kind,
			case when part < 6 then 'places' when part < 9 then 'edifici' else 'libri' end as collection,
			case when part < 6 then ST_SetSRID(ST_MakePoint(x, y), 4326)
				when part < 9 then ST_SetSRID(ST_MakePolygon(ST_MakeLine(array(
					select ST_MakePoint(round((x + 0.0003 * cos(pi() * (j % 8) / 4))::numeric, 6)::float8, round((y + 0.0002 * sin(pi() * (j % 8) / 4))::numeric, 6)::float8)
					from generate_series(0, 8) j order by j))), 4326) end as g
		from placed p, words
	), described as (
		select *, json_strip_nulls(json_build_object('title', title, 'description', description, 'kind', kind,
			'theme', case when part < 9 then topic end, 'type', case when part < 6 then sort end, 'type_label', case when part < 6 then initcap(sort) end,
			'address', case when part < 6 then 'Via ' || who || ' ' || i % 90 + 1 end, 'postcode', case when part < 6 then (59000 + floor(fill_r(i, 72) * 999))::int::text end,
			'municipality', town, 'istat_code', code, 'code', case when part < 6 then 'IT-PO' || lpad(i::text, 7, '0') end,
			'body', case when part < 9 then 'c_g999' end, 'source_key', i::text, 'updated', '2026-11-21T10:00:00Z',
			'numero', case when part >= 6 then i end, 'classe', case when part >= 6 then chr(65 + floor(fill_r(i, 76) * 6)::int) end)) as p
		from (select said.*, words.who[w] as who from said, words) s
	)
	insert into record (id, kind, collection, slug, title, summary, theme, type, municipality, istat_code, body_id, licence, source_id, source_key,
		starts, ends, accessible, properties, feature, geom, mercator, hilbert, words, created, updated, run_id)
	select id, kind, collection, replace(plain(title), ' ', '-'), title, left(description, 100), case when part < 9 then topic else '' end,
		case when part < 6 then sort else '' end, town, code, case when part < 9 then 'c_g999' end, '',
		case when part < 6 then 'luoghi' else collection end, i::text,
		case when part = 1 then timestamptz '2026-01-01' + i % 300 * interval '1 day' end, case when part = 1 then timestamptz '2026-01-08' + i % 300 * interval '1 day' end,
		i % 4 = 0, p::jsonb,
		convert_to(format('{"type":"Feature","id":"%s","geometry":%s,"properties":%s}', id, coalesce(ST_AsGeoJSON(g, 7), 'null'), p), 'UTF8'),
		g, ST_Transform(g, 3857), coalesce((ST_X(ST_Centroid(g)) * 1000)::bigint * 100000 + (ST_Y(ST_Centroid(g)) * 1000)::bigint, 0),
		setweight(to_tsvector('italian_unaccent', title), 'A') || setweight(to_tsvector('italian_unaccent', description), 'B'),
		'2026-11-21T10:00:00Z', '2026-11-21T10:00:00Z', 1
	from described
	order by described.collection, id`

const fillFollowers = `
	insert into opening (record_id, opens, closes, days)
	select id, 540, closes, days from record, (values (780, 21), (840, 10)) o(closes, days) where kind = 'place' and (source_key = '3' or source_key like '%43');
	insert into change (record_id, collection, kind, op, bbox, at)
	select id, collection, kind, 'create', box2d(geom), updated from record order by collection, id;
	insert into collection_mark (collection, seq, count)
	select collection, max(seq), count(*) from change group by collection;
	insert into name (record_id, text, plain, note, weight)
	select id, title, plain(title), initcap(type) || ' · ' || municipality, 1.5 from record where kind <> 'feature';
	insert into word (word, plain, count)
	select w, plain(w), count(*) from record, regexp_split_to_table(lower(title), '[^[:alpha:]]+') w where length(w) > 2 group by w`
