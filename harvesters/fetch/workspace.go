package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// A Workspace is a folder for what was downloaded and unpacked, removed at the end.
type Workspace struct {
	dir      string
	files    int
	unpacked int64 // bytes
}

// A process that is killed leaves its workspace. No run takes as long as
// staleAfter, so what is older has no owner.
const (
	workspacePrefix = "ponet-file-"
	staleAfter      = 48 * time.Hour
)

// NewWorkspace makes an empty folder, and removes those that killed processes left.
func NewWorkspace() (*Workspace, error) {
	old, err := filepath.Glob(filepath.Join(os.TempDir(), workspacePrefix+"*"))
	if err != nil {
		return nil, err
	}
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > staleAfter {
			_ = os.RemoveAll(dir) // another user's stays
		}
	}
	dir, err := os.MkdirTemp("", workspacePrefix)
	return &Workspace{dir: dir}, err
}

// Remove removes the folder and all that is in it.
func (w *Workspace) Remove() error { return os.RemoveAll(w.dir) }

// A Blob is a file on this machine and what its publisher called it.
type Blob struct {
	Path    string
	Name    string // without folders: "biblioteche.csv"
	Charset string // declared by the server, "" if it did not
}

// Create opens a new file of the workspace. Foreign names are never used for it.
func (w *Workspace) Create(name string) (*os.File, Blob, error) {
	w.files++
	p := filepath.Join(w.dir, fmt.Sprint(w.files))
	f, err := os.Create(p)
	return f, Blob{Path: p, Name: base(name)}, err
}

// Fetch brings a file of at most limit bytes to this machine. What has a scheme
// is fetched through c, everything else is a path.
func (w *Workspace) Fetch(ctx context.Context, c *http.Client, address string, limit int64) (Blob, error) {
	r, err := Open(ctx, c, address, "", limit)
	if err != nil {
		return Blob{}, err
	}
	defer r.Body.Close()
	if r.URL == nil {
		return Blob{Path: address, Name: r.Name}, nil
	}
	f, b, err := w.Create(r.Name)
	if err != nil {
		return b, err
	}
	b.Charset = r.Charset
	_, err = io.Copy(f, r.Body)
	return b, errors.Join(err, f.Close())
}
