package api

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"

	"po-net.prato.it/ponet/datasets"
)

// A Link leads to another resource (RFC 8288).
type Link struct {
	Href      string `json:"href" doc:"Where it leads." example:"https://po-net.prato.it/api/v1/collections"`
	Rel       string `json:"rel" doc:"What it is to this resource." example:"data"`
	Type      string `json:"type,omitempty" doc:"Media type found there." example:"application/json"`
	Title     string `json:"title,omitempty" doc:"In words."`
	Templated bool   `json:"templated,omitempty" doc:"Href is a template with names in braces."`
}

// Relations of the OGC that have no short name.
const (
	relQueryables     = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
	relSchema         = "http://www.opengis.net/def/rel/ogc/1.0/schema"
	relTilesetsVector = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"
	relTilingScheme   = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
	relTilingSchemes  = "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes"
)

// base is the address of the API as the caller of r reaches it.
func (s *server) base(r *http.Request) string {
	if s.cfg.BaseURL != "" {
		return s.cfg.BaseURL + Prefix
	}
	if r.TLS != nil {
		return "https://" + r.Host + Prefix
	}
	return "http://" + r.Host + Prefix
}

// at is the address of the resource whose path below the API is segments.
func (s *server) at(r *http.Request, segments ...string) string {
	var b strings.Builder
	b.WriteString(s.base(r))
	for _, segment := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(segment))
	}
	return b.String()
}

// here is the address of r with parameters changed: name, value, name, value …;
// an empty value drops the parameter.
func (s *server) here(r *http.Request, changes ...string) string {
	query := r.URL.Query()
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "" {
			query.Del(changes[i])
		} else {
			query.Set(changes[i], changes[i+1])
		}
	}
	for name, values := range query {
		if len(values) == 1 && values[0] == "" {
			delete(query, name)
		}
	}
	address := s.base(r) + strings.TrimSuffix(strings.TrimPrefix(r.URL.EscapedPath(), Prefix), "/")
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	return address
}

// selfAndPage are the links of data to itself and to its page.
func (s *server) selfAndPage(r *http.Request, mediaType string) []Link {
	return []Link{
		{Href: s.here(r, "f", ""), Rel: "self", Type: mediaType, Title: "This document"},
		{Href: s.here(r, "f", "html"), Rel: "alternate", Type: "text/html", Title: "This document as a page"},
	}
}

// withLicence adds the licence named by uri: the address of its text where we
// know it, for a name in a vocabulary is no place to read it.
func withLicence(links []Link, uri string) []Link {
	if uri == "" {
		return links
	}
	address, title := licenceText(uri)
	return append(links, Link{Href: address, Rel: "license", Title: title})
}

// licenceText is where a licence can be read, and what people call it.
func licenceText(uri string) (address, title string) {
	if uri == "" {
		return "", ""
	}
	l, known := datasets.Vocabularies().Licence(uri)
	if !known {
		return uri, uri
	}
	return cmp.Or(l.URL, uri), l.Short
}
