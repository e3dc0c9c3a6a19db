-- When places are open, for "open now".
create table opening (
  record_id uuid not null,
  day       smallint not null check (day between 0 and 7),
  opens     smallint not null,
  closes    smallint not null check (closes > opens),
  primary key (record_id, day, opens, closes)
);
create index opening_time on opening (day, opens, closes);
comment on table opening is 'The times of the week of records whose opening hours can be read to the last word; kept by the transaction that stores the record.';
comment on column opening.day is '0 is Monday, 7 is any public holiday.';
comment on column opening.opens is 'Minutes after midnight in Europe/Rome.';
comment on column opening.closes is 'The same; more than 1440 when it is on the next day.';
grant select on opening to ponet_public;

---- create above / drop below ----

drop table opening;
