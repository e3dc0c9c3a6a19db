package main

import (
	"errors"
	"fmt"
	"os/user"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
)

type sourcePurgeCmd struct {
	ID     string `arg:"" optional:"" help:"Id of the source; needed unless --verify."`
	Record string `placeholder:"UUID" xor:"what" help:"Only this record: the end of its address /id/UUID. It is not stored again."`
	Field  string `placeholder:"NAME" xor:"what" help:"Only this field of all its records, which is left out from now on."`
	List   bool   `xor:"what" help:"List the records that were erased and are not stored again."`
	Allow  string `placeholder:"UUID" xor:"what" help:"Let the source bring back a record that was erased."`
	Verify bool   `xor:"what" help:"Check the log of erasures of all sources; --json prints it."`
	Noted  string `placeholder:"DIGEST" help:"With --verify: a digest of the log that was noted earlier, which must still be in it."`
	By     string `placeholder:"NAME" help:"Who erases, for the log; default: the user of this system."`
	Why    string `placeholder:"TEXT" help:"Why, for the log, such as the number of the request. Nothing of what is erased."`
	Yes    bool   `help:"Do it. Without, only what would be erased is said."`
	JSON   bool   `help:"Print the receipt, or the list, as JSON."`
}

func (sourcePurgeCmd) Help() string {
	return `Erases for good what the catalogue holds of a source, of one of its records or of one of their fields:
descriptions with their bytes, all versions, what was kept for undoing, issues and receipts that quote it,
and of a whole source its measured values. The address of an erased record goes on answering, with 410.
It cannot be undone, nor can any run of the source from before it.

A record that was erased is not stored again, whatever the source says; --list shows which ones those are and
--allow lifts it. They stand in erasures.json in the data folder too, so that ponet restore of an older backup
erases them again. A field is left out of the next harvests, as with ponet source set --drop.
Every erasure is a line of a log that keeps nothing of what was erased. Each line carries the digest of the one before:
--verify finds what was changed in it since. Note the last digest elsewhere, and give it with --noted to find out
whether the log was cut off or written anew as a whole.
Backups made before still have everything: make new ones and delete the old.
What a source that was erased as a whole still says comes back at its next harvest, unless it is paused or removed.

Example:
  ponet source purge biblioteche --record 01938f00-0000-7000-8000-000000000000 --yes
  ponet source purge biblioteche --field telefono --yes
  ponet source purge biblioteche --record 01938f00-0000-7000-8000-000000000000 --why "request 12/2026" --yes
  ponet source purge biblioteche --list
  ponet source purge --verify
  ponet source purge biblioteche --yes`
}

func (c sourcePurgeCmd) Run(sh *shell) error {
	if c.Verify {
		return c.verify(sh)
	}
	if c.ID == "" || c.Noted != "" {
		return errors.New("of which source? Give its id, or --verify for the log of erasures; --noted goes with that")
	}
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	switch {
	case c.List:
		return c.list(sh, n)
	case c.Allow != "":
		return c.allow(sh, n)
	}
	what := "everything of " + src.ID
	switch {
	case c.Record != "":
		what = "record " + c.Record + " of " + src.ID
	case c.Field != "":
		what = "field " + c.Field + " of " + src.ID
	}
	if !c.Yes {
		return fmt.Errorf("%s would be erased for good; to do it, add --yes", what)
	}
	if c.Field != "" {
		return c.field(sh, n, src)
	}
	receipt, err := n.Purge(sh.ctx, src, c.Record, c.request())
	if errors.Is(err, catalog.ErrNotFound) {
		return fmt.Errorf("%w; nothing was erased", err)
	}
	if err != nil {
		return err
	}
	if err := keepErasures(sh, n); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, receipt)
	}
	fmt.Fprintf(sh.stdout, "erased %s: %d records, of which %d were published; their addresses answer 410\n", what, receipt.Read, receipt.Gone)
	fmt.Fprintln(sh.stdout, "Backups made before still have it: make them anew and delete the old ones.")
	if c.Record != "" {
		fmt.Fprintf(sh.stdout, "It is not stored again, also when the source still says it; to lift that: ponet source purge %s --allow %s\n", src.ID, c.Record)
		return nil
	}
	fmt.Fprintf(sh.stdout, "What the source still says comes back at its next harvest: have it taken out there, leave the field out (ponet source set %[1]s --drop FIELD), or: ponet source pause %[1]s\n", src.ID)
	return nil
}

// list shows what is not stored again.
func (c sourcePurgeCmd) list(sh *shell, n *node) error {
	list, err := n.Erasures(sh.ctx, c.ID)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].Salt, list[i].Digests = nil, nil
	}
	if c.JSON {
		return printJSON(sh.stdout, append([]catalog.Erasure{}, list...))
	}
	if len(list) == 0 {
		fmt.Fprintf(sh.stderr, "no record of %s was erased\n", c.ID)
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "RECORD\tERASED")
	for _, e := range list {
		fmt.Fprintf(w, "%s\t%s\n", e.Record, e.Erased.Local().Format("2006-01-02 15:04"))
	}
	return w.Flush()
}

// allow lifts it for one record.
func (c sourcePurgeCmd) allow(sh *shell, n *node) error {
	if err := n.Allow(sh.ctx, c.ID, c.Allow); err != nil {
		return err
	}
	if err := keepErasures(sh, n); err != nil {
		return err
	}
	if !c.JSON {
		fmt.Fprintf(sh.stdout, "the next harvest stores it again if %s still says it, under a new address; the old one goes on answering 410\n", c.ID)
	}
	return nil
}

// request is who erases and why.
func (c sourcePurgeCmd) request() catalog.Request {
	r := catalog.Request{By: c.By, Why: c.Why}
	if u, err := user.Current(); r.By == "" && err == nil {
		r.By = u.Username
	}
	return r
}

// verify checks the log of erasures.
func (c sourcePurgeCmd) verify(sh *shell) error {
	var noted *catalog.Digest
	if c.Noted != "" {
		noted = &catalog.Digest{}
		if err := noted.UnmarshalText([]byte(c.Noted)); err != nil {
			return fmt.Errorf("--noted: %w", err)
		}
	}
	n, err := sh.open(sh.ctx, "source purge")
	if err != nil {
		return err
	}
	defer n.close()
	log, err := n.ErasureLog(sh.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := printJSON(sh.stdout, append([]catalog.ErasureEntry{}, log...)); err != nil {
			return err
		}
	}
	if err := catalog.CheckErasureLog(log, noted); err != nil {
		return err
	}
	switch {
	case c.JSON:
	case len(log) == 0:
		fmt.Fprintln(sh.stdout, "nothing has been erased")
	default:
		fmt.Fprintf(sh.stdout, "the log of erasures is one chain of %d lines; digest of the last, of %s:\n%s\n",
			len(log), log[len(log)-1].At.Local().Format("2006-01-02 15:04"), log[len(log)-1].Digest)
	}
	return nil
}
