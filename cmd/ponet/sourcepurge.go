package main

import (
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

type sourcePurgeCmd struct {
	ID     string `arg:"" help:"Id of the source."`
	Record string `placeholder:"UUID" help:"Only this record: the end of its address /id/UUID."`
	Yes    bool   `help:"Do it. Without, only what would be erased is said."`
	JSON   bool   `help:"Print the receipt as JSON."`
}

func (sourcePurgeCmd) Help() string {
	return `Erases for good what the catalogue holds of a source, or of one of its records: descriptions with their bytes,
all versions, what was kept for undoing, issues, and of a whole source its measured values. The address of a record
goes on answering, with 410. It cannot be undone. Backups made before still have it: they are to be made anew.
A source that is not paused or removed brings back what it still says: put it right there first.

Example:
  ponet source purge biblioteche --record 01938f00-0000-7000-8000-000000000000 --yes
  ponet source purge biblioteche --yes`
}

func (c sourcePurgeCmd) Run(sh *shell) error {
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	what := "everything of " + src.ID
	if c.Record != "" {
		what = "record " + c.Record + " of " + src.ID
	}
	if !c.Yes {
		return fmt.Errorf("%s would be erased for good; to do it, add --yes", what)
	}
	receipt, err := n.Purge(sh.ctx, src, c.Record)
	if errors.Is(err, catalog.ErrNotFound) {
		return fmt.Errorf("%w; nothing was erased", err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, receipt)
	}
	fmt.Fprintf(sh.stdout, "erased %s: %d records, of which %d were published; their addresses answer 410\n", what, receipt.Read, receipt.Gone)
	fmt.Fprintf(sh.stdout, "Backups made before still have it: make them anew and delete the old ones.\nWhat the source still says comes back at its next harvest: have it taken out there, leave the field out (ponet source set %[1]s --drop FIELD), or: ponet source pause %[1]s\n", src.ID)
	return nil
}
