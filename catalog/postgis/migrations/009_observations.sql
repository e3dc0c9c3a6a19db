-- Measured values: time series beside the records, which hold the stations.

create type observation_quality as enum ('raw', 'provisional', 'validated', 'invalid', 'below_detection');

create table datastream (
  number       integer generated always as identity primary key,
  id           uuid not null unique,
  source_id    text not null references source on delete cascade,
  station      text not null,
  station_id   uuid,
  property     text not null,
  code         text not null default '',
  uri          text not null default '',
  title        text not null,
  unit         text not null default '',
  aggregation  text not null check (aggregation in ('instant', 'mean', 'max', 'min', 'sum')),
  interval     text not null default '',
  clock        text not null check (clock in ('legal', 'solar', 'utc')),
  reading      text not null,
  retired      timestamptz,
  starts       timestamptz,
  ends         timestamptz,
  count        bigint not null default 0,
  latest_start timestamptz,
  latest_end   timestamptz,
  latest_value double precision,
  latest_quality observation_quality,
  created      timestamptz not null default now(),
  updated      timestamptz not null default now(),
  unique (source_id, station, property, reading)
);
create index datastream_station on datastream (station_id) where station_id is not null;
comment on table datastream is 'One observed property at one station, with one unit: SensorThings 1.1.';
comment on column datastream.number is 'Its key in observation, four bytes instead of sixteen.';
comment on column datastream.station is 'What the source calls the station: the code of its record, or its key.';
comment on column datastream.station_id is 'The record of the station; null until there is one.';
comment on column datastream.unit is 'UCUM.';
comment on column datastream.interval is 'ISO 8601 duration a value stands for; empty: an instant, or as each observation says.';
comment on column datastream.reading is 'Clock, numbering of hours, interval and label by which times were read. Another reading of the same source is another datastream, and this one is retired.';
comment on column datastream.retired is 'Since when another reading takes its place; its observations stay and are not shown.';
comment on column datastream.latest_value is 'The newest value that is not invalid, with its time: what lists show.';

create table observation (
  datastream       integer not null,
  quality          observation_quality not null default 'raw',
  phenomenon_start timestamptz not null,
  phenomenon_end   timestamptz not null,
  value            double precision,
  run_id           bigint not null,
  result_time      timestamptz,
  reason           text,
  primary key (datastream, phenomenon_start, phenomenon_end)
) partition by range (phenomenon_start);
comment on table observation is 'Measured values, a partition for each month (UTC) of their start since 1990 and one for all before; harvests make them. Raw values stay for ever; what hours, days and months come to is computed when it is asked for.';
comment on column observation.value is 'Null: there is none, and reason has the words of the source (<0,5, -999).';
comment on column observation.run_id is 'The run that last changed the row. Runs that find it unchanged write nothing.';

create table observation_before_1990 partition of observation
  for values from (minvalue) to ('1990-01-01 00:00:00+00');

create table observation_revision (
  datastream       integer not null,
  phenomenon_start timestamptz not null,
  phenomenon_end   timestamptz not null,
  quality          observation_quality not null,
  value            double precision,
  run_id           bigint not null,
  result_time      timestamptz,
  reason           text,
  replaced         timestamptz not null default now(),
  replaced_by      bigint not null
);
create index observation_revision_key on observation_revision (datastream, phenomenon_start, replaced);
comment on table observation_revision is 'Values that a later harvest overwrote, with the run that had stored them and the one that replaced them.';

create view published_datastream as
  select d.*, s.title as source_title, s.url as source_url, s.licence, coalesce(s.body_id, '') as body_id, coalesce(b.name, '') as body_name
  from datastream d
  join source s on s.id = d.source_id
  left join body b on b.id = s.body_id
  where s.removed is null and d.retired is null;
comment on view published_datastream is 'The datastreams the public may see, with where they come from.';

create view published_observation as
  select o.*
  from observation o
  where exists (select from datastream d join source s on s.id = d.source_id
    where d.number = o.datastream and d.retired is null and s.removed is null);
comment on view published_observation is 'Their observations.';
grant select on published_datastream, published_observation to ponet_public;

-- Stations are few among many records, and are looked up by what sources call them.
create index record_stations on record (id) where kind = 'station' and status = 'published';

---- create above / drop below ----

drop index record_stations;
drop view published_observation, published_datastream;
drop table observation_revision, observation, datastream;
drop type observation_quality;
