-- What a layer's rows are the data of, and when events take place.

alter table layer
  add column title text not null default '',
  add column dataset_key text not null default '',
  add column dataset uuid;
comment on column layer.title is 'The name for people, when the source''s title does not do.';
comment on column layer.dataset_key is 'The key of the dataset, in the same source, whose rows these are.';
comment on column layer.dataset is 'The record of that dataset.';
create index layer_dataset on layer (dataset);

create table occurrence (
  record_id uuid not null,
  n         smallint not null,
  starts    timestamptz not null,
  ends      timestamptz not null,
  all_day   boolean not null,
  status    text not null default '',
  primary key (record_id, n)
);
create index occurrence_ends on occurrence (ends, starts);
comment on table occurrence is 'Every time at which an event takes place, of the first one and the next 24 months; kept by the transaction that changes the record.';
comment on column occurrence.ends is 'The moment after: for whole days, midnight in Europe/Rome after the last one; equal to starts when no end is told.';
grant select on occurrence to ponet_public;

-- What one hour brought is mixed, or the harvest of one body would fill the
-- first pages.
drop index record_newest;
create index record_newest on record
  ((kind = 'feature'), date_trunc('hour', updated at time zone 'UTC') desc, right(id::text, 12)) where status = 'published';
comment on index record_newest is 'Things before rows of datasets, those of the newest hour first.';

---- create above / drop below ----

drop index record_newest;
create index record_newest on record ((kind = 'feature'), updated desc, id) where status = 'published';
drop table occurrence;
alter table layer drop column dataset, drop column dataset_key, drop column title;
