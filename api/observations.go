package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
	"po-net.prato.it/ponet/geo"
)

// How many observations a page has: when limit is absent, and at most.
const (
	defaultObservations = 1000
	maxObservations     = 10000
)

// Observations are a page of measured values.
type Observations struct {
	Links          []Link        `json:"links" nullable:"false" doc:"This page and the next."`
	Interval       string        `json:"interval" enum:"raw,hour,day,month" doc:"Whether they are values as measured, or what hours, days or months come to."`
	NumberReturned int           `json:"numberReturned" doc:"How many are here."`
	Datastreams    []Datastream  `json:"datastreams" nullable:"false" doc:"The datastreams they belong to."`
	Observations   []Measurement `json:"observations" nullable:"false" doc:"By datastream, then by time."`
}

// A Measurement is one observation, or what all of an hour, day or month come to.
type Measurement struct {
	Datastream string   `json:"datastream" format:"uuid" doc:"To which it belongs."`
	Start      string   `json:"start" format:"date-time" doc:"Start of what was measured."`
	End        string   `json:"end" format:"date-time" doc:"Its end; equal to start for an instant."`
	Value      *float64 `json:"value" nullable:"true" doc:"The value; null when there is none. Of an hour, day or month: the sum of a sum, the greatest of a maximum, the least of a minimum, else the mean, of the valid values."`
	Quality    string   `json:"quality,omitempty" enum:"raw,provisional,validated,invalid,below_detection" doc:"How far it may be trusted."`
	Reason     string   `json:"reason,omitempty" doc:"What the source wrote where there is no value." example:"<0,5"`
	ResultTime string   `json:"resultTime,omitempty" format:"date-time" doc:"When it was published."`
	Min        *float64 `json:"min,omitempty" nullable:"false" doc:"The least of the valid values."`
	Max        *float64 `json:"max,omitempty" nullable:"false" doc:"The greatest of them."`
	Count      *int64   `json:"count,omitempty" nullable:"false" doc:"How many there are."`
	Missing    *int64   `json:"missing,omitempty" nullable:"false" doc:"How many observations have no valid value."`
}

// ObservationsInput chooses observations.
type ObservationsInput struct {
	Request
	F          string   `query:"f" enum:"json,csv,parquet" default:"json" doc:"json: a page. csv, parquet: all of it as one file."`
	Station    string   `query:"station" maxLength:"100" doc:"Identifier of the record of a station: all that it measures."`
	Datastream []string `query:"datastream" maxItems:"50" nullable:"false" doc:"Identifiers of datastreams, separated by commas."`
	Source     string   `query:"source" maxLength:"200" doc:"Identifier of a source: what it measures at all of its stations."`
	Property   []string `query:"property" maxItems:"50" nullable:"false" doc:"Only these properties, of the station, of the source, or of all stations: codes or words of the source, separated by commas." example:"pm10"`
	Datetime   string   `query:"datetime"`
	Interval   string   `query:"interval" enum:"raw,hour,day,month" default:"raw" doc:"Values as measured, or what hours, days or months come to by the clock of the datastream."`
	Limit      int      `query:"limit" minimum:"1"`
	After      string   `query:"after" maxLength:"200" doc:"Where the page begins: taken from the link next."`
}

func observationsOperation(s *server) huma.Operation {
	noExplode := false
	op := huma.Operation{
		OperationID: "getObservations",
		Summary:     "Measured values",
		Description: "The observations of a station, of datastreams, of a source or of a property at all stations that meet a window of time, by datastream, then by time. Follow the link next until there is none. " +
			"As csv or parquet everything in the window is one file, without a cap, with source and licence in every line; one that could not be finished ends with a broken connection. " +
			"A year of PM10 at all stations: f=csv&property=pm10&datetime=2025-01-01/2025-12-31.",
		Tags: []string{tagObservations},
		Parameters: []*huma.Param{
			{Name: "datetime", In: "query", Style: "form", Explode: &noExplode, Schema: &huma.Schema{Type: huma.TypeString}, Example: "2026-11-01/2026-11-30",
				Description: "A window of time: start/end, each an instant (RFC 3339), a date (a day in Prato) or .. for an open end. What only touches it is left out."},
			limitParameter(defaultObservations, maxObservations, "Observations a page; more than the maximum is not an error. For csv and parquet: of the whole file, all when absent."),
		},
		Responses: answers("The observations.", jsonType, schemaOf[Observations](s), "text/csv", binarySchema, datasets.ObservationsParquet.MediaType, binarySchema),
	}
	op.Responses["410"] = &huma.Response{Description: "The station was withdrawn."}
	return op
}

func (s *server) observations(ctx context.Context, in *ObservationsInput) (*answer, error) {
	r := in.http
	q, err := in.query()
	if err != nil {
		return nil, err
	}
	mark, err := s.store.Mark(ctx, catalog.ObservationsCollection)
	if err != nil {
		return nil, err
	}
	streams, err := s.chosen(ctx, in)
	if err != nil {
		return nil, err
	}
	mediaType := jsonType
	file, isFile := datasets.ObservationFormat(in.F)
	if isFile {
		mediaType = file.MediaType
	}
	state := fmt.Sprintf("observations %d", mark)
	for _, d := range streams {
		state += " " + d.ID + d.Licence
	}
	tag := s.tag(r, mediaType, state)
	if a := unchanged(r, tag); a != nil {
		return a, nil
	}
	if isFile {
		return s.observationsFile(file, streams, q, in.Limit, tag), nil
	}
	page, err := s.observationsPage(ctx, r, streams, q, in)
	if err != nil {
		return nil, err
	}
	body, err := encodeJSON(page)
	if err != nil {
		return nil, err
	}
	return send(jsonType, tag, body), nil
}

// query is the window of the input.
func (in *ObservationsInput) query() (catalog.ObservationQuery, error) {
	q := catalog.ObservationQuery{Step: catalog.Step(in.Interval)}
	streams := values(in.Datastream)
	if in.Station == "" && len(streams) == 0 && in.Source == "" && len(values(in.Property)) == 0 {
		return q, badQuery("station", "", "give station or datastream: the id of a feature in "+Prefix+"/collections/"+catalog.KindStation.Collection()+"/items, or of one of its datastreams; or a source, or a property such as pm10")
	}
	if in.Station != "" && len(streams) > 0 {
		return q, badQuery("datastream", strings.Join(in.Datastream, ","), "cannot stand with station; give one of the two")
	}
	if in.Source != "" && (in.Station != "" || len(streams) > 0) {
		return q, badQuery("source", in.Source, "cannot stand with station or datastream, which have one")
	}
	if len(streams) > 0 && len(values(in.Property)) > 0 {
		return q, badQuery("property", strings.Join(in.Property, ","), "cannot stand with datastream, which has one")
	}
	if in.Datetime != "" {
		from, to, err := geo.ParseDatetime(in.Datetime, catalog.Rome)
		if err != nil {
			return q, badQuery("datetime", in.Datetime, err.Error())
		}
		q.From, q.To = from, to
	}
	return q, nil
}

// chosen are the datastreams that the input names, in the order of their ids.
func (s *server) chosen(ctx context.Context, in *ObservationsInput) ([]catalog.Datastream, error) {
	var list []catalog.Datastream
	if in.Station == "" && len(values(in.Datastream)) == 0 {
		var err error
		list, err = s.store.DatastreamsOf(ctx, catalog.DatastreamQuery{Source: in.Source, Properties: values(in.Property)})
		if err == nil && len(list) == 0 {
			err = newProblem(http.StatusNotFound, fmt.Sprintf("nothing is measured with source %q and property %q: codes and sources stand in %s/stations/{stationId}/datastreams", cut(in.Source), cut(strings.Join(in.Property, ",")), Prefix))
		}
		if err != nil {
			return nil, err
		}
	}
	if in.Station != "" {
		all, err := s.stationDatastreams(ctx, in.Station)
		if err != nil {
			return nil, err
		}
		wanted := values(in.Property)
		for _, d := range all {
			if len(wanted) == 0 || slices.Contains(wanted, d.Code) || slices.Contains(wanted, d.Property) {
				list = append(list, d)
			}
		}
		if len(list) == 0 && len(wanted) > 0 {
			return nil, badQuery("property", strings.Join(wanted, ","), "is not measured there: see "+Prefix+"/stations/"+in.Station+"/datastreams")
		}
	}
	for _, id := range values(in.Datastream) {
		d, err := s.store.Datastream(ctx, id)
		if notFound(err) {
			return nil, newProblem(http.StatusNotFound, fmt.Sprintf("there is no datastream %q: they are listed in %s/stations/{stationId}/datastreams", cut(id), Prefix))
		}
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	slices.SortFunc(list, func(a, b catalog.Datastream) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(list, func(a, b catalog.Datastream) bool { return a.ID == b.ID }), nil
}

// observationsPage reads datastream by datastream until the page is full.
func (s *server) observationsPage(ctx context.Context, r *http.Request, streams []catalog.Datastream, q catalog.ObservationQuery, in *ObservationsInput) (Observations, error) {
	out := Observations{Interval: in.Interval, Datastreams: []Datastream{}, Observations: []Measurement{}, Links: []Link{{Href: s.here(r), Rel: "self", Type: jsonType, Title: "This page"}}}
	limit := min(cmp.Or(in.Limit, defaultObservations), maxObservations)
	from, after, err := observationCursor(in.After)
	if err != nil {
		return out, err
	}
	next := ""
	for _, d := range streams {
		if d.ID < from || next != "" {
			continue
		}
		q.Datastream, q.After = d, nil
		if d.ID == from {
			q.After = after
		}
		q.Limit = limit - len(out.Observations) + 1
		if q.Limit == 1 {
			next = cursorText(d.ID, nil) // the next page begins with this one
			continue
		}
		out.Datastreams = append(out.Datastreams, s.describeDatastream(r, d))
		var last catalog.Reading
		n := 0
		for reading, err := range s.store.Observations(ctx, q) {
			if err != nil {
				return out, err
			}
			if n++; n == q.Limit {
				next = cursorText(d.ID, &last)
				break
			}
			out.Observations = append(out.Observations, measurement(d, reading))
			last = reading
		}
		if next == "" && n > 0 && q.Step != catalog.StepRaw && goesOn(q, last.End) {
			next = cursorText(d.ID, &last)
		}
	}
	out.NumberReturned = len(out.Observations)
	if next != "" {
		out.Links = append(out.Links, Link{Href: s.here(r, "after", next), Rel: "next", Type: jsonType, Title: "The next page"})
	}
	return out, nil
}

// goesOn reports whether the window holds more after end.
func goesOn(q catalog.ObservationQuery, end time.Time) bool {
	to := *q.Datastream.Last
	if q.To != nil && q.To.Before(to) {
		to = *q.To
	}
	return end.Before(to)
}

// cursorText is where the page after last begins in the datastream called id.
func cursorText(id string, last *catalog.Reading) string {
	text := id
	if last != nil {
		text += " " + last.Start.UTC().Format(time.RFC3339Nano) + " " + last.End.UTC().Format(time.RFC3339Nano)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

func observationCursor(text string) (id string, after *[2]time.Time, err error) {
	if text == "" {
		return "", nil, nil
	}
	wrong := badQuery("after", text, "is not from a link next of this API")
	b, err := base64.RawURLEncoding.DecodeString(text)
	parts := strings.Split(string(b), " ")
	if err != nil || len(parts) != 1 && len(parts) != 3 {
		return "", nil, wrong
	}
	if len(parts) == 1 {
		return parts[0], nil, nil
	}
	start, err1 := time.Parse(time.RFC3339Nano, parts[1])
	end, err2 := time.Parse(time.RFC3339Nano, parts[2])
	if err1 != nil || err2 != nil || start.Year() < 1000 || end.Year() > 9000 || start.Year() > 9000 || end.Year() < 1000 {
		return "", nil, wrong
	}
	return parts[0], &[2]time.Time{start, end}, nil
}

// measurement is a reading of d in the terms of the API.
func measurement(d catalog.Datastream, r catalog.Reading) Measurement {
	m := Measurement{Datastream: d.ID, Start: zulu(r.Start), End: zulu(r.End), Value: r.Value, Quality: string(r.Quality), Reason: r.Reason, Min: r.Min, Max: r.Max}
	if r.ResultTime != nil {
		m.ResultTime = zulu(*r.ResultTime)
	}
	if r.Count+r.Missing > 0 {
		m.Count, m.Missing = &r.Count, &r.Missing
	}
	return m
}

// observationsFile is everything in the window as one file; it is counted once
// for each source.
func (s *server) observationsFile(f datasets.ObservationFile, streams []catalog.Datastream, q catalog.ObservationQuery, limit int, tag string) *answer {
	var taken []catalog.Taken
	for _, d := range streams {
		if t := (catalog.Taken{Collection: catalog.ObservationsCollection, Source: d.SourceID}); !slices.Contains(taken, t) {
			taken = append(taken, t)
		}
	}
	a := &answer{func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		s.sendFile(w, r, taken, func(out *lateWriter) error {
			return f.Encode(out, s.measured(r.Context(), streams, q, limit))
		})
	}}
	return a.with("Content-Type", f.MediaType).with("ETag", tag).with("Cache-Control", revalidate).with("Content-Disposition", disposition(catalog.ObservationsCollection, f.Extension))
}

// measured are the observations of all streams, at most limit; 0: all.
func (s *server) measured(ctx context.Context, streams []catalog.Datastream, q catalog.ObservationQuery, limit int) iter.Seq2[datasets.Measured, error] {
	return func(yield func(datasets.Measured, error) bool) {
		left := limit
		for i := range streams {
			q.Datastream = streams[i]
			for reading, err := range s.store.Observations(ctx, q) {
				if !yield(datasets.Measured{Datastream: &streams[i], Reading: reading}, err) || err != nil {
					return
				}
				if left--; left == 0 {
					return
				}
			}
		}
	}
}
