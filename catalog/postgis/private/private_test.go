package private

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
)

// The first start makes a database with checksums that loses nothing, has
// PostGIS to offer and listens on no network.
func TestOpenMakesTheDatabase(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !s.Owner() {
		t.Error("Owner() = false; want true")
	}
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	for setting, want := range map[string]string{
		"data_checksums": "on", "fsync": "on", "full_page_writes": "on", "synchronous_commit": "on",
		"listen_addresses": "", "server_encoding": "UTF8", "shared_buffers": "128MB",
		"unix_socket_permissions": "0700", "max_wal_size": "2GB", "random_page_cost": "1.1",
	} {
		var have string
		if err := conn.QueryRow(t.Context(), "select current_setting($1)", setting).Scan(&have); err != nil {
			t.Fatal(err)
		}
		if have != want {
			t.Errorf("%s = %q; want %q", setting, have, want)
		}
	}
	var database, collation, postgis string
	if _, err := conn.Exec(t.Context(), "create extension postgis"); err != nil {
		t.Fatal(err)
	}
	if err := conn.QueryRow(t.Context(), "select datname, datcollate, postgis_lib_version() from pg_database where datname = current_database()").Scan(&database, &collation, &postgis); err != nil {
		t.Fatal(err)
	}
	if database != "ponet" || collation != "C.UTF-8" {
		t.Errorf("database %q sorts as %q; want ponet, C.UTF-8", database, collation)
	}
}

// What an operator sets in local.conf holds, and outlives our own writing.
func TestOwnSettings(t *testing.T) {
	dir := newFolder(t)
	for range 2 {
		s, err := Open(t.Context(), dir, quiet(t))
		if err != nil {
			t.Fatal(err)
		}
		conn, err := pgx.Connect(t.Context(), s.URL())
		if err != nil {
			t.Fatal(err)
		}
		var have string
		err = errors.Join(conn.QueryRow(t.Context(), "show work_mem").Scan(&have), conn.Close(t.Context()), s.Close())
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, "pg", strconv.Itoa(usableMajor(t)), "local.conf")
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) == ownSettings {
			if err := os.WriteFile(name, []byte("work_mem = 20MB\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		} else if have != "20MB" {
			t.Errorf("work_mem = %s; want 20MB, as local.conf says", have)
		}
	}
}

func TestOpenAgainFindsWhatWasThere(t *testing.T) {
	dir := newFolder(t)
	first := launch(t, dir, nil)
	first.owns(true)
	first.expect("committed")
	first.end()
	second := launch(t, dir, nil)
	if n := second.owns(true); n == 0 {
		t.Error("the second start found nothing of what the first committed")
	}
	second.end()
}

// A second process uses the server of the first and hears when that one ends;
// the folder is then free for a third.
func TestASecondProcessJoins(t *testing.T) {
	dir := newFolder(t)
	first := launch(t, dir, nil)
	second := launch(t, dir, nil) // while the first is still making the database
	a, b := first.expect("ready"), second.expect("ready")
	if owners := strings.Count(a+b, "true"); owners != 1 {
		t.Fatalf("%d of two processes own the server; want 1 (%q, %q)", owners, a, b)
	}
}

func TestTheServerEndsWithItsOwner(t *testing.T) {
	dir := newFolder(t)
	owner := launch(t, dir, nil)
	owner.owns(true)
	guest, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if guest.Owner() {
		t.Error("Owner() = true; want false")
	}
	owner.kill()
	<-guest.Done()
	if err := guest.Close(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, filepath.Dir(dir))
}

// Closing a guest leaves the server to its owner.
func TestClosingAGuestLeavesTheServer(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	guest, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := guest.Close(); err != nil {
		t.Error(err)
	}
	if err := answers(t.Context(), s.URL()); err != nil {
		t.Errorf("after a guest left, the server says: %v", err)
	}
	select {
	case <-s.Done():
		t.Error("the server ended")
	default:
	}
}

// When PostgreSQL is killed, its owner hears of it and may start anew.
func TestDoneWhenTheServerIsKilled(t *testing.T) {
	dir := newFolder(t)
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	s.child.cmd.Process.Kill()
	<-s.Done()
	if err := s.Close(); err == nil {
		t.Error("Close() = nil after the server was killed; want how it ended")
	}
	again, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

func TestOpenStopsWithItsContext(t *testing.T) {
	dir := newFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, dir, quiet(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("Open with an ended context: %v; want %v", err, context.Canceled)
	}
	entries, err := os.ReadDir(filepath.Join(dir, "pg"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && e.Name() != "run" {
			t.Errorf("%s stayed behind", e.Name())
		}
	}
}
