// Package postgistest gives a test a real, empty catalogue database.
package postgistest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"po-net.prato.it/ponet/catalog/postgis"
)

// New is a Store on a database of its own, with every migration run, that is
// dropped when the test ends. The server is the one of PONET_TEST_DATABASE_URL
// (`make test` starts it); without it the test is skipped, in CI it fails.
func New(t testing.TB) *postgis.Store {
	t.Helper()
	return open(t, URL(t))
}

// URL is the address of such a database.
func URL(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	server, admin := connect(t, ctx)
	defer admin.Close(ctx)
	return copied(t, ctx, admin, server, template(t, ctx, admin, server))
}

// open is a Store that is closed when the test ends.
func open(t testing.TB, url string) *postgis.Store {
	t.Helper()
	store, err := postgis.Open(t.Context(), url, "ponet test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(store.Close)
	return store
}

// connect is the test server's address and a connection to it.
func connect(t testing.TB, ctx context.Context) (server string, admin *pgx.Conn) {
	t.Helper()
	server = os.Getenv("PONET_TEST_DATABASE_URL")
	if server == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("PONET_TEST_DATABASE_URL is not set: in CI the tests need their database")
		}
		t.Skip(`needs a test database: eval "$(make -s db)", or run make test`)
	}
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("test database: %v", err)
	}
	return server, admin
}

// copied is the address of a copy of a database that nobody uses, which is dropped
// when the test ends.
func copied(t testing.TB, ctx context.Context, admin *pgx.Conn, server, like string) string {
	t.Helper()
	name, err := clone(ctx, admin, "ponet_test_", like)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(ctx, server, name); err != nil {
			t.Errorf("drop test database: %v", err)
		}
	})
	return with(t, server, name)
}

// clone is the name of a new database that is like another one. Its files are copied: by
// way of the log, which is PostgreSQL's default, copying and dropping cost three times as much.
func clone(ctx context.Context, admin *pgx.Conn, prefix, like string) (string, error) {
	name := prefix + strings.ReplaceAll(uuid.NewString(), "-", "")
	_, err := admin.Exec(ctx, fmt.Sprintf("create database %s template %s strategy file_copy", name, like))
	return name, err
}

func drop(ctx context.Context, server, name string) error {
	admin, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer admin.Close(ctx)
	_, err = admin.Exec(ctx, fmt.Sprintf("drop database %s with (force)", name))
	return err
}

// template is the name of the migrated database that is cloned, made when there
// is none for these migrations: named after their hash, so that checkouts with
// other migrations may share a server. Packages are tested in parallel
// processes, so an advisory lock covers it; it ends with the session.
func template(t testing.TB, ctx context.Context, admin *pgx.Conn, server string) string {
	t.Helper()
	if _, err := admin.Exec(ctx, "select pg_advisory_lock(20261121)"); err != nil {
		t.Fatal(err)
	}
	defer admin.Exec(ctx, "select pg_advisory_unlock(20261121)")
	name := "ponet_template_" + postgis.MigrationsHash()[:16]
	var whole bool
	err := admin.QueryRow(ctx, "select coalesce(shobj_description(oid, 'pg_database') = 'whole', false) from pg_database where datname = $1", name).Scan(&whole)
	if err == nil && whole {
		return name
	}
	for _, sql := range []string{"drop database if exists " + name + " with (force)", "create database " + name} {
		if _, err := admin.Exec(ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	if err := postgis.Migrate(ctx, with(t, server, name)); err != nil {
		t.Fatal(err)
	}
	if _, err := admin.Exec(ctx, "comment on database "+name+" is 'whole'"); err != nil {
		t.Fatal(err)
	}
	return name
}

// with is the address server with another database name.
func with(t testing.TB, server, name string) string {
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("PONET_TEST_DATABASE_URL: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}
