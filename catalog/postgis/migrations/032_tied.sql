-- Ties are few and records many: each is looked up by its id, and never all of them
-- read to find those of a few ties (offset 0 keeps the planner from that).
create or replace view tied as
  select t.own, t.handles, t.targets, t.refs, k.id, k.kind
  from tie t, lateral (select a.id, a.kind from known_as a where a.own = t.own offset 0) k;

---- create above / drop below ----

create or replace view tied as
  select t.own, t.handles, t.targets, t.refs, k.id, k.kind
  from tie t
  join known_as k on k.own = t.own;
