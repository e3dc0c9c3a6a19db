-- The catalogue. PostGIS is the only truth; everything else is computed from it.

create extension if not exists postgis;
create extension if not exists pg_trgm;
create extension if not exists unaccent;

-- Italian full text without accents. The wrapper is immutable, as unaccent with a
-- named dictionary is, so that it can stand in an index.
create text search configuration italian_unaccent (copy = italian);
alter text search configuration italian_unaccent
  alter mapping for hword, hword_part, word with unaccent, italian_stem;

create function plain(text) returns text
language sql immutable strict parallel safe
return lower(public.unaccent('public.unaccent'::regdictionary, $1));
comment on function plain(text) is 'Text without accents and capitals, for comparing names.';

create function mercator(g geometry) returns geometry
language sql immutable parallel safe
return case
  when public.st_ymin(g) < -85.05 or public.st_ymax(g) > 85.05
    then public.st_transform(public.st_clipbybox2d(g, public.st_makeenvelope(-180, -85.05, 180, 85.05, 4326)::public.box2d), 3857)
  else public.st_transform(g, 3857) end;
comment on function mercator(geometry) is 'A geometry of WGS 84 in EPSG:3857, cut at the latitudes where that ends.';

create function hilbert(g geometry) returns bigint
language plpgsql immutable parallel safe as $$
declare
  n constant bigint := 1 << 20;
  x bigint; y bigint; t bigint; rx int; ry int;
  d bigint := 0;
  s bigint := n / 2;
begin
  if g is null or public.st_isempty(g) then return 0; end if;
  x := least(n - 1, greatest(0, floor(((public.st_xmin(g) + public.st_xmax(g)) / 2 + 180) / 360 * n)));
  y := least(n - 1, greatest(0, floor(((public.st_ymin(g) + public.st_ymax(g)) / 2 + 90) / 180 * n)));
  while s > 0 loop
    rx := case when x & s > 0 then 1 else 0 end;
    ry := case when y & s > 0 then 1 else 0 end;
    d := d + s * s * ((3 * rx) # ry);
    if ry = 0 then
      if rx = 1 then x := n - 1 - x; y := n - 1 - y; end if;
      t := x; x := y; y := t;
    end if;
    s := s / 2;
  end loop;
  return d;
end $$;
comment on function hilbert(geometry) is 'Place of the centre of a geometry of WGS 84 on a Hilbert curve over the world, order 20 (cells of about 38 m); 0 without geometry.';

create table body (
  id       text primary key,
  name     text not null,
  kind     text not null default '',
  website  text not null default '',
  phone    text not null default '',
  email    text not null default ''
);
comment on table body is 'A public body or association that answers for records; id is its IPA code in lower case where it has one.';

create table editorial_team (
  id       text primary key,
  body_id  text not null references body,
  name     text not null
);
comment on table editorial_team is 'A redazione: the people of a body who may edit its records.';

create table source (
  id        text primary key,
  protocol  text not null,
  url       text not null,
  title     text not null default '',
  body_id   text references body,
  licence   text not null default '',
  mapping   jsonb not null default '{}',
  paused    boolean not null default false,
  rhythm    interval not null default '24 hours',
  deadline  interval not null default '30 minutes',
  added     timestamptz not null default now(),
  removed   timestamptz
);
comment on table source is 'A place that is harvested: an address, the protocol it speaks, and what its columns mean.';
comment on column source.rhythm is 'Time between two harvests; each source has its own slot in it.';
comment on column source.removed is 'When the source was removed; its records are withdrawn, its history stays.';

create table layer (
  source_id   text not null references source on delete cascade,
  name        text not null,
  collection  text not null,
  columns     jsonb not null,
  srid        integer not null default 0,
  found       jsonb not null default '[]',
  primary key (source_id, name)
);
create index layer_collection on layer (collection);
comment on table layer is 'The tables of a source as last read, with what was detected about them.';

create table run (
  id         bigint generated always as identity primary key,
  source_id  text not null references source on delete cascade,
  state      text not null default 'running' check (state in ('running', 'completed', 'failed', 'parked')),
  started    timestamptz not null default now(),
  finished   timestamptz,
  pages      integer not null default 0,
  receipt    jsonb not null default '{}'
);
create index run_source on run (source_id, id desc);
create unique index run_one_at_a_time on run (source_id) where state = 'running';
comment on table run is 'One harvest of one source: how far it has come and how it ended.';
comment on column run.receipt is 'Counts so far, then the whole receipt.';

create table issue (
  run_id   bigint not null references run on delete cascade,
  n        bigint generated always as identity,
  rule     text not null,
  file     text not null default '',
  line     integer not null default 0,
  key      text not null default '',
  field    text not null default '',
  read     text not null default '',
  expected text not null default '',
  refused  boolean not null default false,
  primary key (run_id, n)
);
create unique index issue_once on issue (run_id, rule, file, line, key, field);
comment on table issue is 'What was wrong with single descriptions in a run, told to whoever can put it right.';

create table harvested (
  source_id   text not null references source on delete cascade,
  layer       text not null,
  key         text not null,
  hash        bytea not null,
  media_type  text not null,
  raw         bytea not null,
  record_id   uuid not null,
  first_run   bigint not null,
  last_run    bigint not null,
  missed      smallint not null default 0,
  primary key (source_id, layer, key)
);
create index harvested_record on harvested (record_id);
comment on table harvested is 'What each source said last, byte for byte.';
comment on column harvested.hash is 'First 16 bytes of the SHA-256 of the description and of how it is read; equal hash, nothing to do.';
comment on column harvested.last_run is 'The run that last changed the row. Runs that find it unchanged write nothing.';
comment on column harvested.missed is 'Complete listings in a row in which the description was absent.';

create table record (
  id              uuid primary key,
  kind            text not null,
  collection      text not null,
  slug            text not null default '',
  status          text not null default 'published'
                  check (status in ('draft', 'in_review', 'published', 'withdrawn', 'merged')),
  title           text not null,
  summary         text not null default '',
  theme           text not null default '',
  type            text not null default '',
  municipality    text not null default '',
  istat_code      text not null default '',
  body_id         text,
  licence         text not null default '',
  source_id       text not null,
  source_key      text not null,
  starts          timestamptz,
  ends            timestamptz,
  accessible      boolean not null default false,
  properties      jsonb not null,
  feature         bytea not null,
  geom            geometry(geometry, 4326),
  mercator        geometry(geometry, 3857),
  source_geom     geometry,
  accuracy_metres real not null default 0,
  hilbert         bigint not null default 0,
  words           tsvector not null,
  version         integer not null default 1,
  created         timestamptz not null,
  updated         timestamptz not null,
  run_id          bigint not null
);
comment on table record is 'The present version of every record of the catalogue, in all states.';
comment on column record.feature is 'The record as an encoded GeoJSON Feature (RFC 7946), sent as it is.';
comment on column record.geom is 'WGS 84, longitude and latitude, valid.';
comment on column record.mercator is 'The same in EPSG:3857, for tiles.';
comment on column record.source_geom is 'The untouched geometry in the CRS of the source; null when geom is the same.';
comment on column record.accuracy_metres is 'Metres that the transform to WGS 84 may be off; 0: not worse than the source.';
comment on column record.hilbert is 'Place of the centre on a Hilbert curve over the world (order 20), for clustering and ordered exports.';

create index record_geom on record using gist (geom) where status = 'published';
create index record_mercator on record using gist (mercator) where status = 'published';
create index record_key on record (collection, id) where status = 'published';
create index record_words on record using gin (words) where status = 'published';
create index record_properties on record using gin (properties jsonb_path_ops) where status = 'published';
create index record_source on record (source_id, source_key);
create index record_updated on record (collection, updated, id) where status = 'published';

create table record_version (
  record_id  uuid not null,
  version    integer not null,
  during     tstzrange not null,
  run_id     bigint not null,
  status     text not null,
  record     jsonb not null,
  feature    bytea not null,
  geom       geometry(geometry, 4326),
  source_geom geometry,
  primary key (record_id, version)
);
create index record_version_run on record_version (run_id);
comment on table record_version is 'Versions of records that are no longer true; the present one is in record.';
comment on column record_version.during is 'From when to when the version was the present one.';
comment on column record_version.record is 'The columns of record that are not kept apart here, by name.';

create table relation (
  from_id  uuid not null,
  to_id    uuid not null,
  type     text not null,
  run_id   bigint,
  primary key (from_id, type, to_id)
);
create index relation_to on relation (to_id, type);
comment on table relation is 'One record and another: part_of, documents, hosts, held_by ….';

create table change (
  seq        bigint generated always as identity primary key,
  xid        xid8 not null default pg_current_xact_id(),
  record_id  uuid not null,
  collection text not null,
  kind       text not null,
  op         text not null check (op in ('create', 'update', 'withdraw')),
  bbox       box2d,
  run_id     bigint,
  at         timestamptz not null default clock_timestamp()
);
create index change_collection on change (collection, seq);
comment on table change is 'Every published change in one order. Readers take seq > their mark and xid < pg_snapshot_xmin(pg_current_snapshot()): numbers are handed out before commit.';

create table mark (
  reader  text primary key,
  seq     bigint not null,
  at      timestamptz not null default now()
);
comment on table mark is 'How far each reader of change has come.';

create table collection_mark (
  collection text primary key,
  seq        bigint not null,
  count      bigint not null default 0
);
comment on table collection_mark is 'The last change of each collection and how many published records it has, kept by the transaction that changes it: the ETag of every answer, and an exact count at the price of one row.';

create table vocabulary (
  scheme    text not null,
  code      text not null,
  uri       text not null default '',
  label_it  text not null,
  label_en  text not null default '',
  broader   text not null default '',
  theme     text not null default '',
  primary key (scheme, code)
);
comment on table vocabulary is 'Controlled vocabularies as loaded from datasets/reference, for joins in SQL.';

create table area (
  code   text not null,
  level  text not null check (level in ('country', 'region', 'province', 'municipality', 'place', 'district', 'section')),
  name   text not null,
  geom   geometry(multipolygon, 4326) not null,
  record_id uuid,
  primary key (level, code)
);
create index area_geom on area using gist (geom);
comment on table area is 'Administrative areas by level and code, from records of kind admin_area; says which municipality a point lies in.';

create table name (
  record_id  uuid not null,
  text       text not null,
  plain      text not null,
  note       text not null default '',
  weight     real not null default 1,
  primary key (record_id, plain)
);
create index name_prefix on name (plain text_pattern_ops);
create index name_trigram on name using gin (plain gin_trgm_ops);
comment on table name is 'Names to complete while typing: a small table, so that suggestions do not touch the records. Rows of datasets are not in it.';

create table word (
  word   text primary key,
  plain  text not null,
  count  integer not null
);
create index word_trigram on word using gin (plain gin_trgm_ops);
comment on table word is 'The words of published titles, for correcting what was typed.';

create table basemap (
  layer  text not null,
  class  text not null default '',
  name   text not null default '',
  geom   geometry(geometry, 3857) not null,
  minzoom smallint not null default 0,
  source text not null default ''
);
create index basemap_geom on basemap using gist (geom);
comment on table basemap is 'Our own base map: boundaries, buildings, roads, water, green and place names, drawn by the same tile code as records.';

create table basemap_source (
  id          text primary key,
  title       text not null,
  licence     text not null,
  attribution text not null,
  accuracy    text not null default '',
  imported    timestamptz not null default now()
);
comment on table basemap_source is 'Where each part of the base map comes from: always shown with it.';

-- Who may see what. Everything the public sees is read with the role
-- ponet_public, which has no right on the table record: only on this view, which
-- shows published rows. A plain view and not a policy, because PostGIS
-- operators are not leakproof and a policy would keep every bbox from its
-- index. The policy below holds for every other role that is ever
-- given the table itself.
create view published as
  select * from record where status = 'published';
comment on view published is 'The records the public may see; all that the role ponet_public can read of record.';

alter table record enable row level security;
create policy record_published on record for select using (status = 'published');
alter table record_version enable row level security;
create policy record_version_none on record_version for select using (false);

do $$
begin
  if not exists (select from pg_roles where rolname = 'ponet_public') then
    create role ponet_public nologin;
  end if;
  execute format('grant ponet_public to %I', current_user);
end $$;
grant usage on schema public to ponet_public;
grant select on published, body, layer, change, collection_mark, vocabulary, area, name, word, basemap, basemap_source, relation to ponet_public;
grant select (id, protocol, title, body_id, licence, added, removed, rhythm, paused, url) on source to ponet_public;
grant select on run to ponet_public;

---- create above / drop below ----

drop view published;
drop table if exists basemap_source, basemap, word, name, area, vocabulary, collection_mark, mark, change, relation,
  record_version, record, harvested, issue, run, layer, source, editorial_team, body cascade;
drop function plain(text);
drop function mercator(geometry);
drop function hilbert(geometry);
drop text search configuration italian_unaccent;
