package api

import (
	"bytes"
	"context"
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"po-net.prato.it/ponet/catalog"
)

// How many hits a search gives, and how far its pages lead.
const (
	defaultHits = 20
	maxHits     = 1000
	maxOffset   = 10_000
)

// SearchResults are the hits of a search, best first.
type SearchResults struct {
	Type            string             `json:"type" enum:"FeatureCollection"`
	NumberMatched   *int64             `json:"numberMatched,omitempty" doc:"How many records are found, exact; absent when counting them would cost too much."`
	NumberEstimated *int64             `json:"numberEstimated,omitempty" doc:"About how many, when numberMatched is absent."`
	NumberReturned  int                `json:"numberReturned" doc:"How many are here."`
	TimeStamp       string             `json:"timeStamp,omitempty" format:"date-time" doc:"Only with asOf: the moment whose records these are."`
	Links           []Link             `json:"links" nullable:"false" doc:"This page, the next and the previous one, and the downloads of all hits."`
	Spelling        string             `json:"spelling,omitempty" doc:"A spelling that finds more, when there are few hits."`
	Facets          map[string][]Facet `json:"facets" doc:"By theme, type, municipality, body and collection: what the hits are, all filters but its own applied."`
	Features        []Found            `json:"features" nullable:"false" doc:"The records."`
}

// A Facet is one value and how many hits have it.
type Facet struct {
	Value string `json:"value" doc:"To filter by."`
	Label string `json:"label,omitempty" doc:"In words."`
	Count int64  `json:"count" doc:"How many hits have it."`
}

// Found is a record with its place among the hits.
type Found struct {
	Feature
	Collection     string   `json:"collection" doc:"Where it belongs."`
	DistanceMetres *float64 `json:"distanceMetres,omitempty" doc:"From near."`
}

// orders are the names of orders on the API.
var orders = map[string]catalog.Order{
	"relevance": catalog.OrderRelevance, "distance": catalog.OrderDistance, "title": catalog.OrderTitle, "updated": catalog.OrderUpdated,
}

// SearchInput is a search.
type SearchInput struct {
	Request
	Filters
	Past
	F          string `query:"f" enum:"json" doc:"The representation; there is one."`
	Collection string `query:"collection" maxLength:"200" doc:"Only in this collection." example:"places"`
	Order      string `query:"order" enum:"relevance,distance,title,updated" doc:"Default: distance with near, relevance with q, else title."`
	Limit      int    `query:"limit" minimum:"1" default:"20"`
	Offset     int    `query:"offset" minimum:"0" maximum:"10000" doc:"Hits to leave out; for more use items or a download."`
}

func searchOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "search",
		Summary:     "Search",
		Description: "Records of all collections by words, place and filters, best first, with facets.",
		Tags:        []string{tagRecords},
		Parameters:  []*huma.Param{limitParameter(defaultHits, maxHits, "Hits a page. More than the maximum is not an error: the maximum is used.")},
		Responses:   answers("The hits.", geoJSONType, schemaOf[SearchResults](s)),
	}
}

func (s *server) search(ctx context.Context, in *SearchInput) (*answer, error) {
	r := in.http
	q, err := in.query(in.Collection)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Offset, q.AsOf = min(in.Limit, maxHits), in.Offset, in.at
	if q.Order, err = in.order(q); err != nil {
		return nil, err
	}
	tag, err := s.stateTag(ctx, r, "", geoJSONType, in.at) // facets look beyond the collection
	if err != nil {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil {
		return a, nil
	}
	results, err := s.store.Search(ctx, q)
	if err != nil {
		return nil, err
	}
	body, err := s.searchResults(r, q, results)
	if err != nil {
		return nil, err
	}
	return send(geoJSONType, tag, body), nil
}

// order is the one asked for, or the one that suits what was asked.
func (in *SearchInput) order(q catalog.Query) (catalog.Order, error) {
	switch {
	case in.Order == "distance" && q.Near == nil:
		return "", badQuery("order", in.Order, "needs near=longitude,latitude")
	case in.Order != "":
		return orders[in.Order], nil
	case q.Near != nil:
		return catalog.OrderDistance, nil
	case q.Text != "":
		return catalog.OrderRelevance, nil
	}
	return catalog.OrderTitle, nil
}

func (s *server) searchResults(r *http.Request, q catalog.Query, results catalog.Results) ([]byte, error) {
	facets := map[string][]Facet{}
	for name, list := range results.Facets {
		facets[name] = []Facet{}
		for _, f := range list {
			facets[name] = append(facets[name], Facet(f))
		}
	}
	encodedFacets, err := encodeJSON(facets)
	if err != nil {
		return nil, err
	}
	b := append([]byte{}, `{"type":"FeatureCollection",`...)
	b = appendMoment(appendCounts(b, results.Total, results.Exact, len(results.Hits)), q.AsOf)
	b = appendLinks(append(b, ','), s.searchLinks(r, q, results))
	if results.Spelling != "" {
		b = appendText(append(b, `,"spelling":`...), results.Spelling)
	}
	b = append(append(b, `,"facets":`...), encodedFacets...)
	b = append(b, `,"features":[`...)
	for i, hit := range results.Hits {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendFound(b, hit)
	}
	return append(b, "]}"...), nil
}

// appendFound puts the place of a hit into its encoded feature.
func appendFound(b []byte, hit catalog.Hit) []byte {
	encoded := bytes.TrimRight(hit.Record.Feature, " \n")
	b = append(b, encoded[:len(encoded)-1]...)
	b = appendText(append(b, `,"collection":`...), hit.Record.Collection)
	if hit.DistanceMetres >= 0 {
		b = strconv.AppendFloat(append(b, `,"distanceMetres":`...), math.Round(hit.DistanceMetres*10)/10, 'f', -1, 64)
	}
	return append(b, '}')
}

func appendText(b []byte, text string) []byte {
	encoded, err := encodeJSON(text)
	if err != nil {
		panic(err) // a string
	}
	return append(b, encoded...)
}

// searchLinks are the pages around this one, and all hits as a file.
func (s *server) searchLinks(r *http.Request, q catalog.Query, results catalog.Results) []Link {
	links := []Link{{Href: s.here(r, "f", ""), Rel: "self", Type: geoJSONType, Title: "This document"}}
	if next := q.Offset + q.Limit; len(results.Hits) == q.Limit && int64(next) < results.Total && next <= maxOffset {
		links = append(links, Link{Href: s.here(r, "offset", strconv.Itoa(next)), Rel: "next", Type: geoJSONType, Title: "The next page"})
	}
	if q.Offset > 0 {
		before := max(0, q.Offset-q.Limit)
		offset := strconv.Itoa(before)
		if before == 0 {
			offset = ""
		}
		links = append(links, Link{Href: s.here(r, "offset", offset), Rel: "prev", Type: geoJSONType, Title: "The previous page"})
	}
	_, query, _ := strings.Cut(s.here(r, "f", "", "offset", "", "limit", "", "order", "", "collection", ""), "?")
	return append(links, s.downloadsOf(r, q.Collection, query)...)
}
