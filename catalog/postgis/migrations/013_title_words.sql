-- When very many records match a text, those whose title does come first. The
-- index of all words knows no weights: it would read every match to tell.
create index record_title_words on record using gin (to_tsvector('italian_unaccent', title)) where status = 'published';
comment on index record_title_words is 'Records by the words of their title alone.';

---- create above / drop below ----

drop index record_title_words;
