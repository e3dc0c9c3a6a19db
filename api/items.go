package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
)

// How many records a page has: when limit is absent, and at most.
const (
	defaultItems = 100
	maxItems     = 1000
)

// A FeatureCollection describes a page of records to the reader of the
// document; the handlers write it by hand around features that are encoded.
type FeatureCollection struct {
	Type            string    `json:"type" enum:"FeatureCollection"`
	NumberMatched   *int64    `json:"numberMatched,omitempty" doc:"How many records the filters select, exact; absent when counting them would cost too much."`
	NumberEstimated *int64    `json:"numberEstimated,omitempty" doc:"About how many the filters select, when numberMatched is absent."`
	NumberReturned  int       `json:"numberReturned" doc:"How many are here."`
	TimeStamp       string    `json:"timeStamp,omitempty" format:"date-time" doc:"Only with asOf: the moment whose records these are."`
	Links           []Link    `json:"links" nullable:"false" doc:"This page, the next and the previous one."`
	Features        []Feature `json:"features" nullable:"false" doc:"The records."`
}

// A Feature is one record (RFC 7946).
type Feature struct {
	Type       string          `json:"type" enum:"Feature"`
	ID         string          `json:"id" format:"uuid" doc:"Ours, for ever."`
	BBox       []float64       `json:"bbox,omitempty" nullable:"false" doc:"West, south, east, north."`
	Geometry   map[string]any  `json:"geometry" nullable:"true" doc:"GeoJSON in longitude, latitude; null when it has no position."`
	Properties map[string]any  `json:"properties" nullable:"true" doc:"What is known; the schema of the collection lists the names."`
	Links      []Link          `json:"links,omitempty" nullable:"false" doc:"This record in its forms, and its collection."`
	Quality    *FeatureQuality `json:"quality,omitempty" doc:"Of one record as it is now: how complete it is. What was found at its addresses and in its harvest, and who has checked it, is in the link describedby."`
}

// ItemsInput chooses records of a collection.
type ItemsInput struct {
	Request
	Format
	Filters
	Past
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"places"`
	Limit      int    `query:"limit" minimum:"1" default:"100"`
	After      string `query:"after" maxLength:"1000" doc:"Where the page begins: taken from the link next."`
	Before     string `query:"before" maxLength:"1000" doc:"Where the page ends: taken from the link prev."`
}

func itemsOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getFeatures",
		Summary:     "Records of a collection",
		Description: "A page of records in a stable order. Follow the link next until there is none: pages neither skip nor repeat records that do not change meanwhile.",
		Tags:        []string{tagRecords},
		Metadata:    map[string]any{openQuery: true},
		Parameters:  []*huma.Param{propertiesParameter()},
		Responses:   answers("A page of records.", geoJSONType, schemaOf[FeatureCollection](s), "text/html", textSchema),
	}
}

// propertiesParameter stands in the document for all the properties that can
// be asked for by their own name.
func propertiesParameter() *huma.Param {
	explode := true
	return &huma.Param{Name: "properties", In: "query", Style: "form", Explode: &explode,
		Schema:      &huma.Schema{Type: huma.TypeObject, AdditionalProperties: &huma.Schema{Type: huma.TypeString}},
		Description: "Any property listed in queryables, by its own name: records that have this value. Given again, it adds a value."}
}

func (s *server) items(ctx context.Context, in *ItemsInput) (*answer, error) {
	r := in.http
	page := in.html(r)
	mediaType := geoJSONType
	if page {
		mediaType = htmlType + language(r)
	}
	q, err := s.itemsQuery(ctx, in)
	if err != nil {
		return nil, err
	}
	tag, err := s.stateTag(ctx, r, in.Collection, mediaType, in.at)
	if err != nil && !notFound(err) {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil && err == nil {
		return a, nil
	}
	result, err := s.store.Items(ctx, q)
	if errors.Is(err, catalog.ErrInvalid) && q.After+q.Before != "" {
		return nil, badQuery("after", q.After+q.Before, "is not from a link next or prev of this API: "+err.Error())
	}
	if err != nil && !notFound(err) {
		return nil, err
	}
	if page || len(result.Records) == 0 {
		c, err := s.findCollection(ctx, in.Collection) // an empty page of what does not exist is a 404
		if err != nil {
			return nil, err
		}
		if page {
			return s.itemsPage(r, tag, c, q, result)
		}
	}
	return send(geoJSONType, tag, s.featureCollection(r, in.Collection, result, in.at)), nil
}

// itemsQuery is the whole of what was asked. The columns of the collection are
// read only if a parameter is not one of ours.
func (s *server) itemsQuery(ctx context.Context, in *ItemsInput) (catalog.Query, error) {
	q, err := in.query(in.Collection)
	if err != nil {
		return q, err
	}
	q.Limit, q.After, q.Before, q.AsOf = min(in.Limit, maxItems), in.After, in.Before, in.at
	if q.After != "" && q.Before != "" {
		return q, badQuery("before", q.Before, "cannot stand with after; follow one link, next or prev")
	}
	q.Where, err = s.conditions(ctx, in.http, in.Collection, "getFeatures")
	return q, err
}

// conditions are the parameters of r that ask for properties of collection;
// operation names the one whose own parameters they stand beside.
func (s *server) conditions(ctx context.Context, r *http.Request, collection, operation string) ([]catalog.Condition, error) {
	known := s.docs.queries[operation]
	if !slices.ContainsFunc(names(r.URL.Query()), func(name string) bool { return !slices.Contains(known, name) }) {
		return nil, nil
	}
	c, err := s.findCollection(ctx, collection)
	if err != nil {
		return nil, err
	}
	return where(r, c, known)
}

// featureCollection is a page of records around their encoded features.
func (s *server) featureCollection(r *http.Request, collection string, page catalog.Page, at *time.Time) []byte {
	links := s.selfAndPage(r, geoJSONType)
	links = append(links, Link{Href: s.at(r, "collections", collection), Rel: "collection", Type: jsonType, Title: "The collection"})
	if page.Next != "" {
		links = append(links, Link{Href: s.here(r, "before", "", "after", page.Next), Rel: "next", Type: geoJSONType, Title: "The next page"})
	}
	if page.Prev != "" {
		links = append(links, Link{Href: s.here(r, "after", "", "before", page.Prev), Rel: "prev", Type: geoJSONType, Title: "The previous page"})
	}
	size := 1000
	for _, rec := range page.Records {
		size += len(rec.Feature) + 1
	}
	b := append(make([]byte, 0, size), `{"type":"FeatureCollection",`...)
	b = appendMoment(appendCounts(b, page.Matched, page.Exact, len(page.Records)), at)
	b = appendLinks(append(b, ','), links)
	b = append(b, `,"features":[`...)
	for i, rec := range page.Records {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, rec.Feature...)
	}
	return append(b, "]}"...)
}

// appendCounts writes how many records there are: numberMatched only if it is
// exact.
func appendCounts(b []byte, matched int64, exact bool, returned int) []byte {
	name := `"numberEstimated":`
	if exact {
		name = `"numberMatched":`
	}
	b = strconv.AppendInt(append(b, name...), matched, 10)
	return strconv.AppendInt(append(b, `,"numberReturned":`...), int64(returned), 10)
}

func appendLinks(b []byte, links []Link) []byte {
	encoded, err := encodeJSON(links)
	if err != nil {
		panic(fmt.Sprintf("links: %v", err)) // strings only
	}
	return append(append(b, `"links":`...), encoded...)
}

// notFound is shorter than what it says.
func notFound(err error) bool { return errors.Is(err, catalog.ErrNotFound) }
