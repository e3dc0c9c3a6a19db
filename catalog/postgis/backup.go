package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
)

// Backup writes everything the catalogue at url holds to w, as it was at one
// moment; harvests may go on meanwhile. ponet is the version that is noted in
// it. progress is told how many bytes of a table have been read.
//
// The rows are read with COPY, so no program of PostgreSQL's is needed, and any
// later version of it can take them back (see Restore).
func Backup(ctx context.Context, url, ponet string, w io.Writer, progress func(table string, bytes int64)) (Manifest, Contents, error) {
	var m Manifest
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, plainText+"; begin isolation level repeatable read, read only"); err != nil {
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	if m, err = manifest(ctx, conn, ponet); err != nil {
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	b, err := newBackupWriter(w, m)
	if err != nil {
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	if err := b.copy(ctx, conn, progress); err != nil {
		b.drop()
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	if err := b.close(); err != nil {
		return m, Contents{}, fmt.Errorf("backup: %w", err)
	}
	return m, b.contents, nil
}

// plainText has every value written so that it is read back as the same one,
// whatever the database's own settings are.
const plainText = `set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set timezone = 'UTC';
	set extra_float_digits = 3; set bytea_output = 'hex'; set xmlbinary = 'base64'; set search_path = public; set row_security = off;
	set statement_timeout = 0; set idle_in_transaction_session_timeout = 0`

// manifest says what there is in the database.
func manifest(ctx context.Context, conn *pgx.Conn, ponet string) (Manifest, error) {
	m := Manifest{Format: backupFormat, Made: time.Now().UTC().Truncate(time.Second), Ponet: ponet}
	err := conn.QueryRow(ctx, `
		select version, current_setting('server_version'), postgis_lib_version(), (select max(version) from river_migration)
		from schema_version`).Scan(&m.Schema, &m.PostgreSQL, &m.PostGIS, &m.Jobs)
	if err != nil {
		return m, fmt.Errorf("this database holds no catalogue: %w", err)
	}
	m.Tables, err = backupTables(ctx, conn)
	return m, err
}

// backupTables are our tables and those of the job queue, but not those that
// the migrations keep for themselves, those that last only as long as a
// server does, and what belongs to an extension. Generated columns are
// computed again.
func backupTables(ctx context.Context, conn *pgx.Conn) ([]BackupTable, error) {
	rows, _ := conn.Query(ctx, `
		select c.relname, array_agg(a.attname::text order by a.attnum)
		from pg_class c
		join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
		where c.relnamespace = 'public'::regnamespace
		  and c.relkind in ('r', 'p') and c.relpersistence = 'p' and not c.relispartition
		  and c.relname not in ('schema_version', 'river_migration')
		  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
		group by c.relname
		order by c.relname`)
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (t BackupTable, err error) {
		err = row.Scan(&t.Name, &t.Columns)
		return t, err
	})
}

// copy writes every table, then where the sequences are: read last, they are
// never behind the rows.
func (b *backupWriter) copy(ctx context.Context, conn *pgx.Conn, progress func(string, int64)) error {
	tables, err := backupTables(ctx, conn)
	if err != nil {
		return err
	}
	for _, t := range tables {
		w := b.table(t.Name)
		counted := &watchedWriter{w: w, said: func(n int64) { progress(t.Name, n) }}
		tag, err := conn.PgConn().CopyTo(ctx, counted, "copy (select "+columnList(t.Columns)+" from "+quoted(t.Name)+") to stdout")
		if err = errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
		if err := w.close(tag.RowsAffected()); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	rows, _ := conn.Query(ctx, `
		select sequencename::text, coalesce(last_value, 0)
		from pg_sequences
		where schemaname = 'public'`)
	var name string
	var last int64
	_, err = pgx.ForEachRow(rows, []any{&name, &last}, func() error {
		b.contents.Sequences[name] = last
		return nil
	})
	return err
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

func columnList(columns []string) string {
	list := ""
	for i, c := range columns {
		if i > 0 {
			list += ", "
		}
		list += quoted(c)
	}
	return list
}

// A watchedWriter says how many bytes have gone by.
type watchedWriter struct {
	w    io.Writer
	n    int64
	said func(int64)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	w.n += int64(n)
	w.said(w.n)
	return n, err
}
