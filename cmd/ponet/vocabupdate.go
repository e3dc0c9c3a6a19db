package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

type vocabDiffCmd struct {
	Name string `arg:"" help:"Name of the vocabulary."`
	From string `arg:"" help:"File or http(s) address of the newer edition: SKOS (RDF/XML, Turtle, JSON-LD) or CSV."`
	JSON bool   `help:"Print JSON, one term that changes a line."`
}

func (vocabDiffCmd) Help() string {
	return `Says what terms a newer edition adds, renames, withdraws or no longer has. Nothing is stored.

Example:
  ponet vocab diff frequencies frequency-skos.rdf`
}

func (c vocabDiffCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "vocab")
	if err != nil {
		return err
	}
	defer n.close()
	e, err := edition(sh.ctx, sh, n, c.Name, "new", c.From)
	if err != nil {
		return err
	}
	_, err = difference(sh, n, e, sh.stdout, c.JSON)
	return err
}

// difference prints what e changes, and says how much.
func difference(sh *shell, n *node, e catalog.Edition, w io.Writer, asJSON bool) (int, error) {
	editions, err := n.Editions(sh.ctx)
	if err != nil {
		return 0, err
	}
	list, err := datasets.Differences(e, editions)
	if err != nil {
		return 0, err
	}
	counts := map[string]int{}
	for _, d := range list {
		counts[d.Change]++
		if asJSON {
			if err := printJSON(w, d); err != nil {
				return 0, err
			}
			continue
		}
		fmt.Fprintln(w, inWords(d))
	}
	if !asJSON {
		fmt.Fprintf(w, "%s: %d terms read; %d added, %d renamed, %d withdrawn, %d removed\n", e.Scheme, len(e.Concepts),
			counts[datasets.TermAdded], counts[datasets.TermRenamed], counts[datasets.TermWithdrawn], counts[datasets.TermRemoved])
	}
	return len(list), nil
}

func inWords(d datasets.TermChange) string {
	switch d.Change {
	case datasets.TermAdded:
		return fmt.Sprintf("added      %s: %s", d.Code, d.After)
	case datasets.TermRenamed:
		return fmt.Sprintf("renamed    %s: %s -> %s", d.Code, d.Before, d.After)
	case datasets.TermWithdrawn:
		if d.Successor != "" {
			return fmt.Sprintf("withdrawn  %s: %s, now %s", d.Code, d.Before, d.Successor)
		}
		return fmt.Sprintf("withdrawn  %s: %s", d.Code, d.Before)
	}
	return fmt.Sprintf("removed    %s: %s", d.Code, d.Before)
}

type vocabUpdateCmd struct {
	Name    string `arg:"" help:"Name of the vocabulary."`
	From    string `arg:"" optional:"" help:"File or http(s) address of the newer edition: SKOS (RDF/XML, Turtle, JSON-LD) or CSV."`
	Edition string `placeholder:"VERSION" help:"What its publisher calls the edition; default: today's date."`
	Release bool   `help:"Go back to the edition of the release."`
	JSON    bool   `help:"Print the terms that change as JSON, one a line."`
}

func (vocabUpdateCmd) Help() string {
	return `Shows what changes and stores the newer edition. What is harvested from then on is read by it, and anew, also what has not
changed; ponet harvest remap --all does it at once, without asking the sources. Records keep terms that were withdrawn.

Example:
  ponet vocab update frequencies frequency-skos.rdf --edition 2026-09
  ponet vocab update frequencies --release`
}

func (c vocabUpdateCmd) Run(sh *shell) error {
	if c.Release == (c.From != "") {
		return errors.New("give the file or address of the newer edition, or --release; ponet vocab update --help shows both")
	}
	n, err := sh.open(sh.ctx, "vocab")
	if err != nil {
		return err
	}
	defer n.close()
	if c.Release {
		return c.back(sh, n)
	}
	e, err := edition(sh.ctx, sh, n, c.Name, c.Edition, c.From)
	if err != nil {
		return err
	}
	if e.Version == "" {
		e.Version = time.Now().In(catalog.Rome).Format(time.DateOnly)
	}
	changes, err := difference(sh, n, e, sh.stdout, c.JSON)
	if err != nil {
		return err
	}
	if changes == 0 {
		fmt.Fprintln(sh.stderr, "it is the edition that is in use; nothing was stored")
		return nil
	}
	if err := n.PutEdition(sh.ctx, e); err != nil {
		return err
	}
	return c.use(sh, n, fmt.Sprintf("edition %s of %s is in use", e.Version, c.Name))
}

// back puts the edition of the release in force.
func (c vocabUpdateCmd) back(sh *shell, n *node) error {
	if _, err := vocabulary(c.Name); err != nil {
		return err
	}
	was, err := n.DropEdition(sh.ctx, c.Name)
	if err != nil {
		return err
	}
	if !was {
		fmt.Fprintln(sh.stderr, "the edition of the release is in use; nothing was changed")
		return nil
	}
	return c.use(sh, n, "the edition of the release of "+c.Name+" is in use")
}

// use makes this process and the database know what is in force now.
func (c vocabUpdateCmd) use(sh *shell, n *node, what string) error {
	v, err := renewed(sh.ctx, n.Store, sh.log)
	if err != nil {
		return err
	}
	if err := n.PutVocabularies(sh.ctx, v); err != nil {
		return err
	}
	fmt.Fprintln(sh.stderr, what+"; the next harvest of each source reads everything by it, ponet harvest remap --all at once what is stored")
	return nil
}
