package main

import (
	"fmt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters"
)

const (
	samples = 3   // records of each layer that a test shows, and issues of each rule
	sampled = 100 // descriptions of a catalogue or calendar that it reads, to count what they hold
)

type sourceTestCmd struct {
	Kind    string `arg:"" name:"id-or-kind" help:"Id of a source, or a kind followed by an address."`
	Address string `arg:"" optional:"" name:"url-or-path" help:"Web address or file, when it is not a source yet."`
	sourceFlags
	All bool `help:"Read to the end and count, not only the first records."`
}

func (sourceTestCmd) Help() string {
	return `Exit status 3 when the source could not be read.

Example:
  ponet source test file biblioteche.csv
  ponet source test ckan https://dati.example.org
  ponet source test biblioteche --all`
}

func (c sourceTestCmd) Run(sh *shell) error {
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
	client, err := harvesters.WithKeys(sh.client(harvesters.Allow{}), src, readKey)
	if err != nil {
		return err
	}
	t := &sourceTest{w: sh.stdout, src: src, layers: map[*catalog.Layer]*testedLayer{}}
	for h, err := range harvesters.Protocols[src.Protocol](sh.ctx, client, src) {
		if err := t.take(h, err); err != nil {
			fmt.Fprintf(sh.stderr, "ponet: %s: %v\n", src.ID, err)
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
		return exitFailed
	}
	return nil
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
