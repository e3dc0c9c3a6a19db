-- When very many records match a text, those whose title does come first. The
-- index of all words knows no weights: it would read every match to tell.
create index record_title_words on record using gin (ts_filter(words, '{a}')) where status = 'published';
comment on index record_title_words is 'Records by the words of their title and type alone.';

---- create above / drop below ----

drop index record_title_words;
