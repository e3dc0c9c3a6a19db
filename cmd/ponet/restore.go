package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/postgis"
)

type restoreCmd struct {
	File  string `arg:"" type:"existingfile" help:"File that ponet backup has written."`
	Force bool   `help:"Put the backup in the place of the catalogue that is here."`
	Check bool   `help:"Only read the file and compare it with its checksums; no database is touched."`
	JSON  bool   `help:"Print what the backup holds as JSON."`
}

func (restoreCmd) Help() string {
	return `The file is first read to its end and compared with its checksums. Then it takes the place of what the
database holds, in one transaction: until that ends, and if anything goes wrong, what was there
stays. A backup may be of an older release: it is brought to the schema of this one.
A catalogue that is here is replaced with --force only, and not while ponet serve or a
harvest works on it. What was erased on request after the backup was made is erased again, as erasures.json
in the data folder tells.

Example:
  ponet restore --check ponet-2026-11-22-031500.tar.zst
  PONET_DATA=/srv/ponet ponet restore ponet-2026-11-22-031500.tar.zst`
}

func (c restoreCmd) Run(sh *shell) error {
	began := time.Now()
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	p := newProgress(sh.stderr, "checking")
	m, contents, err := postgis.CheckBackup(sh.ctx, bufio.NewReaderSize(f, 1<<20), p.bytes)
	p.done()
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if err := c.describe(sh, m, contents); err != nil || c.Check {
		return err
	}
	url, closeDB, err := sh.database(sh.ctx)
	if err != nil {
		return err
	}
	defer closeDB()
	if _, err := f.Seek(0, 0); err != nil {
		return err
	}
	p = newProgress(sh.stderr, "restoring")
	err = postgis.Restore(sh.ctx, bufio.NewReaderSize(f, 1<<20), postgis.Restoration{URL: url, Contents: contents, Force: c.Force, Progress: p.bytes})
	p.done()
	switch {
	case errors.Is(err, catalog.ErrExists), errors.Is(err, catalog.ErrInvalid):
		return fmt.Errorf("nothing was changed: %w", err)
	case err != nil:
		return fmt.Errorf("%w\nwhat was there before is untouched", err)
	}
	if err := eraseAgain(sh); err != nil {
		return fmt.Errorf("it is restored, but what was erased on request since the backup is not erased again: %w", err)
	}
	if !c.JSON {
		fmt.Fprintf(sh.stdout, "restored in %.1f s\n", time.Since(began).Seconds())
	}
	return nil
}

// describe says what the file holds.
func (c restoreCmd) describe(sh *shell, m postgis.Manifest, contents postgis.Contents) error {
	if c.JSON {
		return printJSON(sh.stdout, struct {
			File string `json:"file"`
			postgis.Manifest
			Contents postgis.Contents `json:"contents"`
		}{c.File, m, contents})
	}
	t := contents.Tables
	fmt.Fprintf(sh.stdout, "%s is whole: made %s by ponet %s (schema %d, PostgreSQL %s)\n  %d sources, %d records, %d older versions, %d runs; %d rows of %d tables\n",
		c.File, m.Made.Local().Format("2006-01-02 15:04"), m.Ponet, m.Schema, m.PostgreSQL,
		t["source"].Rows, t["record"].Rows, t["record_version"].Rows, t["run"].Rows, contents.Rows(), len(t))
	return nil
}
