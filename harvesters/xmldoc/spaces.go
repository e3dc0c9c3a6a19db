package xmldoc

// Spaces are the namespaces by the prefixes that our expressions, and nearly
// all documents, use for them. Other versions of one namespace have a number.
var Spaces = map[string]string{
	"xml": "http://www.w3.org/XML/1998/namespace", "xlink": "http://www.w3.org/1999/xlink", "xsi": "http://www.w3.org/2001/XMLSchema-instance",
	// RDF and vocabularies
	"rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "owl": "http://www.w3.org/2002/07/owl#",
	"skos": "http://www.w3.org/2004/02/skos/core#", "dc": "http://purl.org/dc/elements/1.1/", "dcterms": "http://purl.org/dc/terms/",
	"foaf": "http://xmlns.com/foaf/0.1/", "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
	// libraries, archives, museums
	"oai": "http://www.openarchives.org/OAI/2.0/", "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
	"edm": "http://www.europeana.eu/schemas/edm/", "ore": "http://www.openarchives.org/ore/terms/", "lido": "http://www.lido-schema.org",
	"mods": "http://www.loc.gov/mods/v3", "pico": "http://purl.org/pico/1.0/", "mag": "http://www.iccu.sbn.it/metaAG1.pdf",
	// geography
	"gml": "http://www.opengis.net/gml", "gml32": "http://www.opengis.net/gml/3.2", "ows": "http://www.opengis.net/ows", "ows11": "http://www.opengis.net/ows/1.1",
	"ows2": "http://www.opengis.net/ows/2.0", "ogc": "http://www.opengis.net/ogc", "fes": "http://www.opengis.net/fes/2.0",
	"wfs": "http://www.opengis.net/wfs", "wfs2": "http://www.opengis.net/wfs/2.0", "csw": "http://www.opengis.net/cat/csw/2.0.2", "csw3": "http://www.opengis.net/cat/csw/3.0",
	"gmd": "http://www.isotc211.org/2005/gmd", "gco": "http://www.isotc211.org/2005/gco", "gmx": "http://www.isotc211.org/2005/gmx", "srv": "http://www.isotc211.org/2005/srv",
}

// prefixes are the prefixes by their namespaces.
var prefixes = func() map[string]string {
	m := map[string]string{}
	for prefix, uri := range Spaces {
		m[uri] = prefix
	}
	return m
}()
