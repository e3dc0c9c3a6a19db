package fetch

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"context"
	"io"
	"os"
	"strings"
)

// Limits on what comes out of an archive.
const (
	maxUnpacked = 8 << 30  // bytes of all that one workspace unpacks
	maxRatio    = 200      // unpacked to packed, beyond bombFloor: text packs 3 to 20 times
	bombFloor   = 32 << 20 // bytes that may come out of anything, whatever the ratio
	maxEntries  = 2000     // files in a .zip
)

// Gunzip unpacks a .gz of one or several members.
func (w *Workspace) Gunzip(ctx context.Context, b Blob) (Blob, error) {
	in, err := os.Open(b.Path)
	if err != nil {
		return b, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return b, err
	}
	gz, err := gzip.NewReader(bufio.NewReaderSize(in, 64<<10))
	if err != nil {
		return b, failedBy(err, "%s is no whole gzip file", b.Name)
	}
	out, err := w.unpack(ctx, gz, strings.TrimSuffix(b.Name, ".gz"), info.Size())
	out.Charset = b.Charset
	return out, err
}

// OpenZip opens a .zip, whose entries Extract unpacks.
func OpenZip(b Blob) (*zip.ReadCloser, error) {
	z, err := zip.OpenReader(b.Path)
	if err != nil {
		return nil, failedBy(err, "%s is no whole zip file", b.Name)
	}
	if len(z.File) > maxEntries {
		z.Close()
		return nil, failed("%s holds %d files; at most %d are read", b.Name, len(z.File), maxEntries)
	}
	return z, nil
}

// Extract unpacks one file of a .zip; its length and checksum are verified by archive/zip.
func (w *Workspace) Extract(ctx context.Context, e *zip.File) (Blob, error) {
	if e.Flags&1 != 0 {
		return Blob{}, failed("%s is encrypted", e.Name)
	}
	r, err := e.Open()
	if err != nil {
		return Blob{}, failedBy(err, "%s cannot be unpacked", e.Name)
	}
	defer r.Close()
	return w.unpack(ctx, r, e.Name, int64(e.CompressedSize64))
}

// unpack copies what comes out of packed bytes into the workspace, within limits.
func (w *Workspace) unpack(ctx context.Context, r io.Reader, name string, packed int64) (Blob, error) {
	f, b, err := w.Create(name)
	if err != nil {
		return b, err
	}
	defer f.Close()
	limit := min(maxUnpacked-w.unpacked, max(bombFloor, packed*maxRatio))
	n, err := io.Copy(f, io.LimitReader(WithContext(ctx, r), limit+1))
	w.unpacked += n
	switch {
	case err != nil:
		return b, failedBy(err, "%s: unpacking ended after %d bytes", name, n)
	case n > limit:
		return b, failed("%s: more than %d bytes come out of %d; that is refused as a bomb", name, limit, packed)
	}
	return b, f.Close()
}

// WithContext is r until the context is done.
func WithContext(ctx context.Context, r io.Reader) io.Reader { return contextReader{ctx, r} }

type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}
