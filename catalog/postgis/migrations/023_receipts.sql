-- Receipts that anybody may read, and who is told by mail how a source goes.

create index change_run on change (run_id, seq);
comment on index change_run is 'What one run published, changed and withdrew.';

-- What stood in a field that may concern a person, or that the source's
-- definition drops, is not shown, nor rows as they were read where something is
-- dropped of them.
create view complaint as
select i.run_id, r.source_id, i.n, i.rule, i.file, i.line, i.key, i.field,
  case when w.withheld then '' else regexp_replace(i.read, '[^[:space:]<>"'',;:]+@[^[:space:]<>"'',;:]+', '…', 'g') end as read,
  i.expected, i.refused, w.withheld,
  (select p.id from published p where p.source_id = r.source_id and p.source_key = i.key and i.key <> '' limit 1) as record_id
from issue i
join run r on r.id = i.run_id
join source s on s.id = r.source_id and s.removed is null,
lateral (
  select i.read <> '' and (
    i.field || ' ' || i.rule ~* 'mail|phone|tel|fax|contact|contatt|person|individual|nominativ|cognome|fiscale|author|autore|maintainer|creator|organi[sz]er|organizzatore|attendee|referente'
    or d.columns ? i.field
    or i.field = '' and d.columns <> '[]') as withheld
  from (select coalesce(nullif(s.mapping -> 'drop', 'null'), '[]') as columns) d
) w;
comment on view complaint is 'What was wrong with single descriptions, as everybody may read it.';
comment on column complaint.withheld is 'Something was read that is not shown, since it may concern a person.';

create view parked_record as
select p.run_id, p.layer, p.key, r.id, r.kind, r.collection, r.slug, r.title
from parked p
join published r on r.id = p.record_id;
comment on view parked_record is 'What parked runs would withdraw and is still published.';

create view received as
select h.record_id, h.source_id, h.layer, h.key, h.first_run, h.last_run, h.missed
from harvested h
join published r on r.id = h.record_id;
comment on view received is 'Which description a published record was made of, by which runs, and how many listings have lacked it since.';

grant select on complaint, parked_record, received to ponet_public;

create table correspondent (
  source_id text primary key references source on delete cascade,
  address   text not null,
  lang      text not null check (lang in ('it', 'en')),
  told      bigint not null
);
comment on table correspondent is 'To whom mail goes when something changes in how the harvest of a source goes. Not public.';
comment on column correspondent.told is 'The last run that was looked at for news.';

create table notice (
  run_id   bigint primary key references run on delete cascade,
  news     text[] not null,
  rules    text[] not null default '{}',
  state    text not null default 'waiting' check (state in ('waiting', 'handed', 'sent', 'failed', 'doubtful')),
  attempts integer not null default 0,
  error    text not null default '',
  made     timestamptz not null default now(),
  ended    timestamptz
);
comment on table notice is 'A message about a run: one at most, however often its sending is tried.';
comment on column notice.rules is 'Complaints that no earlier run of the source had.';
comment on column notice.state is 'handed: all is written to the mail server but the end; doubtful: its answer to that never came, and a second message would be one too many.';

---- create above / drop below ----

drop table notice, correspondent;
drop view received, parked_record, complaint;
drop index change_run;
