-- Transactions are numbered for the whole server, so that a long one of another
-- database, or a statistics run, held every reader of the change log back.
create function other_transactions() returns xid[] language sql stable security definer set search_path = pg_catalog as $$
  select coalesce(array_agg(backend_xid), '{}')
  from pg_stat_activity
  where backend_xid is not null and (datname <> current_database() or backend_type = 'autovacuum worker')
$$;
comment on function other_transactions() is 'Those under way that never write changes here, as far as the owner of this may see them: pg_read_all_stats shows those of other roles too.';

create function change_horizon(others xid[]) returns xid8 language sql stable set search_path = pg_catalog as $$
  select coalesce((select x from pg_snapshot_xip(s) x where x::xid <> all (others) order by x limit 1), pg_snapshot_xmax(s))
  from pg_current_snapshot() s
$$;
comment on function change_horizon(xid[]) is 'Every transaction before it that writes changes here has ended, and this statement sees them. The others come from a statement before this one: whatever ended between is then no longer in the way.';
comment on table change is 'Every published change. Readers take (xid, seq) > their mark and xid < change_horizon(other_transactions() of before), in that order: numbers are handed out before commit.';

---- create above / drop below ----

comment on table change is 'Every published change. Readers take (xid, seq) > their mark and xid < pg_snapshot_xmin(pg_current_snapshot()), in that order: numbers are handed out before commit.';
drop function change_horizon(xid[]);
drop function other_transactions();
