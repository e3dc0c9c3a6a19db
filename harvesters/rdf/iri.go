package rdf

import "strings"

// Resolve resolves a reference against a base IRI (RFC 3986 §5.2.2, RFC 3987
// §6.5). Nothing else is changed: characters that an IRI may not have stay.
func Resolve(base, ref string) string {
	r := split(ref)
	if r.scheme != "" || base == "" {
		return ref
	}
	b := split(base)
	t := parts{scheme: b.scheme, query: r.query, fragment: r.fragment}
	switch {
	case r.authority != "":
		t.authority, t.path = r.authority, removeDots(r.path)
	case r.path == "":
		t.authority, t.path = b.authority, b.path
		if r.query == "" {
			t.query = b.query
		}
	case r.path[0] == '/':
		t.authority, t.path = b.authority, removeDots(r.path)
	default:
		t.authority, t.path = b.authority, removeDots(merge(b, r.path))
	}
	return t.String()
}

// parts are the five parts of RFC 3986 §3 with their marks: "http:", "//host",
// "/path", "?query", "#fragment".
type parts struct{ scheme, authority, path, query, fragment string }

func (p parts) String() string { return p.scheme + p.authority + p.path + p.query + p.fragment }

func split(s string) (p parts) {
	if i := strings.IndexByte(s, '#'); i >= 0 {
		s, p.fragment = s[:i], s[i:]
	}
	if i := strings.IndexByte(s, '?'); i >= 0 {
		s, p.query = s[:i], s[i:]
	}
	if n := scheme(s); n > 0 {
		p.scheme, s = s[:n], s[n:]
	}
	if strings.HasPrefix(s, "//") {
		n := strings.IndexByte(s[2:], '/')
		if n < 0 {
			n = len(s) - 2
		}
		p.authority, s = s[:n+2], s[n+2:]
	}
	p.path = s
	return p
}

// scheme is the length of the scheme of s with its colon, 0 if there is none.
func scheme(s string) int {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c|0x20 >= 'a' && c|0x20 <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

// merge is RFC 3986 §5.2.3.
func merge(base parts, path string) string {
	if base.authority != "" && base.path == "" {
		return "/" + path
	}
	return base.path[:strings.LastIndexByte(base.path, '/')+1] + path
}

// removeDots is RFC 3986 §5.2.4.
func removeDots(path string) string {
	if !strings.Contains(path, ".") {
		return path
	}
	var out []string
	segments := strings.Split(path, "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".":
			if last {
				out = append(out, "")
			}
		case "..":
			if len(out) > 1 || len(out) == 1 && out[0] != "" {
				out = out[:len(out)-1]
			}
			if last {
				out = append(out, "")
			}
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "/")
}

// Prefixes are the prefixes that everybody uses for the vocabularies of
// catalogues. They stand in for those that a document forgot to declare.
var Prefixes = map[string]string{
	"adms":     "http://www.w3.org/ns/adms#",
	"dc":       "http://purl.org/dc/elements/1.1/",
	"dcat":     "http://www.w3.org/ns/dcat#",
	"dcatap":   "http://data.europa.eu/r5r/",
	"dcatapit": "http://dati.gov.it/onto/dcatapit#",
	"dct":      "http://purl.org/dc/terms/",
	"dcterms":  "http://purl.org/dc/terms/",
	"foaf":     "http://xmlns.com/foaf/0.1/",
	"gsp":      "http://www.opengis.net/ont/geosparql#",
	"hydra":    "http://www.w3.org/ns/hydra/core#",
	"locn":     "http://www.w3.org/ns/locn#",
	"owl":      "http://www.w3.org/2002/07/owl#",
	"rdf":      ns,
	"rdfs":     "http://www.w3.org/2000/01/rdf-schema#",
	"schema":   "http://schema.org/",
	"skos":     "http://www.w3.org/2004/02/skos/core#",
	"spdx":     "http://spdx.org/rdf/terms#",
	"vcard":    "http://www.w3.org/2006/vcard/ns#",
	"xsd":      xsd,
}
