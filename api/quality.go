package api

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Media types of RDF.
const (
	turtleType = "text/turtle; charset=utf-8"
	jsonLDType = "application/ld+json"
)

// A Quality is how complete a record is, what is doubtful about it and, of a dataset,
// its score.
type Quality struct {
	Completeness *int      `json:"completeness,omitempty" minimum:"0" maximum:"100" doc:"How much of what a record of its kind should have it has, in percent; absent for rows of datasets, of which nothing is asked."`
	Warnings     []Warning `json:"warnings" nullable:"false" doc:"What is missing or doubtful."`
	MQA          *MQA      `json:"mqa,omitempty" doc:"Of a dataset: its score by the Metadata Quality Assessment of data.europa.eu, on the description as it is published here."`
	LinkChecks   []Checked `json:"linkChecks" nullable:"false" doc:"What was found when the addresses that it gives were last asked for."`
	Check        *Check    `json:"check,omitempty" doc:"The last time that a body looked whether it is true, which is not the same as providing it; absent when nobody has, or of kinds that nobody is asked to check."`
	Links        []Link    `json:"links" nullable:"false" doc:"This document, also in the W3C's Data Quality Vocabulary, and the record."`
}

// A FeatureQuality is the part of a Quality that depends on the record alone.
type FeatureQuality struct {
	Completeness *int      `json:"completeness,omitempty" minimum:"0" maximum:"100" doc:"In percent; absent for rows of datasets."`
	Warnings     []Warning `json:"warnings" nullable:"false" doc:"What is missing or doubtful."`
}

// A Warning is one thing that is missing or doubtful.
type Warning struct {
	Code  string `json:"code" doc:"Short stable name: missing, advised, not-read, implausible, end-before-start, in-future, link-broken, duplicate, positions-apart, or the rule of an issue of the harvest." example:"advised"`
	Field string `json:"field,omitempty" doc:"The property." example:"opening_hours"`
	Text  string `json:"text" doc:"In words." example:"Opening hours is not given; it is recommended"`
	By    string `json:"by" enum:"publisher,system,portal,nobody" doc:"Who can put it right: who writes the data, who runs the site that they come from, who runs this portal, nobody."`
}

// An MQA is a score of 405 points.
type MQA struct {
	Score      int         `json:"score" minimum:"0" maximum:"405" doc:"Points."`
	Max        int         `json:"max" doc:"405."`
	Rating     string      `json:"rating" enum:"excellent,good,sufficient,bad" doc:"351, 221 and 121 points are the limits."`
	Pending    int         `json:"pending,omitempty" doc:"Points that hang on addresses nobody has looked at yet."`
	Dimensions []MQAPart   `json:"dimensions" nullable:"false" doc:"The five dimensions."`
	Metrics    []MQAMetric `json:"metrics" nullable:"false" doc:"Each thing that is measured."`
	Gains      []MQAGain   `json:"gains" nullable:"false" doc:"What each thing that could be put right would give, the most first."`
}

// An MQAPart is what one dimension gives.
type MQAPart struct {
	Name  string `json:"name" doc:"The dimension." example:"findability"`
	Score int    `json:"score" doc:"Points."`
	Max   int    `json:"max" doc:"Of how many."`
}

// An MQAMetric is one thing that is measured.
type MQAMetric struct {
	Name    string `json:"name" doc:"Its name in the vocabulary https://piveau.eu/ns/voc#." example:"keywordAvailability"`
	Points  int    `json:"points" doc:"What it gives when it is met."`
	Met     bool   `json:"met" doc:"It is met."`
	Pending bool   `json:"pending,omitempty" doc:"The address has not been looked at yet, or its server lets no program look."`
	Status  int    `json:"status,omitempty" doc:"Of HTTP, where that is measured."`
}

// An MQAGain is what meeting a metric would give.
type MQAGain struct {
	Metric string `json:"metric" doc:"The metric; distribution: a file, with all that it may give." example:"licenceAvailability"`
	Points int    `json:"points" doc:"How many."`
	By     string `json:"by" enum:"publisher,portal" doc:"Who can: portal, where this portal made the description up."`
}

// A Checked is an address with what was found there.
type Checked struct {
	Address string    `json:"address" doc:"The address."`
	At      time.Time `json:"at" doc:"When."`
	Status  int       `json:"status" doc:"Of HTTP; 0: there was no answer."`
	Millis  int       `json:"ms" doc:"Until the answer began."`
	State   string    `json:"state" enum:"new,works,failing,broken,unsure" doc:"failing: failed once; broken: failed on two different days; unsure: its server lets no program look."`
	Reason  string    `json:"reason,omitempty" doc:"Why it does not work." example:"missing"`
}

// A Check is the act of a body that looked whether a record is true.
type Check struct {
	Body     string     `json:"body" doc:"Identifier of the body." example:"c_g999"`
	BodyName string     `json:"bodyName" doc:"Its name."`
	At       time.Time  `json:"at" doc:"When it looked."`
	Due      *time.Time `json:"due,omitempty" doc:"Until when that holds; absent: for ever."`
	Overdue  bool       `json:"overdue" doc:"It should be looked at again."`
}

// QualityInput names a record.
type QualityInput struct {
	Request
	F          string `query:"f" enum:"json,ttl,jsonld" doc:"The representation, when the Accept header cannot be set; ttl and jsonld are RDF."`
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"datasets"`
	ID         string `path:"featureId" maxLength:"100" doc:"Identifier of a record, a UUID."`
}

// format is the one that is asked for.
func (in QualityInput) format() string {
	if in.F != "" {
		return in.F
	}
	accept := strings.Join(in.http.Header.Values("Accept"), ",")
	best, most := "json", quality(accept, jsonType)
	for _, f := range []struct{ name, mediaType string }{{"ttl", "text/turtle"}, {"jsonld", jsonLDType}} {
		if q := quality(accept, f.mediaType); q > most {
			best, most = f.name, q
		}
	}
	return best
}

func qualityOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getQuality",
		Summary:     "How good a record is, and what would make it better",
		Description: "How complete it is, what is doubtful about it, who has checked it last and, of a dataset, its score with what each improvement would give; as JSON, or in the Data Quality Vocabulary of the W3C as Turtle or JSON-LD.",
		Tags:        []string{tagRecords},
		Responses:   answers("The assessment.", jsonType, schemaOf[Quality](s), "text/turtle", textSchema, jsonLDType, &huma.Schema{Type: huma.TypeObject, AdditionalProperties: true}),
	}
}

func (s *server) quality(ctx context.Context, in *QualityInput) (*answer, error) {
	rec, err := s.recordIn(ctx, in.Collection, in.ID)
	if err != nil {
		return nil, err
	}
	v, r := datasets.Vocabularies(), in.http
	links := v.Links(rec)
	found, err := s.store.Findings(ctx, rec, links)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	q := v.Assess(rec, found, now)
	format := in.format()
	if format == "json" {
		out := describeQuality(q, links, found)
		at := s.at(r, "collections", in.Collection, "items", in.ID)
		out.Check = describeCheck(rec.Kind, found.Check, now)
		out.Links = []Link{
			{Href: at + "/quality", Rel: "self", Type: jsonType, Title: "This assessment"},
			{Href: at + "/quality?f=ttl", Rel: "alternate", Type: "text/turtle", Title: "In the Data Quality Vocabulary, as Turtle"},
			{Href: at + "/quality?f=jsonld", Rel: "alternate", Type: jsonLDType, Title: "In the Data Quality Vocabulary, as JSON-LD"},
			{Href: at, Rel: "about", Type: geoJSONType, Title: "The record"},
		}
		return s.sendJSON(r, jsonType, out)
	}
	measured := datasets.Assessed{IRI: s.permanent(r, rec.ID), Kind: rec.Kind, Assessment: q, At: lastFinding(rec, found)}
	var b bytes.Buffer
	if format == "ttl" {
		err = datasets.EncodeDQVTurtle(&b, measured)
		return s.sendSmall(r, turtleType, b.Bytes()), err
	}
	err = datasets.EncodeDQVJSONLD(&b, measured)
	return s.sendSmall(r, jsonLDType, b.Bytes()), err
}

// lastFinding is since when an assessment is what it is: the last change of the
// record or of what is known of its addresses.
func lastFinding(rec *catalog.Record, found catalog.Findings) time.Time {
	at := rec.Updated
	for _, c := range found.Links {
		if c.At.After(at) {
			at = c.At
		}
	}
	return at
}

// recordIn is a record of a collection; one that is not in it is not found.
func (s *server) recordIn(ctx context.Context, collection, id string) (*catalog.Record, error) {
	rec, err := s.store.Item(ctx, id)
	if notFound(err) || err == nil && rec.Collection != collection {
		return nil, newProblem(http.StatusNotFound, missingRecord(collection, id))
	}
	return rec, err
}

func describeQuality(q catalog.Assessment, links []catalog.Link, found catalog.Findings) Quality {
	out := Quality{Warnings: []Warning{}, LinkChecks: []Checked{}}
	if q.Completeness >= 0 {
		out.Completeness = &q.Completeness
	}
	for _, w := range q.Warnings {
		out.Warnings = append(out.Warnings, Warning{Code: string(w.Code), Field: w.Field, Text: w.Text(), By: string(w.Party)})
	}
	for _, l := range links {
		if c, looked := found.Links[l.Address]; looked {
			out.LinkChecks = append(out.LinkChecks, Checked{l.Address, c.At, c.Status, c.Millis, string(c.State), string(c.Reason)})
		}
	}
	if q.MQA == nil {
		return out
	}
	out.MQA = &MQA{Score: q.MQA.Score, Max: q.MQA.Max, Rating: string(q.MQA.Rating), Pending: q.MQA.Pending, Gains: []MQAGain{}}
	for _, p := range q.MQA.Parts {
		out.MQA.Dimensions = append(out.MQA.Dimensions, MQAPart{string(p.Name), p.Score, p.Max})
	}
	for _, m := range q.MQA.Measures {
		out.MQA.Metrics = append(out.MQA.Metrics, MQAMetric{m.Name, m.Points, m.Met, m.Pending, m.Status})
	}
	for _, g := range q.MQA.Gains {
		out.MQA.Gains = append(out.MQA.Gains, MQAGain{g.Metric, g.Points, string(g.Party)})
	}
	return out
}

func describeCheck(k catalog.Kind, c *catalog.Check, now time.Time) *Check {
	if c == nil {
		return nil
	}
	out := &Check{Body: c.BodyID, BodyName: c.Body, At: c.At.UTC(), Overdue: c.Overdue(k, now)}
	if due := c.Due(k).UTC(); !due.IsZero() {
		out.Due = &due
	}
	return out
}

// withQuality puts what can be told of rec by itself before the closing brace of its
// encoded feature.
func withQuality(feature []byte, rec *catalog.Record) []byte {
	q := describeQuality(datasets.Vocabularies().Assess(rec, catalog.Findings{}, time.Now()), nil, catalog.Findings{})
	b, err := encodeJSON(FeatureQuality{q.Completeness, q.Warnings})
	if err != nil {
		panic(err) // a struct of strings and numbers
	}
	return append(append(append(feature[:len(feature)-1:len(feature)-1], `,"quality":`...), b...), '}')
}
