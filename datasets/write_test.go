package datasets

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	for _, f := range Formats {
		path := filepath.Join(dir, "biblioteche."+f.Extension)
		sum, n, err := WriteFile(path, f, syntheticCollection, synthetic(300))
		if err != nil || n != 300 {
			t.Fatalf("%s: %d records, %v", f.Name, n, err)
		}
		var want bytes.Buffer
		if err := f.Encode(&want, syntheticCollection, synthetic(300)); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s: the file is not what the encoder writes (%v)", f.Name, err)
		}
		if h := sha256.Sum256(got); hex.EncodeToString(h[:]) != sum {
			t.Errorf("%s: sum %s is not that of the file", f.Name, sum)
		}
		if s, err := os.Stat(path); err != nil || s.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v; want a file that all may read", f.Name, s.Mode(), err)
		}
		if tool, err := exec.LookPath("sha256sum"); err == nil {
			check := exec.Command(tool, "-c", filepath.Base(path)+".sha256")
			check.Dir = dir
			if out, err := check.CombinedOutput(); err != nil {
				t.Errorf("%s: sha256sum: %s", f.Name, out)
			}
		}
	}
	files(t, dir, 2*len(Formats))
}

// A failed export leaves yesterday's file as it was, and nothing else.
func TestWriteFileFails(t *testing.T) {
	dir := t.TempDir()
	gone := errors.New("the server was killed")
	for _, f := range Formats {
		path := filepath.Join(dir, "biblioteche."+f.Extension)
		before, _, err := WriteFile(path, f, syntheticCollection, synthetic(10))
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := WriteFile(path, f, syntheticCollection, failing(synthetic(300), 200, gone)); !errors.Is(err, gone) {
			t.Errorf("%s: error %v; want %v", f.Name, err, gone)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if h := sha256.Sum256(b); hex.EncodeToString(h[:]) != before {
			t.Errorf("%s: the file has changed", f.Name)
		}
	}
	files(t, dir, 2*len(Formats))
	if _, _, err := WriteFile(filepath.Join(dir, "absent", "x.csv"), Formats[0], syntheticCollection, synthetic(1)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("into a folder that is not there: %v", err)
	}
}

func files(t *testing.T, dir string, want int) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != want {
		t.Errorf("%d files in the folder; want %d: %v", len(list), want, list)
	}
}
