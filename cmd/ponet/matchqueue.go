package main

import (
	"fmt"
	"os/user"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
)

type matchQueueCmd struct {
	Limit int  `default:"20" help:"How many."`
	JSON  bool `help:"Print JSON, one pair a line."`
}

func (matchQueueCmd) Help() string {
	return `What speaks for a pair: alike, all that the two say (ponet match explain A B tells why); of datasets file, the same files of another body; sum, a file with the same checksum; title, nearly the same title of the
same body; address and local, an identifier, where two records of one source, or somebody's verdict, stand against it.

Example:
  ponet match queue
  ponet match same 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002`
}

func (c matchQueueCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "match")
	if err != nil {
		return err
	}
	defer n.close()
	list, total, err := n.Doubts(sh.ctx, c.Limit)
	if err != nil {
		return err
	}
	if c.JSON {
		for _, d := range list {
			if err := printJSON(sh.stdout, d); err != nil {
				return err
			}
		}
		return nil
	}
	if total == 0 {
		fmt.Fprintln(sh.stdout, "nothing waits for a person: whatever may be the same is decided")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	for _, d := range list {
		fmt.Fprintf(w, "%s\t%s\t%.2f\n%s\t%s: %s\t\n%s\t%s: %s\t\n\t\t\n", "likely", d.Kind, d.Score, d.A, d.Sources[0], d.Titles[0], d.B, d.Sources[1], d.Titles[1])
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%d of %d; why: ponet match explain A B; say what they are with: ponet match same A B, or ponet match different A B\n", len(list), total)
	return nil
}

// matchVerdictCmd is what a person says of two records.
type matchVerdictCmd struct {
	A    string `arg:"" help:"Id of a record, as match queue or record show --sources tells it."`
	B    string `arg:"" help:"Id of another."`
	By   string `help:"Who says so (default: the user of this machine)."`
	Note string `help:"Why."`
}

type matchSameCmd struct{ matchVerdictCmd }

func (matchSameCmd) Help() string {
	return `Of the two one record is made, with the id of the older; the other's address leads there. It is remembered, whatever
their sources say later, and taken back with ponet match forget.

Example:
  ponet match same 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002 --note "dice l'ufficio"`
}

func (c matchSameCmd) Run(sh *shell) error { return c.say(sh, catalog.Same) }

type matchDifferentCmd struct{ matchVerdictCmd }

func (matchDifferentCmd) Help() string {
	return `If they had become one record, they are two again, each with its own address. It is remembered, whatever their
sources say later, and taken back with ponet match forget.

Example:
  ponet match different 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002`
}

func (c matchDifferentCmd) Run(sh *shell) error { return c.say(sh, catalog.Different) }

func (c matchVerdictCmd) say(sh *shell, v catalog.Verdict) error {
	n, err := sh.open(sh.ctx, "match")
	if err != nil {
		return err
	}
	defer n.close()
	by := c.By
	if by == "" {
		if u, err := user.Current(); err == nil {
			by = u.Username
		}
	}
	if err := n.Decide(sh.ctx, c.A, c.B, v, by, c.Note); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s and %s are %s; taken back with: ponet match forget %s %s\n", c.A, c.B, map[catalog.Verdict]string{catalog.Same: "one record", catalog.Different: "two records"}[v], c.A, c.B)
	return nil
}

type matchForgetCmd struct {
	A string `arg:"" help:"Id of a record."`
	B string `arg:"" help:"Id of another."`
}

func (matchForgetCmd) Help() string {
	return `Whether they are one is then found out again from what their sources say.

Example:
  ponet match forget 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002`
}

func (c matchForgetCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "match")
	if err != nil {
		return err
	}
	defer n.close()
	if err := n.Undecide(sh.ctx, c.A, c.B); err != nil {
		return err
	}
	fmt.Fprintln(sh.stdout, "forgotten; they are what their sources make of them")
	return nil
}
