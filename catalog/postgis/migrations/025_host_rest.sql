-- Hosts that want to be left alone, by all processes.
create unlogged table host_rest (
  host text primary key,
  until timestamptz not null
);
comment on table host_rest is 'Hosts that no harvest may ask anything of before a moment, since they said so (Retry-After, RateLimit).';

---- create above / drop below ----

drop table host_rest;
