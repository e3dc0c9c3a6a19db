package main

import (
	"context"
	"fmt"

	"po-net.prato.it/ponet/catalog"
)

// approve harvests the source of a parked run again, with leave to withdraw as
// much as that run would have.
func (c harvestCmd) approve(sh *shell, n *node, id int64) error {
	run, err := n.parkedRun(sh.ctx, id)
	if err != nil {
		return err
	}
	src, err := n.source(sh.ctx, run.SourceID)
	if err != nil {
		return err
	}
	return c.harvest(sh, n, []catalog.Source{src}, run.Receipt.Gone)
}

// parkedRun is the run id, which waits for a person and is the last of its source.
func (n *node) parkedRun(ctx context.Context, id int64) (catalog.Run, error) {
	run, err := n.run(ctx, id)
	if err != nil {
		return run, err
	}
	last, err := n.Runs(ctx, run.SourceID, 1)
	switch {
	case err != nil:
		return run, err
	case run.State != catalog.RunParked:
		return run, fmt.Errorf("run %d of %s waits for nobody: it is %s", id, run.SourceID, run.State)
	case len(last) == 1 && last[0].ID != id:
		return run, fmt.Errorf("run %d of %s is not its last: that is %d, %s", id, run.SourceID, last[0].ID, last[0].State)
	}
	return run, nil
}
