package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
)

type sourceCmd struct {
	Add     sourceAddCmd     `cmd:"" help:"Add a source."`
	Recipes sourceRecipesCmd `cmd:"" help:"List ready definitions of public sources."`
	List    sourceListCmd    `cmd:"" help:"List the sources and how their last harvest ended."`
	Show    sourceShowCmd    `cmd:"" help:"Show one source with its mapping."`
	Set     sourceSetCmd     `cmd:"" help:"Change a source."`
	Test    sourceTestCmd    `cmd:"" help:"Read a source without storing, and explain what was detected."`
	Pause   sourcePauseCmd   `cmd:"" help:"Stop harvesting a source until it is resumed."`
	Resume  sourceResumeCmd  `cmd:"" help:"Harvest a paused source again."`
	Purge   sourcePurgeCmd   `cmd:"" help:"Erase for good what is held of a source, or of one of its records."`
	Remove  sourceRemoveCmd  `cmd:"" help:"Remove a source and withdraw its records."`
}

func (sourceCmd) Help() string {
	return `Example:
  ponet source test file https://example.org/biblioteche.csv
  ponet source add file https://example.org/biblioteche.csv --id biblioteche
  ponet source list`
}

type sourceAddCmd struct {
	Kind    string            `arg:"" optional:"" help:"Kind of source: ${kinds}."`
	Address string            `arg:"" optional:"" name:"url-or-path" help:"Web address, or a file of this machine."`
	ID      string            `name:"id" help:"Name of the source here, and of its collection."`
	Recipe  string            `placeholder:"NAME" help:"A ready definition (ponet source recipes lists them), which the other flags and an address change."`
	Set     map[string]string `placeholder:"NAME=VALUE" help:"A parameter of the recipe, such as provincia=048."`
	sourceFlags
	JSON bool `help:"Print the source as JSON."`
}

func (sourceAddCmd) Help() string {
	return `Example:
  ponet source add file https://example.org/biblioteche.csv --id biblioteche --as place --map title=denominazione
  ponet source test biblioteche
  ponet harvest biblioteche
  ponet source add --recipe iccu-biblioteche --set provincia=048 --id biblioteche-firenze`
}

// source is what the command describes.
func (c sourceAddCmd) source() (catalog.Source, error) {
	switch {
	case c.Recipe != "":
		return c.fromRecipe()
	case len(c.Set) > 0:
		return catalog.Source{}, errors.New("--set is for the parameters of a --recipe")
	case c.Kind == "" || c.Address == "":
		return catalog.Source{}, errors.New("say which kind of source and its address, or --recipe NAME (see: ponet source add --help)")
	case c.ID == "":
		return catalog.Source{}, errors.New("give the source a name with --id, such as --id biblioteche-prato")
	}
	return newSource(c.Kind, c.Address, c.ID)
}

func (c sourceAddCmd) Run(sh *shell) error {
	src, err := c.source()
	if err != nil {
		return err
	}
	if err := checkID(src.ID); err != nil {
		return err
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return err
	}
	defer n.close()
	if _, err := n.Source(sh.ctx, src.ID); err == nil {
		return fmt.Errorf("there is a source %s already; change it with: ponet source set %s …", src.ID, src.ID)
	}
	if err := nameBody(sh.ctx, n, src); err != nil {
		return err
	}
	if err := putSource(sh.ctx, n, src); err != nil {
		return err
	}
	if err := c.correspond(sh.ctx, n, src.ID); err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, src)
	}
	fmt.Fprintf(sh.stdout, "added %s: %s\nsee what is in it with: ponet source test %s\nharvest it with: ponet harvest %s\n", src.ID, src.URL, src.ID, src.ID)
	return nil
}

// putSource stores src, and its body under its id if nobody has named it yet.
func putSource(ctx context.Context, n *node, src catalog.Source) error {
	if src.BodyID != "" {
		if err := n.NameBody(ctx, src.BodyID); err != nil {
			return err
		}
	}
	return n.PutSource(ctx, src)
}

type sourceListCmd struct {
	JSON bool `help:"Print JSON, one source a line."`
}

func (sourceListCmd) Help() string { return "Example:\n  ponet source list" }

func (c sourceListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return err
	}
	defer n.close()
	sources, err := n.Sources(sh.ctx)
	if err != nil {
		return err
	}
	if !c.JSON && len(sources) == 0 {
		fmt.Fprintln(sh.stdout, "no sources yet; add one with: ponet source add file URL --id ID")
		return nil
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "ID\tKIND\tBODY\tLAST HARVEST\tRECORDS\tADDRESS")
	}
	for _, src := range sources {
		if c.JSON {
			if err := printJSON(sh.stdout, src); err != nil {
				return err
			}
			continue
		}
		last, records := "never", "-"
		if src.Paused {
			last = "paused"
		}
		if runs, err := n.Runs(sh.ctx, src.ID, 1); err != nil {
			return err
		} else if len(runs) == 1 {
			outcome, err := n.outcome(sh.ctx, runs[0])
			if err != nil {
				return err
			}
			last = fmt.Sprintf("%s %s", runs[0].Started.Local().Format("2006-01-02 15:04"), outcome)
			r := runs[0].Receipt
			records = fmt.Sprint(r.Read - r.Refused)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", src.ID, src.Protocol, src.BodyID, last, records, src.URL)
	}
	return w.Flush()
}

type sourceShowCmd struct {
	ID   string `arg:"" help:"Id of the source."`
	JSON bool   `help:"Print JSON in one line."`
}

func (sourceShowCmd) Help() string { return "Example:\n  ponet source show biblioteche" }

func (c sourceShowCmd) Run(sh *shell) error {
	n, src, err := openSource(sh, c.ID)
	if err != nil {
		return err
	}
	defer n.close()
	mail, err := n.Correspondents(sh.ctx)
	if err != nil {
		return err
	}
	shown := struct {
		catalog.Source
		*catalog.Correspondent
	}{Source: src}
	if to, there := mail[src.ID]; there {
		shown.Correspondent = &to
	}
	if c.JSON {
		return printJSON(sh.stdout, shown)
	}
	e := json.NewEncoder(sh.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(shown)
}

// openSource opens the catalogue and finds a source.
func openSource(sh *shell, id string) (*node, catalog.Source, error) {
	n, err := sh.open(sh.ctx, "source")
	if err != nil {
		return nil, catalog.Source{}, err
	}
	src, err := n.source(sh.ctx, id)
	if err != nil {
		n.close()
		return nil, src, err
	}
	return n, src, nil
}
