-- Opening hours that hold for a part of the year.
alter table opening
  add column n smallint not null default 0,
  add column year_from smallint,
  add column year_to smallint,
  add column easter_from smallint,
  add column easter_to smallint,
  add column date_from integer,
  add column date_to integer,
  add column nth smallint,
  add column weeks bigint,
  add column seasonal boolean not null generated always as
    (coalesce(year_from, year_to, easter_from, easter_to, date_from, date_to, nth, weeks) is not null) stored,
  add column patron smallint,
  drop constraint opening_pkey1,
  add constraint opening_pkey1 primary key (record_id, opens, closes, n);
comment on column opening.n is 'Tells apart rows with the same times.';
comment on column opening.year_from is 'First day of the year, counted as in a leap year (1 to 366), on which it holds; null: as of the first.';
comment on column opening.year_to is 'The last one.';
comment on column opening.easter_from is 'The same in days after Easter Sunday of the year.';
comment on column opening.date_from is 'The same in days after 1 January 1970.';
comment on column opening.nth is 'Which of its name in its month the day is: 1, 2, 4 for the first to third, 8 for a fourth that another follows, 16 for a fourth that is the last, 32 for a fifth; null: any.';
comment on column opening.weeks is 'Bits of the ISO weeks; null: any.';
comment on column opening.seasonal is 'One of those is given. By it the planner knows that nearly all rows hold on any day.';
comment on column opening.patron is 'The day of the year of the patron saint, on which bit 128 of days counts; null: not known.';

update undo set key = key || '0' where relation = 'opening';

do $$
declare
  event text;
  tables text;
begin
  foreach event in array array['insert', 'update', 'delete'] loop
    tables := case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end;
    execute format('create or replace trigger remember_%s after %s on opening referencing %s for each statement execute function remember(%L, %L, %L)',
      event, event, tables, 'o.record_id, o.opens, o.closes, o.n', 'o.record_id', 'to_jsonb(o)');
  end loop;
end $$;

---- create above / drop below ----

-- What holds for a part of the year cannot be said without the columns.
update run set undoable = false where undoable and exists (select from undo where run_id = run.id and relation = 'opening' and key ->> 3 <> '0');
delete from undo where relation = 'opening' and (key ->> 3 <> '0' or exists (select from run where run.id = run_id and not undoable));
update undo set key = key - 3, before = before - array['n', 'year_from', 'year_to', 'easter_from', 'easter_to', 'date_from', 'date_to', 'nth', 'weeks', 'seasonal', 'patron'] where relation = 'opening';
delete from opening where n > 0 or seasonal;
alter table opening
  drop column seasonal, drop column n, drop column year_from, drop column year_to, drop column easter_from, drop column easter_to, drop column date_from, drop column date_to,
  drop column nth, drop column weeks, drop column patron,
  add constraint opening_pkey1 primary key (record_id, opens, closes);

do $$
declare
  event text;
  tables text;
begin
  foreach event in array array['insert', 'update', 'delete'] loop
    tables := case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end;
    execute format('create or replace trigger remember_%s after %s on opening referencing %s for each statement execute function remember(%L, %L, %L)',
      event, event, tables, 'o.record_id, o.opens, o.closes', 'o.record_id', 'to_jsonb(o)');
  end loop;
end $$;
