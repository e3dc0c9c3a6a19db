package fetch

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// What a killed process left is cleared away; what a living one uses is not,
// and one's own is gone at the end.
func TestStaleWorkspaces(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	stale, living := filepath.Join(os.TempDir(), workspacePrefix+"1"), filepath.Join(os.TempDir(), workspacePrefix+"2")
	for _, dir := range []string{stale, living} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-staleAfter - time.Hour)
	if err := os.Chtimes(stale, long, long); err != nil {
		t.Fatal(err)
	}
	w, err := NewWorkspace()
	if err != nil {
		t.Fatal(err)
	}
	f, _, err := w.Create("../../a.csv")
	if err != nil || filepath.Dir(f.Name()) != w.dir {
		t.Errorf("%v, %v; want a file in %s", f.Name(), err, w.dir)
	}
	if err := errors.Join(f.Close(), w.Remove()); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), workspacePrefix+"*"))
	if !slices.Equal(left, []string{living}) {
		t.Errorf("left: %v; want %s alone", left, living)
	}
}

// Archives that are no archives, that lie about what is in them, or hold too much.
func TestArchives(t *testing.T) {
	var many, whole bytes.Buffer
	z := zip.NewWriter(&many)
	for range maxEntries + 1 {
		_, _ = z.CreateHeader(&zip.FileHeader{Name: "a.txt"})
	}
	_ = z.Close()
	z = zip.NewWriter(&whole)
	f, _ := z.CreateHeader(&zip.FileHeader{Name: "a.txt"})
	_, _ = f.Write([]byte("agency_id,agency_name\n"))
	_ = z.Close()
	other := bytes.Replace(whole.Bytes(), []byte("agency_id"), []byte("AGENCY_ID"), 1)
	locked := bytes.Replace(whole.Bytes(), []byte("PK\x01\x02\x14\x00\x14\x00\x08"), []byte("PK\x01\x02\x14\x00\x14\x00\x09"), 1)
	for name, tt := range map[string]struct {
		content []byte
		want    string
	}{
		"no zip":         {[]byte("stops.txt"), "no whole zip"},
		"cut":            {whole.Bytes()[:whole.Len()-10], "no whole zip"},
		"many files":     {many.Bytes(), "holds 2001 files"},
		"wrong checksum": {other, "checksum"},
		"encrypted":      {locked, "is encrypted"},
	} {
		p := filepath.Join(t.TempDir(), "a.zip")
		if err := os.WriteFile(p, tt.content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := extractAll(t, p); !errors.Is(err, catalog.ErrFailedListing) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want a failed listing that says %q", name, err, tt.want)
		}
	}
}

func extractAll(t *testing.T, p string) error {
	w, err := NewWorkspace()
	if err != nil {
		return err
	}
	defer w.Remove()
	b, err := w.Fetch(t.Context(), http.DefaultClient, p, 1<<20)
	if err != nil {
		return err
	}
	z, err := OpenZip(b)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, e := range z.File {
		if _, err := w.Extract(t.Context(), e); err != nil {
			return err
		}
	}
	return nil
}
