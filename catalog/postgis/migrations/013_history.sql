-- How records changed: when, by which run and which fields. What they said before
-- is in published_version.
create view revision as
select v.record_id, v.version + 1 as version, upper(v.during) as at, n.run_id, v.status as was, n.status,
  array(
    select key
    from jsonb_each(v.record -> 'properties') old full join jsonb_each(n.properties) new using (key)
    where old.value is distinct from new.value and key <> 'updated'
    order by key) as changed,
  v.geom is distinct from n.geom as moved
from record_version v, lateral (
  select run_id, status, record -> 'properties' as properties, geom
  from record_version
  where record_id = v.record_id and version = v.version + 1
  union all
  select run_id, status, properties, geom
  from record
  where id = v.record_id and version = v.version + 1) n
where exists (select from published where id = v.record_id);
comment on view revision is 'Each change of a published record after its first version: the names of the fields that changed.';
grant select on revision to ponet_public;

---- create above / drop below ----

drop view revision;
