package api

import (
	"net/http"
	"strconv"
	"strings"
)

// Media types of what we send.
const (
	jsonType    = "application/json"
	geoJSONType = "application/geo+json"
	schemaType  = "application/schema+json"
	htmlType    = "text/html; charset=utf-8"
	tileType    = "application/vnd.mapbox-vector-tile"
	parquetType = "application/vnd.apache.parquet"
	openAPIType = "application/vnd.oai.openapi+json"
)

// Format is embedded in the input of operations that also answer as a page.
type Format struct {
	F string `query:"f" enum:"json,html" doc:"The representation, when the Accept header cannot be set."`
}

// html reports whether r asks for a page rather than for data: by the
// parameter f, else by Accept. Without a preference, and where nothing that we
// have is acceptable, the answer is data, as RFC 9110 §12.4.1 allows.
func (f Format) html(r *http.Request) bool {
	if f.F != "" {
		return f.F == "html"
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	page := quality(accept, "text/html")
	return page > quality(accept, geoJSONType) && page > quality(accept, jsonType)
}

// quality is how much an Accept header wants mediaType, 0..1; the most
// specific range counts (RFC 9110 §12.5.1).
func quality(accept, mediaType string) float64 {
	kind, _, _ := strings.Cut(mediaType, "/")
	best, specific := 0.0, -1
	for part := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(part, ";")
		level := -1
		switch strings.ToLower(strings.TrimSpace(media)) {
		case mediaType:
			level = 2
		case kind + "/*":
			level = 1
		case "*/*":
			level = 0
		}
		if level > specific {
			best, specific = weight(params), level
		}
	}
	return best
}

// weight is the q of the parameters of a media range or language.
func weight(params string) float64 {
	for p := range strings.SplitSeq(params, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(p), "=")
		if strings.EqualFold(name, "q") {
			if q, err := strconv.ParseFloat(value, 64); err == nil && q >= 0 && q <= 1 {
				return q
			}
		}
	}
	return 1
}

// language is the one of our two that r prefers: Italian unless English is
// asked for with more weight.
func language(r *http.Request) string {
	italian, english := 0.0, 0.0
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Language"), ","), ",") {
		tag, params, _ := strings.Cut(part, ";")
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		switch primary {
		case "it":
			italian = max(italian, weight(params))
		case "en":
			english = max(english, weight(params))
		}
	}
	if english > italian {
		return "en"
	}
	return "it"
}
