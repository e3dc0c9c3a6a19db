package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// How many runs a page has: when limit is absent, and at most.
const (
	defaultRuns = 20
	maxRuns     = 200
)

// Sources are all sources of the catalogue.
type Sources struct {
	Links   []Link   `json:"links" nullable:"false" doc:"This document."`
	Sources []Source `json:"sources" nullable:"false" doc:"By title."`
}

// A Source is a place that is harvested, as everybody may know it.
type Source struct {
	ID        string   `json:"id" doc:"Its name in the catalogue." example:"biblioteche"`
	Title     string   `json:"title" doc:"In words."`
	Kind      string   `json:"kind" doc:"The protocol by which it is read." example:"file"`
	Address   string   `json:"address,omitempty" doc:"Where it is; absent when that is no address of the web."`
	Body      string   `json:"body,omitempty" doc:"Identifier of the body that answers for it." example:"c_g999"`
	BodyName  string   `json:"bodyName,omitempty" doc:"That body."`
	Licence   string   `json:"licence,omitempty" doc:"URI of the licence of its records."`
	Paused    bool     `json:"paused,omitempty" doc:"It is not read for the time being."`
	Rhythm    string   `json:"rhythm" doc:"Time between two readings." example:"24h0m0s"`
	Freshness string   `json:"freshness" enum:"fresh,late,stale,never" doc:"How long ago it was last read to its end, against its rhythm."`
	Read      string   `json:"read,omitempty" format:"date-time" doc:"When it was last read to its end."`
	Listed    int64    `json:"listed" doc:"How many descriptions that reading found and kept."`
	Last      *Receipt `json:"last,omitempty" doc:"The receipt of its newest run."`
	Links     []Link   `json:"links" nullable:"false" doc:"Its runs, and its page."`
}

// Runs are runs of one source.
type Runs struct {
	Links []Link    `json:"links" nullable:"false" doc:"This page, the source and, while there is more, the next page."`
	Runs  []Receipt `json:"runs" nullable:"false" doc:"The newest first."`
}

// SourceInput names a source.
type SourceInput struct {
	JSONInput
	Source string `path:"sourceId" maxLength:"200" doc:"Identifier of a source." example:"biblioteche-pratesi"`
}

// RunsInput chooses runs of a source.
type RunsInput struct {
	SourceInput
	Before int64 `query:"before" minimum:"1" doc:"Only runs before this one: from the link next."`
	Limit  int   `query:"limit" minimum:"1" default:"20"`
}

func sourcesOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getSources",
		Summary:     "The sources and how each is doing",
		Description: "Where the catalogue's records come from: each source with the receipt of its newest run.",
		Tags:        []string{tagSources},
		Responses:   answers("The sources.", jsonType, schemaOf[Sources](s)),
	}
}

func sourceOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getSource",
		Summary:     "One source and how it is doing",
		Tags:        []string{tagSources},
		Responses:   answers("The source.", jsonType, schemaOf[Source](s)),
	}
}

func sourceRunsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getRuns",
		Summary:     "The receipts of a source",
		Description: "What each reading of the source found, changed and refused, and how it ended; corrections of what was stored are among them.",
		Tags:        []string{tagSources},
		Parameters:  []*huma.Param{limitParameter(defaultRuns, maxRuns, "Runs a page. More than the maximum is not an error: the maximum is used.")},
		Responses:   answers("The receipts.", jsonType, schemaOf[Runs](s)),
	}
}

func (s *server) sources(ctx context.Context, in *JSONInput) (*answer, error) {
	list, err := s.store.Statuses(ctx)
	if err != nil {
		return nil, err
	}
	out := Sources{Sources: []Source{}, Links: []Link{{Href: s.here(in.http, "f", ""), Rel: "self", Type: jsonType, Title: "This document"}}}
	for _, st := range list {
		out.Sources = append(out.Sources, s.describeSource(in.http, st))
	}
	return s.sendJSON(in.http, jsonType, out)
}

func (s *server) source(ctx context.Context, in *SourceInput) (*answer, error) {
	st, err := s.sourceStatus(ctx, in.Source)
	if err != nil {
		return nil, err
	}
	return s.sendJSON(in.http, jsonType, s.describeSource(in.http, st))
}

func (s *server) sourceStatus(ctx context.Context, id string) (catalog.SourceStatus, error) {
	st, _, err := s.store.Status(ctx, id, 0)
	if errors.Is(err, catalog.ErrNotFound) {
		err = newProblem(http.StatusNotFound, fmt.Sprintf("there is no source %q: the sources are in %s/sources", cut(id), Prefix))
	}
	return st, err
}

func (s *server) describeSource(r *http.Request, st catalog.SourceStatus) Source {
	out := Source{ID: st.ID, Title: cmp.Or(st.Title, st.ID), Kind: st.Protocol, Address: datasets.PublicSource(st.URL), Body: st.BodyID, BodyName: st.BodyName, Licence: st.Licence,
		Paused: st.Paused, Rhythm: time.Duration(st.Rhythm).String(), Freshness: string(st.Freshness(time.Now())), Listed: st.Listed,
		Links: []Link{
			{Href: s.at(r, "sources", st.ID), Rel: "self", Type: jsonType, Title: "This source"},
			{Href: s.at(r, "sources", st.ID, "runs"), Rel: "runs", Type: jsonType, Title: "Its receipts"},
		}}
	if st.Read != nil {
		out.Read = st.Read.UTC().Format(time.RFC3339)
	}
	if st.Last != nil {
		last := s.describeRun(r, st.Source, *st.Last)
		out.Last = &last
	}
	return out
}

func (s *server) sourceRuns(ctx context.Context, in *RunsInput) (*answer, error) {
	st, err := s.sourceStatus(ctx, in.Source)
	if err != nil {
		return nil, err
	}
	limit := min(in.Limit, maxRuns)
	list, err := s.store.RunsBefore(ctx, st.ID, in.Before, limit+1)
	if err != nil {
		return nil, err
	}
	out := Runs{Runs: []Receipt{}, Links: []Link{
		{Href: s.here(in.http, "f", ""), Rel: "self", Type: jsonType, Title: "This page"},
		{Href: s.at(in.http, "sources", st.ID), Rel: "up", Type: jsonType, Title: "The source"},
	}}
	if len(list) > limit {
		list = list[:limit]
		out.Links = append(out.Links, Link{Href: s.here(in.http, "f", "", "before", fmt.Sprint(list[limit-1].ID)), Rel: "next", Type: jsonType, Title: "Earlier runs"})
	}
	for _, run := range list {
		out.Runs = append(out.Runs, s.describeRun(in.http, st.Source, run))
	}
	return s.sendJSON(in.http, jsonType, out)
}
