package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/harvesters"
)

// A sourceTest explains a source of any kind while it is read.
type sourceTest struct {
	w       io.Writer
	src     catalog.Source
	layers  map[*catalog.Layer]*testedLayer
	order   []*testedLayer
	refused int
	issues  map[string]int
}

// A testedLayer is what was read of one layer.
type testedLayer struct {
	layer    *catalog.Layer
	n        *catalog.Normalizer
	observer *catalog.Observer
	read     int
	place    int
	counts   []count // of what catalogues and calendars hold
}

// A count is how often each value of something was met.
type count struct {
	of     string
	values map[string]int
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
	if t.src.Kind(h.Layer) == catalog.KindObservation {
		return t.observe(h)
	}
	l, err := t.layer(h.Layer, func(l *testedLayer) (err error) {
		l.n, err = catalog.NewNormalizer(t.src, h.Layer, t.src.ID, datasets.Vocabularies())
		return err
	})
	if err != nil {
		return err
	}
	r, issues := l.n.Normalize(h)
	if r.SourceGeometry != nil {
		l.place++
	}
	t.tell(issues)
	if l.read <= samples {
		t.show(r)
	}
	l.count(r)
	return nil
}

// layer counts a description of a layer; with its first, what reads the layer is
// prepared and what was detected in it is said.
func (t *sourceTest) layer(of *catalog.Layer, prepare func(*testedLayer) error) (*testedLayer, error) {
	l, ok := t.layers[of]
	if !ok {
		l = &testedLayer{layer: of}
		if err := prepare(l); err != nil {
			return nil, err
		}
		t.layers[of] = l
		t.order = append(t.order, l)
		t.explain(of)
	}
	l.read++
	return l, nil
}

// tell says the first issues of each rule and counts all.
func (t *sourceTest) tell(issues []catalog.Issue) {
	for _, i := range issues {
		if t.issues[i.Rule]++; t.issues[i.Rule] <= samples {
			fmt.Fprintf(t.w, "  %s: %s\n", i.Rule, describe(i))
		}
	}
}

// explain says what was detected in a layer. The columns of a protocol are
// always the same, and so take one line.
func (t *sourceTest) explain(l *catalog.Layer) {
	fmt.Fprintf(t.w, "%s\n", cmp.Or(l.Name, t.src.URL))
	for _, line := range l.Found {
		fmt.Fprintf(t.w, "  %s\n", line)
	}
	for _, field := range slices.Sorted(maps.Keys(l.Guess.Fields)) {
		fmt.Fprintf(t.w, "  field %s = %s\n", field, l.Guess.Fields[field])
	}
	if l.Ours || l.Guess.Kind == catalog.KindDataset {
		var names []string
		for _, c := range l.Columns {
			names = append(names, c.Name)
		}
		fmt.Fprintf(t.w, "  columns: %s\n", strings.Join(names, ", "))
		return
	}
	for _, c := range l.Columns {
		notation := ""
		if c.Notation != "" {
			notation = " written " + c.Notation
		}
		fmt.Fprintf(t.w, "  column %q: %s%s\n", c.Name, c.Type, notation)
	}
}

// show prints one record as it would be published, and what a dataset or an
// event has beside it.
func (t *sourceTest) show(r catalog.Record) {
	fmt.Fprintf(t.w, "  record %s: %s\n", r.SourceKey, r.Properties.AppendJSON(nil))
	for _, d := range r.Distributions {
		what := "file"
		switch {
		case d.Service:
			what = "service"
		case d.DownloadURL == "" && (d.Format == "html" || d.Format == ""):
			what = "page"
		}
		fmt.Fprintf(t.w, "    %s %s: %s\n", what, cmp.Or(d.Format, "of unknown format"), d.Address())
	}
	if n := len(r.Occurrences); n > 0 {
		fmt.Fprintf(t.w, "    %d occurrences from %s to %s\n", n, r.Occurrences[0].Start, r.Occurrences[n-1].Start)
	}
}

// count adds what r holds to the counts of its kind.
func (l *testedLayer) count(r catalog.Record) {
	switch r.Kind {
	case catalog.KindDataset:
		l.add("bodies", cmp.Or(r.BodyName, r.BodyID, "none said"))
		l.add("themes", cmp.Or(string(r.Theme), "none said"))
		for _, d := range r.Distributions {
			l.add("formats", cmp.Or(d.Format, "unknown"))
		}
	case catalog.KindEvent:
		l.add("types", cmp.Or(r.TypeLabel, "none said"))
		l.add("months", r.Start[:min(7, len(r.Start))])
	}
}

func (l *testedLayer) add(of, value string) {
	i := slices.IndexFunc(l.counts, func(c count) bool { return c.of == of })
	if i < 0 {
		i = len(l.counts)
		l.counts = append(l.counts, count{of, map[string]int{}})
	}
	l.counts[i].values[value]++
}

// enough reports whether the first records have been shown and counted.
func (t *sourceTest) enough() bool {
	if len(t.order) != 1 {
		return false
	}
	l := t.order[0]
	if l.counts != nil {
		return l.read >= sampled
	}
	return l.read >= samples
}

func (t *sourceTest) end(all bool) {
	for _, l := range t.order {
		for _, c := range l.counts {
			fmt.Fprintf(t.w, "  %s of %d records: %s\n", c.of, l.read, c)
		}
	}
	if !all {
		fmt.Fprintln(t.w, "(the first records only; --all reads to the end)")
		return
	}
	for _, l := range t.order {
		fmt.Fprintf(t.w, "%s: %d records, %d with a position\n", cmp.Or(l.layer.Name, t.src.URL), l.read, l.place)
	}
	fmt.Fprintf(t.w, "%d refused\n", t.refused)
	for _, rule := range slices.Sorted(maps.Keys(t.issues)) {
		fmt.Fprintf(t.w, "%s: %d\n", rule, t.issues[rule])
	}
}

// maxCounted is how many values of one count are printed.
const maxCounted = 12

// String lists the most frequent values: "csv 12, json 3, and 4 more".
func (c count) String() string {
	values := slices.SortedFunc(maps.Keys(c.values), func(a, b string) int {
		return cmp.Or(cmp.Compare(c.values[b], c.values[a]), cmp.Compare(a, b))
	})
	var parts []string
	for _, v := range values[:min(maxCounted, len(values))] {
		parts = append(parts, fmt.Sprintf("%s %d", v, c.values[v]))
	}
	if more := len(values) - maxCounted; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ")
}
