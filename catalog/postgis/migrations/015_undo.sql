-- What a run did, so that a person can refuse it and undo it.

alter table run
  add column kind text not null default 'harvest' check (kind in ('harvest', 'revert', 'remap', 'purge')),
  add column undoes bigint,
  add column undoable boolean not null default false,
  drop constraint run_state_check,
  add constraint run_state_check check (state in ('running', 'completed', 'failed', 'parked', 'rejected'));
comment on table run is 'One harvest of one source, or one correction of what harvests have stored: how far it has come and how it ended.';
comment on column run.undoes is 'Of a revert: the run that it undid.';
comment on column run.undoable is 'All that it touched is remembered as it was before.';

create table parked (
  run_id    bigint not null references run on delete cascade,
  layer     text not null,
  key       text not null,
  record_id uuid not null,
  primary key (run_id, layer, key)
);
comment on table parked is 'What a parked run would have withdrawn: the difference that a person looks at.';

create table former (
  source_id  text not null references source on delete cascade,
  layer      text not null,
  key        text not null,
  record_id  uuid not null,
  primary key (source_id, layer, key)
);
comment on table former is 'Which record a description had become that is no more in harvested, since the run that brought it was undone: when it is listed again, it gets its record, and so its address, back.';

-- A version that comes back is found by the words it was found by.
alter table record_version add column words tsvector;
comment on column record_version.words is 'Null in versions that are older than the column.';

create table undo (
  run_id    bigint not null,
  relation  text not null,
  key       jsonb not null,
  record_id uuid,
  before    jsonb,
  primary key (run_id, relation, key)
);
create index undo_key on undo (relation, key, run_id);
comment on table undo is 'Rows as they were before a run touched them, of all tables but record and observation, which have histories of their own. Kept for as long as a run can be undone.';
comment on column undo.key is 'The primary key of the row, as an array.';
comment on column undo.record_id is 'The record that the row belongs to; null: to none.';
comment on column undo.before is 'Null: there was no such row.';

-- Triggers and not statements in the code that writes: a run can be undone only
-- if nothing that it does escapes, whoever writes it and whenever it is added.
create function remember() returns trigger language plpgsql as $$
declare
  run bigint := nullif(current_setting('ponet.run', true), '')::bigint;
  key text := tg_argv[0];
  record_id text := tg_argv[1];
  before text := tg_argv[2];
begin
  if run is null then
    return null;
  end if;
  if tg_op <> 'INSERT' then
    execute format('insert into undo (run_id, relation, key, record_id, before)
      select %s, %L, jsonb_build_array(%s), %s, %s from gone o on conflict do nothing', run, tg_table_name, key, record_id, before);
  end if;
  if tg_op <> 'DELETE' then -- what the run has touched before stays as it was then
    execute format('insert into undo (run_id, relation, key, record_id)
      select %s, %L, jsonb_build_array(%s), %s from made o on conflict do nothing', run, tg_table_name, key, record_id);
  end if;
  return null;
end $$;
comment on function remember() is 'Notes in undo how rows were before the run of this session (setting ponet.run) touched them, once for each row and run. Arguments: expressions over o, the row, for its key, its record and its content.';

do $$
declare
  t record;
  event text;
  tables text;
begin
  for t in values
    ('harvested',  'o.source_id, o.layer, o.key',           'o.record_id',      'to_jsonb(o)'),
    ('layer',      'o.source_id, o.name',                   'null::uuid',       'to_jsonb(o)'),
    ('occurrence', 'o.record_id, o.n',                      'o.record_id',      'to_jsonb(o)'),
    ('opening',    'o.record_id, o.day, o.opens, o.closes', 'o.record_id',      'to_jsonb(o)'),
    ('name',       'o.record_id, o.plain',                  'o.record_id',      'to_jsonb(o)'),
    ('relation',   'o.from_id, o.type, o.to_id',            'o.from_id',        'to_jsonb(o)'),
    ('area',       'o.level, o.code',                       'o.record_id',      'to_jsonb(o) || jsonb_build_object(''geom'', o.geom::text)'),
    ('body',       'o.id',                                  'null::uuid',       'to_jsonb(o)'),
    ('datastream', 'o.number',                              'null::uuid',       'to_jsonb(o)')
  loop
    foreach event in array array['insert', 'update', 'delete'] loop
      tables := case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end;
      execute format('create trigger remember_%s after %s on %I referencing %s for each statement execute function remember(%L, %L, %L)',
        event, event, t.column1, tables, t.column2, t.column3, t.column4);
    end loop;
  end loop;
end $$;

create index observation_revision_by on observation_revision (replaced_by);
create index observation_revision_run on observation_revision (run_id);

-- The words for spelling are a function of the published titles, so that what
-- is withdrawn or undone takes its words along.
delete from word;
insert into word (word, plain, count)
select w, plain(w), count(*)
from record, regexp_split_to_table(lower(title), '[^[:alpha:]]+') w
where status = 'published' and kind <> 'feature' and length(w) > 2
group by w;
comment on table word is 'The words of published titles, for correcting what was typed; those of rows of datasets are not in it.';

---- create above / drop below ----

do $$
declare
  t text;
  event text;
begin
  foreach t in array array['harvested', 'layer', 'occurrence', 'opening', 'name', 'relation', 'area', 'body', 'datastream'] loop
    foreach event in array array['insert', 'update', 'delete'] loop
      execute format('drop trigger remember_%s on %I', event, t);
    end loop;
  end loop;
end $$;
drop function remember();
drop index observation_revision_by, observation_revision_run;
drop table undo, former, parked;
alter table record_version drop column words;
delete from run where kind <> 'harvest';
update run set state = 'parked' where state = 'rejected';
alter table run
  drop constraint run_state_check,
  add constraint run_state_check check (state in ('running', 'completed', 'failed', 'parked')),
  drop column undoable, drop column undoes, drop column kind;
