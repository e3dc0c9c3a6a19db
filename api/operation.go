package api

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// Tags that group the operations in the document.
const (
	tagCatalogue = "Catalogue"
	tagRecords   = "Records"
	tagTiles     = "Tiles"
	tagDownload  = "Downloads"

	tagObservations = "Observations"
	tagSources      = "Sources"
)

// document fills in what every operation says: its errors, the 304, and the
// parameters that OGC API – Features wants described in its own way.
func document[I any](s *server, op *huma.Operation) {
	in := reflect.TypeFor[I]()
	for _, p := range ogcParameters() {
		if hasQuery(in, p.Name) && !documented(op, p.Name) {
			op.Parameters = append(op.Parameters, p)
		}
	}
	problem := s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "Problem")
	for status, text := range map[int]string{
		http.StatusBadRequest:          "A parameter is wrong or unknown; the problem says which, and what is expected.",
		http.StatusNotFound:            "There is no such thing.",
		http.StatusInternalServerError: "The fault is ours.",
		http.StatusServiceUnavailable:  "The answer took too long.",
	} {
		op.Responses[strconv.Itoa(status)] = problemResponse(problem, text)
	}
	if op.Responses["410"] != nil {
		op.Responses["410"] = problemResponse(problem, op.Responses["410"].Description)
	}
	op.Responses["304"] = &huma.Response{Description: "The copy named in If-None-Match is still good."}
}

func problemResponse(schema *huma.Schema, text string) *huma.Response {
	return &huma.Response{Description: text, Content: map[string]*huma.MediaType{problemType: {Schema: schema}}}
}

func documented(op *huma.Operation, name string) bool {
	return slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == name })
}

// hasQuery reports whether a field of the input t, or of a struct embedded in
// it, is the query parameter name.
func hasQuery(t reflect.Type, name string) bool {
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("query") == name {
			return true
		}
	}
	return false
}

// answers begins the responses of an operation with its 200: content is media
// types and schemas in turn.
func answers(text string, content ...any) map[string]*huma.Response {
	ok := &huma.Response{
		Description: text,
		Content:     map[string]*huma.MediaType{},
		Headers: map[string]*huma.Header{
			"ETag":          {Description: "Strong; send it back in If-None-Match.", Schema: &huma.Schema{Type: huma.TypeString}},
			"Cache-Control": {Description: "How long it may be kept.", Schema: &huma.Schema{Type: huma.TypeString}},
		},
	}
	for i := 0; i < len(content); i += 2 {
		ok.Content[content[i].(string)] = &huma.MediaType{Schema: content[i+1].(*huma.Schema)}
	}
	return map[string]*huma.Response{"200": ok}
}

// schemaOf is the schema of T, kept with the components.
func schemaOf[T any](s *server) *huma.Schema {
	return s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
}

// The schemas of what is not JSON. Bytes have none, in either version.
var (
	textSchema   = &huma.Schema{Type: huma.TypeString}
	binarySchema *huma.Schema
)

// ogcParameters describes the parameters of OGC API – Features as the standard
// asks. bbox and near are lists of numbers to the reader of the document; the
// handlers read them as text, to say exactly what is wrong. limit has its
// maximum here only: more is not an error (/req/core/fc-limit-response-1).
func ogcParameters() []*huma.Param {
	list := func(minItems, maxItems int) *huma.Schema {
		return &huma.Schema{Type: huma.TypeArray, MinItems: &minItems, MaxItems: &maxItems, Items: &huma.Schema{Type: huma.TypeNumber}}
	}
	noExplode := false
	return []*huma.Param{
		{Name: "bbox", In: "query", Style: "form", Explode: &noExplode, Schema: list(4, 6), Example: []float64{11.02, 43.82, 11.13, 43.93},
			Description: "Records that intersect this box: west,south,east,north in degrees, WGS 84, longitude first (CRS84). Six numbers carry heights in metres, which are dropped. A west that lies east of east crosses the antimeridian."},
		{Name: "near", In: "query", Style: "form", Explode: &noExplode, Schema: list(2, 2), Example: []float64{11.0966, 43.8807},
			Description: "Records near this point: longitude,latitude in degrees. With radius, only those within it."},
		{Name: "datetime", In: "query", Style: "form", Explode: &noExplode, Schema: &huma.Schema{Type: huma.TypeString}, Example: "2026-11-01T00:00:00Z/..",
			Description: "Records whose time meets this one: an instant (RFC 3339), a date (the whole day in Prato), or start/end with .. for an open end. Records without a time are left out."},
		limitParameter(defaultItems, maxItems, "Records a page. More than the maximum is not an error: the maximum is used."),
	}
}

// limitParameter has the maximum that the input's tag must not have.
func limitParameter(standard, most int, text string) *huma.Param {
	noExplode := false
	return &huma.Param{Name: "limit", In: "query", Style: "form", Explode: &noExplode, Description: text,
		Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: number(1), Maximum: number(float64(most)), Default: standard}}
}

func number(n float64) *float64 { return &n }
