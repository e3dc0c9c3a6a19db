package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/uuid"

	"po-net.prato.it/ponet/catalog"
)

// ItemInput names a record.
type ItemInput struct {
	Request
	Format
	Past
	Collection string `path:"collectionId" maxLength:"200" doc:"Name of a collection." example:"places"`
	ID         string `path:"featureId" maxLength:"100" doc:"Identifier of a record, a UUID."`
}

func itemOperation(s *server) huma.Operation {
	op := huma.Operation{
		OperationID: "getFeature",
		Summary:     "One record",
		Description: "A record with everything that is published about it.",
		Tags:        []string{tagRecords},
		Responses:   answers("The record.", geoJSONType, schemaOf[Feature](s), "text/html", textSchema),
	}
	op.Responses["301"] = &huma.Response{Description: "The record is the same as another, which Location names."}
	op.Responses["410"] = &huma.Response{Description: "The record was withdrawn."}
	return op
}

func (s *server) item(ctx context.Context, in *ItemInput) (*answer, error) {
	r := in.http
	page := in.html(r)
	mediaType := geoJSONType
	if page {
		mediaType = htmlType + language(r)
	}
	missing := newProblem(http.StatusNotFound, missingRecord(in.Collection, in.ID))
	if _, err := uuid.Parse(in.ID); err != nil || len(in.ID) != 36 {
		return nil, missing
	}
	tagged := in.Collection
	if in.at == nil {
		tagged = "" // datasets that it is in are named too
	}
	tag, err := s.stateTag(ctx, r, tagged, mediaType, in.at)
	if err != nil && !notFound(err) {
		return nil, err
	}
	if a := unchanged(r, tag); a != nil && err == nil {
		return a, nil
	}
	rec, err := s.itemAt(ctx, in)
	if notFound(err) && in.at != nil {
		return nil, err // it was not there then
	}
	if notFound(err) || err == nil && rec.Collection != in.Collection {
		return nil, missing
	}
	if merged, ok := errors.AsType[*catalog.MergedError](err); ok {
		if rec, err = s.store.Item(ctx, merged.Into); err == nil {
			return movedTo(s.at(r, "collections", rec.Collection, "items", rec.ID) + query(r)), nil
		}
	}
	if err != nil {
		return nil, err
	}
	if page {
		return s.itemPage(ctx, r, tag, rec)
	}
	if in.at != nil {
		return send(geoJSONType, tag, s.feature(r, rec)), nil
	}
	datasets, err := s.store.DatasetsOf(ctx, rec)
	if err != nil {
		return nil, err
	}
	return send(geoJSONType, tag, withQuality(s.feature(r, rec, s.datasetLinks(r, rec, datasets)...), rec)), nil
}

func missingRecord(collection, id string) string {
	return fmt.Sprintf("there is no record %q in the collection %q: identifiers are the id of the features in %s/collections/%s/items", cut(id), cut(collection), Prefix, cut(collection))
}

// itemAt is the record that in names, now or as it was.
func (s *server) itemAt(ctx context.Context, in *ItemInput) (*catalog.Record, error) {
	if in.at == nil {
		return s.store.Item(ctx, in.ID)
	}
	return s.store.ItemAsOf(ctx, in.ID, *in.at)
}

// movedTo answers 301: what was asked for is there, for ever.
func movedTo(address string) *answer {
	return &answer{func(ctx huma.Context) {
		ctx.SetHeader("Location", address)
		ctx.SetHeader("Cache-Control", revalidate)
		ctx.SetStatus(http.StatusMovedPermanently)
	}}
}

// query is the query of r with its question mark, nothing when there is none.
func query(r *http.Request) string {
	if r.URL.RawQuery == "" {
		return ""
	}
	return "?" + r.URL.RawQuery
}

// feature is the encoded feature of a record with the links that the standard
// wants put in before its closing brace.
func (s *server) feature(r *http.Request, rec *catalog.Record, more ...Link) []byte {
	links := append(s.selfAndPage(r, geoJSONType),
		Link{Href: s.at(r, "collections", rec.Collection), Rel: "collection", Type: jsonType, Title: "The collection"},
		Link{Href: s.permanent(r, rec.ID), Rel: "canonical", Title: "Its permanent identifier"})
	if in := r.URL.Query().Get("asOf"); in != "" {
		links = append(links, Link{Href: s.here(r, "asOf", ""), Rel: "latest-version", Type: geoJSONType, Title: "The record as it is now"})
	}
	if r.URL.Query().Get("asOf") == "" {
		links = append(links, Link{Href: s.at(r, "collections", rec.Collection, "items", rec.ID, "quality"), Rel: "describedby", Type: jsonType, Title: "How complete it is, who has checked it, and what would make it better"})
		links = append(links, Link{Href: s.at(r, "records", rec.ID, "relations"), Rel: "related", Type: jsonType, Title: "What has to do with it"})
	}
	if rec.Kind == catalog.KindStation {
		links = append(links, Link{Href: s.at(r, "stations", rec.ID, "datastreams"), Rel: "datastreams", Type: jsonType, Title: "What it measures"})
	}
	links = withLicence(links, rec.Licence)
	if isWebAddress(rec.SourceURL) {
		links = append(links, Link{Href: rec.SourceURL, Rel: "via", Title: "Where it was harvested"})
	}
	links = append(links, more...)
	encoded := bytes.TrimRight(rec.Feature, " \n")
	b := append(make([]byte, 0, len(encoded)+1000), encoded[:len(encoded)-1]...)
	b = appendLinks(append(b, ','), links)
	return append(b, '}')
}

// datasetLinks lead to the datasets that rec is in, and to the records that it
// describes. Their relation is the word of DCMI Metadata Terms (RFC 8288, section 2.1.2).
func (s *server) datasetLinks(r *http.Request, rec *catalog.Record, datasets []*catalog.Record) []Link {
	var links []Link
	if rec.Kind == catalog.KindDataset {
		links = append(links, Link{Href: s.at(r, "search") + "?related=" + rec.ID + "&relation=" + catalog.Describes, Rel: dcTerms + "references", Type: geoJSONType, Title: "The records that it describes"})
	}
	for _, d := range datasets {
		links = append(links, Link{Href: s.at(r, "collections", catalog.KindDataset.Collection(), "items", d.ID), Rel: dcTerms + "isReferencedBy", Type: geoJSONType, Title: "A dataset that it is in: " + d.Title})
	}
	return links
}

// dcTerms is the namespace of DCMI Metadata Terms.
const dcTerms = "http://purl.org/dc/terms/"

// permanent is the identifier of a record as an address, which leads to its
// page in the portal.
func (s *server) permanent(r *http.Request, id string) string {
	return strings.TrimSuffix(s.base(r), Prefix) + "/id/" + id
}
