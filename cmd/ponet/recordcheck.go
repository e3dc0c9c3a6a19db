package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog"
)

type recordCheckCmd struct {
	ID   string `arg:"" help:"Identifier of the record: the end of its address /id/UUID, or that address."`
	Body string `required:"" help:"The body that has looked whether it is true, by its id."`
	By   string `help:"Who did it; kept, not published."`
	Note string `help:"What was done, such as a telephone call; kept, not published."`
	On   string `placeholder:"DATE" help:"When, if not now: 2026-11-21."`
}

func (recordCheckCmd) Help() string {
	return `Checked is not provided: who provides a record is its source, who checks it has looked whether it is true. The page
of the record says both, with their dates, and when the check is due again: places, offices and services after 12 months,
courses after 6, bodies after 24, heritage after 60.

Example:
  ponet record check 01938f00-0000-7000-8000-000000000000 --body c_g999 --note "telefonato"`
}

func (c recordCheckCmd) Run(sh *shell) error {
	at := time.Now().UTC().Truncate(time.Second)
	if c.On != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.On, catalog.Rome)
		if err != nil || day.After(at) {
			return fmt.Errorf("--on %q is no day up to today, such as 2026-11-21", c.On)
		}
		at = day
	}
	n, err := sh.open(sh.ctx, "record check")
	if err != nil {
		return err
	}
	defer n.close()
	id := c.ID[strings.LastIndexByte(c.ID, '/')+1:]
	if err := n.Check(sh.ctx, id, catalog.Check{BodyID: c.Body, By: c.By, Note: c.Note, At: at}); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s is checked\n", id)
	return nil
}

type recordDueCmd struct {
	Body  string `help:"Only records that this body answers for."`
	Limit int    `default:"50" help:"How many are shown."`
	JSON  bool   `help:"Print JSON."`
}

func (recordDueCmd) Help() string {
	return `Example:
  ponet record due --body c_g999`
}

func (c recordDueCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "record due")
	if err != nil {
		return err
	}
	defer n.close()
	list, total, err := n.ChecksDue(sh.ctx, c.Body, time.Now(), c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		if list == nil {
			list = []catalog.CheckDue{}
		}
		return printJSON(sh.stdout, map[string]any{"records": list, "total": total})
	}
	if total == 0 {
		fmt.Fprintln(sh.stdout, "Every record that should be checked is.")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CHECKED\tKIND\tTITLE\tBODY\tID")
	for _, r := range list {
		checked := "never"
		if r.At != nil {
			checked = r.At.In(catalog.Rome).Format(time.DateOnly)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", checked, r.Kind, r.Title, r.Body, r.ID)
	}
	fmt.Fprintf(w, "\n%d of %d; say that one is true with: ponet record check ID --body BODY\n", len(list), total)
	return w.Flush()
}

// lastCheck is the last check of a record, nil when there was none.
func (n *node) lastCheck(sh *shell, id string) (*catalog.Check, error) {
	c, err := n.LastCheck(sh.ctx, id)
	if errors.Is(err, catalog.ErrNotFound) {
		return nil, nil
	}
	return &c, err
}
