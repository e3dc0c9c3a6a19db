-- What a description was read as, so that it can be made into a record anew
-- without its source and without the reader of its protocol.
alter table harvested add column parsed bytea;
comment on column harvested.parsed is 'Values, line, files and times of the description as its reader gave them (catalog.Harvested.Stored); null in rows that are older than the column, which the next harvest writes anew.';
alter table layer add column described jsonb;
comment on column layer.described is 'The layer as its reader described it (catalog.Layer), before columns were renamed.';

---- create above / drop below ----

alter table layer drop column described;
alter table harvested drop column parsed;
