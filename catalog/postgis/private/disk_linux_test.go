package private

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Disks that are full or read-only are real ones here: small ones in memory.

func TestDiskFull(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk")
	}
	dir := newFolder(t)
	mount(t, dir, "size=120m")
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "full", "Make room")
	wantFinding(t, dir, "room on the disk", "MB free", "Make room")
}

// A disk that fills up under a running server loses nothing that was committed.
func TestDiskFullLater(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk")
	}
	dir := newFolder(t)
	mount(t, dir, "size=280m")
	p := launch(t, dir, nil)
	p.owns(true)
	p.expect("committed")
	fill(t, filepath.Join(dir, "filler"))
	last := p.kill()
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "full", "Make room")
	if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
		t.Fatal(err)
	}
	again := launch(t, dir, nil)
	if have := again.owns(true); have < last {
		t.Errorf("%d rows; want at least %d", have, last)
	}
	again.end()
}

// A server that ends because its disk is full says so.
func TestWhyItEnded(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a disk")
	}
	dir := newFolder(t)
	mount(t, dir, "size=280m")
	s, err := Open(t.Context(), dir, quiet(t))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Why(); err != nil {
		t.Errorf("while it runs: %v", err)
	}
	conn, err := pgx.Connect(t.Context(), s.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	fill(t, filepath.Join(dir, "filler"))
	for err == nil { // until the log of changes needs another file
		_, err = conn.Exec(t.Context(), "select pg_logical_emit_message(true, 'fill', repeat('x', 1000000))")
	}
	<-s.Done()
	wantProblem(t, s.Why(), "disk is full", "Make room")
}

// fill writes until the disk is full.
func fill(t *testing.T, name string) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 1<<16)
	for len(block) > 0 {
		if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
			block = block[:len(block)/2]
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// mount puts a disk of its own at dir, for the test.
func mount(t *testing.T, dir, options string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("ponet-test", dir, "tmpfs", 0, options+",mode=755"); err != nil {
		t.Skipf("needs the right to mount: %v", err)
	}
	t.Cleanup(func() {
		nothingLeft(t, filepath.Dir(dir))
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
}

func TestReadOnlyDisk(t *testing.T) {
	dir := newFolder(t)
	mount(t, dir, "ro")
	_, err := Open(t.Context(), dir, quiet(t))
	wantProblem(t, err, "can only be read", "PONET_DATA")
	wantFinding(t, dir, "data folder", "can only be read", "PONET_DATA")
}
