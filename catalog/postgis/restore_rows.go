package postgis

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// empty takes out what the migrations put into new tables.
func empty(ctx context.Context, conn *pgx.Conn, tables []BackupTable) error {
	var names []string
	for _, t := range tables {
		names = append(names, t.Name)
	}
	_, err := conn.Exec(ctx, "truncate "+columnList(names))
	return err
}

// setAside drops the indexes and references of our tables and disables their
// triggers, and gives the statements that bring all of it back. Keys stay.
func setAside(ctx context.Context, conn *pgx.Conn) (again []string, err error) {
	rows, _ := conn.Query(ctx, `
		with ours as (
			select oid, oid::regclass as name
			from pg_class c
			where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
			  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
		)
		select 3, format('alter table %s drop constraint %I', o.name, k.conname),
			format('alter table %s add constraint %I %s', o.name, k.conname, pg_get_constraintdef(k.oid))
		from pg_constraint k join ours o on o.oid = k.conrelid
		where k.contype = 'f' and k.conparentid = 0
		union all
		select 2, format('drop index %s', i.indexrelid::regclass),
			pg_get_indexdef(i.indexrelid) || coalesce(format('; comment on index %s is %L', i.indexrelid::regclass, obj_description(i.indexrelid, 'pg_class')), '')
		from pg_index i join ours o on o.oid = i.indrelid
		where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
		union all
		select 1, format('alter table %s disable trigger user', o.name), format('alter table %s enable trigger user', o.name)
		from ours o
		where exists (select from pg_trigger t where t.tgrelid = o.oid and not t.tgisinternal)
		order by 1`)
	var order int
	var drop, make string
	var drops []string
	if _, err := pgx.ForEachRow(rows, []any{&order, &drop, &make}, func() error {
		drops, again = append(drops, drop), append(again, make)
		return nil
	}); err != nil {
		return nil, err
	}
	for _, sql := range drops {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return nil, fmt.Errorf("%s: %w", sql, err)
		}
	}
	return again, nil
}

// setSequence has the sequence go on after last.
func setSequence(ctx context.Context, conn *pgx.Conn, name string, last int64) error {
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_sequences where schemaname = 'public' and sequencename = $1)`, name).Scan(&there); err != nil || !there || last == 0 {
		return err
	}
	_, err := conn.Exec(ctx, `select setval($1::regclass, $2)`, quoted(name), last)
	return err
}

// changesApart is how many numbers of the change log are left out after a
// restore. They may have been handed out after the backup was made, and an
// ETag that a client has kept from then must not come back for other content.
const changesApart = 1_000_000_000

// lastChange is the last number that the change log of the old catalogue has
// handed out.
func lastChange(ctx context.Context, conn *pgx.Conn) (seq int64, err error) {
	err = conn.QueryRow(ctx, `select coalesce(pg_sequence_last_value(pg_get_serial_sequence('change', 'seq')), 0)`).Scan(&seq)
	return seq, err
}

// goOn has the change log go on where both the backup and the old catalogue,
// whose last number was seq, have ended: in numbers, and in the transactions
// by which it is read. Another server counts those from its own beginning; where
// it has not come as far as the one of the backup, the log and the marks of its
// readers are moved back by as many, lest nobody ever see what changes next.
func goOn(ctx context.Context, conn *pgx.Conn, seq int64) error {
	var last, ahead int64
	err := conn.QueryRow(ctx, `
		select coalesce(pg_sequence_last_value(pg_get_serial_sequence('change', 'seq')), 0),
			greatest(0, 1 - pg_current_xact_id()::text::bigint
				+ greatest((select coalesce(max(xid::text::bigint), 0) from change), (select coalesce(max(xid::text::bigint), 0) from mark)))`).Scan(&last, &ahead)
	if err != nil {
		return err
	}
	if last = max(last, seq); last > 0 {
		if _, err := conn.Exec(ctx, `select setval(pg_get_serial_sequence('change', 'seq'), $1)`, last+changesApart); err != nil {
			return err
		}
	}
	if ahead == 0 {
		return nil
	}
	// What would come before the first transaction becomes one, in order of
	// number; a reader that had come no further reads it again.
	for _, sql := range []string{
		`update change set xid = greatest(0, xid::text::bigint - $1)::text::xid8`,
		`update mark set xid = greatest(0, xid::text::bigint - $1)::text::xid8, seq = case when xid::text::bigint > $1 then seq else 0 end`,
	} {
		if _, err := conn.Exec(ctx, sql, ahead); err != nil {
			return err
		}
	}
	return nil
}
