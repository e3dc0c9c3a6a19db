-- Streets and street numbers are found by who asks for them, as rows of datasets are:
-- they neither come first of what is new, nor are they what is near.

drop index record_newest;
create index record_newest on record
  ((kind in ('feature', 'street', 'address')), date_trunc('hour', updated at time zone 'UTC') desc, right(id::text, 12)) where status = 'published';
comment on index record_newest is 'Things before rows of datasets, streets and street numbers, those of the newest hour first.';

drop index record_paged;
create index record_paged on record using gist (geom)
  where status = 'published' and kind not in ('feature', 'admin_area', 'street', 'address');
comment on index record_paged is 'What has a page of its own and is looked for by itself, by distance.';

---- create above / drop below ----

drop index record_paged;
create index record_paged on record using gist (geom)
  where status = 'published' and kind not in ('feature', 'admin_area');
comment on index record_paged is 'What has a page of its own, by distance.';
drop index record_newest;
create index record_newest on record
  ((kind = 'feature'), date_trunc('hour', updated at time zone 'UTC') desc, right(id::text, 12)) where status = 'published';
comment on index record_newest is 'Things before rows of datasets, those of the newest hour first.';
