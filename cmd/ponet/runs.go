package main

import (
	"fmt"
	"text/tabwriter"
)

type runsCmd struct {
	Run_   int64  `arg:"" optional:"" name:"run" help:"Number of a run, to see its receipt and issues."`
	Source string `help:"Only the runs of this source."`
	Limit  int    `default:"20" help:"How many runs, or issues of a run, to show."`
	JSON   bool   `help:"Print JSON, one line each."`
}

func (runsCmd) Help() string { return "Example:\n  ponet runs\n  ponet runs 12" }

func (c runsCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "runs")
	if err != nil {
		return err
	}
	defer n.close()
	if c.Run_ > 0 {
		return c.one(sh, n)
	}
	runs, err := n.Runs(sh.ctx, c.Source, c.Limit)
	if err != nil {
		return err
	}
	if !c.JSON && len(runs) == 0 {
		fmt.Fprintln(sh.stdout, "nothing has been harvested yet")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "RUN\tSOURCE\tSTARTED\tOUTCOME\tREAD\tNEW\tCHANGED\tUNCHANGED\tREFUSED\tGONE\tISSUES\tSECONDS")
	}
	for _, r := range runs {
		if c.JSON {
			if err := printJSON(sh.stdout, r); err != nil {
				return err
			}
			continue
		}
		outcome, err := n.outcome(sh.ctx, r)
		if err != nil {
			return err
		}
		t := r.Receipt
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%.1f\n", r.ID, r.SourceID, r.Started.Local().Format("2006-01-02 15:04:05"), outcome,
			t.Read, t.New, t.Changed, t.Unchanged, t.Refused, t.Gone, t.Issues, t.Seconds)
	}
	return w.Flush()
}

// one prints the receipt of a run and its issues.
func (c runsCmd) one(sh *shell, n *node) error {
	r, err := n.run(sh.ctx, c.Run_)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, r)
	}
	r.Receipt.Source, r.Receipt.Outcome = r.SourceID, r.State
	r.Receipt.Samples = nil
	printReceipt(sh.stdout, r.Receipt, false)
	issues, err := n.Issues(sh.ctx, r.ID, c.Limit)
	if err != nil {
		return err
	}
	for _, i := range issues {
		kind := "warning"
		if i.Refused {
			kind = "refused"
		}
		fmt.Fprintf(sh.stdout, "  %s %s: %s\n", kind, i.Rule, describe(i))
	}
	if int64(len(issues)) < r.Receipt.Issues+r.Receipt.Refused {
		fmt.Fprintf(sh.stdout, "  … %d in all; --limit shows more\n", r.Receipt.Issues+r.Receipt.Refused)
	}
	return nil
}
