package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/catalog/match"
	"po-net.prato.it/ponet/datasets"
)

// matchCmd is what can be asked about two descriptions of perhaps one thing.
type matchCmd struct {
	Pairs     matchBatchCmd     `cmd:"" default:"withargs" help:"Compare the pairs of a file."`
	Explain   matchExplainCmd   `cmd:"" help:"Compare two records of the catalogue, and tell the reasons."`
	Queue     matchQueueCmd     `cmd:"" help:"List the pairs of records that a person should look at."`
	Same      matchSameCmd      `cmd:"" help:"Say that two records are one thing."`
	Different matchDifferentCmd `cmd:"" help:"Say that two records are two things, or part what was made one."`
	Forget    matchForgetCmd    `cmd:"" help:"Take back what was said of two records."`
}

func (matchCmd) Help() string {
	return `Example:
  ponet match --batch coppie.jsonl
  ponet match explain 0199c0de-0000-7000-8000-000000000001 0199c0de-0000-7000-8000-000000000002`
}

type matchBatchCmd struct {
	Batch string `required:"" placeholder:"FILE" help:"Pairs to compare, one JSON object a line; - for standard input. Needs no database."`
}

func (matchBatchCmd) Help() string {
	return `A line is {"id": …, "a": {…}, "b": {…}}; a and b have kind, type, title, alternativeNames, geometry (GeoJSON),
accuracyMetres, address, postcode, municipality, phone, email, website, organizer, start, end and externalIds, all
of which may be missing. The answer is one line for each: id, decision (same, review or different), score and reasons.
A line that is no pair is told on standard error with its number; the others are answered, and the command
ends with 1.

Example:
  ponet match --batch coppie.jsonl > esiti.jsonl
  zcat coppie.jsonl.gz | ponet match pairs --batch - (the same)`
}

func (c matchBatchCmd) Run(sh *shell) error {
	in := sh.stdin
	if c.Batch != "-" {
		f, err := os.Open(c.Batch)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	return c.compare(sh, in)
}

// compare answers the pairs of in as they come.
func (c matchBatchCmd) compare(sh *shell, in io.Reader) error {
	out := bufio.NewWriter(sh.stdout)
	answers := json.NewEncoder(out)
	answers.SetEscapeHTML(false)
	vocabularies := datasets.Vocabularies()
	lines, bad := 0, 0
	for n, line := range match.ReadPairs(in) {
		if sh.ctx.Err() != nil {
			return sh.ctx.Err()
		}
		lines++
		switch {
		case errors.Is(line.Err, match.ErrPair):
			bad++
			fmt.Fprintf(sh.stderr, "%s line %d: %v\n", c.Batch, n, line.Err)
			continue
		case line.Err != nil:
			return errors.Join(out.Flush(), fmt.Errorf("%s after line %d: %w", c.Batch, n-1, line.Err))
		}
		p := line.Pair
		named(&p.A, vocabularies)
		named(&p.B, vocabularies)
		if err := answers.Encode(match.NewAnswer(p.ID, match.Compare(p.A, p.B))); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fmt.Errorf("%d of %d lines could not be compared", bad, lines)
	}
	return nil
}

// named gives a municipality that is said by its code alone its name, so that it can be
// compared with one that is said by name; and the other way round.
func named(s *match.Subject, v *catalog.Vocabularies) {
	if m, ok := v.Municipality(s.ISTATCode); ok && s.Municipality == "" {
		s.Municipality = m.Name
	} else if m, ok := v.Municipality(s.Municipality); ok && s.ISTATCode == "" && s.Municipality != "" {
		s.ISTATCode = m.ISTATCode
	}
}
