package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/match"
)

type matchExplainCmd struct {
	A    string `arg:"" help:"Id of a published record, or of one source's part of it (record show --sources)."`
	B    string `arg:"" help:"Id of another."`
	JSON bool   `help:"Print one JSON object."`
}

func (matchExplainCmd) Help() string {
	return `Example:
  ponet match explain 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002 --json`
}

func (c matchExplainCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "match")
	if err != nil {
		return err
	}
	defer n.close()
	a, err := n.description(sh.ctx, c.A)
	if err != nil {
		return err
	}
	b, err := n.description(sh.ctx, c.B)
	if err != nil {
		return err
	}
	answer := match.NewAnswer(json.RawMessage("null"), match.Compare(match.NewSubject(a), match.NewSubject(b)))
	if c.JSON {
		return printJSON(sh.stdout, struct {
			A        string               `json:"a"`
			B        string               `json:"b"`
			Decision match.Verdict        `json:"decision"`
			Score    float64              `json:"score"`
			Reasons  []match.AnswerReason `json:"reasons"`
		}{a.ID, b.ID, answer.Decision, answer.Score, answer.Reasons})
	}
	fmt.Fprintf(sh.stdout, "%s\n%s\n\n%s, with a probability of %.1f %%\n\n", described(a), described(b), verdictWords[answer.Decision], 100*answer.Score)
	for _, r := range answer.Reasons {
		if r.Weight == 0 {
			fmt.Fprintf(sh.stdout, "   rule  %s\n", r.Text)
			continue
		}
		fmt.Fprintf(sh.stdout, "  %+5.1f  %s\n", r.Weight, r.Text)
	}
	return nil
}

// description is what one source says, by the id of its part of a record, and else
// what is published.
func (n *node) description(ctx context.Context, id string) (*catalog.Record, error) {
	r, err := n.Description(ctx, id)
	if errors.Is(err, catalog.ErrNotFound) {
		return n.Item(ctx, id)
	}
	return r, err
}

var verdictWords = map[match.Verdict]string{match.Same: "One thing", match.Review: "A person should say", match.Different: "Two things"}

// described is a record in one line.
func described(r *catalog.Record) string {
	return fmt.Sprintf("%s  %s %q, %s %s (source %s)", r.ID, r.Kind, r.Title, r.Address, r.Municipality, r.SourceID)
}
