-- Which descriptions are one record with what other sources say, by the run that
-- brought them or last changed them.

create view recognised as
select h.last_run as run_id, h.source_id, h.key, h.record_id as own, r.id, r.kind, r.collection, r.slug, r.title, o.others
from same_as m
join harvested h on h.record_id = m.id and h.missed < 2
join record r on r.id = m.head and r.status = 'published'
join lateral (
  select array_agg(distinct x.source_id order by x.source_id) as others
  from same_as n join harvested x on x.record_id = n.id and x.missed < 2
  where n.head = m.head and x.source_id <> h.source_id
) o on o.others is not null;
comment on view recognised is 'The descriptions that are one published record with those of others (sources), by the run that brought them or last changed them.';
grant select on recognised to ponet_public;

---- create above / drop below ----

drop view recognised;
