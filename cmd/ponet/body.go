package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
)

type bodyCmd struct {
	Add  bodyAddCmd  `cmd:"" help:"Add a body, or change what is known of it."`
	List bodyListCmd `cmd:"" help:"List the bodies."`
	Show bodyShowCmd `cmd:"" help:"Show a body: what it publishes, how fresh and how good."`
}

func (bodyCmd) Help() string {
	return "Example:\n  ponet body add c_g999 --name \"Comune di Prato\"\n  ponet body list\n  ponet body show c_g999"
}

type bodyAddCmd struct {
	ID      string `arg:"" help:"Its IPA code (c_g999), or a short name of your own."`
	Name    string `required:"" help:"Its name."`
	Website string `help:"Its web site."`
	Phone   string `help:"Its telephone."`
	Email   string `help:"Its e-mail: an office's, not a person's."`
}

func (bodyAddCmd) Help() string {
	return `Example:
  ponet body add c_g999 --name "Comune di Prato"`
}

func (c bodyAddCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "body")
	if err != nil {
		return err
	}
	defer n.close()
	b := catalog.Body{ID: strings.ToLower(c.ID), Name: c.Name, Website: c.Website, Phone: c.Phone, Email: c.Email}
	if err := n.PutBody(sh.ctx, b); err != nil {
		return err
	}
	fmt.Fprintf(sh.stdout, "%s is %s\n", b.ID, b.Name)
	return nil
}

type bodyListCmd struct {
	JSON bool `help:"Print JSON, one body a line."`
}

func (bodyListCmd) Help() string { return "Example:\n  ponet body list" }

func (c bodyListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "body")
	if err != nil {
		return err
	}
	defer n.close()
	bodies, err := n.Bodies(sh.ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	for _, b := range bodies {
		if c.JSON {
			if err := printJSON(sh.stdout, b); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", b.ID, b.Name, b.Website)
	}
	return w.Flush()
}
