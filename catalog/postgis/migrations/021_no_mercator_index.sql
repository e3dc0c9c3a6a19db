-- Tiles are found by the box of a record; nothing is looked for by this one.
drop index record_mercator;

---- create above / drop below ----

create index record_mercator on record using gist (mercator) where status = 'published';
