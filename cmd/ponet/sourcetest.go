package main

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// samples is how many records of each layer a test shows.
const samples = 3

type sourceTestCmd struct {
	Kind    string `arg:"" name:"id-or-kind" help:"Id of a source, or a kind followed by an address."`
	Address string `arg:"" optional:"" name:"url-or-path" help:"Web address or file, when it is not a source yet."`
	sourceFlags
	All bool `help:"Read to the end and count, not only the first records."`
}

func (sourceTestCmd) Help() string {
	return `Example:
  ponet source test file biblioteche.csv
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
	t := &sourceTest{w: sh.stdout, src: src, layers: map[*catalog.Layer]*testedLayer{}}
	for h, err := range harvesters.Protocols[src.Protocol](sh.ctx, sh.client(harvesters.Allow{}), src) {
		if err := t.take(h, err); err != nil {
			fmt.Fprintf(sh.stderr, "ponet: %s: %v\n", src.ID, err)
			return exitFailed
		}
		if !c.All && t.enough() {
			break
		}
	}
	t.end(c.All)
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

// A sourceTest explains a source while it is read.
type sourceTest struct {
	w       io.Writer
	src     catalog.Source
	layers  map[*catalog.Layer]*testedLayer
	order   []*testedLayer
	refused int
	issues  map[string]int
}

type testedLayer struct {
	layer *catalog.Layer
	n     *catalog.Normalizer
	read  int
	place int
}

// take shows the first descriptions of each layer and counts the others.
func (t *sourceTest) take(h catalog.Harvested, err error) error {
	if t.issues == nil {
		t.issues = map[string]int{}
	}
	if issue, ok := harvesters.Refusal(err); ok {
		if t.refused++; t.refused <= samples {
			fmt.Fprintln(t.w, "  refused:", describe(issue))
		}
		return nil
	}
	if err != nil {
		return err
	}
	l, ok := t.layers[h.Layer]
	if !ok {
		n, err := catalog.NewNormalizer(t.src, h.Layer, t.src.ID, datasets.Vocabularies())
		if err != nil {
			return err
		}
		l = &testedLayer{layer: h.Layer, n: n}
		t.layers[h.Layer] = l
		t.order = append(t.order, l)
		t.explain(h.Layer)
	}
	l.read++
	if h.Geometry != nil {
		l.place++
	}
	r, issues := l.n.Normalize(h)
	for _, i := range issues {
		if t.issues[i.Rule]++; t.issues[i.Rule] <= samples {
			fmt.Fprintf(t.w, "  %s: %s\n", i.Rule, describe(i))
		}
	}
	if l.read <= samples {
		fmt.Fprintf(t.w, "  record %s: %s\n", h.Key, r.Properties.AppendJSON(nil))
	}
	return nil
}

// explain says what was detected in a layer.
func (t *sourceTest) explain(l *catalog.Layer) {
	name := l.Name
	if name == "" {
		name = t.src.URL
	}
	fmt.Fprintf(t.w, "%s\n", name)
	for _, line := range l.Found {
		fmt.Fprintf(t.w, "  %s\n", line)
	}
	for _, field := range slices.Sorted(maps.Keys(l.Guess.Fields)) {
		fmt.Fprintf(t.w, "  field %s = %s\n", field, l.Guess.Fields[field])
	}
	for _, c := range l.Columns {
		notation := ""
		if c.Notation != "" {
			notation = " written " + c.Notation
		}
		fmt.Fprintf(t.w, "  column %q: %s%s\n", c.Name, c.Type, notation)
	}
}

// enough reports whether the first records have been shown.
func (t *sourceTest) enough() bool {
	return len(t.order) > 0 && t.order[len(t.order)-1].read >= samples && len(t.order) == 1
}

func (t *sourceTest) end(all bool) {
	if !all {
		fmt.Fprintln(t.w, "(the first records only; --all reads to the end)")
		return
	}
	for _, l := range t.order {
		fmt.Fprintf(t.w, "%s: %d records, %d with a position\n", l.layer.Name, l.read, l.place)
	}
	fmt.Fprintf(t.w, "%d refused\n", t.refused)
	for _, rule := range slices.Sorted(maps.Keys(t.issues)) {
		fmt.Fprintf(t.w, "%s: %d\n", rule, t.issues[rule])
	}
}
