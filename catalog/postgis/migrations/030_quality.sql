-- How good records are, and whether the addresses that they give work.

create table quality (
  record_id     uuid primary key,
  body_id       text not null default '',
  kind          text not null,
  completeness  smallint,
  mqa           smallint,
  ours          boolean not null default false,
  worst         smallint generated always as (case when not ours then least(completeness, mqa * 100 / 405) end) stored
);
create index quality_body on quality (body_id, kind) include (completeness, mqa);
create index quality_worst on quality (body_id, worst, record_id) where worst is not null;
comment on table quality is 'How complete each published record is, and the score of each dataset: a function of record and link, read from the change log (reader "quality …"), for lists and averages only. It can be thrown away.';
comment on column quality.completeness is '0 to 100; null: nothing is asked of its kind.';
comment on column quality.mqa is 'Points of a dataset by the Metadata Quality Assessment of data.europa.eu, 0 to 405.';
comment on column quality.ours is 'A dataset that its publisher does not describe: the harvest made it up.';
comment on column quality.worst is 'The lower of the two in percent, of what its publisher can better.';

create table link (
  address        text primary key,
  host           text not null,
  file           boolean not null default false,
  state          text not null default 'new' check (state in ('new', 'works', 'failing', 'broken', 'unsure')),
  reason         text not null default '',
  at             timestamptz,
  status         smallint not null default 0,
  ms             integer not null default 0,
  failed_on      date,
  due            timestamptz not null default now(),
  etag           text not null default '',
  last_modified  text not null default ''
);
create index link_due on link (due);
create index link_broken on link (address) where state = 'broken';
comment on table link is 'The addresses to which published records send people, and what was found when they were last asked for.';
comment on column link.failed_on is 'The first day of the failures that last: what fails on another day too is broken.';
comment on column link.file is 'A file of data is promised there, not a page.';

create table record_link (
  record_id  uuid not null,
  address    text not null,
  primary key (record_id, address)
);
create index record_link_address on record_link (address);
comment on table record_link is 'Which published record gives which address. A function of record, as quality is.';

-- The issues of one description, for its page.
create index issue_key on issue (run_id, key) where key <> '';

create view suspected as
  select d.a, d.b
  from doubt d
  join record x on x.id = d.a and x.status = 'published'
  join record y on y.id = d.b and y.status = 'published'
  where not exists (select from verdict v where v.a = d.a and v.b = d.b);
comment on view suspected is 'Pairs of published records that may be one thing, and of which nobody has said yet.';

grant select on quality, link, record_link, suspected to ponet_public;

---- create above / drop below ----

drop view suspected;
drop index issue_key;
drop table record_link, link, quality;
