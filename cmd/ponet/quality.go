package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// A shownQuality is an assessment as the commands print it.
type shownQuality struct {
	Completeness *int                         `json:"completeness,omitempty"`
	Warnings     []catalog.Warning            `json:"warnings"`
	MQA          *catalog.MQA                 `json:"mqa,omitempty"`
	LinkChecks   map[string]catalog.LinkCheck `json:"linkChecks,omitempty"`
}

// quality judges a record with all that is known beside it.
func (n *node) quality(ctx context.Context, rec *catalog.Record) (*shownQuality, error) {
	v := datasets.Vocabularies()
	found, err := n.Findings(ctx, rec, v.Links(rec))
	if err != nil {
		return nil, err
	}
	q := v.Assess(rec, found, time.Now())
	shown := &shownQuality{Warnings: q.Warnings, MQA: q.MQA, LinkChecks: found.Links}
	if q.Completeness >= 0 {
		shown.Completeness = &q.Completeness
	}
	return shown, nil
}

// print writes it, a line for each thing.
func (q *shownQuality) print(w io.Writer) {
	fmt.Fprintln(w)
	if q.Completeness != nil {
		fmt.Fprintf(w, "completeness\t%d %%\n", *q.Completeness)
	}
	if m := q.MQA; m != nil {
		fmt.Fprintf(w, "MQA\t%d of %d points: %s", m.Score, m.Max, m.Rating)
		if m.Pending > 0 {
			fmt.Fprintf(w, "; %d more hang on links that nobody has been able to look at", m.Pending)
		}
		fmt.Fprintln(w)
		for _, g := range m.Gains {
			fmt.Fprintf(w, "+%d\t%s (%s)\n", g.Points, g.Metric, g.Party)
		}
	}
	for _, warning := range q.Warnings {
		fmt.Fprintf(w, "%s\t%s (%s)\n", warning.Code, warning.Text(), warning.Party)
	}
	for address, c := range q.LinkChecks {
		fmt.Fprintf(w, "link %s\t%s (%d, %d ms, %s)\n", c.State, address, c.Status, c.Millis, shownTime(c.At))
	}
}
