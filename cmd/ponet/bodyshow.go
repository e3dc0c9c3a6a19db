package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"po-net.prato.it/ponet/catalog"
)

type bodyShowCmd struct {
	ID   string `arg:"" help:"Its IPA code, or the name that it was added with; ponet body list shows them."`
	JSON bool   `help:"Print JSON."`
}

func (bodyShowCmd) Help() string {
	return `Its sources and how fresh they are, its records by kind with how complete they are on average, the score of its datasets
(Metadata Quality Assessment, of 405), the records that have most to gain, and its broken links.

Example:
  ponet body show c_g999
  ponet body show c_g999 --json`
}

// A shownBody is a body with how good its records are.
type shownBody struct {
	catalog.Body
	Records int64               `json:"records"`
	Sources []shownBodySource   `json:"sources"`
	Quality catalog.BodyQuality `json:"quality"`
	Worst   []shownWorst        `json:"worst"`
}

type shownBodySource struct {
	ID    string            `json:"id"`
	Title string            `json:"title"`
	State catalog.Freshness `json:"freshness"`
	Read  string            `json:"read,omitempty"`
}

// A shownWorst is a record that has much to gain.
type shownWorst struct {
	ID      string        `json:"id"`
	Title   string        `json:"title"`
	Quality *shownQuality `json:"quality"`
}

func (c bodyShowCmd) Run(sh *shell) error {
	n, err := sh.open(sh.ctx, "body")
	if err != nil {
		return err
	}
	defer n.close()
	if err := n.measure(sh.ctx); err != nil {
		return err
	}
	b, err := n.body(sh.ctx, strings.ToLower(c.ID))
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(sh.stdout, b)
	}
	return b.print(sh)
}

// measure brings what is known of the quality of records up to date, as a server
// does every minute.
func (n *node) measure(ctx context.Context) error { return measure(ctx, n.Store) }

// body is all that is shown of a body.
func (n *node) body(ctx context.Context, id string) (*shownBody, error) {
	list, err := n.BodyStatuses(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(b catalog.BodyStatus) bool { return strings.ToLower(b.ID) == id })
	if i < 0 {
		return nil, fmt.Errorf("there is no body %q; ponet body list shows those that there are: %w", id, catalog.ErrNotFound)
	}
	b := &shownBody{Body: list[i].Body, Records: list[i].Records, Sources: []shownBodySource{}, Worst: []shownWorst{}}
	now := time.Now()
	for _, s := range list[i].Sources {
		b.Sources = append(b.Sources, shownBodySource{s.ID, s.Title, s.Freshness(now), shownIf(s.Read)})
	}
	if b.Quality, err = n.BodyQuality(ctx, b.ID); err != nil {
		return nil, err
	}
	for _, id := range b.Quality.Worst {
		rec, err := n.Item(ctx, id)
		if err != nil {
			return nil, err
		}
		q, err := n.quality(ctx, rec)
		if err != nil {
			return nil, err
		}
		b.Worst = append(b.Worst, shownWorst{rec.ID, rec.Title, q})
	}
	return b, nil
}

func (b *shownBody) print(sh *shell) error {
	w := tabwriter.NewWriter(sh.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "id\t%s\nname\t%s\nrecords\t%d\n", b.ID, b.Name, b.Records)
	if len(b.Sources) > 0 {
		fmt.Fprintln(w, "\nSOURCE\tSTATE\tLAST READ\tTITLE")
	}
	for _, s := range b.Sources {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.ID, s.State, s.Read, s.Title)
	}
	if len(b.Quality.Kinds) > 0 {
		fmt.Fprintln(w, "\nKIND\tRECORDS\tCOMPLETENESS\tMQA")
	}
	for _, k := range b.Quality.Kinds {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", k.Kind, k.Records, average(k.Completeness, " %"), average(k.MQA, " of 405"))
	}
	if len(b.Worst) > 0 {
		fmt.Fprintln(w, "\nMOST TO GAIN\tCOMPLETENESS\tWHAT IS MISSING")
	}
	for _, r := range b.Worst {
		fmt.Fprintf(w, "%s %s\t%s\t%s\n", r.ID, r.Title, r.share(), strings.Join(r.missing(), ", "))
	}
	if b.Quality.BrokenLinks > 0 {
		fmt.Fprintf(w, "\n%d BROKEN LINKS\tWHY\tSINCE\tRECORD\n", b.Quality.BrokenLinks)
	}
	for _, l := range b.Quality.Broken {
		fmt.Fprintf(w, "%s\t%s (%d)\t%s\t%s\n", l.Address, l.Reason, l.Status, l.FailedOn.Format("2006-01-02"), l.Record.Title)
	}
	return w.Flush()
}

// share is how complete a record is, and the score of a dataset.
func (r shownWorst) share() string {
	text := ""
	if r.Quality.Completeness != nil {
		text = fmt.Sprintf("%d %%", *r.Quality.Completeness)
	}
	if r.Quality.MQA != nil {
		text += fmt.Sprintf(", %d of 405", r.Quality.MQA.Score)
	}
	return text
}

// missing is what a record lacks and, of a dataset, what adding it gives.
func (r shownWorst) missing() []string {
	var list []string
	if r.Quality.MQA != nil {
		for _, g := range r.Quality.MQA.Gains {
			list = append(list, fmt.Sprintf("%s +%d", g.Metric, g.Points))
		}
		return list
	}
	for _, w := range r.Quality.Warnings {
		if w.Code == catalog.WarnMissing || w.Code == catalog.WarnAdvised || w.Code == catalog.WarnNotRead {
			list = append(list, w.Field)
		}
	}
	return list
}

// average is an average with its unit, "" where there is none.
func average(v *float64, unit string) string {
	if v == nil {
		return ""
	}
	return fmt.Sprintf("%.0f%s", *v, unit)
}
