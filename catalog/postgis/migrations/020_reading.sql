-- What the values of a stored description are, so that it is read anew as it was
-- read, whatever its table has become since.
create table reading (
  source_id text not null references source on delete cascade,
  number    bigint not null,
  columns   jsonb not null,
  dropped   text[] not null default '{}',
  noted     timestamptz not null default now(),
  primary key (source_id, number)
);
comment on table reading is 'Column lists under which descriptions of a source are stored; a row is never changed, and goes when nothing refers to it.';
comment on column reading.number is 'Names the two columns after it: the first 8 bytes of their SHA-256; of rows of before this table another hash.';
comment on column reading.columns is 'The layer as its reader described it (catalog.Layer): columns in the order of harvested.parsed, coordinate system, what was detected.';
comment on column reading.dropped is 'The fields that the source''s mapping left out.';
comment on column reading.noted is 'When a run last stored under it.';

alter table harvested add column reading bigint;
comment on column harvested.reading is 'The columns of parsed (table reading); null: not known, the next harvest reads the row anew.';

-- Of what is stored the columns are known where every run that could have
-- written other ones is remembered and none did.
insert into reading (source_id, number, columns)
select distinct source_id, hashtextextended(described::text, 20), described
from layer
where described is not null;
update harvested h set reading = hashtextextended(l.described::text, 20)
from layer l
where l.source_id = h.source_id and l.name = h.layer and l.described is not null and h.parsed is not null
  and json_array_length(convert_from(h.parsed, 'UTF8')::json -> 'v') = jsonb_array_length(l.described -> 'columns')
  and not exists (select from run where run.source_id = h.source_id and not run.undoable and run.kind <> 'purge')
  and not exists (
    select from undo u
    where u.relation = 'layer' and u.key = jsonb_build_array(l.source_id, l.name)
      and u.before -> 'described' -> 'columns' is distinct from l.described -> 'columns' and u.before is not null);

---- create above / drop below ----

alter table harvested drop column reading;
drop table reading;
