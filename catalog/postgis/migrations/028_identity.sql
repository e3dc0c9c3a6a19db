-- One record of what several sources describe.

alter table harvested
  add column said bytea,
  add column shape bytea;
comment on column harvested.said is 'The record that this description alone would be, without its geometry, as JSON whose names keep their order; null for kinds that are not recognised across sources.';
comment on column harvested.shape is 'Its geometry as the source gave it (EWKB); null: none, or of a kind that is not recognised.';

alter table record
  add column merged_into uuid,
  add column shown_source text,
  add column shown_key text;
comment on column record.source_id is 'The source that brought the record: its own, whoever describes it best today.';
comment on column record.merged_into is 'The record that this one is the same as, where status is merged.';
comment on column record.shown_source is 'The source whose description is shown, where several describe the record; null: its own.';
comment on column record.shown_key is 'The key that it has there.';
create index record_merged on record (merged_into) where merged_into is not null;

create table identifier (
  own       uuid not null,
  source_id text not null,
  kind      text not null,
  value     text not null,
  primary key (own, kind, value)
);
create index identifier_value on identifier (value, kind, source_id, own);
comment on table identifier is 'By what each description is known again in another source (catalog.Evidence). A function of harvested.said.';
comment on column identifier.own is 'The record that the description would be by itself (harvested.record_id).';

create table same_as (
  id   uuid primary key,
  head uuid not null
);
create index same_as_head on same_as (head);
comment on table same_as is 'The descriptions of one thing by several sources: head is the published record, the oldest of them, and among its own rows. What one source alone describes is not here. A function of identifier and verdict.';

create table verdict (
  a       uuid not null,
  b       uuid not null,
  verdict text not null check (verdict in ('same', 'different')),
  by_whom text not null,
  note    text not null default '',
  at      timestamptz not null default now(),
  primary key (a, b),
  check (a < b)
);
comment on table verdict is 'What persons have said of two records: it wins over what is computed, and is remembered.';

create table doubt (
  a      uuid not null,
  b      uuid not null,
  kind   text not null,
  value  text not null default '',
  score  real not null default 0,
  since  timestamptz not null default now(),
  primary key (a, b, kind),
  check (a < b)
);
create index doubt_b on doubt (b);
comment on table doubt is 'Pairs of records that may be the same: the queue for persons. What is decided or joined meanwhile is not shown.';

-- What runs before this one did to datasets is kept in no form that could be put back.
update run set undoable = false
where undoable and exists (
  select from undo u join record r on r.id = u.record_id where u.run_id = run.id and u.relation = 'harvested' and r.kind = 'dataset');

alter table source add column federated_nationally boolean not null default false;
comment on column source.federated_nationally is 'The national catalogue has its datasets already: they are never fed to it again.';
grant select (federated_nationally) on source to ponet_public;

alter table layer add column folded boolean not null default false;
comment on column layer.folded is 'Its rows are those of another layer, of the same dataset in another source, and not published.';

-- A merged record answers with the one that it is the same as.
create or replace view withdrawn as
  select r.id, r.updated as at, s.removed is not null as source_removed,
    coalesce(r.merged_into, (select x.to_id from relation x where x.from_id = r.id and x.type = 'replaced_by' limit 1)) as successor,
    r.status = 'merged' as merged
  from record r
  left join source s on s.id = r.source_id
  where r.status in ('withdrawn', 'merged');

-- Who describes a published record, each with its own words. In two parts, so that
-- either is found by an index.
create view contribution as
  select r.id as record_id, h.record_id as own, h.source_id, h.layer, h.key, h.missed, convert_from(h.said, 'UTF8')::json ->> 'SourceURL' as url, h.first_run, h.last_run,
    coalesce(r.shown_source, r.source_id) = h.source_id and coalesce(r.shown_key, r.source_key) = h.key as shown
  from harvested h
  join record r on r.id = h.record_id and r.status = 'published'
  union all
  select r.id, h.record_id, h.source_id, h.layer, h.key, h.missed, convert_from(h.said, 'UTF8')::json ->> 'SourceURL', h.first_run, h.last_run,
    r.shown_source = h.source_id and r.shown_key = h.key
  from same_as m
  join harvested h on h.record_id = m.id
  join record r on r.id = m.head and r.status = 'published'
  where m.id <> m.head;
comment on view contribution is 'The descriptions behind each published record: which is shown (shown), and which stand beside it. own is the record that each would be by itself.';
grant select on contribution to ponet_public;

create or replace view received as
  select record_id, source_id, layer, key, first_run, last_run, missed from contribution;

---- create above / drop below ----

create or replace view received as
  select h.record_id, h.source_id, h.layer, h.key, h.first_run, h.last_run, h.missed
  from harvested h join published r on r.id = h.record_id;
drop view contribution;
create or replace view withdrawn as
  select r.id, r.updated as at, s.removed is not null as source_removed,
    (select x.to_id from relation x where x.from_id = r.id and x.type = 'replaced_by' limit 1) as successor,
    false as merged
  from record r
  left join source s on s.id = r.source_id
  where r.status in ('withdrawn', 'merged');
drop index record_merged;
update record set status = 'withdrawn' where status = 'merged';
alter table record drop column merged_into, drop column shown_source, drop column shown_key;
alter table layer drop column folded;
revoke select (federated_nationally) on source from ponet_public;
alter table source drop column federated_nationally;
drop table doubt, verdict, same_as, identifier;
alter table harvested drop column said, drop column shape;
