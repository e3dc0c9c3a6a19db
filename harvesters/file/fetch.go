package file

import (
	"context"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
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
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return local(address)
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return blob{}, failed("address %s: only http and https are read", address)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return blob{}, err
	}
	res, err := c.Do(req)
	if err != nil {
		return blob{}, fmt.Errorf("%w: %w", failed("could not be fetched"), err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return blob{}, failed("GET %s: the server answered %s", address, res.Status)
	}
	if res.ContentLength > maxDownload {
		return blob{}, failed("GET %s: %d bytes; at most %d are read", address, res.ContentLength, maxDownload)
	}
	f, b, err := w.create(u.Path)
	if err != nil {
		return b, err
	}
	n, err := io.Copy(f, io.LimitReader(res.Body, maxDownload+1))
	if err := firstError(err, f.Close()); err != nil {
		return b, fmt.Errorf("%w: %w", failed("GET %s: ended after %d bytes", address, n), err)
	}
	switch {
	case n > maxDownload:
		return b, failed("GET %s: more than %d bytes", address, maxDownload)
	case res.ContentLength >= 0 && n != res.ContentLength:
		return b, failed("GET %s: %d bytes, the server announced %d", address, n, res.ContentLength)
	}
	describe(&b, res.Header)
	return b, nil
}

// describe takes the file's name and encoding from the server's headers.
func describe(b *blob, h http.Header) {
	if _, p, err := mime.ParseMediaType(h.Get("Content-Type")); err == nil {
		b.charset = p["charset"]
	}
	if _, p, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil && p["filename"] != "" {
		b.name = path.Base(strings.ReplaceAll(p["filename"], `\`, "/"))
	}
}

func local(p string) (blob, error) {
	info, err := os.Stat(p)
	switch {
	case err != nil:
		return blob{}, fmt.Errorf("%w: %w", failed("could not be read"), err)
	case !info.Mode().IsRegular():
		return blob{}, failed("%s is not a file", p)
	case info.Size() > maxDownload:
		return blob{}, failed("%s has %d bytes; at most %d are read", p, info.Size(), maxDownload)
	}
	return blob{path: p, name: filepath.Base(p)}, nil
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
