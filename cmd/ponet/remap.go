package main

import (
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// remap makes the records of sources anew out of what is stored, one source
// after the other: it asks nobody, and needs no queue.
func (c harvestCmd) remap(sh *shell, n *node, sources []catalog.Source) error {
	if c.DryRun {
		return errors.New("remap has no --dry-run: it can be undone with ponet harvest revert")
	}
	var worst exitError
	for _, src := range sources {
		if c.All && src.Mapping.Kind == catalog.KindObservation {
			continue // their values are not kept as the source wrote them
		}
		receipt, err := c.remapOne(sh, n, src)
		if err != nil {
			return err
		}
		worst = max(worst, status(receipt))
		if c.JSON {
			if err := printJSON(sh.stdout, receipt); err != nil {
				return err
			}
			continue
		}
		printReceipt(sh.stdout, receipt, false)
		fmt.Fprintf(sh.stdout, "  read from what is stored, without the source; to undo it: ponet harvest revert %d\n", receipt.Run)
	}
	if worst > 0 {
		return worst
	}
	return nil
}

func (c harvestCmd) remapOne(sh *shell, n *node, src catalog.Source) (catalog.Receipt, error) {
	h, err := n.BeginRemap(sh.ctx, src)
	if err != nil {
		return catalog.Receipt{}, err
	}
	defer h.Close()
	p := newProgress(sh.stderr, src.ID)
	defer p.done()
	return harvesters.Remap(sh.ctx, h, src, datasets.Vocabularies(), harvesters.Options{Progress: p.show})
}
