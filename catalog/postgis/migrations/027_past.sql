-- The past as it is asked for: every column that a question names, and what
-- finds the rows. record_version keeps most columns of a record as one object,
-- which would have to be taken apart for each row that is looked at.

alter table record_version
  add column collection   text generated always as (record ->> 'collection') stored,
  add column kind         text generated always as (record ->> 'kind') stored,
  add column theme        text generated always as (record ->> 'theme') stored,
  add column type         text generated always as (record ->> 'type') stored,
  add column municipality text generated always as (record ->> 'municipality') stored,
  add column body_id      text generated always as (record ->> 'body_id') stored,
  add column source_id    text generated always as (record ->> 'source_id') stored,
  add column box          box generated always as (box(geom)) stored;
comment on column record_version.collection is 'Out of record, as are the columns that follow it: what questions about the past ask for.';

-- Versions that are older than the words are found by their titles.
update record_version set words = setweight(to_tsvector('italian', plain(record ->> 'title')), 'A') where words is null;
comment on column record_version.words is 'What it is found by. Of a version out of which a field was erased, and of those older than the column, the words of the title.';

drop index record_version_collection;
create index record_version_key on record_version (collection, record_id) include (during, source_id) where status = 'published';
create index record_version_box on record_version using gist (box) include (collection, record_id, during, source_id) where status = 'published' and box is not null;
create index record_version_facets on record_version (collection, theme, type, municipality, body_id) include (record_id, during, source_id) where status = 'published';
comment on index record_version_facets is 'Counts and filters of the past without visiting the rows.';
create index record_version_words on record_version using gin (words) where status = 'published';
create index record_version_properties on record_version using gin ((record -> 'properties') jsonb_path_ops) where status = 'published';
comment on index record_version_key is 'A page of a collection as it was, in order of key, without visiting the rows.';

-- What is present and was so already then: who came later is passed over in the index.
create index record_then on record (collection, id) include (updated) where status = 'published';
drop index record_key;
alter index record_then rename to record_key;
create index record_box_then on record using gist (box) include (collection, id, updated) where status = 'published' and box is not null;
drop index record_box;
alter index record_box_then rename to record_box;
comment on index record_box is 'Candidates of a small bbox, now or then, without visiting the rows.';
create index record_facets_then on record (collection, theme, type, municipality, body_id) include (updated) where status = 'published';
drop index record_facets;
alter index record_facets_then rename to record_facets;
comment on index record_facets is 'Counts of facets, now or then, without visiting the rows.';
create index record_hidden on record (id) where status <> 'published';
comment on index record_hidden is 'What is not published now: few, among which the past of a record is looked up.';

-- The past of what is shown now, of what its source no longer lists, and of what
-- was joined to another record. What somebody has taken out of the catalogue is
-- not in it.
create or replace view published_version as
  select record_id as id, version, during, run_id, collection, source_id,
    record -> 'properties' as properties, record ->> 'title' as title, feature, geom,
    kind, record ->> 'slug' as slug, record ->> 'summary' as summary, theme, type, municipality, record ->> 'istat_code' as istat_code,
    body_id, record ->> 'licence' as licence, record ->> 'source_key' as source_key,
    (record ->> 'starts')::timestamptz as starts, (record ->> 'ends')::timestamptz as ends, (record ->> 'accessible')::boolean as accessible,
    box, words, (record ->> 'accuracy_metres')::real as accuracy_metres, (record ->> 'created')::timestamptz as created, lower(during) as updated
  from record_version v
  where status = 'published'
    and not exists (
      select from record r
      where r.id = v.record_id and r.status <> 'published'
        and not (r.status = 'merged' or r.status = 'withdrawn' and exists (select from run where run.id = r.run_id)))
    and exists (select from source s where s.id = v.source_id and s.removed is null);

-- Not security definer: so the planner takes the function apart and knows its
-- indexes. What is read in it are the two views that everybody may read.
create function published_at(t timestamptz) returns table (
  id uuid, kind text, collection text, slug text, title text, summary text, theme text, type text, municipality text, istat_code text,
  body_id text, licence text, source_id text, source_key text, starts timestamptz, ends timestamptz, accessible boolean,
  properties jsonb, feature bytea, geom geometry, box box, words tsvector, accuracy_metres real,
  version integer, created timestamptz, updated timestamptz, run_id bigint)
language sql stable parallel safe as $$
  select id, kind, collection, slug, title, summary, theme, type, municipality, istat_code,
    body_id, licence, source_id, source_key, starts, ends, accessible,
    properties, feature, geom, box, words, accuracy_metres,
    version, created, updated, run_id
  from published
  where updated <= t
  union all
  select id, kind, collection, slug, title, summary, theme, type, municipality, istat_code,
    body_id, licence, source_id, source_key, starts, ends, accessible,
    properties, feature, geom, box, words, accuracy_metres,
    version, created, updated, run_id
  from published_version
  where lower(during) <= t and upper(during) > t -- as "during @> t", of whose cost the planner would expect too little
$$;
comment on function published_at(timestamptz) is 'The records as the public saw them at a moment.';

-- What was erased, and that it was: each row carries the digest of the one before.
create table erasure_log (
  number    bigint primary key,
  at        timestamptz not null,
  act       text not null check (act in ('record', 'field', 'source', 'retention')),
  source_id text not null default '',
  record_id uuid,
  field     text not null default '',
  run_id    bigint,
  records   bigint not null,
  by        text not null default '',
  why       text not null default '',
  previous  bytea not null,
  digest    bytea not null
);
comment on table erasure_log is 'Every erasure, one after the other. Nothing of what was erased.';
comment on column erasure_log.number is 'From 1, without gaps.';
comment on column erasure_log.records is 'Of how many records something was erased.';
comment on column erasure_log.previous is 'Digest of the row before; 32 zeros in the first.';
comment on column erasure_log.digest is 'SHA-256 of previous and of all that the row says (catalog.ErasureEntry.Sum).';
grant select (number) on erasure_log to ponet_public;

---- create above / drop below ----

drop table erasure_log;
drop function published_at(timestamptz);
drop view published_version;
create view published_version as
  select v.record_id as id, v.version, v.during, v.run_id, v.record ->> 'collection' as collection, v.record ->> 'source_id' as source_id,
    v.record -> 'properties' as properties, v.record ->> 'title' as title, v.feature, v.geom
  from record_version v
  join record r on r.id = v.record_id
  where v.status = 'published'
    and (r.status = 'published' or r.status = 'withdrawn' and exists (select from run where run.id = r.run_id))
    and exists (select from source where source.id = r.source_id and source.removed is null);
grant select on published_version to ponet_public;
create index record_version_collection on record_version ((record ->> 'collection'), record_id);
drop index record_version_key, record_version_box, record_version_facets, record_version_words, record_version_properties, record_hidden, record_key, record_box, record_facets;
create index record_key on record (collection, id) where status = 'published';
create index record_box on record using gist (box) include (collection, id) where status = 'published' and box is not null;
create index record_facets on record (collection, theme, type, municipality, body_id) where status = 'published';
alter table record_version drop column collection, drop column kind, drop column theme, drop column type, drop column municipality,
  drop column body_id, drop column source_id, drop column box;
