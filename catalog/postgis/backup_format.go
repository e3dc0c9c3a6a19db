package postgis

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"po-net.prato.it/ponet/catalog"
)

// A backup is one file, a tar archive compressed with zstd, which the tools of
// those names open:
//
//	manifest.json             what made it, and which tables there are
//	tables/NAME/000001.copy   rows as PostgreSQL's COPY writes them as text, in pieces
//	contents.json             rows, bytes and SHA-256 of each table; only a whole backup has it
const (
	backupFormat   = "ponet-backup/1"
	manifestName   = "manifest.json"
	contentsName   = "contents.json"
	backupPiece    = 4 << 20 // bytes of rows in one member: tar wants the size first
	maxPiece       = 1 << 30 // bytes of one member that is read: a row of COPY has at most 1 GB
	maxDescription = 16 << 20
	maxWindow      = 64 << 20 // bytes that a foreign zstd stream may make us keep
)

// A Manifest says what a backup is of.
type Manifest struct {
	Format     string        `json:"format"`
	Made       time.Time     `json:"made"`
	Ponet      string        `json:"ponet"`       // version of the program
	Schema     int32         `json:"schema"`      // the last of our migrations
	Jobs       int           `json:"jobs_schema"` // the last of the job queue's
	PostgreSQL string        `json:"postgresql"`
	PostGIS    string        `json:"postgis"`
	Tables     []BackupTable `json:"tables"`
}

// A BackupTable is a table with the columns that its rows have, in their order.
type BackupTable struct {
	Name    string   `json:"name"`
	Columns []string `json:"columns"`
}

// Contents are what a whole backup holds.
type Contents struct {
	Tables    map[string]TableContents `json:"tables"`
	Sequences map[string]int64         `json:"sequences"` // the last number handed out; 0: none
}

// TableContents is one table's part.
type TableContents struct {
	Rows   int64  `json:"rows"`
	Bytes  int64  `json:"bytes"` // before compression
	SHA256 string `json:"sha256"`
}

// Rows is how many rows there are in all tables.
func (c Contents) Rows() (rows int64) {
	for _, t := range c.Tables {
		rows += t.Rows
	}
	return rows
}

// A backupWriter writes the file. What it is given must be closed.
type backupWriter struct {
	compressed *zstd.Encoder
	members    *tar.Writer
	made       time.Time
	contents   Contents
}

func newBackupWriter(w io.Writer, m Manifest) (*backupWriter, error) {
	z, err := zstd.NewWriter(w, zstd.WithEncoderConcurrency(2))
	if err != nil {
		return nil, err
	}
	b := &backupWriter{compressed: z, members: tar.NewWriter(z), made: m.Made,
		contents: Contents{Tables: map[string]TableContents{}, Sequences: map[string]int64{}}}
	return b, b.describe(manifestName, m)
}

func (b *backupWriter) describe(name string, v any) error {
	body, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return b.member(name, append(body, '\n'))
}

func (b *backupWriter) member(name string, body []byte) error {
	err := b.members.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: int64(len(body)), ModTime: b.made, Format: tar.FormatPAX})
	if err != nil {
		return err
	}
	_, err = b.members.Write(body)
	return err
}

// close writes what the backup holds, which makes it whole.
func (b *backupWriter) close() error {
	return errors.Join(b.describe(contentsName, b.contents), b.members.Close(), b.compressed.Close())
}

// drop ends the writing of a backup that did not become whole.
func (b *backupWriter) drop() { b.compressed.Close() }

// table takes the rows of one table; the last piece is written by close.
func (b *backupWriter) table(name string) *tableWriter {
	return &tableWriter{backup: b, name: name, sum: sha256.New()}
}

type tableWriter struct {
	backup *backupWriter
	name   string
	piece  bytes.Buffer
	pieces int
	bytes  int64
	sum    hash.Hash
}

// Write collects p; COPY gives whole rows.
func (t *tableWriter) Write(p []byte) (int, error) {
	t.sum.Write(p)
	t.bytes += int64(len(p))
	t.piece.Write(p)
	if t.piece.Len() < backupPiece {
		return len(p), nil
	}
	return len(p), t.flush()
}

func (t *tableWriter) flush() error {
	t.pieces++
	err := t.backup.member(fmt.Sprintf("tables/%s/%06d.copy", t.name, t.pieces), t.piece.Bytes())
	t.piece.Reset()
	return err
}

func (t *tableWriter) close(rows int64) error {
	t.backup.contents.Tables[t.name] = TableContents{Rows: rows, Bytes: t.bytes, SHA256: hex.EncodeToString(t.sum.Sum(nil))}
	if t.piece.Len() == 0 {
		return nil
	}
	return t.flush()
}

// A backupReader reads the file from its start, member by member.
type backupReader struct {
	Manifest
	compressed *zstd.Decoder
	members    *tar.Reader
	next       *tar.Header // the member that is being read; nil after the last
}

func newBackupReader(r io.Reader) (*backupReader, error) {
	z, err := zstd.NewReader(r, zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderConcurrency(2))
	if err != nil {
		return nil, err
	}
	b := &backupReader{compressed: z, members: tar.NewReader(z)}
	if err := b.begin(); err != nil {
		z.Close()
		return nil, err
	}
	return b, nil
}

func (b *backupReader) begin() error {
	err := b.advance()
	if err != nil || b.next == nil || b.next.Name != manifestName {
		return &BackupError{"this is no file that ponet backup has made", err}
	}
	if err := b.description(&b.Manifest); err != nil {
		return err
	}
	if b.Format != backupFormat {
		return &BackupError{fmt.Sprintf("the backup has the format %q, this release reads %q", b.Format, backupFormat), nil}
	}
	return b.advance()
}

func (b *backupReader) close() { b.compressed.Close() }

// advance goes to the next member.
func (b *backupReader) advance() error {
	h, err := b.members.Next()
	if errors.Is(err, io.EOF) {
		b.next = nil
		return nil
	}
	if err != nil {
		return damaged(err)
	}
	if h.Size > maxPiece {
		return &BackupError{fmt.Sprintf("the file is damaged: its part %s says it has %d bytes, at most %d are read", h.Name, h.Size, int64(maxPiece)), nil}
	}
	b.next = h
	return nil
}

// description reads the present member as JSON.
func (b *backupReader) description(into any) error {
	body, err := io.ReadAll(io.LimitReader(b.members, maxDescription))
	if err != nil {
		return damaged(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		return &BackupError{"the file is damaged: " + b.next.Name, err}
	}
	return nil
}

// A BackupError is a file that cannot be restored. It is catalog.ErrInvalid.
type BackupError struct {
	What string
	Err  error // what was seen; nil when What says it all
}

func (e *BackupError) Error() string {
	if e.Err == nil {
		return e.What
	}
	return e.What + ": " + e.Err.Error()
}

// Unwrap is ErrInvalid and what was seen.
func (e *BackupError) Unwrap() []error { return []error{catalog.ErrInvalid, e.Err} }

// tooShort is a backup whose end is missing.
const tooShort = "the file ends too early: it was not written or copied whole"

// damaged says what an error of the archive means.
func damaged(err error) error {
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &BackupError{What: tooShort}
	}
	return &BackupError{"the file is damaged", err}
}

// table is the name of the table whose rows come next, "" when none do.
func (b *backupReader) table() string {
	if b.next == nil {
		return ""
	}
	rest, ok := strings.CutPrefix(b.next.Name, "tables/")
	name, _, found := strings.Cut(rest, "/")
	if !ok || !found {
		return ""
	}
	return name
}

// rows reads the rows of the table that comes next, through all of its pieces.
func (b *backupReader) rows() io.Reader { return &tableReader{backup: b, name: b.table()} }

type tableReader struct {
	backup *backupReader
	name   string
}

func (t *tableReader) Read(p []byte) (int, error) {
	for t.backup.table() == t.name && t.name != "" {
		n, err := t.backup.members.Read(p)
		if err != nil && !errors.Is(err, io.EOF) {
			return n, damaged(err)
		}
		if n > 0 {
			return n, nil
		}
		if err != nil {
			if err := t.backup.advance(); err != nil {
				return 0, err
			}
		}
	}
	return 0, io.EOF
}

// check reads the backup to its end and compares it with what it says of itself.
func (b *backupReader) check(ctx context.Context, progress func(table string, bytes int64)) (Contents, error) {
	var c Contents
	found := map[string]TableContents{}
	for _, t := range b.Tables {
		found[t.Name] = TableContents{SHA256: emptySum}
	}
	for name := b.table(); name != ""; name = b.table() {
		sum := sha256.New()
		n, err := io.Copy(sum, &watchedReader{ctx: ctx, r: b.rows(), said: func(n int64) { progress(name, n) }})
		if err != nil {
			return c, err
		}
		if t, ok := found[name]; !ok || t.Bytes > 0 {
			return c, &BackupError{What: "the file is damaged: rows of " + name + " where none are expected"}
		}
		found[name] = TableContents{Bytes: n, SHA256: hex.EncodeToString(sum.Sum(nil))}
	}
	if b.next == nil || b.next.Name != contentsName {
		return c, &BackupError{What: tooShort}
	}
	if err := b.description(&c); err != nil {
		return c, err
	}
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if got, want := found[name], c.Tables[name]; got.Bytes != want.Bytes || got.SHA256 != want.SHA256 {
			return c, &BackupError{What: fmt.Sprintf("the file is damaged: table %s has %d bytes with SHA-256 %s, and should have %d with %s", name, got.Bytes, got.SHA256, want.Bytes, want.SHA256)}
		}
	}
	if err := b.advance(); err != nil {
		return c, err
	}
	// The checksum of the compression stands at the very end, after the archive's.
	if _, err := io.Copy(io.Discard, b.compressed); err != nil {
		return c, damaged(err)
	}
	return c, nil
}

// emptySum is the SHA-256 of no bytes.
var emptySum = hex.EncodeToString(sha256.New().Sum(nil))

// A watchedReader ends with ctx and says how many bytes have gone by.
type watchedReader struct {
	ctx  context.Context
	r    io.Reader
	n    int64
	said func(int64)
}

func (w *watchedReader) Read(p []byte) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := w.r.Read(p)
	w.n += int64(n)
	if n > 0 {
		w.said(w.n)
	}
	return n, err
}
