package postgis

// one is the record that the keys of a reference f lead to, with the way (x): the
// first key that anything has decides, and when that is not one thing alone, it is
// none. Two of one name are too many, so not all of them are counted.
const one = `
	lateral (
		select c.id, c.how
		from (
			select min(a.id::text)::uuid as id, count(distinct a.id) as n, split_part(k.key, ':', 1) as how
			from unnest(f.keys) with ordinality k(key, i),
			lateral (
				select t.id from tied t where t.handles @> array[k.key] and t.kind = any(f.kinds)
				union all
				select a.id
				from known_as a
				where starts_with(k.key, 'key:') and a.kind = any(f.kinds)
				  and a.source_id = split_part(k.key, ':', 2) and a.source_key = substr(k.key, 6 + length(split_part(k.key, ':', 2)))
				limit 50
			) a
			group by k.i, k.key
			order by k.i
			limit 1
		) c
		where c.n = 1
	) x`

// named are the references of a row t of tied.
const named = `jsonb_to_recordset(t.refs) f(type text, back boolean, property text, keys text[], kinds text[])`

// lies says that things of a kind stay where they are.
const lies = `in ('place', 'station', 'heritage_item', 'admin_area')`

// related selects the relations of the published record $1, each once: type, back,
// id, how and property. What descriptions name comes from tie; what lies somewhere
// and what is a row of a dataset is seen from geometry and tables. Of what lies
// in an area or is in a dataset $2 are given (null: all).
const related = `
	with own as materialized (
		select own, source_id, source_key from known_as where id = $1
	), called as materialized (
		select array(
			select 'key:' || source_id || ':' || source_key from own
			union
			select unnest(t.handles) from tied t where t.own in (select own from own)) as handles
	), naming as materialized (
		select t.id, f.*
		from called c, tied t, published r, ` + named + `
		where r.id = $1 and t.targets <> '{}' and t.targets && c.handles and f.keys && c.handles and r.kind = any(f.kinds) and t.id <> $1
	), meant as materialized ( -- what is named in the same way is the same
		select f.keys, f.kinds, x.how
		from (select distinct keys, kinds from naming) f, ` + one + `
		where x.id = $1
	), here as materialized (
		select id, kind, istat_code, geom, box, ST_PointOnSurface(geom) as point, ST_Area(geom) as size
		from published
		where id = $1
	), told (type, back, id, how, property) as (
		select f.type, coalesce(f.back, false), x.id, x.how, f.property
		from tied t, ` + named + `, ` + one + `
		where t.own in (select own from own) and x.id <> $1
		union all
		select n.type, not coalesce(n.back, false), n.id, m.how, n.property
		from naming n join meant m on m.keys = n.keys and m.kinds = n.kinds
		union all -- the datasets whose row it is
		select 'documented_by', false, l.dataset, 'table', ''
		from contribution c join layer l on l.source_id = c.source_id and l.name = c.layer
		where c.record_id = $1 and c.missed < 2 and l.dataset <> $1 and not l.folded
		union all -- the rows that it has
		(select 'documented_by', true, c.record_id, 'table', ''
		from layer l join contribution c on c.source_id = l.source_id and c.layer = l.name
		where l.dataset = $1 and c.missed < 2 and c.record_id <> $1 and not l.folded
		limit $2)
		union all -- the areas that it lies in
		select 'within', false, a.record_id, 'position', ''
		from here h join area a on case when a.level = 'municipality' then a.code = h.istat_code
			else a.geom && h.point and ST_Covers(a.geom, h.point) and (h.kind <> 'admin_area' or ST_Area(a.geom) > h.size) end
		where h.kind ` + lies + ` and a.record_id <> h.id
		union all -- the places that it lies in
		select 'within', false, p.id, 'position', ''
		from here h join published p on p.box @> box(h.point) and p.kind = 'place' and ST_Dimension(p.geom) = 2 and ST_Covers(p.geom, h.point) and ST_Area(p.geom) > h.size
		where h.kind ` + lies + ` and h.kind <> 'admin_area' and p.id <> h.id
		union all -- and what lies in it
		(select 'within', true, p.id, 'position', ''
		from area a join published p on p.istat_code = a.code and p.istat_code <> '' and p.kind ` + lies + `
		where a.record_id = $1 and a.level = 'municipality' and p.id <> $1
		limit $2)
		union all
		(select 'within', true, p.id, 'position', ''
		from here h join published p on p.box && h.box and p.kind ` + lies + ` and p.id <> h.id
			and ST_Covers(h.geom, ST_PointOnSurface(p.geom)) and (ST_Area(p.geom) < h.size)
		where ST_Dimension(h.geom) = 2
		  and (h.kind = 'place' and p.kind <> 'admin_area' or h.kind = 'admin_area' and exists (select from area where record_id = h.id and level <> 'municipality'))
		limit $2)
	)
	select distinct on (type, back, id) type, back, id, case when how in ('id', 'body') then 'identifier' else how end as how, property
	from told
	order by type, back, id, array_position(array['key', 'id', 'body', 'title', 'name', 'address', 'position', 'table'], how)`
