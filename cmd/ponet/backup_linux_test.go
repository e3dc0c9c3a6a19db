package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A disk that fills up is named, and nothing is left on it.
func TestBackupOnAFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("starts catalogues of its own")
	}
	if os.Getenv("PONET_TEST_DATABASE_URL") == "" && os.Getenv("CI") == "" {
		t.Skip("needs PostgreSQL; run make test")
	}
	dir := t.TempDir()
	if err := syscall.Mount("ponet", dir, "tmpfs", 0, "size=16k"); err != nil {
		t.Skip("may not mount a small disk: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount %s: %v", dir, err)
		}
	})
	p := newPonet(t, myself(t))
	schools, err := filepath.Abs("../../datasets/demo/data/scuole.csv")
	if err != nil {
		t.Fatal(err)
	}
	p.run(t, "source", "add", "file", schools, "--id", "scuole")
	p.run(t, "harvest", "scuole")
	if out := p.fails(t, "backup", "-o", filepath.Join(dir, "copia.tar.zst")); !contains(out, "is full", "no space left") {
		t.Errorf("backup on a full disk: %s", out)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
