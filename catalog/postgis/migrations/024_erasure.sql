-- What was erased on request of a person does not come back with the next harvest.
create table erasure (
  source_id text not null references source on delete cascade,
  record_id uuid not null,
  salt      bytea not null,
  digests   bytea[] not null,
  erased    timestamptz not null default now(),
  primary key (source_id, record_id)
);
comment on table erasure is 'Records that were erased and are not to be stored again. Nothing of what they said is kept, and not their keys.';
comment on column erasure.record_id is 'The address that answers 410.';
comment on column erasure.salt is 'Key of the digests: 32 bytes of chance.';
comment on column erasure.digests is 'HMAC-SHA256 of what the source called the description, and of what it was about (harvested.content, alike).';

---- create above / drop below ----

drop table erasure;
