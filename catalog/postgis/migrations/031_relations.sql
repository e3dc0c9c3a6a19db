-- What records have to do with each other.

create table tie (
  own     uuid primary key,
  handles text[] not null default '{}',
  targets text[] not null default '{}',
  refs    jsonb not null default '[]'
);
create index tie_handles on tie using gin (handles) with (gin_pending_list_limit = 512);
create index tie_targets on tie using gin (targets) with (gin_pending_list_limit = 512) where targets <> '{}';
comment on table tie is 'What each description is called by and what it names (catalog.Record.Handles, References). A function of the description alone: which record is meant is found out by who asks, of what is published then.';
comment on column tie.own is 'The record that the description would be by itself (harvested.record_id).';
comment on column tie.handles is 'By what others may call it, besides its key.';
comment on column tie.targets is 'The handles of all that it names.';
comment on column tie.refs is 'What it names: type, direction, property, words, handles in order, kinds.';

do $$
declare
  event text;
begin
  foreach event in array array['insert', 'update', 'delete'] loop
    execute format('create trigger remember_%s after %s on tie referencing %s for each statement execute function remember(%L, %L, %L)',
      event, event, case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end,
      'o.own', 'o.own', 'to_jsonb(o)');
  end loop;
end $$;

-- Every description that counts, with the published record that it belongs to. In
-- two parts, so that either is found by an index.
create view known_as as
  select r.id as own, r.source_id, r.source_key, r.id, r.kind
  from record r
  where r.status = 'published'
  union all
  select r.id, r.source_id, r.source_key, p.id, p.kind
  from record r
  join record p on p.id = r.merged_into and p.status = 'published' and p.kind = r.kind
  where r.status = 'merged' and exists (select from harvested h where h.record_id = r.id and h.missed < 2);
comment on view known_as is 'The descriptions behind the published records: own is the record that each would be by itself, id the one that it is part of.';

create view tied as
  select t.own, t.handles, t.targets, t.refs, k.id, k.kind
  from tie t
  join known_as k on k.own = t.own;
comment on view tied is 'The rows of tie whose records are published.';
grant select on known_as, tied to ponet_public;

---- create above / drop below ----

drop view tied, known_as;
drop table tie;
delete from undo where relation = 'tie';
