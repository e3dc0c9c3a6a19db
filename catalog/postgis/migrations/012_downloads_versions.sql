-- How often data are taken away, and what each run changed.

create table download (
  collection text not null,
  source_id  text not null default '',
  month      date not null,
  count      bigint not null,
  primary key (collection, source_id, month)
);
comment on table download is 'Files taken away to the end, counted by collection and month. Nothing tells by whom: no address, no browser, no day.';
comment on column download.source_id is 'The source whose rows alone were asked for, or that measured; empty: all of the collection.';
grant select on download to ponet_public;

create table run_change (
  run_id     bigint not null,
  collection text not null,
  created    bigint not null,
  updated    bigint not null,
  withdrawn  bigint not null,
  primary key (run_id, collection)
);
create index run_change_collection on run_change (collection, run_id desc);
comment on table run_change is 'How many records of a collection each run made, changed and withdrew: the sums of change, kept by the transaction that writes that.';
grant select on run_change to ponet_public;

insert into run_change (run_id, collection, created, updated, withdrawn)
select run_id, collection, count(*) filter (where op = 'create'), count(*) filter (where op = 'update'), count(*) filter (where op = 'withdraw')
from change
where run_id > 0 and kind <> 'observation'
group by run_id, collection;

-- The past of what is shown now, and of what its source no longer lists. What
-- somebody has taken out of the catalogue is not in it.
create view published_version as
  select v.record_id as id, v.version, v.during, v.run_id, v.record ->> 'collection' as collection, v.record ->> 'source_id' as source_id,
    v.record -> 'properties' as properties, v.record ->> 'title' as title, v.feature, v.geom
  from record_version v
  join record r on r.id = v.record_id
  where v.status = 'published'
    and (r.status = 'published' or r.status = 'withdrawn' and exists (select from run where run.id = r.run_id))
    and exists (select from source where source.id = r.source_id and source.removed is null);
comment on view published_version is 'Versions that are no longer true and that the public may see.';
create index record_version_collection on record_version ((record ->> 'collection'), record_id);
grant select on published_version to ponet_public;

create index record_dataset_title on record (left(plain(title), 80), id) where status = 'published' and collection = 'datasets';
comment on index record_dataset_title is 'The catalogue of datasets, by title.';

---- create above / drop below ----

drop index record_dataset_title;
drop index record_version_collection;
drop view published_version;
drop table run_change, download;
