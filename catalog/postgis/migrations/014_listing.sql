-- What a completed harvest leaves to the next one of its source.
create table listing (
  source_id text primary key references source on delete cascade,
  reading   bytea not null,
  cursor    text not null default '',
  listed    timestamptz not null,
  documents jsonb not null default '{}'
);
comment on table listing is 'Where the next harvest of a source may go on, from its last completed run.';
comment on column listing.reading is 'Identifies the address, the mapping and the code by which the source was read; for another reading nothing of the row holds.';
comment on column listing.cursor is 'Of protocols that can list what changed: since when. Empty: everything is listed.';
comment on column listing.listed is 'When the last run began that read everything; a week later everything is read again.';
comment on column listing.documents is 'By address, the ETag and Last-Modified of answers that were stored whole, and what they held. Taken out when a run begins and put back when one is completed, so that a server is never asked for what changed since a run that failed.';

alter table source
  add column max_bytes bigint not null default 0,
  add column max_requests integer not null default 0;
comment on column source.max_bytes is 'What one harvest may receive; 0: as much as the program allows any.';
comment on column source.max_requests is 'What one harvest may ask for; 0: as often as the program allows any.';

---- create above / drop below ----

alter table source drop column max_requests, drop column max_bytes;
drop table listing;
