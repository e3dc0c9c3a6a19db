package gtfs

import (
	"archive/zip"
	"context"
	"errors"
	"net/http"
	"os"
	"path"
	"slices"
	"strings"

	"po-net.prato.it/ponet/harvesters/fetch"
)

const maxArchive = 2 << 30 // bytes of a feed; the largest national ones have 500 MB

// A feed is an open timetable.
type feed struct {
	space *fetch.Workspace
	zip   *zip.ReadCloser
	files map[string]*zip.File // "stops.txt"
	found []string
}

// open brings the feed to this machine.
func open(ctx context.Context, c *http.Client, address string) (*feed, error) {
	w, err := fetch.NewWorkspace()
	if err != nil {
		return nil, err
	}
	f := &feed{space: w}
	b, err := w.Fetch(ctx, c, address, maxArchive)
	if err == nil {
		err = f.unzip(ctx, b, false)
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *feed) close() {
	if f.zip != nil {
		f.zip.Close()
	}
	_ = f.space.Remove() // what stays is cleared by a later one
}

// unzip finds the tables of the feed, which may lie in a folder, or in a zip
// inside the zip.
func (f *feed) unzip(ctx context.Context, b fetch.Blob, inside bool) error {
	if head, err := firstBytes(b.Path); err != nil || strings.HasPrefix(strings.TrimSpace(head), "<") {
		return errors.Join(err, failed("%s is a web page or XML, not a timetable in GTFS", b.Name))
	}
	z, err := fetch.OpenZip(b)
	if err != nil {
		return err
	}
	f.zip = z
	var folders []string
	var zips []*zip.File
	for _, e := range z.File {
		name := strings.ToLower(strings.ReplaceAll(e.Name, `\`, "/"))
		switch {
		case strings.HasPrefix(name, "__macosx/"):
		case path.Base(name) == "stops.txt":
			folders = append(folders, path.Dir(name))
		case path.Ext(name) == ".zip":
			zips = append(zips, e)
		}
	}
	if len(folders) == 0 && len(zips) == 1 && !inside {
		inner, err := f.space.Extract(ctx, zips[0])
		if err != nil {
			return err
		}
		f.zip.Close()
		return f.unzip(ctx, inner, true)
	}
	slices.Sort(folders)
	folders = slices.Compact(folders)
	switch {
	case len(folders) == 0:
		return failed("%s holds no stops.txt: it is no timetable in GTFS", b.Name)
	case len(folders) > 1:
		return failed("%s holds several timetables, in the folders %q: add each as a source of its own", b.Name, folders)
	}
	f.files = map[string]*zip.File{}
	for _, e := range z.File {
		name := strings.ToLower(strings.ReplaceAll(e.Name, `\`, "/"))
		if path.Dir(name) == folders[0] && f.files[path.Base(name)] == nil {
			f.files[path.Base(name)] = e
		}
	}
	return nil
}

func firstBytes(p string) (string, error) {
	in, err := os.Open(p)
	if err != nil {
		return "", err
	}
	defer in.Close()
	head := make([]byte, 64)
	n, _ := in.Read(head)
	return string(head[:n]), nil
}

// each calls do with every row of a table until it returns false. There is no
// row where there is no such table.
func (f *feed) each(ctx context.Context, name string, do func(*rows) (bool, error)) error {
	e := f.files[name]
	if e == nil || e.UncompressedSize64 == 0 {
		return nil
	}
	b, err := f.space.Extract(ctx, e)
	if err != nil {
		return err
	}
	in, err := os.Open(b.Path)
	if err != nil {
		return err
	}
	defer func() { in.Close(); os.Remove(b.Path) }()
	t, err := newRows(name, fetch.WithContext(ctx, in))
	if err != nil {
		return err
	}
	for {
		ok, err := t.next()
		if err != nil {
			return err
		}
		if ok {
			ok, err = do(t)
		}
		if err != nil {
			return err
		}
		if !ok {
			break
		}
	}
	if t.latin {
		f.found = append(f.found, name+": not in UTF-8, read as Windows-1252")
	}
	return nil
}
