package main

import (
	"cmp"
	"fmt"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters"
	"po-net.prato.it/ponet/harvesters/fetch"
	"po-net.prato.it/ponet/harvesters/recognise"
)

const (
	samples = 3   // records of each layer that a test shows, and issues of each rule
	sampled = 100 // descriptions of a catalogue or calendar that it reads, to count what they hold
)

type sourceTestCmd struct {
	Kind    string `arg:"" name:"id-or-kind" help:"Id of a source, or a kind followed by an address; an address alone: which kind it is of."`
	Address string `arg:"" optional:"" name:"url-or-path" help:"Web address or file, when it is not a source yet."`
	sourceFlags
	All bool `help:"Read to the end and count, not only the first records."`
}

func (sourceTestCmd) Help() string {
	return `Exit status 3 when the source could not be read.

Example:
  ponet source test file biblioteche.csv
  ponet source test ckan https://dati.example.org
  ponet source test https://dati.example.org
  ponet source test biblioteche --all`
}

func (c sourceTestCmd) Run(sh *shell) error {
	if _, web := fetch.Web(c.Kind); c.Address == "" && web {
		kind, at, what := recognise.Address(sh.ctx, sh.client(harvesters.Allow{}, nil), c.Kind)
		if kind == "" {
			return fmt.Errorf("%s: %s; say which kind of source it is, if any: ponet source test KIND %s", c.Kind, cmp.Or(what, "nobody can tell what it is"), c.Kind)
		}
		fmt.Fprintf(sh.stdout, "it looks like %s: ponet source test %s %s\n", what, kind, at)
		c.Kind, c.Address = kind, at
	}
	src, err := c.source(sh)
	if err != nil {
		return err
	}
	if err := c.apply(&src); err != nil {
		return err
	}
	if src.Mapping.Kind == catalog.KindObservation {
		src.Mapping = src.Mapping.AsText()
	}
	client, err := harvesters.WithKeys(sh.client(harvesters.Allow{}, nil), src, readKey)
	if err != nil {
		return err
	}
	t := &sourceTest{w: sh.stdout, src: src, layers: map[*catalog.Layer]*testedLayer{}}
	for h, err := range harvesters.Protocols[src.Protocol](sh.ctx, client, src) {
		if err := t.take(h, err); err != nil {
			fmt.Fprintf(sh.stderr, "ponet: %s: %v\n", src.ID, err)
			c.hint(sh, src)
			return exitFailed
		}
		if !c.All && t.enough() {
			t.end(false)
			return nil
		}
	}
	t.end(true)
	if len(t.order) == 0 && t.refused == 0 {
		fmt.Fprintf(sh.stderr, "ponet: %s: the source holds no description at all\n", src.ID)
		c.hint(sh, src)
		return exitFailed
	}
	if slices.Contains(general, src.Protocol) { // which also read what describes a service
		c.hint(sh, src)
	}
	return nil
}

// general are the kinds that read any rows.
var general = []string{"file", "json", "xml"}

// hint says what else the address of src seems to be.
func (c sourceTestCmd) hint(sh *shell, src catalog.Source) {
	kind, at, what := recognise.Address(sh.ctx, sh.client(harvesters.Allow{}, nil), src.URL)
	switch {
	case slices.Contains(general, kind) && slices.Contains(general, src.Protocol):
		// any of them may be meant
	case kind == "" && what != "":
		fmt.Fprintf(sh.stderr, "ponet: %s holds %s\n", at, what)
	case kind != "" && kind != src.Protocol:
		fmt.Fprintf(sh.stderr, "ponet: it looks like %s; try: ponet source test %s %s\n", what, kind, at)
	}
}

// source is the one of the catalogue, or one made of kind and address.
func (c sourceTestCmd) source(sh *shell) (catalog.Source, error) {
	if c.Address != "" {
		return newSource(c.Kind, c.Address, "test")
	}
	n, src, err := openSource(sh, c.Kind)
	if err != nil {
		return src, err
	}
	n.close()
	return src, nil
}
