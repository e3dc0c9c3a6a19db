package oaipmh

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
	"github.com/twpayne/go-geom"

	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// Dublin Core, at whatever depth and in either of its namespaces: oai_dc, and
// what was made of it (PICO, MAG, nsdl_dc).
var (
	anyDC         = dcPath("title", "identifier", "description")
	dcTitle       = dcPath("title", "alternative")
	dcDescription = dcPath("description", "abstract", "tableOfContents")
	dcIdentifier  = dcPath("identifier")
	dcCreator     = dcPath("creator")
	dcPublisher   = dcPath("publisher")
	dcDate        = xmldoc.Compile(".//dcterms:created | .//dcterms:temporal | .//dc:date | .//dcterms:date | .//dcterms:issued")
	dcCoverage    = xmldoc.Compile(".//dc:coverage")
	dcType        = dcPath("type")
	dcSubject     = dcPath("subject")
	dcSpatial     = xmldoc.Compile(".//dcterms:spatial | .//dc:coverage")
	dcRights      = dcPath("license", "rights", "accessRights")
	dcPartOf      = xmldoc.Compile(".//dcterms:isPartOf")
	dcHasPart     = xmldoc.Compile(".//dcterms:hasPart")
	dcExtent      = xmldoc.Compile(".//dcterms:extent")
	dcMedium      = xmldoc.Compile(".//dcterms:medium")
	dcCited       = xmldoc.Compile(".//dcterms:bibliographicCitation")
	picoTechnique = xmldoc.Compile(".//pico:materialAndTechnique")
	picoAuthor    = xmldoc.Compile(".//pico:author | .//pico:artist | .//pico:architect | .//pico:photographer")
	picoPreview   = xmldoc.Compile(".//pico:preview | .//pico:thumbnail")
	picoPage      = xmldoc.Compile(".//pico:isShownAt | .//dcterms:isReferencedBy")
)

// dcPath selects properties of Dublin Core in either of its namespaces.
func dcPath(names ...string) *xpath.Expr {
	var list []string
	for _, name := range names {
		list = append(list, ".//dc:"+name, ".//dcterms:"+name)
	}
	return xmldoc.Compile(strings.Join(list, " | "))
}

// dcElsewhere are properties that no field of ours is for.
var dcElsewhere = []struct {
	name string
	path *xpath.Expr
}{
	{"format", dcPath("format")}, {"language", dcPath("language")}, {"source", dcPath("source")}, {"relation", dcPath("relation")}, {"publisher", dcPublisher},
}

func dcOf(metadata *xmlquery.Node) *card {
	c := &card{}
	c.dublinCore([]*xmlquery.Node{metadata}, xmldoc.Inner)
	return c
}

// dublinCore fills the card with the properties below scope; value is the text of one,
// or of what it refers to.
func (c *card) dublinCore(scope []*xmlquery.Node, value func(*xmlquery.Node) string) {
	values := func(e *xpath.Expr) []string {
		var list []string
		for _, n := range each(scope, e) {
			if s := line(value(n)); s != "" && !slices.Contains(list, s) {
				list = append(list, s)
			}
		}
		return list
	}
	c.title = firstOf(inBest(scope, dcTitle))
	c.text = tidy(paragraphs(scope, dcDescription)...)
	for _, s := range values(dcIdentifier) {
		if c.page == "" && isWeb(s) {
			c.page = s
		}
		c.identify(schemeOf(s))
	}
	for _, e := range []*xpath.Expr{dcCreator, picoAuthor} {
		for _, s := range values(e) {
			if !isWeb(s) {
				c.create(s, "", "")
			}
		}
	}
	c.classify(inBest(scope, dcType), values(dcType), inBest(scope, dcSubject))
	c.date(append(values(dcDate), inBest(scope, dcCoverage)...))
	c.where(append(inBest(scope, dcSpatial), values(dcSpatial)...))
	c.license(values(dcRights))
	c.partOf, c.parts = words(values(dcPartOf)), words(values(dcHasPart))
	for _, s := range inBest(scope, dcExtent) {
		c.measures = append(c.measures, measure{Name: s})
	}
	c.materials = words(append(inBest(scope, dcMedium), inBest(scope, picoTechnique)...))
	c.bibliography = values(dcCited)
	for _, o := range dcElsewhere {
		for _, s := range values(o.path) {
			if !isMail(s) {
				c.also(o.name, s)
			}
		}
	}
	if c.page == "" {
		c.page = firstOf(values(picoPage))
	}
	if preview := firstOf(values(picoPreview)); isWeb(preview) {
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
