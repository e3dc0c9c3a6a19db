package oaipmh

import (
	"slices"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// LIDO 1.0 and 1.1, which share a namespace; terms of 1.1 may stand in skos:Concept.
var (
	lidoItems       = xmldoc.Compile("self::lido | lido")
	lidoID          = xmldoc.Compile("lidoRecID")
	lidoPublishedID = xmldoc.Compile("objectPublishedID")
	lidoDescriptive = xmldoc.Compile("descriptiveMetadata")
	lidoAdmin       = xmldoc.Compile("administrativeMetadata")
	lidoTitle       = xmldoc.Compile("objectIdentificationWrap/titleWrap/titleSet/appellationValue")
	lidoWorkType    = xmldoc.Compile("objectClassificationWrap/objectWorkTypeWrap/objectWorkType/*[self::term[not(@lido:addedSearchTerm='yes')] or self::skos:Concept]")
	lidoClass       = xmldoc.Compile("objectClassificationWrap/classificationWrap/classification[not(@lido:type='europeana:type')]/*[self::term[not(@lido:addedSearchTerm='yes')] or self::skos:Concept]")
	lidoNote        = xmldoc.Compile("objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet/descriptiveNoteValue")
	lidoRepository  = xmldoc.Compile("objectIdentificationWrap/repositoryWrap/repositorySet")
	lidoHolder      = xmldoc.Compile("repositoryName/legalBodyName/appellationValue")
	lidoWorkID      = xmldoc.Compile("workID")
	lidoLocation    = xmldoc.Compile("repositoryLocation")
	lidoState       = xmldoc.Compile("objectIdentificationWrap/displayStateEditionWrap/displayState")
	lidoInscription = xmldoc.Compile("objectIdentificationWrap/inscriptionsWrap/inscriptions/inscriptionTranscription")
	lidoMeasureText = xmldoc.Compile("objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet/displayObjectMeasurements")
	lidoMeasure     = xmldoc.Compile("objectIdentificationWrap/objectMeasurementsWrap/objectMeasurementsSet/objectMeasurements/measurementsSet")
	measureType     = xmldoc.Compile("measurementType")
	measureUnit     = xmldoc.Compile("measurementUnit")
	measureValue    = xmldoc.Compile("measurementValue")
	lidoSubject     = xmldoc.Compile("objectRelationWrap/subjectWrap/subjectSet")
	subjectWords    = xmldoc.Compile("displaySubject")
	subjectConcept  = xmldoc.Compile("subject/subjectConcept | subject/subjectPlace")
	subjectTerm     = xmldoc.Compile("term | displayPlace | skos:Concept/skos:prefLabel")
	subjectNotation = xmldoc.Compile("conceptID")
	lidoRelated     = xmldoc.Compile("objectRelationWrap/relatedWorksWrap/relatedWorkSet")
	relatedNote     = xmldoc.Compile("relatedWork/displayObject | relatedWork/object/objectNote")
	relatedKind     = xmldoc.Compile("relatedWorkRelType/term")
	lidoRecordPage  = xmldoc.Compile("recordWrap/recordInfoSet/recordInfoLink")
	lidoSource      = xmldoc.Compile("recordWrap/recordSource/legalBodyName/appellationValue")
	lidoRecordRight = xmldoc.Compile("recordWrap/recordRights/rightsType/*[self::term or self::conceptID]")
	lidoWorkRight   = xmldoc.Compile("rightsWorkWrap/rightsWorkSet/rightsType/term | rightsWorkWrap/rightsWorkSet/creditLine")
	lidoResource    = xmldoc.Compile("resourceWrap/resourceSet")
	resourceLink    = xmldoc.Compile("resourceRepresentation/linkResource")
	resourceRight   = xmldoc.Compile("rightsResource/rightsType/term | rightsResource/rightsType/conceptID")
)

// lidoCards are those of a wrap, or the one that stands alone.
func lidoCards(metadata *xmlquery.Node) ([]foundCard, *catalog.RowError) {
	var list []foundCard
	for _, n := range xmldoc.Nodes(metadata, lidoItems) {
		list = append(list, foundCard{lidoOf(n), xmldoc.First(n, lidoID, lidoPublishedID), n})
	}
	if len(list) == 0 {
		return nil, refuse("metadata-unknown", "<lidoWrap> without <lido>", "a wrap of LIDO with at least one item")
	}
	return list, nil
}

// language is the one of several elements of metadata, each in its language, that is read.
func language(list []*xmlquery.Node) []*xmlquery.Node {
	for _, want := range []string{"it", "", "en"} {
		for _, n := range list {
			if lang, _, _ := strings.Cut(strings.ToLower(xmldoc.Attr(n, "lang")), "-"); lang == want {
				return []*xmlquery.Node{n}
			}
		}
	}
	return list[:min(1, len(list))]
}

func lidoOf(n *xmlquery.Node) *card {
	c := &card{locationKind: "current"}
	about, admin := language(xmldoc.Nodes(n, lidoDescriptive)), language(xmldoc.Nodes(n, lidoAdmin))
	c.title = firstOf(inBest(each(about, lidoTitle)))
	c.text = tidy(paragraphs(each(about, lidoNote))...)
	types := inBest(each(about, lidoWorkType))
	c.definition = firstOf(types)
	c.kind = c.definition
	c.keywords = inBest(each(about, lidoClass))
	c.heritageType = heritageType(slices.Concat(types, allTexts(about, lidoClass))...)
	c.lidoSubjects(about)
	c.conservation = firstOf(inBest(each(about, lidoState)))
	for _, s := range inBest(each(about, lidoInscription)) {
		c.inscriptions = append(c.inscriptions, inscription{Text: s})
	}
	c.lidoMeasures(about)
	c.lidoRepository(about)
	c.lidoEvents(about)
	for _, r := range each(about, lidoRelated) {
		c.relate(xmldoc.First(r, relatedNote), strings.ToLower(xmldoc.First(r, relatedKind)))
	}
	c.lidoAdmin(n, admin)
	return c
}

// lidoSubjects takes what a thing shows. A term that is only a notation ("25 F 27") has
// its words in the ones after it.
func (c *card) lidoSubjects(about []*xmlquery.Node) {
	for _, set := range each(about, lidoSubject) {
		if s := xmldoc.First(set, subjectWords); s != "" {
			c.subjects = append(c.subjects, s)
			continue
		}
		for _, concept := range xmldoc.Nodes(set, subjectConcept) {
			notation := xmldoc.First(concept, subjectNotation)
			for _, s := range xmldoc.Texts(concept, subjectTerm) {
				if s != notation {
					c.subjects = append(c.subjects, s)
					break
				}
			}
		}
	}
	c.subjects = unique(c.subjects)
}

// lidoAdmin takes identifiers, addresses and rights.
func (c *card) lidoAdmin(n *xmlquery.Node, admin []*xmlquery.Node) {
	c.identify("lido", xmldoc.First(n, lidoID))
	for _, s := range xmldoc.Texts(n, lidoPublishedID) {
		if isWeb(s) && c.page == "" {
			c.page = s
		}
		c.identify(schemeOf(s))
	}
	if page := firstOf(allTexts(admin, lidoRecordPage)); isWeb(page) {
		c.page = page
	}
	c.license(allTexts(admin, lidoRecordRight))
	if note := tidy(allTexts(admin, lidoWorkRight)...); note != "" {
		c.rightsNote = note
	}
	c.also("recordSource", allTexts(admin, lidoSource)...)
	for _, r := range each(admin, lidoResource) {
		rights := xmldoc.First(r, resourceRight)
		if rights == "" {
			rights = "unknown" // that of the card is the card's alone
		}
		c.show(xmldoc.First(r, resourceLink), rights)
	}
}

// relate keeps the name of a thing that this one is part of, or has as a part.
func (c *card) relate(name, kind string) {
	switch {
	case name == "":
	case strings.Contains(kind, "has part"), strings.Contains(kind, "hat teil"), strings.Contains(kind, "comprende"), strings.Contains(kind, "contains"):
		c.parts = append(c.parts, name)
	case strings.Contains(kind, "part of"), strings.Contains(kind, "teil von"), strings.Contains(kind, "parte di"):
		c.partOf = append(c.partOf, name)
	}
}

// lidoMeasures takes measures in numbers, else in words.
func (c *card) lidoMeasures(about []*xmlquery.Node) {
	for _, m := range each(about, lidoMeasure) {
		value := xmldoc.First(m, measureValue)
		if value == "" {
			continue
		}
		c.measures = append(c.measures, measure{xmldoc.First(m, measureType), value, xmldoc.First(m, measureUnit)})
	}
	if len(c.measures) > 0 {
		return
	}
	for _, s := range inBest(each(about, lidoMeasureText)) {
		c.measures = append(c.measures, measure{Name: s})
	}
}

// lidoRepository takes who holds the thing, under which number, and where.
func (c *card) lidoRepository(about []*xmlquery.Node) {
	sets := each(about, lidoRepository)
	if len(sets) == 0 {
		return
	}
	set := sets[0]
	for _, s := range sets {
		if xmldoc.Attr(s, "type") == "current" {
			set = s
			break
		}
	}
	c.holder = xmldoc.First(set, lidoHolder)
	for _, id := range xmldoc.Nodes(set, lidoWorkID) {
		if s := xmldoc.Inner(id); s != "" {
			c.identify("inventory", s)
		}
	}
	if n := xmldoc.Node(set, lidoLocation); n != nil {
		c.lidoPlace(n)
	}
}

func allTexts(scope []*xmlquery.Node, e *xpath.Expr) []string {
	var list []string
	for _, n := range scope {
		for _, s := range xmldoc.Texts(n, e) {
			list = append(list, line(s))
		}
	}
	return list
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// yearIn is the year that a date begins with, also a negative one.
func yearIn(s string) *int {
	s = strings.TrimSpace(s)
	sign := 1
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		s, sign = rest, -1
	}
	s, _, _ = strings.Cut(s, "-")
	y, err := strconv.Atoi(s)
	if err != nil || y > -earliestYear || sign*y > latestYear {
		return nil
	}
	y *= sign
	return &y
}
