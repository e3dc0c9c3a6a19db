// Package harvesttest is what tests of protocols do alike: they read a source to its
// end and look at what came.
package harvesttest

import (
	"errors"
	"iter"

	"po-net.prato.it/ponet/catalog"
)

// Collect reads a listing to its end: what is kept, why descriptions are refused, and
// the error that is its last pair.
func Collect(listing iter.Seq2[catalog.Harvested, error]) (kept []catalog.Harvested, refused []catalog.Issue, failure error) {
	for h, err := range listing {
		var row *catalog.RowError
		switch {
		case errors.As(err, &row):
			refused = append(refused, row.Issue)
		case err != nil:
			failure = err
		default:
			kept = append(kept, h)
		}
	}
	return kept, refused, failure
}

// Value is what a description has in a column of its layer, nil where there is none.
func Value(h catalog.Harvested, column string) any {
	for i, c := range h.Layer.Columns {
		if c.Name == column {
			return h.Values[i]
		}
	}
	return nil
}

// Text is Value as text.
func Text(h catalog.Harvested, column string) string {
	for _, c := range h.Layer.Columns {
		if c.Name == column {
			return catalog.Text(Value(h, column))
		}
	}
	return "no column " + column
}

// Property is a property of a record as text, "" where there is none.
func Property(r catalog.Record, name string) string {
	for _, p := range r.Properties {
		if p.Name == name {
			return catalog.Text(p.Value)
		}
	}
	return ""
}
