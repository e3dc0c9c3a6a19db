package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// How many issues a page has: when limit is absent, and at most.
const (
	defaultIssues = 100
	maxIssues     = 1000
	maxSame       = 1000 // records of a receipt that other sources describe too
)

// A Receipt says what one run did: read = new + changed + unchanged + refused.
type Receipt struct {
	Run        int64            `json:"run" doc:"Its number." example:"12"`
	Source     string           `json:"source" doc:"Of which source." example:"biblioteche"`
	Kind       string           `json:"kind" enum:"harvest,revert,remap,purge" doc:"A harvest reads the source; the others correct what harvests have stored."`
	Outcome    string           `json:"outcome" enum:"running,completed,failed,parked,rejected" doc:"How it ended. Only a completed harvest withdraws anything; a parked one waits for a person."`
	Error      string           `json:"error,omitempty" doc:"Why it did not complete."`
	Started    time.Time        `json:"started" doc:"When it began."`
	Finished   *time.Time       `json:"finished,omitempty" doc:"When it ended."`
	Read       int64            `json:"read" doc:"Descriptions that the source gave."`
	New        int64            `json:"new" doc:"Of these, never seen before."`
	Changed    int64            `json:"changed" doc:"Of these, other than before."`
	Unchanged  int64            `json:"unchanged" doc:"Of these, as before."`
	Refused    int64            `json:"refused" doc:"Of these, not kept."`
	Recognised int64            `json:"recognised" doc:"Of the new and changed ones, those that are one record with what other sources say."`
	Gone       int64            `json:"gone" doc:"Records withdrawn; of a parked run, those that would be."`
	Issues     int64            `json:"issues" doc:"Warnings about what was kept."`
	Rules      map[string]int64 `json:"rules,omitempty" doc:"Issues and refusals by rule."`
	Partial    bool             `json:"partial,omitempty" doc:"Only what had changed was asked for."`
	Requests   int64            `json:"requests,omitempty" doc:"To the server of the source."`
	Bytes      int64            `json:"bytes,omitempty" doc:"Received from it."`
	Layers     []RunLayer       `json:"layers,omitempty" doc:"What was read of each table of the source."`
	Undoes     int64            `json:"undoes,omitempty" doc:"Of a revert: the run that it undid."`
	UndoneBy   int64            `json:"undoneBy,omitempty" doc:"The revert that undid this run."`
	Same       []SameRecord     `json:"same,omitempty" doc:"The records that are counted as recognised, as far as they still are and no later run has changed what the source says of them; of one run alone, and 1000 at most."`
	Links      []Link           `json:"links" nullable:"false" doc:"This receipt, its issues and its source."`
}

// A SameRecord is one that other sources describe too.
type SameRecord struct {
	Record string   `json:"record" doc:"The record that is published." example:"0199a3c2-0000-7000-8000-000000000000"`
	Title  string   `json:"title" doc:"What it is called."`
	Key    string   `json:"key" doc:"What identifies it in the source of the run."`
	Others []string `json:"others" nullable:"false" doc:"The other sources that describe it." example:"regione"`
	Href   string   `json:"href" doc:"Address of the record."`
}

// A RunLayer is what was read of one table.
type RunLayer struct {
	Name       string `json:"name" doc:"As the source calls it."`
	Collection string `json:"collection" doc:"Where its records are."`
	Read       int64  `json:"read" doc:"Rows."`
	Refused    int64  `json:"refused" doc:"Of these, not kept."`
	Placed     int64  `json:"placed" doc:"Of these, with a position."`
}

// Issues are what was wrong with single descriptions in a run.
type Issues struct {
	Links  []Link  `json:"links" nullable:"false" doc:"This page, the receipt and, while there is more, the next page."`
	Issues []Issue `json:"issues" nullable:"false" doc:"In the order found."`
}

// An Issue is one thing that was wrong.
type Issue struct {
	Rule     string `json:"rule" doc:"Short stable name of what is wrong." example:"date-unreadable"`
	File     string `json:"file,omitempty" doc:"File or table."`
	Line     int    `json:"line,omitempty" doc:"From 1."`
	Key      string `json:"key,omitempty" doc:"What identifies the description in its source."`
	Field    string `json:"field,omitempty" doc:"As the source calls it." example:"Data"`
	Read     string `json:"read,omitempty" doc:"What stood there." example:"31/02/2024"`
	Withheld bool   `json:"withheld,omitempty" doc:"Something stood there that is not shown, since it may concern a person."`
	Expected string `json:"expected,omitempty" doc:"What should stand there." example:"a date such as 2026-11-21 or 21/11/2026"`
	Refused  bool   `json:"refused,omitempty" doc:"The description was not kept."`
	Record   string `json:"record,omitempty" doc:"The record that was made of it." example:"0199a3c2-0000-7000-8000-000000000000"`
}

// RunInput names a run.
type RunInput struct {
	JSONInput
	Run int64 `path:"runId" minimum:"1" doc:"Number of a run." example:"12"`
}

// IssuesInput chooses issues of a run.
type IssuesInput struct {
	RunInput
	Rule  string `query:"rule" maxLength:"60" doc:"Only issues of this rule." example:"date-unreadable"`
	After int64  `query:"after" minimum:"0" doc:"Where to go on: from the link next."`
	Limit int    `query:"limit" minimum:"1" default:"100"`
}

func runOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getRun",
		Summary:     "One receipt",
		Description: "What one run read, changed and refused, and how it ended.",
		Tags:        []string{tagSources},
		Responses:   answers("The receipt.", jsonType, schemaOf[Receipt](s)),
	}
}

func issuesOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getIssues",
		Summary:     "What was wrong with single descriptions in a run",
		Description: "Where each issue is, what was read there and what was expected. A run looks only at what has changed: of a description that stays as it is, the issues are those of the run that last changed it. " +
			"What stood in fields that may concern a person is not shown.",
		Tags:       []string{tagSources},
		Parameters: []*huma.Param{limitParameter(defaultIssues, maxIssues, "Issues a page. More than the maximum is not an error: the maximum is used.")},
		Responses:  answers("The issues.", jsonType, schemaOf[Issues](s)),
	}
}

func (s *server) run(ctx context.Context, in *RunInput) (*answer, error) {
	run, src, err := s.publicRun(ctx, in.Run)
	if err != nil {
		return nil, err
	}
	out := s.describeRun(in.http, src, run.Run)
	out.UndoneBy = run.UndoneBy
	if out.Recognised > 0 {
		list, err := s.store.RunRecognised(ctx, src.ID, run.ID, maxSame)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			out.Same = append(out.Same, SameRecord{Record: x.Record, Title: x.Title, Key: x.Key, Others: x.Others, Href: s.at(in.http, "collections", x.Collection, "items", x.Record)})
		}
	}
	return s.sendJSON(in.http, jsonType, out)
}

// publicRun is a run and its source.
func (s *server) publicRun(ctx context.Context, id int64) (catalog.RunPage, catalog.Source, error) {
	run, err := s.store.RunPage(ctx, id)
	if errors.Is(err, catalog.ErrNotFound) {
		err = newProblem(http.StatusNotFound, fmt.Sprintf("there is no run %d: the runs of a source are in %s/sources/{sourceId}/runs", id, Prefix))
	}
	if err != nil {
		return run, catalog.Source{}, err
	}
	st, err := s.sourceStatus(ctx, run.SourceID)
	return run, st.Source, err
}

func (s *server) describeRun(r *http.Request, src catalog.Source, run catalog.Run) Receipt {
	t := datasets.PublicReceipt(src, run)
	kind := run.Kind
	if kind == "" {
		kind = catalog.RunHarvest
	}
	out := Receipt{Run: run.ID, Source: src.ID, Kind: string(kind), Outcome: string(run.State), Error: t.Error, Started: run.Started.UTC(), Read: t.Read, New: t.New, Changed: t.Changed,
		Unchanged: t.Unchanged, Refused: t.Refused, Recognised: t.Recognised, Gone: t.Gone, Issues: t.Issues, Rules: t.Rules, Partial: t.Partial, Requests: t.Requests, Bytes: t.Bytes, Undoes: run.Undoes,
		Links: []Link{
			{Href: s.at(r, "runs", fmt.Sprint(run.ID)), Rel: "self", Type: jsonType, Title: "This receipt"},
			{Href: s.at(r, "runs", fmt.Sprint(run.ID), "issues"), Rel: "issues", Type: jsonType, Title: "What was wrong with single descriptions"},
			{Href: s.at(r, "sources", src.ID), Rel: "up", Type: jsonType, Title: "The source"},
		}}
	if run.Finished != nil {
		at := run.Finished.UTC()
		out.Finished = &at
	}
	for _, l := range t.Layers {
		out.Layers = append(out.Layers, RunLayer(l))
	}
	return out
}

func (s *server) issues(ctx context.Context, in *IssuesInput) (*answer, error) {
	run, _, err := s.publicRun(ctx, in.Run)
	if err != nil {
		return nil, err
	}
	limit := min(in.Limit, maxIssues)
	list, err := s.store.Complaints(ctx, run.ID, in.Rule, in.After, limit+1)
	if err != nil {
		return nil, err
	}
	out := Issues{Issues: []Issue{}, Links: []Link{
		{Href: s.here(in.http, "f", ""), Rel: "self", Type: jsonType, Title: "This page"},
		{Href: s.at(in.http, "runs", fmt.Sprint(run.ID)), Rel: "up", Type: jsonType, Title: "The receipt"},
	}}
	if len(list) > limit {
		list = list[:limit]
		out.Links = append(out.Links, Link{Href: s.here(in.http, "f", "", "after", fmt.Sprint(list[limit-1].N)), Rel: "next", Type: jsonType, Title: "More issues"})
	}
	for _, c := range list {
		out.Issues = append(out.Issues, Issue{Rule: c.Rule, File: c.File, Line: c.Line, Key: c.Key, Field: c.Field, Read: c.Read, Withheld: c.Withheld, Expected: c.Expected, Refused: c.Refused, Record: c.Record})
	}
	return s.sendJSON(in.http, jsonType, out)
}
