package api

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// Datastreams are what one station measures.
type Datastreams struct {
	Links       []Link       `json:"links" nullable:"false" doc:"This document, and the station."`
	Datastreams []Datastream `json:"datastreams" nullable:"false" doc:"By name."`
}

// A Datastream is one observed property at one station, with one unit
// (SensorThings 1.1).
type Datastream struct {
	ID          string       `json:"id" format:"uuid" doc:"Ours, for ever."`
	Station     string       `json:"station,omitempty" doc:"The record of the station; absent while there is none." example:"0199a3c2-0000-7000-8000-000000000000"`
	StationCode string       `json:"stationCode" doc:"What the source calls the station."`
	Property    Property     `json:"observedProperty" doc:"What is measured."`
	Unit        string       `json:"unit" doc:"UCUM." example:"ug/m3"`
	Symbol      string       `json:"unitSymbol" doc:"The unit as people read it." example:"µg/m³"`
	Aggregation string       `json:"aggregation" enum:"instant,mean,max,min,sum" doc:"What a value is of its interval."`
	Interval    string       `json:"interval,omitempty" doc:"How long a value stands for, ISO 8601; absent: an instant, or as each observation says." example:"PT1H"`
	Clock       string       `json:"clock" enum:"legal,solar,utc" doc:"By which days and months are counted: legal time, solar time (UTC+1 all the year) or UTC."`
	First       string       `json:"first,omitempty" format:"date-time" doc:"Start of the first observation."`
	Last        string       `json:"last,omitempty" format:"date-time" doc:"End of the last one."`
	Count       int64        `json:"count" doc:"How many observations there are."`
	Latest      *Measurement `json:"latest,omitempty" doc:"The newest with a value that is not invalid."`
	Source      string       `json:"source" doc:"The source."`
	Attribution string       `json:"attribution" doc:"Who is to be named."`
	Licence     string       `json:"licence,omitempty" doc:"URI of the licence."`
	Links       []Link       `json:"links" nullable:"false" doc:"Its observations."`
}

// Property is what is measured.
type Property struct {
	Code  string `json:"code" doc:"In our vocabulary, else the source's word." example:"pm10"`
	Label string `json:"label" doc:"In words, Italian." example:"PM10"`
	URI   string `json:"uri,omitempty" doc:"Eionet pollutant or CF standard name." example:"http://dd.eionet.europa.eu/vocabulary/aq/pollutant/5"`
}

// StationInput names a station.
type StationInput struct {
	JSONInput
	Station string `path:"stationId" maxLength:"100" doc:"Identifier of the record of a station, a UUID."`
}

func datastreamsOperation(s *server) huma.Operation {
	op := huma.Operation{
		OperationID: "getDatastreams",
		Summary:     "What a station measures",
		Description: "The datastreams of a station with their latest values.",
		Tags:        []string{tagObservations},
		Responses:   answers("The datastreams.", jsonType, schemaOf[Datastreams](s)),
	}
	op.Responses["410"] = &huma.Response{Description: "The station was withdrawn."}
	return op
}

func (s *server) datastreams(ctx context.Context, in *StationInput) (*answer, error) {
	list, err := s.stationDatastreams(ctx, in.Station)
	if err != nil {
		return nil, err
	}
	r := in.http
	out := Datastreams{Datastreams: []Datastream{}, Links: []Link{
		{Href: s.here(r, "f", ""), Rel: "self", Type: jsonType, Title: "This document"},
		{Href: s.at(r, "collections", catalog.KindStation.Collection(), "items", in.Station), Rel: "about", Type: geoJSONType, Title: "The station"},
		{Href: s.at(r, "observations") + "?f=csv&station=" + in.Station, Rel: "enclosure", Type: "text/csv", Title: "All its observations"},
	}}
	for _, d := range list {
		out.Datastreams = append(out.Datastreams, s.describeDatastream(r, d))
	}
	return s.sendJSON(r, jsonType, out)
}

// stationDatastreams are those of the station called id, which must be one.
func (s *server) stationDatastreams(ctx context.Context, id string) ([]catalog.Datastream, error) {
	missing := newProblem(http.StatusNotFound, fmt.Sprintf("there is no station %q: identifiers are the id of the features in %s/collections/%s/items", cut(id), Prefix, catalog.KindStation.Collection()))
	if _, err := uuid.Parse(id); err != nil || len(id) != 36 {
		return nil, missing
	}
	rec, err := s.store.Item(ctx, id)
	if notFound(err) || err == nil && rec.Kind != catalog.KindStation {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	return s.store.Datastreams(ctx, id)
}

func (s *server) describeDatastream(r *http.Request, d catalog.Datastream) Datastream {
	address := s.at(r, "observations") + "?datastream=" + d.ID
	out := Datastream{
		ID: d.ID, Station: d.StationID, StationCode: d.Station,
		Property: Property{Code: cmp.Or(d.Code, d.Property), Label: d.Title, URI: d.URI},
		Unit:     d.Unit, Symbol: datasets.Vocabularies().Symbol(d.Unit), Aggregation: string(d.Aggregation), Interval: d.Interval.String(), Clock: string(d.Clock),
		Count: d.Count, Source: d.SourceID, Licence: d.Licence,
		Attribution: datasets.Attribution(catalog.Collection{Title: cmp.Or(d.SourceTitle, d.SourceID), Body: d.BodyName, SourceURL: d.SourceURL, Licence: d.Licence}),
		Links: []Link{
			{Href: address, Rel: "items", Type: jsonType, Title: "Its observations"},
			{Href: address + "&f=csv", Rel: "enclosure", Type: "text/csv", Title: "All its observations as CSV"},
		},
	}
	if d.First != nil && d.Last != nil {
		out.First, out.Last = zulu(*d.First), zulu(*d.Last)
	}
	if d.Latest != nil {
		m := measurement(d, *d.Latest)
		out.Latest = &m
	}
	out.Links = withLicence(out.Links, d.Licence)
	return out
}

func zulu(t time.Time) string { return t.UTC().Format(time.RFC3339) }
