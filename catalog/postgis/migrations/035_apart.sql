-- Positions that the sources of one record do not agree on.

create view apart as
  select a.record_id, a.source_id as source, b.source_id as other,
    greatest(ST_Distance(x.spot::geography, y.spot::geography) - x.radius - y.radius, 0) as metres
  from contribution a
  join contribution b on b.record_id = a.record_id and b.own > a.own
  join subject x on x.own = a.own
  join subject y on y.own = b.own
  where x.spot is not null and y.spot is not null;
comment on view apart is 'How many metres apart two sources place a published record that both describe; of areas, their envelopes.';
grant select on apart to ponet_public;

---- create above / drop below ----

drop view apart;
