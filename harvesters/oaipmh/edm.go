package oaipmh

import (
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// The Europeana Data Model in RDF/XML: things, what their providers say of them
// (proxies and aggregations), and the places and persons that are referred to.
var (
	edmThings       = xmldoc.Compile("self::edm:ProvidedCHO | edm:ProvidedCHO")
	edmProxies      = xmldoc.Compile("ore:Proxy")
	edmProxyFor     = xmldoc.Compile("ore:proxyFor")
	edmByEuropeana  = xmldoc.Compile("edm:europeanaProxy")
	edmAggregations = xmldoc.Compile("ore:Aggregation")
	edmAggregated   = xmldoc.Compile("edm:aggregatedCHO")
	edmEntities     = xmldoc.Compile("edm:Place | edm:Agent | edm:TimeSpan | skos:Concept")
	edmLabel        = xmldoc.Compile("skos:prefLabel")
	edmHolder       = xmldoc.Compile("edm:dataProvider")
	edmProvider     = xmldoc.Compile("edm:provider")
	edmPage         = xmldoc.Compile("edm:isShownAt")
	edmPicture      = xmldoc.Compile("edm:isShownBy | edm:object | edm:hasView")
	edmRights       = xmldoc.Compile("edm:rights")
	edmType         = xmldoc.Compile(".//edm:type")
	edmLocation     = xmldoc.Compile(".//edm:currentLocation")
	edmLat          = xmldoc.Compile("wgs84:lat")
	edmLong         = xmldoc.Compile("wgs84:long")
)

// A linked document is one whose properties refer to other nodes of it.
type linked struct {
	root     *xmlquery.Node
	entities map[string]*xmlquery.Node
}

func edmCards(metadata *xmlquery.Node) ([]foundCard, *catalog.RowError) {
	l := linked{root: metadata, entities: map[string]*xmlquery.Node{}}
	for _, n := range xmldoc.Nodes(metadata, edmEntities) {
		l.entities[xmldoc.Attr(n, "about")] = n
	}
	var list []foundCard
	for _, n := range xmldoc.Nodes(metadata, edmThings) {
		about := xmldoc.Attr(n, "about")
		list = append(list, foundCard{l.thing(n, about), about, metadata})
	}
	if len(list) == 0 {
		return nil, refuse("metadata-unknown", "RDF without edm:ProvidedCHO", "a thing of the Europeana Data Model, edm:ProvidedCHO")
	}
	return list, nil
}

// resource is what a property refers to, "" for a text.
func resource(n *xmlquery.Node) string {
	if n == nil {
		return ""
	}
	return xmldoc.Attr(n, "resource")
}

// value is the text of a property, or the name of what it refers to.
func (l linked) value(n *xmlquery.Node) string {
	if s := xmldoc.Inner(n); s != "" {
		return s
	}
	at := resource(n)
	if e, ok := l.entities[at]; ok {
		if label := firstOf(inBest(each([]*xmlquery.Node{e}, edmLabel))); label != "" {
			return label
		}
	}
	return at
}

// scope are the nodes that say something of a thing, first of all its provider's; what
// Europeana added by machine, such as five places called Geneva, is left out.
func (l linked) scope(n *xmlquery.Node, about string) (scope, aggregations []*xmlquery.Node) {
	scope = []*xmlquery.Node{n}
	for _, p := range xmldoc.Nodes(l.root, edmProxies) {
		if resource(xmldoc.Node(p, edmProxyFor)) == about && xmldoc.First(p, edmByEuropeana) != "true" {
			scope = append(scope, p)
		}
	}
	for _, a := range xmldoc.Nodes(l.root, edmAggregations) {
		if resource(xmldoc.Node(a, edmAggregated)) == about {
			aggregations = append(aggregations, a)
		}
	}
	return scope, aggregations
}

func (l linked) thing(n *xmlquery.Node, about string) *card {
	c := &card{locationKind: "current"}
	scope, aggregations := l.scope(n, about)
	c.dublinCore(scope, l.value)
	first := func(e *xpath.Expr) string {
		for _, n := range each(aggregations, e) {
			if s := l.value(n); s != "" {
				return s
			}
		}
		return ""
	}
	if rights := first(edmRights); rights != "" {
		c.rights = rights
	}
	if page := first(edmPage); page != "" {
		c.page = page
	}
	c.holder = first(edmHolder)
	c.also("provider", first(edmProvider))
	if isWeb(about) {
		c.identify("europeana", about)
	}
	for _, n := range each(aggregations, edmPicture) {
		c.show(resource(n), c.rights)
	}
	if c.heritageType == "" {
		switch xmldoc.First(n, edmType) + firstOf(inBest(each(scope, edmType))) {
		case "TEXT":
			c.heritageType = "library"
		case "IMAGE":
			c.heritageType = "artistic"
		}
	}
	l.locate(c, scope)
	return c
}

// locate takes the place where the thing is now. Those that it is about, or comes
// from, say nothing of that.
func (l linked) locate(c *card, scope []*xmlquery.Node) {
	for _, n := range each(scope, edmLocation) {
		e, ok := l.entities[resource(n)]
		if !ok {
			continue
		}
		lat, err := strconv.ParseFloat(strings.TrimSpace(xmldoc.First(e, edmLat)), 64)
		lon, err2 := strconv.ParseFloat(strings.TrimSpace(xmldoc.First(e, edmLong)), 64)
		if err == nil && err2 == nil {
			if p := pointAt(lon, lat); p != nil {
				c.point, c.geometrySource = p, "harvested"
			}
		}
		if name := l.value(n); name != "" {
			c.spatial = name
		}
		return
	}
}
