-- What a description is about, so that it is known again under another key.
alter table harvested
  add column content bytea,
  add column alike bytea,
  add column firm boolean not null default false;
comment on column harvested.content is 'Identifies what the description says besides its key; empty: nothing; null: not computed yet, the next harvest does.';
comment on column harvested.alike is 'Identifies title, kind, position and begin; empty: it has no title of its own.';
comment on column harvested.firm is 'Alike is enough to know one thing again: it has a position or a begin, or is a dataset.';

---- create above / drop below ----

alter table harvested drop column firm, drop column alike, drop column content;
