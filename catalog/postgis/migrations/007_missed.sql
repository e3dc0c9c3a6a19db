-- A record that the last listing did not hold was not checked by it.
create view missed as
  select h.record_id, h.missed
  from harvested h join record r on r.id = h.record_id
  where h.missed > 0 and r.status = 'published';
comment on view missed is 'Published records that the last complete listings of their source did not hold, and how many of them.';
grant select on missed to ponet_public;

---- create above / drop below ----

drop view missed;
