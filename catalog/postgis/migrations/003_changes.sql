-- Readers of the change log go by transaction, then by number: of two writers at
-- once the one that ends last may hold the lower numbers, and a reader that
-- had gone by number alone would never see them.
create index change_finished on change (xid, seq);
alter table mark add column xid xid8 not null default '0';
comment on table mark is 'How far each reader of change has come: (xid, seq) of the last one read.';
comment on table change is 'Every published change. Readers take (xid, seq) > their mark and xid < pg_snapshot_xmin(pg_current_snapshot()), in that order: numbers are handed out before commit.';

---- create above / drop below ----

alter table mark drop column xid;
drop index change_finished;
