//go:build unix

package simulate

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/private"
)

// PostgreSQL, the one that Po-net starts for itself, is stopped as pg_ctl stop -m
// immediate does, which is a crash, at any statement of a harvest or of what an
// operator does; started again, it holds what the rules say. PONET_SIMULATE_CRASHES
// is how many histories are played.
func TestPostgreSQLCrashes(t *testing.T) {
	if testing.Short() {
		t.Skip("starts PostgreSQL many times")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	dir, err := os.MkdirTemp("", "ponet-crash-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil { // PostgreSQL may run as another user
		t.Fatal(err)
	}
	open := func() (*private.Server, error) {
		return private.Open(t.Context(), filepath.Join(dir, "data"), slog.New(slog.DiscardHandler))
	}
	server, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { server.Close() }()
	if err := postgis.Migrate(t.Context(), server.URL()); err != nil {
		t.Fatal(err)
	}
	db, err := pgxpool.New(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p, through := newProxy(t, server.URL())
	store, err := postgis.Open(t.Context(), through, "ponet simulate")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	rival, err := postgis.Open(t.Context(), server.URL(), "ponet simulate, another")
	if err != nil {
		t.Fatal(err)
	}
	defer rival.Close()
	var data string
	if err := db.QueryRow(t.Context(), "show data_directory").Scan(&data); err != nil {
		t.Fatal(err)
	}
	crashes := 0
	p.stop = func() {
		b, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		if err != nil {
			t.Error(err)
			return
		}
		line, _, _ := strings.Cut(string(b), "\n")
		pid, err := strconv.Atoi(line)
		if err == nil {
			err = syscall.Kill(pid, syscall.SIGQUIT)
		}
		if err != nil {
			t.Error(err)
			return
		}
		<-server.Done()
		crashes++
	}
	restart := func() (err error) {
		server.Close() // only lets go of it: it has ended
		server, err = open()
		return err
	}
	n := setting(t, "PONET_SIMULATE_CRASHES", 2)
	for seed := range uint64(n) {
		h := &history{seed: seed + 1, store: store, proxy: p, db: db, rival: rival, blows: []blow{stopped}, restart: restart}
		if err := h.play(t.Context()); err != nil {
			t.Fatalf("%s\n%v", h.story(), err)
		}
	}
	if crashes == 0 {
		t.Error("PostgreSQL was never stopped")
	}
	t.Logf("%d histories, %d crashes", n, crashes)
}
