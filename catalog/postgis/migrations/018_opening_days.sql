-- Hours that several days have in common are one row: most weeks are one or two
-- rows and not ten, and as many in undo.
alter table opening rename to opening_by_day;

create table opening (
  record_id uuid not null,
  opens     smallint not null,
  closes    smallint not null check (closes > opens),
  days      smallint not null check (days between 1 and 255),
  primary key (record_id, opens, closes)
);
comment on table opening is 'The times of the week of records whose opening hours can be read to the last word; kept by the transaction that stores the record.';
comment on column opening.opens is 'Minutes after midnight in Europe/Rome.';
comment on column opening.closes is 'The same; more than 1440 when it is on the next day.';
comment on column opening.days is 'A bit for each day on which it opens then: 1 is Monday, 64 Sunday, 128 any public holiday.';
grant select on opening to ponet_public;

insert into opening (record_id, opens, closes, days)
select record_id, opens, closes, bit_or(1 << day)
from opening_by_day
group by record_id, opens, closes;

insert into undo (run_id, relation, key, record_id, before)
select run_id, 'opening by days', jsonb_build_array(record_id, opens, closes), record_id,
  case when bit_or(days) is not null then jsonb_build_object('record_id', record_id, 'opens', opens, 'closes', closes, 'days', bit_or(days)) end
from (
  select run_id, record_id, (key ->> 2)::smallint as opens, (key ->> 3)::smallint as closes,
    case when before is not null then 1 << (key ->> 1)::int end as days
  from undo
  where relation = 'opening'
) u
group by run_id, record_id, opens, closes;
delete from undo where relation = 'opening';
update undo set relation = 'opening' where relation = 'opening by days';

drop table opening_by_day;
create index opening_time on opening (opens, closes, days);

do $$
declare
  event text;
  tables text;
begin
  foreach event in array array['insert', 'update', 'delete'] loop
    tables := case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end;
    execute format('create trigger remember_%s after %s on opening referencing %s for each statement execute function remember(%L, %L, %L)',
      event, event, tables, 'o.record_id, o.opens, o.closes', 'o.record_id', 'to_jsonb(o)');
  end loop;
end $$;

---- create above / drop below ----

alter table opening rename to opening_by_days;

create table opening (
  record_id uuid not null,
  day       smallint not null check (day between 0 and 7),
  opens     smallint not null,
  closes    smallint not null check (closes > opens),
  primary key (record_id, day, opens, closes)
);
comment on table opening is 'The times of the week of records whose opening hours can be read to the last word; kept by the transaction that stores the record.';
comment on column opening.day is '0 is Monday, 7 is any public holiday.';
comment on column opening.opens is 'Minutes after midnight in Europe/Rome.';
comment on column opening.closes is 'The same; more than 1440 when it is on the next day.';
grant select on opening to ponet_public;

insert into opening (record_id, day, opens, closes)
select record_id, day, opens, closes
from opening_by_days, generate_series(0, 7) day
where days & (1 << day) <> 0;

-- what runs have remembered of the hours cannot be split again exactly
update run set undoable = false where undoable and exists (select from undo where run_id = run.id and relation = 'opening');
delete from undo where relation = 'opening';
drop table opening_by_days;
create index opening_time on opening (day, opens, closes);

do $$
declare
  event text;
  tables text;
begin
  foreach event in array array['insert', 'update', 'delete'] loop
    tables := case event when 'insert' then 'new table as made' when 'delete' then 'old table as gone' else 'old table as gone new table as made' end;
    execute format('create trigger remember_%s after %s on opening referencing %s for each statement execute function remember(%L, %L, %L)',
      event, event, tables, 'o.record_id, o.day, o.opens, o.closes', 'o.record_id', 'to_jsonb(o)');
  end loop;
end $$;
