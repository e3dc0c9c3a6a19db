package postgis

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"po-net.prato.it/ponet/catalog"
)

// CheckBackup reads a backup to its end and compares it with the counts and
// checksums it carries. An error that is catalog.ErrInvalid concerns the file.
func CheckBackup(ctx context.Context, r io.Reader, progress func(table string, bytes int64)) (Manifest, Contents, error) {
	b, err := newBackupReader(r)
	if err != nil {
		return Manifest{}, Contents{}, err
	}
	defer b.close()
	c, err := b.check(ctx, progress)
	return b.Manifest, c, err
}

// A Restoration puts a backup into the place of a catalogue.
type Restoration struct {
	URL      string                          // of the database
	Contents Contents                        // as CheckBackup found them
	Force    bool                            // also where there is a catalogue already
	Progress func(table string, bytes int64) // may be nil
}

// Restore puts the backup that r reads into the place of what the database
// holds, and brings it to this release's schema. All of it is one transaction:
// until that ends, and when anything goes wrong, the old catalogue is there
// untouched; those who read it wait. It is catalog.ErrExists when there is a
// catalogue and not Force, or when somebody harvests into it.
//
// The tables are made as the release had them that wrote the backup, then
// filled, then migrated, so that a backup may be older than the program. Jobs
// that were queued are left out if the job engine has changed in between; every
// source is queued again at its slot.
func Restore(ctx context.Context, r io.Reader, to Restoration) error {
	b, err := newBackupReader(r)
	if err != nil {
		return err
	}
	defer b.close()
	if err := Migrate(ctx, to.URL); err != nil { // an empty database gets its tables, and the jobs' theirs
		return fmt.Errorf("restore: %w", err)
	}
	conn, err := pgx.Connect(ctx, to.URL)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := to.put(ctx, conn, b); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	return nil
}

func (to Restoration) put(ctx context.Context, conn *pgx.Conn, b *backupReader) error {
	s, err := newSchema(ctx, conn)
	if err != nil {
		return err
	}
	if err := s.takes(b.Manifest); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, plainText); err != nil {
		return err
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) // nothing to do after the commit
	if err := to.mayReplace(ctx, conn); err != nil {
		return err
	}
	seq, err := lastChange(ctx, conn)
	if err != nil {
		return err
	}
	if err := s.rebuild(ctx, b.Manifest); err != nil {
		return err
	}
	if err := to.fill(ctx, tx, b, b.Jobs == s.jobs); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := goOn(ctx, conn, seq); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "analyze"); err != nil {
		return err
	}
	return tx.Commit(ctx)
}

// mayReplace refuses to replace a catalogue unasked, or under the hands of
// somebody who harvests into it.
func (to Restoration) mayReplace(ctx context.Context, conn *pgx.Conn) error {
	rows, _ := conn.Query(ctx, `
		select distinct split_part(application_name, ' ', 2) || ' (process ' || split_part(split_part(application_name, ' ', 3), '-', 1) || ')'
		from pg_stat_activity
		where datname = current_database() and split_part(application_name, ' ', 1) = 'ponet'
		  and split_part(application_name, ' ', 2) in ('serve', 'work', 'demo', 'harvest', 'import')
		order by 1`)
	busy, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(busy) > 0 {
		return fmt.Errorf("ponet %s works on the catalogue here; stop it first, and start it again after the restore: %w", busy[0], catalog.ErrExists)
	}
	var sources, records, runs int64
	err = conn.QueryRow(ctx, `
		select (select count(*) from source), (select count(*) from record), (select count(*) from run)`).Scan(&sources, &records, &runs)
	if err != nil || to.Force || sources+records+runs == 0 {
		return err
	}
	return fmt.Errorf("there is a catalogue here with %d sources, %d records and %d runs; --force puts the backup in its place: %w", sources, records, runs, catalog.ErrExists)
}

// fill copies the rows into the tables, whose indexes and references are made
// again afterwards: that is several times faster than keeping them row by row.
func (to Restoration) fill(ctx context.Context, tx pgx.Tx, b *backupReader, jobs bool) error {
	conn := tx.Conn()
	if _, err := conn.Exec(ctx, plainText); err != nil {
		return err
	}
	tables, err := backupTables(ctx, conn)
	if err != nil {
		return err
	}
	if err := empty(ctx, conn, tables); err != nil {
		return err
	}
	again, err := setAside(ctx, conn)
	if err != nil {
		return err
	}
	missing := maps.Clone(to.Contents.Tables)
	for name := b.table(); name != ""; name = b.table() {
		delete(missing, name)
		if !jobs && strings.HasPrefix(name, "river_") {
			if _, err := io.Copy(io.Discard, b.rows()); err != nil {
				return err
			}
			continue
		}
		if err := to.table(ctx, tx, b, tables); err != nil {
			return fmt.Errorf("table %s: %w", name, err)
		}
	}
	for name, t := range missing {
		if t.Rows != 0 {
			return &BackupError{What: fmt.Sprintf("table %s: no rows were read and %d should be there", name, t.Rows)}
		}
	}
	for name, last := range to.Contents.Sequences {
		if err := setSequence(ctx, conn, name, last); err != nil {
			return fmt.Errorf("sequence %s: %w", name, err)
		}
	}
	for _, sql := range again {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
	}
	return nil
}

// table copies the rows of the table that comes next.
func (to Restoration) table(ctx context.Context, tx pgx.Tx, b *backupReader, tables []BackupTable) error {
	name := b.table()
	known := func(t BackupTable) bool { return t.Name == name }
	i, j := slices.IndexFunc(b.Tables, known), slices.IndexFunc(tables, known)
	if i < 0 || j < 0 {
		return &BackupError{What: "there is no such table in schema " + fmt.Sprint(b.Schema)}
	}
	for _, c := range b.Tables[i].Columns {
		if !slices.Contains(tables[j].Columns, c) {
			return &BackupError{What: "there is no column " + c + " in schema " + fmt.Sprint(b.Schema)}
		}
	}
	said := func(n int64) {
		if to.Progress != nil {
			to.Progress(name, n)
		}
	}
	if name == "observation" { // datastream, which says from when to when, has come before
		if err := monthsOfStreams(ctx, tx); err != nil {
			return err
		}
	}
	rows := &watchedReader{ctx: ctx, r: b.rows(), said: said}
	tag, err := tx.Conn().PgConn().CopyFrom(ctx, rows, "copy "+quoted(name)+" ("+columnList(b.Tables[i].Columns)+") from stdin")
	if err = errors.Join(err, ctx.Err()); err != nil {
		return rowError(err)
	}
	if want := to.Contents.Tables[name].Rows; tag.RowsAffected() != want {
		return &BackupError{What: fmt.Sprintf("%d rows were read and %d should be there", tag.RowsAffected(), want)}
	}
	return nil
}

// rowError adds which row PostgreSQL did not take, which it says apart.
func rowError(err error) error {
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Where != "" {
		return fmt.Errorf("%w (%s)", err, e.Where)
	}
	return err
}
