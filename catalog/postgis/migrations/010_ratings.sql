-- What people say of the clarity of pages.
create table rating (
  id       uuid primary key,
  page     text not null,
  body_id  text not null default '',
  day      date not null default current_date,
  stars    smallint not null check (stars between 1 and 5),
  answer   smallint not null default 0 check (answer between 0 and 5),
  details  text not null default '' check (length(details) <= 200)
);
create index rating_page on rating (page, day);
comment on table rating is 'Answers to the question about the clarity of a page. Nobody is told by them: no address, no browser, no hour.';
comment on column rating.id is 'Chance, made for each answer, so that the same page can add the second answer to the first.';
comment on column rating.page is 'Path of the page, without what was searched there.';
comment on column rating.body_id is 'The body that answers for what the page shows; empty when it is a page of the portal.';
comment on column rating.answer is 'The follow-up: 1 to 5 in the national order, of what was liked (4 or 5 stars) or was hard (1 to 3); 0: not answered.';
comment on column rating.details is 'What was written; for editors, never published.';

create view clarity as
  select date_trunc('month', day)::date as month, page, body_id,
    count(*) as ratings,
    round(avg(stars), 2)::float8 as average,
    array[count(*) filter (where stars = 1), count(*) filter (where stars = 2), count(*) filter (where stars = 3),
      count(*) filter (where stars = 4), count(*) filter (where stars = 5)] as stars,
    array[count(*) filter (where stars <= 3 and answer = 1), count(*) filter (where stars <= 3 and answer = 2), count(*) filter (where stars <= 3 and answer = 3),
      count(*) filter (where stars <= 3 and answer = 4), count(*) filter (where stars <= 3 and answer = 5)] as hard,
    array[count(*) filter (where stars > 3 and answer = 1), count(*) filter (where stars > 3 and answer = 2), count(*) filter (where stars > 3 and answer = 3),
      count(*) filter (where stars > 3 and answer = 4), count(*) filter (where stars > 3 and answer = 5)] as liked
  from rating
  group by 1, 2, 3;
comment on view clarity is 'Ratings counted by month, page and body: what is published of them.';

grant select on clarity to ponet_public;

---- create above / drop below ----

drop view clarity;
drop table rating;
