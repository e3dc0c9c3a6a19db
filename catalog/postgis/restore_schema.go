package postgis

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/tern/v2/migrate"
)

// A schema makes and unmakes the tables within a transaction that the caller
// has begun on the connection, which Migrate cannot: it commits each step. The
// tables of the job queue stay; their migrations do not run in one transaction.
type schema struct {
	conn    *pgx.Conn
	steps   []*migrate.Migration
	version int32 // of the tables that are there
	jobs    int   // of the job queue's tables, which stay as they are
}

func newSchema(ctx context.Context, conn *pgx.Conn) (*schema, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	m, err := migrate.NewMigrator(ctx, conn, "public.schema_version")
	if err != nil {
		return nil, err
	}
	if err := m.LoadMigrations(files); err != nil {
		return nil, err
	}
	s := &schema{conn: conn, steps: m.Migrations}
	if s.version, err = m.GetCurrentVersion(ctx); err != nil {
		return nil, err
	}
	err = conn.QueryRow(ctx, "select max(version) from public.river_migration").Scan(&s.jobs)
	return s, err
}

// takes says why this release cannot restore a backup here.
func (s *schema) takes(m Manifest) error {
	newest := int32(len(s.steps))
	switch {
	case m.Schema < 1:
		return &BackupError{What: fmt.Sprintf("the backup says it has schema %d, which cannot be", m.Schema)}
	case m.Schema > newest:
		return &BackupError{What: fmt.Sprintf("the backup was made by a newer ponet (%s, schema %d; this one goes to %d): restore it with that release or a later one", m.Ponet, m.Schema, newest)}
	}
	return nil
}

// rebuild drops what is there and makes the tables that the backup has.
func (s *schema) rebuild(ctx context.Context, m Manifest) error {
	if err := s.to(ctx, 0); err != nil {
		return err
	}
	return s.to(ctx, m.Schema)
}

// migrate brings the tables to this release's schema.
func (s *schema) migrate(ctx context.Context) error { return s.to(ctx, int32(len(s.steps))) }

// to goes up or down to a version.
func (s *schema) to(ctx context.Context, version int32) error {
	for s.version != version {
		step, sql := s.version, "" // steps are counted from 0, versions from 1
		if s.version < version {
			sql, s.version = s.steps[step].UpSQL, s.version+1
		} else {
			step, s.version = step-1, s.version-1
			sql = s.steps[step].DownSQL
		}
		if _, err := s.conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("migration %s to version %d: %w", s.steps[step].Name, s.version, err)
		}
	}
	_, err := s.conn.Exec(ctx, "update public.schema_version set version = $1", version)
	return err
}
