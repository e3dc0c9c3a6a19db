-- Newer editions of controlled vocabularies than those of the release, taken over
-- by ponet vocab update. A table of terms with what has become of each.
create table vocabulary_edition (
  id        bigint generated always as identity primary key,
  scheme    text not null,
  version   text not null,
  base      text not null,
  origin    text not null default '',
  concepts  jsonb not null,
  taken     timestamptz not null default now(),
  in_force  boolean not null default true
);
create unique index vocabulary_edition_in_force on vocabulary_edition (scheme) where in_force;
comment on table vocabulary_edition is 'Editions of vocabularies that are newer than those of the release, the earlier ones too; one of each vocabulary is in force, or none: then the release''s is.';

alter table vocabulary add column withdrawn text, add column successor text; -- null: as the release before writes them
comment on column vocabulary.withdrawn is 'The edition that has the term no more; records that have it keep it.';
comment on table vocabulary is 'Controlled vocabularies as they are in use, for joins in SQL: those of datasets/reference with the editions in force.';
delete from vocabulary where scheme in ('place-type', 'event-type', 'data-theme', 'licence', 'municipality'); -- named as their tables since

---- create above / drop below ----

alter table vocabulary drop column withdrawn, drop column successor;
drop table vocabulary_edition;
