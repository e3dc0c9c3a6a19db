package recognise

import (
	"bytes"
	"cmp"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"strings"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/fetch"
)

var (
	timetableFile = regexp.MustCompile(`(agency|stops|routes|stop_times)\.txt`)
	turtlePrefix  = regexp.MustCompile(`(?im)^\s*@?prefix\s+\S*:\s*<`)
)

// recognised tells the kind of a document by its beginning.
func recognised(doc []byte, media string) (kind, what string) {
	begins := func(s string) bool { return bytes.HasPrefix(doc, []byte(s)) }
	switch {
	case len(doc) == 0:
		return "", ""
	case begins("PK\x03\x04") && timetableFile.Match(doc):
		return "gtfs", "a timetable in GTFS"
	case begins("PK\x03\x04"), begins("SQLite format 3"), begins("\x1f\x8b"):
		return "file", "a file"
	case begins("%PDF"):
		return "", "a PDF document, which nobody can read as data"
	case begins("BEGIN:VCALENDAR"):
		return "ical", "a calendar"
	case fetch.IsPage(doc):
		return recognisedPage(doc)
	case begins("<"):
		return recognisedXML(doc)
	case begins("{"), begins("["):
		return recognisedJSON(doc)
	case turtlePrefix.Match(doc):
		return "dcat", "RDF in Turtle"
	case media == "text/csv" || bytes.ContainsAny(doc[:min(len(doc), 1024)], ";,\t|") && bytes.ContainsRune(doc, '\n') && !bytes.ContainsRune(doc, 0):
		return "file", "a table in text"
	}
	return "", ""
}

func recognisedPage(doc []byte) (kind, what string) {
	switch {
	case len(fetch.Alternates(doc, nil, "application/rss+xml", "application/atom+xml")) > 0:
		what = "a web page; it names a feed, " + fetch.Alternates(doc, nil, "application/rss+xml", "application/atom+xml")[0]
	case bytes.Contains(doc, []byte(`type="password"`)):
		what = "a page that wants a login"
	default:
		what = "a web page"
	}
	if bytes.Contains(doc, []byte("application/ld+json")) || bytes.Contains(doc, []byte("schema.org/")) && bytes.Contains(doc, []byte("itemtype")) {
		return "jsonld", what + " with data of schema.org"
	}
	return "", what
}

// recognisedXML goes by the first element.
func recognisedXML(doc []byte) (kind, what string) {
	d := xml.NewDecoder(bytes.NewReader(doc))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // names are ASCII
	for {
		t, err := d.Token()
		if err != nil {
			return "", ""
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		for _, r := range roots {
			if r.element == e.Name.Local && (r.space == "" || strings.Contains(e.Name.Space, r.space) || bytes.Contains(doc, []byte(r.space))) {
				return r.kind, r.what
			}
		}
		return "xml", "XML that begins with <" + e.Name.Local + ">"
	}
}

// roots are the first elements by which a document is known, and what stands in
// its namespaces where the element alone says too little.
var roots = []struct{ element, space, kind, what string }{
	{"WFS_Capabilities", "", "wfs", "a Web Feature Service (WFS)"},
	{"FeatureCollection", "", "wfs", "features in GML"},
	{"Capabilities", "/cat/csw/", "csw", "a catalogue service (CSW)"},
	{"GetRecordsResponse", "", "csw", "records of a catalogue service (CSW)"},
	{"GetRecordByIdResponse", "", "csw", "a record of a catalogue service (CSW)"},
	{"MD_Metadata", "", "csw", "metadata of ISO 19115"},
	{"MI_Metadata", "", "csw", "metadata of ISO 19115"},
	{"ExceptionReport", "/cat/csw/", "csw", "a catalogue service (CSW)"},
	{"ExceptionReport", "opengis.net/wfs", "wfs", "a Web Feature Service (WFS)"},
	{"WMS_Capabilities", "", "", "a map service (WMS), which gives pictures and no data; the same server may have a WFS"},
	{"WMT_MS_Capabilities", "", "", "a map service (WMS), which gives pictures and no data; the same server may have a WFS"},
	{"Capabilities", "/wmts/", "", "a map service (WMTS), which gives pictures and no data; the same server may have a WFS"},
	{"OAI-PMH", "", "oaipmh", "an OAI-PMH repository"},
	{"lido", "", "oaipmh", "records in LIDO"},
	{"lidoWrap", "", "oaipmh", "records in LIDO"},
	{"rss", "", "feed", "a feed"},
	{"feed", "w3.org/2005/Atom", "feed", "a feed"},
	{"RDF", "purl.org/rss/1.0/", "feed", "a feed"},
	{"RDF", "", "dcat", "RDF in XML"},
	{"urlset", "", "jsonld", "the sitemap of a web site"},
	{"sitemapindex", "", "jsonld", "the sitemaps of a web site"},
	{"kml", "", "file", "a KML file"},
	{"gpx", "", "file", "a GPX file"},
}

// recognisedJSON goes by the names of the outermost object. What is cut off, as it
// is long, is known by its beginning.
func recognisedJSON(doc []byte) (kind, what string) {
	has := func(names ...string) bool {
		for _, n := range names {
			if !bytes.Contains(doc, []byte(`"`+n+`"`)) {
				return false
			}
		}
		return true
	}
	var outer map[string]json.RawMessage
	whole := json.Unmarshal(doc, &outer) == nil
	top := func(names ...string) bool {
		for _, n := range names {
			if _, ok := outer[n]; whole && !ok || !whole && !has(n) {
				return false
			}
		}
		return true
	}
	said := strings.Trim(string(outer["type"]), `"`)
	switch {
	case doc[0] == '[':
		if has("@context") || has("@type") {
			return "jsonld", "JSON-LD"
		}
		return "json", "a list in JSON"
	case said == "FeatureCollection" || said == "Feature" || !whole && bytes.Contains(doc, []byte(`"FeatureCollection"`)):
		if top("links") && (top("numberMatched") || top("numberReturned")) {
			return "ogcapi", "a page of an OGC API"
		}
		return "file", "GeoJSON"
	case has("stac_version"):
		return "", "a STAC catalogue of images, which no kind reads"
	case top("success", "result") && actionAnswer(doc, outer):
		return "ckan", "the action API of a CKAN portal"
	case top("total_count", "results") && !top("next"):
		return "opendatasoft", "the API of a portal of Opendatasoft"
	case top("value") && has("Things", "Datastreams"):
		return "sensorthings", "a service of SensorThings"
	case top("currentVersion") && (top("layers") || top("services") || top("fields") || top("folders")):
		return "arcgis", "a service of ArcGIS"
	case top("head") && (top("results") || top("boolean")):
		return "sparql", "a SPARQL endpoint"
	case has("project-open-data.cio.gov"), top("conformsTo", "dataset"):
		return "dcat", "a catalogue in data.json"
	case has("@graph") && has("dcat"), has("@context") && has("dcat:Dataset"):
		return "dcat", "RDF in JSON-LD"
	case top("@context"):
		return "jsonld", "JSON-LD"
	case top("links") && (top("collections") || top("conformsTo") || has("conformance")):
		return "ogcapi", "an OGC API"
	case top("version", "items") && has("jsonfeed.org"):
		return "feed", "a JSON feed"
	case top("error"), bytes.Equal(outer["success"], []byte("false")):
		return "", "an error of a service: " + cmp.Or(errorText(outer["error"]), "it says no more")
	}
	return "json", "JSON"
}

// actionAnswer reports whether what says success and result is of the action API of
// CKAN. Its help says so, or a bare yes, or the datasets in it do; others use these words for any
// list, and the rows of CKAN's own datastore are for the kind json.
func actionAnswer(doc []byte, outer map[string]json.RawMessage) bool {
	var rows struct{ Records []json.RawMessage }
	if json.Unmarshal(outer["result"], &rows) == nil && rows.Records != nil {
		return false
	}
	return outer["help"] != nil || string(outer["result"]) == "true" || // of site_read outer == nil && bytes.Contains(doc[:min(len(doc), 1024)], []byte(`"help"`)) ||
		bytes.Contains(doc, []byte(`"resources"`)) && bytes.Contains(doc, []byte(`"metadata_modified"`))
}

// errorText is what an error in JSON says.
func errorText(raw json.RawMessage) string {
	var text string
	var object struct{ Message string }
	if json.Unmarshal(raw, &text) != nil && json.Unmarshal(raw, &object) == nil {
		text = object.Message
	}
	return catalog.Excerpt(text)
}
