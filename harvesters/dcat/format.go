package dcat

import (
	"path"
	"regexp"
	"strings"
)

// formats are our short names of formats by how catalogues write them: the
// codes of the EU table of file types, words, media types without "application/".
var formats = func() map[string]string {
	m := map[string]string{}
	for short, names := range map[string]string{
		"csv": "csv text/csv", "tsv": "tsv text/tab-separated-values", "geojson": "geojson geo+json vnd.geo+json", "json": "json", "topojson": "topojson", "jsonld": "json_ld jsonld ld+json",
		"xml": "xml text/xml", "gml": "gml gml+xml", "gpkg": "gpkg geopackage geopackage+sqlite3", "shp": "shp shapefile x-shapefile", "kml": "kml vnd.google-earth.kml+xml", "kmz": "kmz vnd.google-earth.kmz",
		"gpx": "gpx gpx+xml", "xlsx": "xlsx vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xls": "xls vnd.ms-excel", "ods": "ods vnd.oasis.opendocument.spreadsheet",
		"ttl": "rdf_turtle ttl turtle text/turtle", "rdf": "rdf_xml rdf rdf+xml", "nt": "rdf_n_triples nt n-triples", "ics": "ics icalendar text/calendar", "rss": "rss rss+xml", "atom": "atom atom+xml",
		"html": "html html_simpl xhtml text/html", "pdf": "pdf pdfa1a pdfa1b pdfa2a", "txt": "txt text/plain", "zip": "zip", "parquet": "parquet vnd.apache.parquet", "tiff": "tiff geotiff image/tiff",
		"wms": "wms wms_srvc", "wfs": "wfs wfs_srvc", "wcs": "wcs wcs_srvc", "wmts": "wmts wmts_srvc", "rest": "rest", "sparql": "sparql sparqlq", "api": "api",
	} {
		for name := range strings.FieldsSeq(names) {
			m[name] = short
		}
	}
	return m
}()

var formatWords = regexp.MustCompile(`[a-z0-9_+]+`)

// shortFormat is our name of a format: by what is said, an EU code, its address
// or words such as "Zipped CSV", else by the media type; as it was said when
// neither is known.
func shortFormat(said, media string) string {
	low := strings.ToLower(said)
	if strings.Contains(low, "://") {
		low = path.Base(low)
	}
	if short, ok := formats[low]; ok && short != "zip" { // what is in it says more
		return short
	}
	for _, w := range formatWords.FindAllString(low, -1) {
		if short, ok := formats[w]; ok && short != "zip" {
			return short
		}
	}
	if said == "" || low == "zip" {
		m := strings.ToLower(media)
		if short, ok := formats[strings.TrimPrefix(m, "application/")]; ok {
			return short
		}
		return low
	}
	return said
}
