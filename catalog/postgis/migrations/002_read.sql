-- What the read side needs beside the tables: indexes that answer without
-- touching the rows, and one narrow view on what was withdrawn.

-- PostGIS indexes cannot return what they hold, so a bbox that matches many
-- rows must visit each of them, large as they are. A plain box can be returned
-- by its index: candidates for a page, a count and a thinned tile are then read
-- from the index alone.
alter table record add column box box generated always as (box(geom)) stored;
comment on column record.box is 'The box of geom in degrees, which an index can return (geom cannot be).';

create or replace view published as
  select * from record where status = 'published';

create index record_box on record using gist (box) include (collection, id) where status = 'published' and box is not null;
create index record_placed on record (collection, id) include (box) where status = 'published' and box is not null;
comment on index record_box is 'Candidates of a small bbox, without visiting the rows.';
comment on index record_placed is 'The next records in order of key inside a large bbox, without visiting the rows.';

create index record_order on record (collection, hilbert, id) where status = 'published';
comment on index record_order is 'The order of exports.';

create index record_facets on record (collection, theme, type, municipality, body_id) where status = 'published';
comment on index record_facets is 'Counts of facets without visiting the rows.';

-- The values that filters ask for; equal keys are stored once, so these are small.
create index record_type on record (type) where status = 'published' and type <> '';
create index record_body on record (body_id) where status = 'published';
alter function plain(text) cost 500; -- as long as 500 comparisons: an index on it is worth its while
create index record_municipality on record (plain(municipality)) where status = 'published' and municipality <> '';
create index record_istat on record (istat_code) where status = 'published' and istat_code <> '';

-- The orders of a search that matches too much to be sorted.
create index record_newest on record ((kind = 'feature'), updated desc, id) where status = 'published';
create index record_title on record (left(plain(title), 80), id) where status = 'published';

-- Names as one types them: a space before each word, no accents, no apostrophes.
alter table name add column typed text generated always as
  (' ' || btrim(regexp_replace(plain, '[^[:alnum:]]+', ' ', 'g'))) stored;
comment on column name.typed is 'The name with a space before each word and neither accents nor signs, as suggestions match it.';
create index name_typed on name (typed text_pattern_ops, weight);
-- Without a list of pending entries, which every keystroke would have to read.
create index name_typed_words on name using gin (typed gin_trgm_ops) with (fastupdate = off);
alter index word_trigram set (fastupdate = off);
drop index name_prefix, name_trigram;
create index word_prefix on word (plain text_pattern_ops);

create view withdrawn as
  select r.id, r.updated as at, s.removed is not null as source_removed,
    (select x.to_id from relation x where x.from_id = r.id and x.type = 'replaced_by' limit 1) as successor
  from record r
  left join source s on s.id = r.source_id
  where r.status in ('withdrawn', 'merged');
comment on view withdrawn is 'The ids that once were published, since when they are not, and what stands for them now: all that the public may know of them.';
grant select on withdrawn to ponet_public;

---- create above / drop below ----

drop view withdrawn;
drop index word_prefix;
alter table name drop column typed;
create index name_prefix on name (plain text_pattern_ops);
create index name_trigram on name using gin (plain gin_trgm_ops);
drop index record_newest, record_title, record_istat, record_municipality, record_body, record_type, record_facets, record_order, record_placed, record_box;
drop view published;
alter table record drop column box;
create view published as
  select * from record where status = 'published';
comment on view published is 'The records the public may see; all that the role ponet_public can read of record.';
grant select on published to ponet_public;
