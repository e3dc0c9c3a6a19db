package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// approve harvests the source of a parked run again, with leave to withdraw as
// much as that run would have.
func (c harvestCmd) approve(sh *shell, n *node) error {
	id, err := strconv.ParseInt(strings.Join(c.Sources[1:], " "), 10, 64)
	if err != nil {
		return errors.New("which run? ponet harvest approve 12; `ponet runs` lists them")
	}
	run, err := n.run(sh.ctx, id)
	if err != nil {
		return err
	}
	last, err := n.Runs(sh.ctx, run.SourceID, 1)
	switch {
	case err != nil:
		return err
	case run.State != catalog.RunParked:
		return fmt.Errorf("run %d of %s waits for nobody: it is %s", id, run.SourceID, run.State)
	case len(last) == 1 && last[0].ID != id:
		return fmt.Errorf("run %d of %s is not its last: that is %d, %s", id, run.SourceID, last[0].ID, last[0].State)
	}
	src, err := n.source(sh.ctx, run.SourceID)
	if err != nil {
		return err
	}
	return c.harvest(sh, n, []catalog.Source{src}, run.Receipt.Gone)
}
