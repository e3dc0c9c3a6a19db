package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"
)

// A Landing is where a client begins.
type Landing struct {
	Title       string `json:"title" doc:"Of the catalogue."`
	Description string `json:"description" doc:"In a sentence."`
	Links       []Link `json:"links" nullable:"false" doc:"The way to everything else."`
}

// PageInput is the input of operations that take nothing but a representation.
type PageInput struct {
	Request
	Format
}

func landingOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getLandingPage",
		Summary:     "Landing page",
		Description: "Links to what the API offers.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The landing page.", jsonType, schemaOf[Landing](s), "text/html", textSchema),
	}
}

func (s *server) landing(ctx context.Context, in *PageInput) (*answer, error) {
	r := in.http
	page := Landing{
		Title:       s.cfg.Title,
		Description: "Places, services, events and datasets of the territory, as open data.",
		Links: append(s.selfAndPage(r, jsonType),
			Link{Href: s.at(r, "openapi-3.0.json"), Rel: "service-desc", Type: openAPIType + ";version=3.0", Title: "This API in OpenAPI 3.0"},
			Link{Href: s.at(r, "openapi.json"), Rel: "service-desc", Type: openAPIType + ";version=3.1", Title: "This API in OpenAPI 3.1"},
			Link{Href: s.at(r, "docs"), Rel: "service-doc", Type: "text/html", Title: "This API explained"},
			Link{Href: s.at(r, "conformance"), Rel: "conformance", Type: jsonType, Title: "The standards it keeps"},
			Link{Href: s.at(r, "collections"), Rel: "data", Type: jsonType, Title: "The collections"},
			Link{Href: s.at(r, "search") + "{?q,bbox,near,radius,theme,type,municipality,body,collection,limit,offset}", Rel: "search", Type: geoJSONType, Title: "Search in all collections", Templated: true},
			Link{Href: s.at(r, "changes") + "{?since,limit}", Rel: "changes", Type: jsonType, Title: "What was published, changed and withdrawn", Templated: true},
			Link{Href: s.at(r, "tileMatrixSets"), Rel: relTilingSchemes, Type: jsonType, Title: "How tiles are cut"},
		),
	}
	page.Links = withLicence(page.Links, s.cfg.Licence)
	if in.html(r) {
		return s.landingPage(ctx, r, page)
	}
	return s.sendJSON(r, jsonType, page)
}

// A Conformance lists the standards that are kept.
type Conformance struct {
	ConformsTo []string `json:"conformsTo" nullable:"false" doc:"URIs of conformance classes."`
}

// conformanceClasses are those whose every requirement is kept.
var conformanceClasses = []string{
	"http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
	"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
	"http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/geodata-tilesets",
	"http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
}

func conformanceOperation(s *server) huma.Operation {
	return huma.Operation{
		OperationID: "getConformance",
		Summary:     "Standards",
		Description: "The conformance classes of the OGC that this API keeps.",
		Tags:        []string{tagCatalogue},
		Responses:   answers("The list.", jsonType, schemaOf[Conformance](s), "text/html", textSchema),
	}
}

func (s *server) conformance(_ context.Context, in *PageInput) (*answer, error) {
	list := Conformance{conformanceClasses}
	if in.html(in.http) {
		title := phrases[language(in.http)]["conformance"]
		return s.sendPage(in.http, "conformance", "", s.newPage(in.http, title, list, s.toRoot(in.http)))
	}
	return s.sendJSON(in.http, jsonType, list)
}

// JSONInput is the input of operations that take nothing and have one
// representation; f=json is what OGC clients add by habit.
type JSONInput struct {
	Request
	F string `query:"f" enum:"json" doc:"The representation; there is one."`
}
