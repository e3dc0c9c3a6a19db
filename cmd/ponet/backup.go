package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"po-net.prato.it/ponet/catalog/postgis"
	"po-net.prato.it/ponet/catalog/postgis/private"
)

type backupCmd struct {
	Output string `short:"o" placeholder:"FILE" help:"File to write, under a temporary name until it is whole; a folder: a name with the date in it; - for standard output (default: a name with the date, here)."`
	JSON   bool   `help:"Print what the backup holds as JSON, with the SHA-256 of every table."`
}

func (backupCmd) Help() string {
	return `Writes everything the catalogue holds, with history, runs and receipts, into one file: a tar archive
compressed with zstd. Servers and harvests may go on meanwhile. The file also holds what is not
published: keep it as you keep the database.

Example:
  ponet backup -o /var/backups/ponet/
  ponet restore --check /var/backups/ponet/ponet-2026-11-22-031500.tar.zst`
}

func (c backupCmd) Run(sh *shell) error {
	url, closeDB, err := sh.database(sh.ctx)
	if err != nil {
		return err
	}
	defer closeDB()
	began := time.Now()
	name, size := c.name(began), int64(0)
	var m postgis.Manifest
	var contents postgis.Contents
	write := func(w io.Writer) error {
		p := newProgress(sh.stderr, "backup")
		defer p.done()
		counted := &countingWriter{w: w}
		buffered := bufio.NewWriterSize(counted, 1<<20)
		m, contents, err = postgis.Backup(sh.ctx, url, version(), buffered, p.bytes)
		size = counted.n + int64(buffered.Buffered())
		return errors.Join(err, buffered.Flush())
	}
	if name == "-" {
		return write(sh.stdout)
	}
	if err := writeWhole(name, write); err != nil {
		return noPlace(name, err)
	}
	if c.JSON {
		return printJSON(sh.stdout, struct {
			File  string `json:"file"`
			Bytes int64  `json:"bytes"`
			postgis.Manifest
			Contents postgis.Contents `json:"contents"`
		}{name, size, m, contents})
	}
	fmt.Fprintf(sh.stdout, "%s: %d rows of %d tables, %.1f MB, %.1f s\n", name, contents.Rows(), len(contents.Tables), float64(size)/1e6, time.Since(began).Seconds())
	return nil
}

// name is that of the file.
func (c backupCmd) name(now time.Time) string {
	dated := "ponet-" + now.Format("2006-01-02-150405") + ".tar.zst"
	if c.Output == "" {
		return dated
	}
	info, err := os.Stat(c.Output)
	if err == nil && info.IsDir() || strings.HasSuffix(c.Output, "/") {
		return filepath.Join(c.Output, dated)
	}
	return c.Output
}

// writeWhole writes a file that only its owner may read; under its own name it
// is whole, and on the disk.
func writeWhole(name string, write func(io.Writer) error) error {
	part := name + ".part"
	f, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// noPlace says what helps where a file cannot be written.
func noPlace(name string, err error) error {
	folder := filepath.Dir(name)
	_, missing := os.Stat(folder) // err may be of a file that was read
	switch {
	case errors.Is(err, fs.ErrNotExist) && errors.Is(missing, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s: make it first, or choose another with -o", folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return fmt.Errorf("%s cannot be written by this user; choose another folder with -o: %w", folder, err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return fmt.Errorf("the disk of %s is full; nothing was left behind, make room or write to another disk with -o: %w", name, err)
	}
	return err
}

// database is the address of the settings' database, or that of the private
// one, which is started if nobody has. Unlike open it changes nothing there.
func (sh *shell) database(ctx context.Context) (url string, closeDB func(), err error) {
	if sh.cfg.DatabaseURL != "" {
		return string(sh.cfg.DatabaseURL), func() {}, nil
	}
	dir, err := sh.cfg.dataDir()
	if err != nil {
		return "", nil, err
	}
	server, err := private.Open(ctx, dir, sh.log)
	if err != nil {
		return "", nil, err
	}
	return server.URL(), func() { server.Close() }, nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// bytes says how much of a table has gone by.
func (p *progress) bytes(table string, n int64) {
	p.say(fmt.Sprintf("%s, %.1f MB", table, float64(n)/1e6))
}
