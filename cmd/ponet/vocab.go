package main

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/skos"
)

type vocabCmd struct {
	List   vocabListCmd   `cmd:"" help:"List the vocabularies with source, licence, version and number of terms."`
	Show   vocabShowCmd   `cmd:"" help:"List the terms of one vocabulary."`
	Diff   vocabDiffCmd   `cmd:"" help:"Compare a vocabulary with a newer edition of it."`
	Update vocabUpdateCmd `cmd:"" help:"Take a newer edition of a vocabulary over."`
}

func (vocabCmd) Help() string {
	return `Example:
  ponet vocab list
  ponet vocab update frequencies frequency-skos.rdf --edition 2026-09`
}

type vocabListCmd struct {
	JSON bool `help:"Print JSON, one vocabulary a line."`
}

func (vocabListCmd) Help() string { return "Example:\n  ponet vocab list" }

// A vocabLine is a vocabulary in a list.
type vocabLine struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Source  string `json:"source"`
	URL     string `json:"url"`
	Licence string `json:"licence"`
	Version string `json:"version"`
	Terms   int    `json:"terms"`
	Gone    int    `json:"withdrawn"`
	Newer   bool   `json:"newer"` // than the release's
	Ours    bool   `json:"ours"`  // a list of our own
}

func (c vocabListCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "vocab")
	if err != nil {
		return err
	}
	defer n.close()
	list, err := datasets.References()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "NAME\tTERMS\tVERSION\tLICENCE\tSOURCE")
	}
	for _, ref := range list {
		line := lineOf(ref)
		if c.JSON {
			if err := printJSON(sh.stdout, line); err != nil {
				return err
			}
			continue
		}
		version := line.Version
		if line.Newer {
			version += " (taken over)"
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\n", line.Name, line.Terms, version, line.Licence, line.Source)
	}
	return w.Flush()
}

func lineOf(ref datasets.Reference) vocabLine {
	s, _ := datasets.Vocabularies().Scheme(ref.Name)
	line := vocabLine{Name: ref.Name, Title: ref.Title, Version: s.Version, Terms: len(s.Concepts), Newer: s.Version != ref.Version(), Ours: ref.Ours, Licence: ref.Licence}
	if len(ref.Sources) > 0 {
		line.Source, line.URL, line.Licence = ref.Sources[0].Title, ref.Sources[0].URL, ref.Sources[0].Licence
	}
	if l, ok := datasets.Vocabularies().Licence(line.Licence); ok {
		line.Licence = l.Short
	}
	for _, concept := range s.Concepts {
		if concept.Withdrawn != "" {
			line.Gone++
		}
	}
	return line
}

type vocabShowCmd struct {
	Name string `arg:"" help:"Name of the vocabulary."`
	JSON bool   `help:"Print JSON, one term a line."`
}

func (vocabShowCmd) Help() string { return "Example:\n  ponet vocab show life-events" }

func (c vocabShowCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "vocab")
	if err != nil {
		return err
	}
	defer n.close()
	s, err := vocabulary(c.Name)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	if !c.JSON {
		fmt.Fprintln(w, "CODE\tLABEL\tUNDER\tURI")
	}
	for _, t := range s.Concepts {
		if c.JSON {
			if err := printJSON(sh.stdout, t); err != nil {
				return err
			}
			continue
		}
		label := t.Label
		if t.Withdrawn != "" {
			label += " (withdrawn: " + t.Withdrawn
			if t.Successor != "" {
				label += ", now " + t.Successor
			}
			label += ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", t.Code, label, strings.Join(t.Broader, ", "), t.URI)
	}
	return w.Flush()
}

// vocabulary is the one called name, or an error that proposes a name.
func vocabulary(name string) (*catalog.Scheme, error) {
	if s, ok := datasets.Vocabularies().Scheme(name); ok {
		return s, nil
	}
	var names []string
	for _, s := range datasets.Vocabularies().Schemes {
		names = append(names, s.Name)
	}
	meant := ""
	if near := catalog.Nearest(name, names); near != "" {
		meant = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("there is no vocabulary %q%s; ponet vocab list shows them: %w", name, meant, catalog.ErrNotFound)
}

// edition reads an edition of the vocabulary called name.
func edition(ctx context.Context, sh *shell, n *node, name, version, origin string) (catalog.Edition, error) {
	if _, err := vocabulary(name); err != nil {
		return catalog.Edition{}, err
	}
	e := catalog.Edition{Scheme: name, Version: version, Origin: datasets.PublicSource(origin)}
	list, err := datasets.References()
	if err != nil {
		return e, err
	}
	for _, ref := range list {
		if ref.Name == name {
			e.Base = ref.Version()
		}
	}
	if origin, err = resolve(origin); err != nil {
		return e, err
	}
	e.Concepts, err = skos.Read(ctx, sh.client(harvesters.Allow{}, n.Store), origin)
	return e, err
}
