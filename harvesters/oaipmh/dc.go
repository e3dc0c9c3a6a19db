package oaipmh

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Dublin Core, at whatever depth and in either of its namespaces: oai_dc, and
// what was made of it (PICO, MAG, nsdl_dc). Of several properties the first says it
// best.
var (
	anyDC         = xmldoc.Compile(".//dc:title | .//dcterms:title | .//dc:identifier | .//dc:description")
	dcTitle       = names("dc:title", "dcterms:title", "dcterms:alternative", "dc:alternative")
	dcDescription = names("dc:description", "dcterms:description", "dcterms:abstract", "dcterms:tableOfContents")
	dcIdentifier  = names("dc:identifier", "dcterms:identifier")
	dcCreator     = names("dc:creator", "dcterms:creator", "pico:author", "pico:artist", "pico:architect", "pico:photographer")
	dcDate        = names("dcterms:created", "dcterms:temporal", "dc:date", "dcterms:date", "dcterms:issued")
	dcCoverage    = names("dc:coverage")
	dcType        = names("dc:type", "dcterms:type")
	dcSubject     = names("dc:subject", "dcterms:subject")
	dcSpatial     = names("dcterms:spatial", "dc:coverage")
	dcRights      = names("dcterms:license", "dc:rights", "dcterms:rights", "dcterms:accessRights")
	dcPartOf      = names("dcterms:isPartOf")
	dcHasPart     = names("dcterms:hasPart")
	dcExtent      = names("dcterms:extent")
	dcMedium      = names("dcterms:medium", "pico:materialAndTechnique")
	dcCited       = names("dcterms:bibliographicCitation")
	dcPreview     = names("pico:preview", "pico:thumbnail")
	dcPage        = names("pico:isShownAt", "dcterms:isReferencedBy")
)

// dcElsewhere are properties that no field of ours is for.
var dcElsewhere = []struct {
	name string
	of   []string
}{
	{"format", names("dc:format", "dcterms:format")}, {"language", names("dc:language", "dcterms:language")}, {"source", names("dc:source", "dcterms:source")},
	{"relation", names("dc:relation", "dcterms:relation")}, {"publisher", names("dc:publisher", "dcterms:publisher")},
}

// names are those of properties with their namespaces.
func names(prefixed ...string) []string {
	list := make([]string, len(prefixed))
	for i, name := range prefixed {
		prefix, local, _ := strings.Cut(name, ":")
		list[i] = xmldoc.Spaces[prefix] + local
	}
	return list
}

// properties are the elements below a scope by their names, in their order. One walk
// costs less than an expression for each.
type properties map[string][]*xmlquery.Node

func propertiesOf(scope []*xmlquery.Node) properties {
	p := properties{}
	for _, n := range scope {
		p.walk(n)
	}
	return p
}

func (p properties) walk(n *xmlquery.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == xmlquery.ElementNode {
			p[c.NamespaceURI+c.Data] = append(p[c.NamespaceURI+c.Data], c)
			p.walk(c)
		}
	}
}

func (p properties) of(names []string) []*xmlquery.Node {
	var list []*xmlquery.Node
	for _, name := range names {
		list = append(list, p[name]...)
	}
	return list
}

func dcOf(metadata *xmlquery.Node) *card {
	c := &card{}
	c.dublinCore([]*xmlquery.Node{metadata}, xmldoc.Inner)
	return c
}

// dublinCore fills the card with the properties below scope; value is the text of one,
// or of what it refers to.
func (c *card) dublinCore(scope []*xmlquery.Node, value func(*xmlquery.Node) string) {
	p := propertiesOf(scope)
	best := func(names []string) []string { return inBest(p.of(names)) }
	values := func(names []string) []string {
		var list []string
		for _, n := range p.of(names) {
			if s := line(value(n)); s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	c.title = firstOf(best(dcTitle))
	c.text = tidy(paragraphs(p.of(dcDescription))...)
	for _, s := range values(dcIdentifier) {
		if c.page == "" && isWeb(s) {
			c.page = s
		}
		c.identify(schemeOf(s))
	}
	for _, s := range values(dcCreator) {
		if !isWeb(s) {
			c.create(s, "", "")
		}
	}
	c.classify(best(dcType), values(dcType), best(dcSubject))
	c.date(append(values(dcDate), best(dcCoverage)...))
	c.where(append(best(dcSpatial), values(dcSpatial)...))
	c.license(values(dcRights))
	c.partOf, c.parts = words(values(dcPartOf)), words(values(dcHasPart))
	for _, s := range best(dcExtent) {
		c.measures = append(c.measures, measure{Name: s})
	}
	c.materials = words(best(dcMedium))
	c.bibliography = values(dcCited)
	for _, o := range dcElsewhere {
		for _, s := range values(o.of) {
			if !isMail(s) {
				c.also(o.name, s)
			}
		}
	}
	if c.page == "" {
		c.page = firstOf(values(dcPage))
	}
	if preview := firstOf(values(dcPreview)); isWeb(preview) {
		c.show(preview, c.rights)
	}
}

// dcmiTypes are the terms of the DCMI Type Vocabulary, which say little of a thing.
var dcmiTypes = []string{"text", "image", "stillimage", "still image", "movingimage", "sound", "physicalobject", "physical object", "collection", "dataset", "interactiveresource", "video", "3d"}

// classify takes types and subjects: the first type that is more than a kind of file
// is the definition, and the first that is known the heritage type.
func (c *card) classify(best, all, subjects []string) {
	for _, s := range words(best) {
		if !slices.Contains(dcmiTypes, strings.ToLower(s)) {
			c.definition = s
			break
		}
	}
	if c.definition == "" {
		c.definition = firstOf(words(best))
	}
	c.kind = c.definition
	c.keywords = words(subjects)
	for _, texts := range [][]string{best, all, {c.title}} {
		if c.heritageType = heritageType(words(texts)...); c.heritageType != "" {
			return
		}
	}
}

// date takes the first text that says when the thing was made. Times of the clock are
// those of its record in a database.
func (c *card) date(texts []string) {
	for _, s := range texts {
		if isWeb(s) || timeOfDay.MatchString(s) {
			continue
		}
		if d := newDating(s); d != nil && d.From != nil {
			c.dating = d
			return
		}
	}
}

var (
	timeOfDay = regexp.MustCompile(`\d[T ]\d{2}:\d{2}`)
	townIn    = regexp.MustCompile(`^(.*?)([\p{L}' -]+?)\s*\(([A-Z]{2})\)\s*$`) // "Museo del Tessuto, Prato (PO)"
	dcmiPoint = regexp.MustCompile(`(?i)(?:^|;)\s*(east|north)\s*=\s*(-?\d{1,3}(?:\.\d+)?)`)
)

// where takes the words that say where: a municipality with its province, a point in
// DCMI's notation, else words in which the municipality may be found.
func (c *card) where(texts []string) {
	for _, s := range words(texts) {
		if p := point(s); p != nil {
			c.point, c.geometrySource = p, "harvested"
			continue
		}
		if m := townIn.FindStringSubmatch(s); m != nil && c.town == "" {
			c.town, c.province = strings.TrimSpace(m[2]), m[3]
		}
		if d := newDating(s); c.spatial == "" && (d == nil || d.From == nil) {
			c.spatial = s
		}
	}
}

// point reads a point in DCMI's notation (DCMI Point Encoding Scheme): "east=11.1; north=43.9".
func point(s string) geom.T {
	at := map[string]float64{}
	for _, m := range dcmiPoint.FindAllStringSubmatch(s, -1) {
		v, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			return nil
		}
		at[strings.ToLower(m[1])] = v
	}
	if len(at) < 2 {
		return nil
	}
	return pointAt(at["east"], at["north"])
}

// pointAt is a point, nil where there is none on the earth.
func pointAt(lon, lat float64) geom.T {
	if !(lon >= -180 && lon <= 180 && lat >= -90 && lat <= 90) || lon == 0 && lat == 0 {
		return nil
	}
	return geom.NewPointFlat(geom.XY, []float64{lon, lat}).SetSRID(4326)
}

// license takes what is said of rights: an address is a licence, or says which; else
// the first words, which the catalogue compares with those it knows.
func (c *card) license(rights []string) {
	for _, s := range rights {
		if isWeb(s) {
			c.rights = s
			break
		}
	}
	if c.rights == "" {
		c.rights = firstOf(rights)
	}
	c.rightsNote = tidy(words(rights)...)
}

// show keeps the address of a picture; it is shown as the record's own where its rights
// let it.
func (c *card) show(address, rights string) {
	if !isWeb(address) || slices.ContainsFunc(c.digital, func(d digital) bool { return d.URL == address }) {
		return
	}
	c.digital = append(c.digital, digital{address, rights})
	if c.picture == "" && (rights == "" || open(rights)) {
		c.picture = address
	}
}
