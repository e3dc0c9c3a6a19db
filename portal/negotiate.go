package portal

import (
	"strconv"
	"strings"
)

// splitSuffix takes a format off the end of a page's name.
func splitSuffix(name string) (rest, format string) {
	for _, f := range []string{"geojson", "jsonld", "ttl", "ics", "pdf"} {
		if rest, ok := strings.CutSuffix(name, "."+f); ok {
			return rest, f
		}
	}
	return name, ""
}

// acceptable are the formats of a record by the media types that ask for them.
var acceptable = map[string]string{
	"application/geo+json": "geojson", "application/json": "geojson", "application/ld+json": "jsonld", "text/turtle": "ttl", "text/calendar": "ics", pdfType: "pdf",
	"text/html": "html", "application/xhtml+xml": "html",
}

// wanted is the format that an Accept header asks for before a page: "" when it
// takes a page.
func wanted(accept string) string {
	best, format := 0.0, ""
	for item := range strings.SplitSeq(accept, ",") {
		media, parameters, _ := strings.Cut(item, ";")
		q := 1.0
		if v, ok := strings.CutPrefix(strings.ReplaceAll(parameters, " ", ""), "q="); ok {
			q, _ = strconv.ParseFloat(v, 64)
		}
		f := acceptable[strings.TrimSpace(media)]
		if f != "" && q > best {
			best, format = q, f
		}
	}
	if format == "html" {
		return ""
	}
	return format
}
