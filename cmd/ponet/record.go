package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog"
)

type recordCmd struct {
	Show  recordShowCmd  `cmd:"" help:"Show what is published of a record."`
	Check recordCheckCmd `cmd:"" help:"Say that a body has looked whether a record is true."`
	Due   recordDueCmd   `cmd:"" help:"List the records that should be checked."`
}

func (recordCmd) Help() string {
	return "Example:\n  ponet record show 01938f00-0000-7000-8000-000000000000"
}

type recordShowCmd struct {
	ID      string `arg:"" help:"Identifier of the record: the end of its address /id/UUID, or that address."`
	History bool   `help:"Also how it changed: each version, when, by which run, and which fields."`
	Sources bool   `help:"Also who describes it: each source with its own id of the record, key and dates."`
	Quality bool   `help:"Also how complete it is, what is doubtful, and the score of a dataset with what each improvement would give."`
	Why     bool   `help:"Also why it says what it says, where several sources describe it: for each property who says so, and who says otherwise."`
	AsOf    string `name:"as-of" placeholder:"TIME" help:"As it was published then: a time such as 2026-11-21T09:00:00Z, or a date, which is its end in Italy."`
	JSON    bool   `help:"Print JSON."`
}

func (recordShowCmd) Help() string {
	return `Example:
  ponet record show 01938f00-0000-7000-8000-000000000000
  ponet record show 01938f00-0000-7000-8000-000000000000 --history --sources --quality
  ponet record show 01938f00-0000-7000-8000-000000000000 --why
  ponet record show https://po-net.prato.it/id/01938f00-0000-7000-8000-000000000000 --as-of 2026-10-31 --json`
}

// A shownRecord is a record with what is asked for beside it.
type shownRecord struct {
	Feature json.RawMessage       `json:"feature"` // GeoJSON
	Source  string                `json:"source"`
	Run     int64                 `json:"run"` // that made this version
	Version int                   `json:"version"`
	From    time.Time             `json:"from"` // since when it is, or was, so
	AsOf    *time.Time            `json:"asOf,omitempty"`
	History []catalog.Revision    `json:"history,omitempty"`
	Sources []catalog.Contributed `json:"sources,omitempty"`
	Quality *shownQuality         `json:"quality,omitempty"`
	Why     []reasonedFact        `json:"why,omitempty"`
	Checked *catalog.Check        `json:"checked,omitempty"` // the last time
}

// maxHistory is how many versions are shown; --json shows as many.
const maxHistory = 1000

func (c recordShowCmd) Run(sh *shell) error {
	at, err := moment(c.AsOf)
	if err != nil {
		return err
	}
	n, err := sh.open(sh.ctx, "record show")
	if err != nil {
		return err
	}
	defer n.close()
	rec, err := c.read(sh.ctx, n, at)
	if err != nil {
		return err
	}
	shown := shownRecord{Feature: rec.Feature, Source: rec.SourceID, Run: rec.RunID, Version: rec.Version, From: rec.Updated, AsOf: at}
	if shown.Checked, err = n.lastCheck(sh, rec.ID); err != nil {
		return err
	}
	if c.History {
		if shown.History, err = n.history(sh.ctx, rec.ID, at); err != nil {
			return err
		}
	}
	if c.Sources {
		if shown.Sources, err = n.Contributions(sh.ctx, rec.ID); err != nil {
			return err
		}
	}
	if c.Quality {
		if shown.Quality, err = n.quality(sh.ctx, rec); err != nil {
			return err
		}
	}
	if c.Why {
		if shown.Why, err = n.why(sh.ctx, rec); err != nil {
			return err
		}
	}
	if c.JSON {
		return printJSON(sh.stdout, shown)
	}
	return c.print(sh, rec, shown)
}

// read is the record, now or at a moment.
func (c recordShowCmd) read(ctx context.Context, n *node, at *time.Time) (*catalog.Record, error) {
	id := c.ID[strings.LastIndexByte(c.ID, '/')+1:]
	if at != nil {
		return n.ItemAsOf(ctx, id, *at)
	}
	return n.Item(ctx, id)
}

// history is how a record changed, up to a moment, the last change first.
func (n *node) history(ctx context.Context, id string, upTo *time.Time) ([]catalog.Revision, error) {
	all, _, err := n.Revisions(ctx, id, maxHistory)
	if err != nil || upTo == nil {
		return all, err
	}
	for len(all) > 0 && all[0].At.After(*upTo) {
		all = all[1:]
	}
	return all, nil
}

func (c recordShowCmd) print(sh *shell, rec *catalog.Record, shown shownRecord) error {
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "id\t%s\ncollection\t%s\nsource\t%s\nversion\t%d, since %s, of run %d\n", rec.ID, rec.Collection, shown.Source, shown.Version, shownTime(shown.From), shown.Run)
	if shown.Checked != nil {
		fmt.Fprintf(w, "checked\t%s, by %s\n", shown.Checked.At.In(catalog.Rome).Format(time.DateOnly), shown.Checked.Body)
	}
	if rec.Geometry != nil {
		p := rec.Geometry.Bound().Center()
		fmt.Fprintf(w, "position\t%s near %.5f, %.5f (longitude, latitude)\n", rec.Geometry.GeoJSONType(), p.Lon(), p.Lat())
	}
	for _, p := range rec.Properties {
		fmt.Fprintf(w, "%s\t%s\n", p.Name, inOneLine(p.Value))
	}
	if c.Quality {
		shown.Quality.print(w)
	}
	if c.Sources {
		fmt.Fprintln(w, "\nSOURCE\tSHOWN\tID\tKEY\tFIRST SEEN\tCHANGED\tMISSED")
		for _, o := range shown.Sources {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%d\n", o.Source, map[bool]string{true: "yes", false: "beside it"}[o.Shown], o.ID, o.Key, shownIf(o.First), shownIf(o.Changed), o.Missed)
		}
	}
	if c.Why {
		printWhy(w, shown.Why)
	}
	if err := w.Flush(); err != nil || !c.History {
		return err
	}
	fmt.Fprintln(w, "\nVERSION\tSINCE\tRUN\tCHANGED")
	for _, r := range shown.History {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", r.Version, shownTime(r.At), runOf(r), changeOf(r))
	}
	fmt.Fprintf(w, "1\t%s\t\tit came\n", shownTime(rec.Created))
	return w.Flush()
}

func shownIf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return shownTime(*t)
}

func shownTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05") }

// inOneLine is a value of a property on one line.
func inOneLine(v any) string {
	if text, ok := v.(string); ok {
		return strings.Join(strings.Fields(text), " ")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

// runOf is which run changed a record, and what it was for.
func runOf(r catalog.Revision) string {
	switch {
	case r.RunID == 0:
		return "by hand"
	case r.Undoes > 0:
		return fmt.Sprintf("%d (%s of %d)", r.RunID, r.RunKind, r.Undoes)
	}
	return strings.TrimSuffix(fmt.Sprintf("%d (%s)", r.RunID, r.RunKind), " ()")
}

// changeOf is what a change was, by the names of the properties.
func changeOf(r catalog.Revision) string {
	switch {
	case r.Withdrawn:
		return "withdrawn"
	case r.Returned:
		return strings.TrimSuffix("published again: "+strings.Join(r.Changed, ", "), ": ")
	}
	names := r.Changed
	if r.Moved {
		names = append(names[:len(names):len(names)], "geometry")
	}
	return strings.Join(names, ", ")
}
