-- Sources that want a key.
alter table source add column credentials jsonb not null default '[]';
comment on column source.credentials is 'The keys that its requests need: where they stand in a request, and the environment variable or file that holds the value, which is never stored.';

---- create above / drop below ----

alter table source drop column credentials;
