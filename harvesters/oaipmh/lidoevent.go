package oaipmh

import (
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

var (
	lidoEvents     = xmldoc.Compile("eventWrap/eventSet/event")
	eventKinds     = xmldoc.Compile("eventType/*")
	eventActor     = xmldoc.Compile("eventActor/actorInRole")
	actorName      = xmldoc.Compile("actor/nameActorSet/appellationValue[@lido:pref='preferred'] | actor/nameActorSet/appellationValue[not(../appellationValue[@lido:pref='preferred'])]")
	actorDisplay   = xmldoc.Compile("eventActor/displayActorInRole")
	actorRole      = xmldoc.Compile("roleActor/term")
	actorID        = xmldoc.Compile("actor/actorID")
	eventDateText  = xmldoc.Compile("eventDate/displayDate | periodName/term")
	eventEarliest  = xmldoc.Compile("eventDate/date/earliestDate")
	eventLatest    = xmldoc.Compile("eventDate/date/latestDate")
	eventMaterials = xmldoc.Compile("eventMaterialsTech/materialsTech/termMaterialsTech/term[not(@lido:addedSearchTerm='yes')] | eventMaterialsTech/materialsTech/termMaterialsTech/skos:Concept/skos:prefLabel")
	eventTechText  = xmldoc.Compile("eventMaterialsTech/displayMaterialsTech")
	eventCulture   = xmldoc.Compile("culture/term")
	eventPlaceName = xmldoc.Compile("eventPlace/displayPlace | eventPlace/place/namePlaceSet/appellationValue")

	placeName   = xmldoc.Compile("namePlaceSet/appellationValue")
	placeWhole  = xmldoc.Compile("partOfPlace")
	placePoints = xmldoc.Compile(".//gml:pos | .//gml:coordinates | .//gml32:pos")
)

// making are the words and terms of LIDO's terminology by which an event is one in which
// the thing came to be; finding those of one in which it was found.
var (
	making  = []string{"production", "creation", "herstellung", "realizzazione", "produzione", "creazione", "esecuzione", "costruzione", "producere", "lido00007", "lido00012", "e12"}
	finding = []string{"finding", "fund", "ritrovamento", "rinvenimento", "excavation", "scavo", "lido00002", "lido00010"}
)

func isEvent(n *xmlquery.Node, kinds []string) bool {
	for _, s := range xmldoc.Texts(n, eventKinds) {
		s = strings.ToLower(s)
		if slices.ContainsFunc(kinds, func(k string) bool { return s == k || strings.HasSuffix(s, "/"+k) || strings.HasPrefix(s, k+" ") }) {
			return true
		}
	}
	return false
}

// lidoEvents takes who made the thing, when and of what; where it was found.
func (c *card) lidoEvents(about []*xmlquery.Node) {
	for _, e := range each(about, lidoEvents) {
		switch {
		case isEvent(e, making):
			c.made(e)
		case isEvent(e, finding):
			c.also("found_at", strings.Join(unique(xmldoc.Texts(e, eventPlaceName)), ", "))
		}
	}
}

func (c *card) made(e *xmlquery.Node) {
	one := []*xmlquery.Node{e}
	before := len(c.creators)
	for _, a := range xmldoc.Nodes(e, eventActor) {
		id := xmldoc.First(a, actorID)
		if !isWeb(id) {
			id = ""
		}
		c.create(firstOf(inBest(each([]*xmlquery.Node{a}, actorName))), firstOf(inBest(each([]*xmlquery.Node{a}, actorRole))), id)
	}
	if len(c.creators) == before {
		for _, s := range inBest(each(one, actorDisplay)) {
			c.create(s, "", "")
		}
	}
	if c.dating == nil {
		c.dating = lidoDating(one)
	}
	if list := inBest(each(one, eventMaterials)); len(list) > 0 {
		c.materials = append(c.materials, list...)
	} else {
		c.materials = append(c.materials, inBest(each(one, eventTechText))...)
	}
	c.also("culture", inBest(each(one, eventCulture))...)
	c.also("made_at", strings.Join(unique(inBest(each(one, eventPlaceName))), ", "))
}

// lidoDating takes the years that an event gives, and its words.
func lidoDating(event []*xmlquery.Node) *dating {
	from, to := yearIn(firstOf(allTexts(event, eventEarliest))), yearIn(firstOf(allTexts(event, eventLatest)))
	d := newDating(firstOf(inBest(each(event, eventDateText))))
	switch {
	case d == nil && from == nil && to == nil:
		return nil
	case d == nil:
		d = &dating{Label: span(from, to)}
	}
	if from != nil || to != nil {
		d.From, d.To = from, to
	}
	return d
}

// span is "1575-1576" in words.
func span(from, to *int) string {
	switch {
	case from == nil:
		return "entro il " + strconv.Itoa(*to)
	case to == nil:
		return "dal " + strconv.Itoa(*from)
	case *from == *to:
		return strconv.Itoa(*from)
	}
	return strconv.Itoa(*from) + "-" + strconv.Itoa(*to)
}

var (
	communes  = []string{"commune", "comune", "municipality", "gemeinde", "city", "town", "locality", "stadt", "città"}
	provinces = []string{"province", "provincia"}
)

// lidoPlace takes where a thing is: the names of the places in each other, of which one
// may be a municipality, and a point.
func (c *card) lidoPlace(n *xmlquery.Node) {
	for _, p := range xmldoc.Nodes(n, placePoints) {
		if c.point = gmlPoint(xmldoc.Inner(p), xmldoc.Attr(p, "srsName")+xmldoc.Attr(p.Parent, "srsName")); c.point != nil {
			c.geometrySource = "harvested"
			break
		}
	}
	var names []string
	for ; n != nil; n = xmldoc.Node(n, placeWhole) {
		name := xmldoc.First(n, placeName)
		entity := strings.ToLower(xmldoc.Attr(n, "politicalEntity"))
		switch {
		case name == "":
			continue
		case c.town == "" && slices.Contains(communes, entity):
			c.town = name
		case slices.Contains(provinces, entity):
			c.province = name
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	c.spatial = strings.Join(names, ", ")
}

// gmlPoint reads the two numbers of a point in degrees. By the long name of EPSG:4326
// the latitude comes first; else the longitude, unless only the other order lies in Italy.
func gmlPoint(s, srs string) geom.T {
	parts := strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' || r == '\t' })
	if len(parts) != 2 {
		return nil
	}
	a, err := strconv.ParseFloat(parts[0], 64)
	b, err2 := strconv.ParseFloat(parts[1], 64)
	if err != nil || err2 != nil {
		return nil
	}
	if strings.HasPrefix(srs, "urn:") || inItaly(b, a) && !inItaly(a, b) {
		a, b = b, a
	}
	return pointAt(a, b)
}

// inItaly is whether a point lies in the box around Italy, in degrees.
func inItaly(lon, lat float64) bool { return lon > 6 && lon < 19 && lat > 35 && lat < 48 }
