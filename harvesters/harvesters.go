// Package harvesters has the list of protocols and the run: from what a source
// says, page by page, to what the catalogue keeps.
package harvesters

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"slices"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/arcgis"
	"po-net.prato.it/ponet/harvesters/ckan"
	"po-net.prato.it/ponet/harvesters/csw"
	"po-net.prato.it/ponet/harvesters/dcat"
	"po-net.prato.it/ponet/harvesters/feed"
	"po-net.prato.it/ponet/harvesters/file"
	"po-net.prato.it/ponet/harvesters/gtfs"
	"po-net.prato.it/ponet/harvesters/ical"
	"po-net.prato.it/ponet/harvesters/jsonld"
	"po-net.prato.it/ponet/harvesters/oaipmh"
	"po-net.prato.it/ponet/harvesters/ogcapi"
	"po-net.prato.it/ponet/harvesters/opendatasoft"
	"po-net.prato.it/ponet/harvesters/ponet"
	"po-net.prato.it/ponet/harvesters/rest"
	"po-net.prato.it/ponet/harvesters/sensorthings"
	"po-net.prato.it/ponet/harvesters/sparql"
	"po-net.prato.it/ponet/harvesters/wfs"
)

// A Harvester reads one source. An error that is catalog.ErrInvalid concerns
// one description and the harvest goes on; any other error is the last pair, without
// the name of the source, which the run says.
type Harvester func(context.Context, *http.Client, catalog.Source) iter.Seq2[catalog.Harvested, error]

// Protocols holds every harvester by the name sources use for it.
var Protocols = map[string]Harvester{
	"arcgis":       arcgis.Harvest,
	"ckan":         ckan.Harvest,
	"csw":          csw.Harvest,
	"dcat":         dcat.Harvest,
	"feed":         feed.Harvest,
	"file":         file.Harvest,
	"gtfs":         gtfs.Harvest,
	"ical":         ical.Harvest,
	"json":         rest.HarvestJSON,
	"jsonld":       jsonld.Harvest,
	"oaipmh":       oaipmh.Harvest,
	"ogcapi":       ogcapi.Harvest,
	"opendatasoft": opendatasoft.Harvest,
	"ponet":        ponet.Harvest,
	"sensorthings": sensorthings.Harvest,
	"sparql":       sparql.Harvest,
	"wfs":          wfs.Harvest,
	"xml":          rest.HarvestXML,
}

// ProtocolNames lists the protocols in order.
func ProtocolNames() []string { return slices.Sorted(maps.Keys(Protocols)) }
