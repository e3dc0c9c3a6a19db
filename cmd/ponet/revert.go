package main

import (
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// revert puts back what was before a run.
func (c harvestCmd) revert(sh *shell, n *node, id int64) error {
	if c.DryRun {
		return errors.New("revert has no --dry-run: it does all or nothing, and can be reverted itself")
	}
	run, err := n.run(sh.ctx, id)
	if err != nil {
		return err
	}
	src, err := n.source(sh.ctx, run.SourceID)
	if err != nil {
		return err
	}
	receipt, err := n.Revert(sh.ctx, src, run, c.ExceptChanged)
	var conflict *catalog.ConflictError
	if errors.As(err, &conflict) {
		for _, x := range conflict.Conflicts {
			fmt.Fprintf(sh.stderr, "  «%s» (%s): changed again by run %d\n", x.Title, x.Key, x.Run)
		}
		if more := conflict.Total - int64(len(conflict.Conflicts)); more > 0 {
			fmt.Fprintf(sh.stderr, "  … and %d more\n", more)
		}
		return fmt.Errorf("%w; nothing was done. Revert the later runs first, the newest one first, or leave those out with --except-changed", err)
	}
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, receipt)
	}
	fmt.Fprintf(sh.stdout, "run %d undoes run %d of %s: %d records are published again, %d are as they were before, %d are withdrawn\n",
		receipt.Run, id, src.ID, receipt.New, receipt.Changed, receipt.Gone)
	if receipt.Unchanged > 0 {
		fmt.Fprintf(sh.stdout, "%d that later runs have changed stay as they are\n", receipt.Unchanged)
	}
	fmt.Fprintf(sh.stdout, "The next harvest of %[1]s takes what the source says as it says it: put it right there, or stop with: ponet source pause %[1]s\nTo bring run %[2]d back: ponet harvest revert %[3]d\n",
		src.ID, id, receipt.Run)
	return nil
}
