package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"po-net.prato.it/ponet/catalog"
)

// A reasonedFact is a property of a record that several sources describe, with who says so.
type reasonedFact struct {
	Field  string            `json:"field"`
	Value  any               `json:"value"`
	By     []catalog.Claimed `json:"by"`
	Others []catalog.Claim   `json:"others,omitempty"`
}

// why are the facts of rec; none when one source alone describes it.
func (n *node) why(ctx context.Context, rec *catalog.Record) ([]reasonedFact, error) {
	statements, err := n.Statements(ctx, rec.ID)
	if err != nil {
		return nil, err
	}
	var list []reasonedFact
	for _, f := range catalog.Facts(rec, statements) {
		list = append(list, reasonedFact(f))
	}
	return list, nil
}

// printWhy tells who says what, a line for each value.
func printWhy(w io.Writer, facts []reasonedFact) {
	if len(facts) == 0 {
		fmt.Fprintln(w, "\nOne source alone says all of it.")
		return
	}
	fmt.Fprintln(w, "\nPROPERTY\tVALUE\tWHO SAYS SO")
	for _, f := range facts {
		var by []string
		for _, c := range f.By {
			by = append(by, c.Source)
		}
		if f.Value == nil {
			fmt.Fprintf(w, "%s\t-\tnone: the licence of the record forbids it, or it goes with what another source gives\n", f.Field)
		} else {
			fmt.Fprintf(w, "%s\t%s\t%s\n", f.Field, inOneLine(f.Value), strings.Join(by, ", "))
		}
		for _, c := range f.Others {
			fmt.Fprintf(w, "\t%s\tnot shown: %s\n", inOneLine(c.Value), c.Source)
		}
	}
}
