package portal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"

	"po-net.prato.it/ponet/catalog"
)

const (
	shownChanges  = 12 // of the rows, and as many of the description
	shownOldValue = 300
)

// A changeLine is something that changed in a dataset.
type changeLine struct {
	at   time.Time
	When string
	What string       // in words: "3 righe nuove, 1 cambiata"
	Old  []fact       // of the description: what it said before
	CSV  template.URL // the rows as they were then, "" when they are as now
}

// tableChanges tells which runs changed rows of t. The rows after each but the
// newest can still be had.
func (s *server) tableChanges(ctx context.Context, p *datasetPage, t catalog.Table) error {
	list, err := s.store.DatasetChanges(ctx, []catalog.Table{t}, shownChanges)
	if err != nil {
		return err
	}
	for i, c := range list {
		line := s.changeLine(c, "righe")
		if i > 0 {
			address := downloadPath(t, "csv")
			sign := "?"
			if strings.Contains(address, "?") {
				sign = "&"
			}
			line.CSV = template.URL(address + sign + "asOf=" + c.At.UTC().Format(time.RFC3339Nano))
		}
		p.Changes = append(p.Changes, line)
	}
	return nil
}

// changeLine says how many rows, or measured values, a run changed.
func (s *server) changeLine(c catalog.DatasetChange, of string) changeLine {
	var parts []string
	for _, x := range []struct {
		n    int64
		what string
	}{{c.New, "nuove"}, {c.Changed, "cambiate"}, {c.Gone, "tolte"}} {
		if x.n == 1 {
			parts = append(parts, s.texts.t("versioni."+of+"."+x.what+"-una"))
		} else if x.n > 1 {
			parts = append(parts, s.texts.t("versioni."+of+"."+x.what, number(x.n)))
		}
	}
	return changeLine{at: c.At, When: inRome(c.At), What: strings.Join(parts, ", ")}
}

// inRome is a moment in words, by the clock of Italy.
func inRome(t time.Time) string { return dayOf(t.In(catalog.Rome).Format(time.RFC3339)) }

// passing are properties that change without anything being said anew.
var passing = []string{"updated", "source_modified", "modified"}

// descriptionChanges adds what the description of the dataset said before.
func (s *server) descriptionChanges(ctx context.Context, p *datasetPage) error {
	versions, err := s.store.DatasetVersions(ctx, p.Record.ID, shownChanges)
	if err != nil {
		return err
	}
	after := p.Record.Properties
	for _, v := range versions {
		line := changeLine{at: v.Until, When: inRome(v.Until)}
		var names []string
		for _, name := range changedNames(v.Record.Properties, after) {
			names = append(names, strings.ToLower(s.columnLabel(name)))
			line.Old = append(line.Old, fact{Name: s.columnLabel(name), Value: or(clipWords(s.cell(name, v.Record.Properties.Get(name)), shownOldValue), "–")})
		}
		after = v.Record.Properties
		if line.What = s.texts.t("versioni.descrizione", strings.Join(names, ", ")); len(names) > 0 {
			p.Changes = append(p.Changes, line)
		}
	}
	slices.SortStableFunc(p.Changes, func(a, b changeLine) int { return b.at.Compare(a.at) })
	return nil
}

// changedNames are the properties that differ, in the order of the newer ones.
func changedNames(before, after catalog.Properties) []string {
	var names []string
	for _, list := range []catalog.Properties{after, before} {
		for _, p := range list {
			if !slices.Contains(passing, p.Name) && !slices.Contains(names, p.Name) && !sameValue(before.Get(p.Name), after.Get(p.Name)) {
				names = append(names, p.Name)
			}
		}
	}
	return names
}

func sameValue(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

// takenWords say how often the content was taken away, "" when there is nothing
// to take.
func (s *server) takenWords(ctx context.Context, c datasetContent) (string, error) {
	if !c.here() {
		return "", nil
	}
	var taken []catalog.Taken
	for _, t := range c.tables {
		taken = append(taken, catalog.Taken{Collection: t.Collection.Name, Source: t.Source})
		if t.Source == "" {
			taken = append(taken, catalog.Taken{Collection: t.Collection.Name, Source: t.Collection.SourceID})
		}
	}
	if len(c.streams) > 0 {
		taken = append(taken, catalog.Taken{Collection: catalog.ObservationsCollection, Source: c.streams[0].SourceID})
	}
	months, err := s.store.Downloads(ctx, taken...)
	if err != nil {
		return "", fmt.Errorf("downloads: %w", err)
	}
	var all, present int64
	now := s.now().In(catalog.Rome)
	for _, m := range months {
		all += m.Count
		if m.Month.Year() == now.Year() && m.Month.Month() == now.Month() {
			present = m.Count
		}
	}
	switch all {
	case 0:
		return s.texts.t("dati.scaricato-mai"), nil
	case 1:
		return s.texts.t("dati.scaricato-una"), nil
	}
	return s.texts.t("dati.scaricato", number(all), number(present)), nil
}
