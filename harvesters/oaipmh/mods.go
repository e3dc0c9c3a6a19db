package oaipmh

import (
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// MODS 3, of libraries.
var (
	modsItems      = xmldoc.Compile("self::mods | mods")
	modsTitles     = xmldoc.Compile("titleInfo[not(@type)] | titleInfo")
	modsTitle      = xmldoc.Compile("title")
	modsSub        = xmldoc.Compile("subTitle")
	modsNonSort    = xmldoc.Compile("nonSort")
	modsAbstract   = xmldoc.Compile("abstract")
	modsNote       = xmldoc.Compile("note[not(@type)]")
	modsName       = xmldoc.Compile("name")
	modsNamePart   = xmldoc.Compile("namePart[not(@type) or @type='given' or @type='family']")
	modsDisplay    = xmldoc.Compile("displayForm")
	modsRole       = xmldoc.Compile("role/roleTerm[@type='text'] | role/roleTerm")
	modsType       = xmldoc.Compile("genre | typeOfResource")
	modsDate       = xmldoc.Compile("originInfo/dateCreated | originInfo/dateIssued | originInfo/copyrightDate | originInfo/dateOther")
	modsTopic      = xmldoc.Compile("subject/topic | subject/temporal | subject/name/namePart")
	modsGeographic = xmldoc.Compile("subject/geographic | subject/hierarchicalGeographic/city")
	modsExtent     = xmldoc.Compile("physicalDescription/extent")
	modsForm       = xmldoc.Compile("physicalDescription/form[@type='material' or @type='technique'] | physicalDescription/form[not(@authority='marcform')]")
	modsIdentifier = xmldoc.Compile("identifier")
	modsURL        = xmldoc.Compile("location/url[not(@access='preview')]")
	modsPreview    = xmldoc.Compile("location/url[@access='preview']")
	modsHolder     = xmldoc.Compile("location/physicalLocation")
	modsShelf      = xmldoc.Compile("location/shelfLocator")
	modsRights     = xmldoc.Compile("accessCondition")
	modsHost       = xmldoc.Compile("relatedItem[@type='host' or @type='series']/titleInfo/title")
	modsRecordID   = xmldoc.Compile("recordInfo/recordIdentifier")
	modsPublisher  = xmldoc.Compile("originInfo/publisher")
	modsLanguage   = xmldoc.Compile("language/languageTerm")
)

func modsCards(metadata *xmlquery.Node) ([]foundCard, *catalog.RowError) {
	var list []foundCard
	for _, n := range xmldoc.Nodes(metadata, modsItems) {
		list = append(list, foundCard{modsOf(n), xmldoc.First(n, modsRecordID, modsIdentifier), n})
	}
	if len(list) == 0 {
		return nil, refuse("metadata-unknown", "<modsCollection> without <mods>", "a collection of MODS with at least one record")
	}
	return list, nil
}

func modsOf(n *xmlquery.Node) *card {
	c := &card{locationKind: "current"}
	scope := []*xmlquery.Node{n}
	for _, t := range xmldoc.Nodes(n, modsTitles) {
		if title := xmldoc.First(t, modsTitle); title != "" {
			c.title = strings.TrimSpace(xmldoc.First(t, modsNonSort) + " " + title)
			if sub := xmldoc.First(t, modsSub); sub != "" {
				c.title += ": " + sub
			}
			break
		}
	}
	c.text = tidy(append(paragraphs(each(scope, modsAbstract)), paragraphs(each(scope, modsNote))...)...)
	for _, p := range xmldoc.Nodes(n, modsName) {
		name := xmldoc.First(p, modsDisplay)
		if name == "" {
			name = strings.Join(xmldoc.Texts(p, modsNamePart), ", ")
		}
		c.create(name, xmldoc.First(p, modsRole), "")
	}
	types := xmldoc.Texts(n, modsType)
	c.classify(types, types, xmldoc.Texts(n, modsTopic))
	if c.heritageType == "" {
		c.heritageType = "library"
	}
	c.date(xmldoc.Texts(n, modsDate))
	c.where(xmldoc.Texts(n, modsGeographic))
	for _, s := range xmldoc.Texts(n, modsExtent) {
		c.measures = append(c.measures, measure{Name: s})
	}
	c.materials = unique(xmldoc.Texts(n, modsForm))
	c.holder = xmldoc.First(n, modsHolder)
	c.identify("inventory", xmldoc.First(n, modsShelf))
	c.partOf = unique(xmldoc.Texts(n, modsHost))
	c.modsAddresses(n)
	c.also("publisher", xmldoc.Texts(n, modsPublisher)...)
	c.also("language", xmldoc.Texts(n, modsLanguage)...)
	return c
}

// modsAddresses takes identifiers, addresses and rights.
func (c *card) modsAddresses(n *xmlquery.Node) {
	c.page = xmldoc.First(n, modsURL)
	for _, id := range xmldoc.Nodes(n, modsIdentifier) {
		s := xmldoc.Inner(id)
		name, value := schemeOf(s)
		if kind := strings.ToLower(xmldoc.Attr(id, "type")); name == "local" && kind != "" {
			name = kind
		}
		c.identify(name, value)
		if c.page == "" && isWeb(s) {
			c.page = s
		}
	}
	var rights []string
	for _, r := range xmldoc.Nodes(n, modsRights) {
		if s := xmldoc.Attr(r, "href"); s != "" {
			rights = append(rights, s)
		}
		rights = append(rights, xmldoc.Inner(r))
	}
	c.license(unique(rights))
	if preview := xmldoc.First(n, modsPreview); preview != "" {
		c.show(preview, c.rights)
	}
}
