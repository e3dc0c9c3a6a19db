-- Places, bodies, offices, events, works, courses and services that several sources describe are one record.

create extension if not exists btree_gist;

create table subject (
  own       uuid primary key,
  source_id text not null,
  kind      text not null,
  named     text not null,
  town      text not null,
  reach     geometry(Polygon, 4326),
  spot      geometry(Point, 4326),
  radius    real,
  body      text not null
);
create index subject_near on subject using gist (reach, named gist_trgm_ops) where reach is not null;
create index subject_town on subject using gist (town, named gist_trgm_ops) where town <> '';
create index subject_town_nowhere on subject using gist (town, named gist_trgm_ops) where reach is null;
create index subject_named on subject (named, town);
comment on table subject is 'What is compared of each description that is no dataset (match.Subject). A function of harvested.said.';
comment on column subject.own is 'The record that the description would be by itself (harvested.record_id).';
comment on column subject.named is 'What of its name tells it from others (match.Subject.Key).';
comment on column subject.town is 'ISTAT code of its municipality, else the name; empty: not known.';
comment on column subject.reach is 'Its envelope, 100 metres wider on each side; null: it has no position.';
comment on column subject.radius is 'Metres from the middle of the envelope to its corners.';

create table compared (
  a       uuid not null,
  b       uuid not null,
  verdict text not null check (verdict in ('same', 'review')),
  score   real not null,
  primary key (a, b),
  check (a < b)
);
create index compared_b on compared (b);
comment on table compared is 'Descriptions of two sources that are likely one thing, as a comparison has found. A function of the two, and of which contacts too many share.';

alter table source add column standing text not null default '' check (standing in ('', 'owner', 'register', 'regional', 'collection'));
comment on column source.standing is 'With what right it speaks of what it describes; empty: as its body says.';
grant select (standing) on source to ponet_public;

-- What each of several sources says of a published record.
create view statement as
  select c.record_id, c.own, c.source_id, c.layer, c.key, c.missed, c.url, c.first_run, c.last_run, c.shown, convert_from(h.said, 'UTF8') as said
  from contribution c
  join harvested h on h.source_id = c.source_id and h.layer = c.layer and h.key = c.key
  where h.said is not null and exists (select from same_as m where m.id = c.own);
comment on view statement is 'The descriptions behind the published records that have several, each with what it says (catalog.ReadRecord).';
grant select on statement to ponet_public;

-- Who has looked whether a record is true, and when.
create table checked (
  record_id uuid not null,
  body_id   text not null references body on update cascade,
  by_whom   text not null default '',
  note      text not null default '',
  at        timestamptz not null default now(),
  primary key (record_id, at)
);
comment on table checked is 'Acts of bodies that have looked at a record and found it true; nothing to do with harvests.';
create view last_check as
  select h.head as record_id, c.body_id, b.name as body_name, c.at
  from checked c
  join body b on b.id = c.body_id
  cross join lateral (select coalesce((select head from same_as where id = c.record_id), c.record_id) as head) h;
comment on view last_check is 'Checks by the published record that the checked one is part of; without who did them.';
grant select on last_check to ponet_public;

-- What runs before this one did to those kinds is kept in no form that could be put back.
update run set undoable = false
where undoable and exists (
  select from undo u join record r on r.id = u.record_id
  where u.run_id = run.id and u.relation = 'harvested' and r.kind in ('place', 'organization', 'office', 'event', 'heritage_item', 'course', 'service'));

---- create above / drop below ----

drop view last_check;
drop table checked;
drop view statement;
alter table source drop column standing;
drop table compared, subject;
