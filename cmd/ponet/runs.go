package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal"
)

type runsCmd struct {
	Words  []string `arg:"" optional:"" name:"run" help:"Number of a run, to see its receipt and issues; or approve or reject, and the number."`
	Source string   `help:"Only the runs of this source."`
	Limit  int      `default:"20" help:"How many runs, or issues and differences of a run, to show; --json shows every difference."`
	JSON   bool     `help:"Print JSON, one line each."`
	Lang   string   `enum:"it,en," default:"" help:"Print the receipt of a run in words, as whoever answers for the source reads it: it or en."`
}

func (runsCmd) Help() string {
	return `A run that would withdraw more than 5 % of what its source has, and more than 20 records, is parked:
ponet runs RUN shows which records would go. Approve harvests the source again and lets as many go; reject
closes the run, and what it lacked is no more missed.

Example:
  ponet runs
  ponet runs 12
  ponet runs 12 --lang it
  ponet runs approve 12
  ponet runs reject 12`
}

func (c runsCmd) Run(sh *shell) error {
	do, id, err := c.asked()
	if err != nil {
		return err
	}
	n, err := sh.open(sh.ctx, "runs")
	if err != nil {
		return err
	}
	defer n.close()
	switch {
	case do == "approve":
		return harvestCmd{JSON: c.JSON}.approve(sh, n, id)
	case do == "reject":
		return c.reject(sh, n, id)
	case id > 0:
		return c.one(sh, n, id)
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

// asked is what to do with which run: "" and 0 list them all.
func (c runsCmd) asked() (do string, id int64, err error) {
	words := c.Words
	if len(words) > 0 && (words[0] == "approve" || words[0] == "reject") {
		do, words = words[0], words[1:]
	} else if len(words) == 0 {
		return "", 0, nil
	}
	if len(words) == 1 {
		if id, err = strconv.ParseInt(words[0], 10, 64); err == nil && id > 0 {
			return do, id, nil
		}
	}
	if do != "" {
		return "", 0, fmt.Errorf("which run? ponet runs %s 12; `ponet runs` lists them", do)
	}
	return "", 0, errors.New("a run is called by its number, such as ponet runs 12; `ponet runs` lists them")
}

// reject closes a parked run.
func (c runsCmd) reject(sh *shell, n *node, id int64) error {
	r, err := n.parkedRun(sh.ctx, id)
	if err != nil {
		return err
	}
	if err := n.Reject(sh.ctx, r); err != nil {
		return err
	}
	if r, err = n.run(sh.ctx, id); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, r)
	}
	fmt.Fprintf(sh.stdout, "run %d of %s is rejected: its %d records stay, and the source is harvested on.\nIf the next listing lacks them too, it is parked again.\n", id, r.SourceID, r.Receipt.Gone)
	return nil
}

// inWords prints the receipt of a run as mails have it.
func (c runsCmd) inWords(sh *shell, n *node, r catalog.Run) error {
	w, err := portal.NewWriter(c.Lang, sh.letters())
	if err != nil {
		return err
	}
	src, err := n.Source(sh.ctx, r.SourceID)
	if err != nil {
		return err
	}
	_, complaints, err := readRun(sh.ctx, n.Store, r.ID)
	if err != nil {
		return err
	}
	text := w.Receipt(src, r, complaints)
	if c.JSON {
		return printJSON(sh.stdout, struct {
			Run  int64  `json:"run"`
			Lang string `json:"lang"`
			Text string `json:"text"`
		}{r.ID, c.Lang, text})
	}
	fmt.Fprint(sh.stdout, text)
	return nil
}

// one prints the receipt of a run, its issues and, of a parked one, what it would withdraw.
func (c runsCmd) one(sh *shell, n *node, id int64) error {
	r, err := n.run(sh.ctx, id)
	if err != nil {
		return err
	}
	if c.Lang != "" {
		return c.inWords(sh, n, r)
	}
	most := c.Limit
	if c.JSON {
		most = math.MaxInt32
	}
	would, total, err := n.Parked(sh.ctx, id, most)
	if err != nil {
		return err
	}
	same, err := n.RunRecognised(sh.ctx, r.SourceID, id, most)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, struct {
			catalog.Run
			Difference []catalog.Difference `json:"difference,omitempty"`
			Recognised []catalog.Recognised `json:"recognised,omitempty"`
		}{r, would, same})
	}
	r.Receipt.Source, r.Receipt.Outcome = r.SourceID, r.State
	r.Receipt.Samples = nil
	printReceipt(sh.stdout, r.Receipt, false)
	for _, x := range same {
		fmt.Fprintf(sh.stdout, "  same  %s  %s  also by %s\n", x.Record, x.Title, strings.Join(x.Others, ", "))
	}
	for _, d := range would {
		fmt.Fprintln(sh.stdout, "  "+differenceLine(d))
	}
	if int64(len(would)) < total {
		fmt.Fprintf(sh.stdout, "  … %d would go; --limit shows more, --json all\n", total)
	}
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
