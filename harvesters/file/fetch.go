package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"po-net.prato.it/ponet/harvesters/fetch"
)

// A workspace is a folder for what was downloaded and unpacked, removed at the end.
type workspace struct {
	dir      string
	files    int
	unpacked int64
}

// A process that is killed leaves its workspace. No run takes as long as
// staleAfter, so what is older has no owner.
const (
	workspacePrefix = "ponet-file-"
	staleAfter      = 48 * time.Hour
)

func newWorkspace() (*workspace, error) {
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
	return &workspace{dir: dir}, err
}

func (w *workspace) remove() { os.RemoveAll(w.dir) }

// A blob is a file on this machine and what its publisher called it.
type blob struct {
	path    string
	name    string // without folders: "biblioteche.csv"
	charset string // declared by the server, "" if it did not
}

// create opens a new file of the workspace. Foreign names are never used for it.
func (w *workspace) create(name string) (*os.File, blob, error) {
	w.files++
	p := filepath.Join(w.dir, fmt.Sprint(w.files))
	f, err := os.Create(p)
	return f, blob{path: p, name: path.Base(strings.ReplaceAll(name, `\`, "/"))}, err
}

// fetch brings the file to this machine. What has a scheme is fetched through
// c, everything else is a path.
func (w *workspace) fetch(ctx context.Context, c *http.Client, address string) (blob, error) {
	r, err := fetch.Open(ctx, c, address, "", maxDownload)
	if err != nil {
		return blob{}, err
	}
	defer r.Body.Close()
	if r.URL == nil {
		return blob{path: address, name: r.Name}, nil
	}
	f, b, err := w.create(r.Name)
	if err != nil {
		return b, err
	}
	b.charset = r.Charset
	_, err = io.Copy(f, r.Body)
	return b, errors.Join(err, f.Close())
}
