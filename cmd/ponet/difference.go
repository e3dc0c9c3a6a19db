package main

import (
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"po-net.prato.it/ponet/catalog"
)

// shownDifferences is how many differences of each class a dry run shows.
const shownDifferences = 20

// maxShownValue is how many bytes of a value a line shows.
const maxShownValue = 60

// A differencePrinter shows the differences of one source as they are found.
type differencePrinter struct {
	w      io.Writer
	mu     *sync.Mutex // of the output, which several sources share
	source string
	limit  int // of each class; 0: none
	json   bool
	shown  map[catalog.DifferenceClass]int
}

func newDifferencePrinter(w io.Writer, mu *sync.Mutex, source string, limit int, json bool) *differencePrinter {
	if limit == 0 && !json {
		limit = shownDifferences
	}
	return &differencePrinter{w, mu, source, limit, json, map[catalog.DifferenceClass]int{}}
}

func (p *differencePrinter) show(list []catalog.Difference) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range list {
		if p.shown[d.Class]++; p.limit > 0 && p.shown[d.Class] > p.limit {
			continue
		}
		if p.json {
			_ = printJSON(p.w, struct {
				Source string `json:"source"`
				catalog.Difference
			}{p.source, d})
			continue
		}
		fmt.Fprintln(p.w, "  "+differenceLine(d))
		for _, f := range d.Fields {
			fmt.Fprintf(p.w, "            %s: %s → %s\n", f.Field, shownValue(f.Before), shownValue(f.After))
		}
	}
}

// end says what was not shown.
func (p *differencePrinter) end() {
	if p.json {
		return
	}
	for _, class := range []catalog.DifferenceClass{catalog.DifferenceNew, catalog.DifferenceChanged, catalog.DifferenceMissed, catalog.DifferenceGone} {
		if more := p.shown[class] - p.limit; more > 0 {
			fmt.Fprintf(p.w, "  … %d more %s; --limit shows more, --json all\n", more, class)
		}
	}
}

// differenceLine is a difference in one line.
func differenceLine(d catalog.Difference) string {
	return fmt.Sprintf("%-7s %s (%s)", d.Class, d.Title, d.Key)
}

// shownValue is the beginning of a value.
func shownValue(json []byte) string {
	switch {
	case len(json) == 0:
		return "nothing"
	case len(json) <= maxShownValue:
		return string(json)
	}
	cut := maxShownValue
	for !utf8.RuneStart(json[cut]) {
		cut--
	}
	return string(json[:cut]) + "…"
}
