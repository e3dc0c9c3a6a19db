-- Things with a page of their own among a million rows of datasets: what is
-- near is found without passing all that is nearer.
create index record_paged on record using gist (geom)
  where status = 'published' and kind not in ('feature', 'admin_area');
comment on index record_paged is 'What has a page of its own, by distance.';

---- create above / drop below ----

drop index record_paged;
