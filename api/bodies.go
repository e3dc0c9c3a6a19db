package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Bodies are all bodies that answer for records.
type Bodies struct {
	Links  []Link `json:"links" nullable:"false" doc:"This document."`
	Bodies []Body `json:"bodies" nullable:"false" doc:"By name."`
}

// A Body is a public body or association.
type Body struct {
	ID      string       `json:"id" doc:"Its IPA code in lower case, where it has one." example:"c_g999"`
	Name    string       `json:"name" doc:"Its name."`
	Website string       `json:"website,omitempty" doc:"Its site."`
	Records int64        `json:"records" doc:"Published records that it answers for, datasets left out."`
	Sources []BodySource `json:"sources" nullable:"false" doc:"Where they come from."`
	Quality *BodyQuality `json:"quality,omitempty" doc:"How good they are; of one body only."`
	Links   []Link       `json:"links" nullable:"false" doc:"This body and its page."`
}

// A BodySource is a source of a body, with how fresh it is.
type BodySource struct {
	ID        string `json:"id" doc:"Its name in the catalogue." example:"biblioteche"`
	Title     string `json:"title" doc:"In words."`
	Freshness string `json:"freshness" enum:"fresh,late,stale,never" doc:"How long ago it was last read to its end, against its rhythm."`
	Read      string `json:"read,omitempty" format:"date-time" doc:"When it was last read to its end."`
}

// A BodyQuality is how good the records of a body are.
type BodyQuality struct {
	Kinds       []KindQuality `json:"kinds" nullable:"false" doc:"By kind, the most frequent first."`
	Worst       []Worst       `json:"worst" nullable:"false" doc:"The records that have most to gain, the worst first."`
	BrokenLinks int64         `json:"brokenLinks" doc:"Addresses that failed on two different days."`
	Broken      []Broken      `json:"broken" nullable:"false" doc:"The first of them."`
	ChecksDue   int64         `json:"checksDue" doc:"Records that somebody should look at to see whether they are true: never checked, or so long ago that it has to be done again."`
	Due         []CheckDue    `json:"due" nullable:"false" doc:"The first of them: those that were never checked, then those that were checked longest ago."`
}

// A KindQuality is how good the records of one kind are.
type KindQuality struct {
	Kind         string   `json:"kind" doc:"The kind; feature: rows of datasets." example:"place"`
	Records      int64    `json:"records" doc:"How many there are."`
	Completeness *float64 `json:"completeness,omitempty" doc:"On average, in percent."`
	MQA          *float64 `json:"mqa,omitempty" doc:"Points of its datasets by the Metadata Quality Assessment, on average, of 405."`
}

// A Worst is a record with what would better it.
type Worst struct {
	ID           string    `json:"id" doc:"The record."`
	Title        string    `json:"title" doc:"Its name."`
	Kind         string    `json:"kind" doc:"Its kind."`
	Completeness int       `json:"completeness" doc:"In percent."`
	MQA          *int      `json:"mqa,omitempty" doc:"Points of a dataset."`
	Missing      []Warning `json:"missing" nullable:"false" doc:"What it should have and has not."`
	Gains        []MQAGain `json:"gains,omitempty" nullable:"false" doc:"Of a dataset: what each improvement would give."`
}

// A Broken is an address that does not work.
type Broken struct {
	Checked
	Record string `json:"record" doc:"A record that gives it."`
	Title  string `json:"title" doc:"Its name."`
}

// A CheckDue is a record that somebody should look at.
type CheckDue struct {
	ID      string     `json:"id" doc:"The record."`
	Title   string     `json:"title" doc:"Its name."`
	Kind    string     `json:"kind" doc:"Its kind." example:"place"`
	Checked *time.Time `json:"checked,omitempty" doc:"When it was checked last; absent: never."`
	Due     *time.Time `json:"due,omitempty" doc:"Since when it should be checked again."`
}

// dueShown is how many records to check are named.
const dueShown = 10

// BodyInput names a body.
type BodyInput struct {
	JSONInput
	ID string `path:"bodyId" maxLength:"200" doc:"Identifier of a body." example:"c_g999"`
}

func bodiesOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getBodies",
		Summary:     "The bodies that answer for records",
		Tags:        []string{tagSources},
		Responses:   answers("The bodies.", jsonType, schemaOf[Bodies](s)),
	}
}

func bodyOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getBody",
		Summary:     "One body: what it publishes, how fresh and how good",
		Description: "Its sources with their freshness; its records by kind with their average completeness and score; those that have most to gain, with what would better them; its broken links; and the records that somebody should check.",
		Tags:        []string{tagSources},
		Responses:   answers("The body.", jsonType, schemaOf[Body](s)),
	}
}

func (s *server) bodies(ctx context.Context, in *JSONInput) (*answer, error) {
	list, err := s.store.BodyStatuses(ctx)
	if err != nil {
		return nil, err
	}
	out := Bodies{Bodies: []Body{}, Links: []Link{{Href: s.here(in.http, "f", ""), Rel: "self", Type: jsonType, Title: "This document"}}}
	for _, b := range list {
		out.Bodies = append(out.Bodies, s.describeBody(in.http, b))
	}
	return s.sendJSON(in.http, jsonType, out)
}

func (s *server) body(ctx context.Context, in *BodyInput) (*answer, error) {
	list, err := s.store.BodyStatuses(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(b catalog.BodyStatus) bool { return b.ID == in.ID })
	if i < 0 {
		return nil, newProblem(http.StatusNotFound, fmt.Sprintf("there is no body %q: the bodies are in %s/bodies", cut(in.ID), Prefix))
	}
	out := s.describeBody(in.http, list[i])
	if out.Quality, err = s.bodyQuality(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.sendJSON(in.http, jsonType, out)
}

func (s *server) describeBody(r *http.Request, b catalog.BodyStatus) Body {
	out := Body{ID: b.ID, Name: b.Name, Website: b.Website, Records: b.Records, Sources: []BodySource{},
		Links: []Link{{Href: s.at(r, "bodies", b.ID), Rel: "self", Type: jsonType, Title: "This body"}}}
	for _, st := range b.Sources {
		src := s.describeSource(r, st)
		out.Sources = append(out.Sources, BodySource{ID: src.ID, Title: src.Title, Freshness: src.Freshness, Read: src.Read})
	}
	return out
}

func (s *server) bodyQuality(ctx context.Context, body string) (*BodyQuality, error) {
	q, err := s.store.BodyQuality(ctx, body)
	if err != nil {
		return nil, err
	}
	worst, err := s.store.RecordsByID(ctx, q.Worst)
	if err != nil {
		return nil, err
	}
	out := &BodyQuality{Kinds: []KindQuality{}, Worst: []Worst{}, Broken: []Broken{}, BrokenLinks: q.BrokenLinks, Due: []CheckDue{}}
	for _, k := range q.Kinds {
		out.Kinds = append(out.Kinds, KindQuality{string(k.Kind), k.Records, k.Completeness, k.MQA})
	}
	for _, id := range q.Worst {
		i := slices.IndexFunc(worst, func(r *catalog.Record) bool { return r.ID == id })
		if i < 0 {
			continue
		}
		w, err := s.worst(ctx, worst[i])
		if err != nil {
			return nil, err
		}
		out.Worst = append(out.Worst, w)
	}
	for _, b := range q.Broken {
		out.Broken = append(out.Broken, Broken{Checked{b.Address, b.At.UTC().Truncate(time.Second), b.Status, b.Millis, string(b.State), string(b.Reason)}, b.Record.ID, b.Record.Title})
	}
	due, all, err := s.store.ChecksDue(ctx, body, time.Now(), dueShown)
	if err != nil {
		return nil, err
	}
	out.ChecksDue = all
	for _, d := range due {
		out.Due = append(out.Due, CheckDue{d.ID, d.Title, string(d.Kind), d.At, d.Due})
	}
	return out, nil
}

// worst is a record with what it lacks.
func (s *server) worst(ctx context.Context, rec *catalog.Record) (Worst, error) {
	v := datasets.Vocabularies()
	links := v.Links(rec)
	addresses := make([]string, len(links))
	for i, l := range links {
		addresses[i] = l.Address
	}
	checks, err := s.store.LinkChecks(ctx, addresses)
	if err != nil {
		return Worst{}, err
	}
	q := v.Assess(rec, catalog.Findings{Links: checks}, time.Now())
	described := describeQuality(catalog.Assessment{Completeness: q.Completeness, Warnings: q.Missing(), MQA: q.MQA}, nil, catalog.Findings{})
	w := Worst{ID: rec.ID, Title: rec.Title, Kind: string(rec.Kind), Completeness: q.Completeness, Missing: described.Warnings}
	if q.MQA != nil {
		w.MQA, w.Gains = &q.MQA.Score, described.MQA.Gains
	}
	return w, nil
}
