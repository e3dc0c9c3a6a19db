package oaipmh

import (
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

// The cards of the Italian national catalogue as ICCD's repository gives them, in
// their own standards 2.00 to 4.00: elements have the acronyms of the fields.
var (
	iccdCardPath = xmldoc.Compile("*[not(self::harvesting)]")
	iccdType     = xmldoc.Compile("CD/TSK")
	iccdLevel    = xmldoc.Compile("CD/LIR")
	iccdRegion   = xmldoc.Compile("CD/NCT/NCTR | CD/CDR")
	iccdNumber   = xmldoc.Compile("CD/NCT/NCTN")
	iccdSuffix   = xmldoc.Compile("CD/NCT/NCTS")
	iccdModule   = xmldoc.Compile("CD/CDM")
	iccdOther    = xmldoc.Compile("CD/ACC/ACCC")
	iccdProject  = xmldoc.Compile("CD/ACC/ACCP")
	iccdProfile  = xmldoc.Compile("AD/ADS/ADSP | CM/ADP")

	ogDefinition = xmldoc.Compile("OG/OGT/OGTD | OG/OGD")
	ogMore       = xmldoc.Compile("OG/OGT/OGTT | OG/OGT/OGTQ | OG/OGT[not(*)]")
	ogName       = xmldoc.Compile("OG/OGT/OGTN | OG/OGN | OG/SGT/SGTT")
	ogSubject    = xmldoc.Compile("OG/SGT/SGTI | DA/DES/DESS")
	ogCategory   = xmldoc.Compile("OG/CTG")
	ogDomain     = xmldoc.Compile("OG/AMB")

	daObject  = xmldoc.Compile("DA/DES/DESO | DA/DES[not(*)]")
	daHistory = xmldoc.Compile("DA/NSC | RE/REN/RENN | DT/DTN/DTNN")
	stState   = xmldoc.Compile("CO/STC/STCC")
	stDetails = xmldoc.Compile("CO/STC/STCS")
	mtMatter  = xmldoc.Compile("MT/MTC[not(*)] | MT/MTC/MTCM | MT/MTC/MTCT | SV/SVC/SVCM")
	mtMeasure = xmldoc.Compile("MT/MIS")

	auAuthor  = xmldoc.Compile("AU/AUT")
	autName   = xmldoc.Compile("AUTN")
	autRole   = xmldoc.Compile("AUTR | AUTS")
	auCulture = xmldoc.Compile("AU/ATB/ATBD")

	isInscription = xmldoc.Compile("DA/ISR | DA/ISE")
	isClass       = xmldoc.Compile("ISRC | ISEC")
	isPosition    = xmldoc.Compile("ISRP | ISEP")
	isText        = xmldoc.Compile("ISRI | ISEI")

	nvcAct       = xmldoc.Compile("TU/NVC")
	nvcType      = xmldoc.Compile("NVCT")
	nvcDate      = xmldoc.Compile("NVCE | NVCD")
	doBook       = xmldoc.Compile("DO/BIB")
	bibWhole     = xmldoc.Compile("BIBM")
	bibPart      = xmldoc.Compile("BIBA | BIBT | BIBG | BIBL | BIBD")
	rvPart       = xmldoc.Compile("RV/RVE/RVEL")
	ldcName      = xmldoc.Compile("LC/LDC/LDCM | LC/LDC/LDCN")
	ldcMuseum    = xmldoc.Compile("LC/LDC/LDCM")
	laProvenance = xmldoc.Compile("LA")
	provenance   = xmldoc.Compile("PRC/PRCD | PRC/PRCM | PRV/PRVC")
)

// notThings are the types of card that describe no thing, and what they describe. What
// they say is said again in the cards of the things.
var notThings = map[string]string{
	"AUT": "an author, who stands in the cards of the works", "BIB": "a publication, which stands in the cards that cite it",
	"IMR": "a photograph of a thing without saying which; the card of the thing names it", "IMV": "a film of a thing without saying which", "DOC": "a document about a thing without saying which",
	"DSC": "an archaeological excavation, known by what was found", "RCG": "an archaeological survey, known by what was found", "EVN": "an event in the life of a thing",
}

// cardTypes are the heritage types of the types of card (standards of ICCD).
var cardTypes = map[string]string{
	"A": "architectural", "PG": "architectural",
	"CA": "archaeological", "MA": "archaeological", "SI": "archaeological", "SAS": "archaeological", "RA": "archaeological", "TMA": "archaeological", "AT": "archaeological",
	"NU": "numismatic", "OA": "artistic", "OAC": "artistic", "D": "artistic", "MI": "artistic", "S": "artistic", "VEAC": "artistic",
	"F": "photographic", "FF": "photographic", "BDI": "intangible", "BDM": "demo-ethno", "BDP": "demo-ethno", "FKC": "demo-ethno", "FKM": "demo-ethno", "FKO": "demo-ethno",
	"BNB": "natural", "BNM": "natural", "BNP": "natural", "BNPE": "natural", "BNPL": "natural", "BNZ": "natural",
	"PST": "scientific", "SM": "musical", "SMO": "musical", "STS": "musical",
}

// noSubject are the words by which cards say that there is none.
var noSubject = []string{"soggetto assente", "nessun soggetto", "assenza di soggetto", "soggetto non identificato", "nr", "nr (recupero pregresso)", "n.r."}

// iccdOf reads the card of one record, or says why it is not kept.
func iccdOf(metadata *xmlquery.Node) (*card, *catalog.RowError) {
	n := xmldoc.Node(metadata, iccdCardPath)
	if n == nil {
		return nil, refuse("metadata-unknown", "<schede> without a card", "a card of the national catalogue")
	}
	kind := strings.ToUpper(xmldoc.First(n, iccdType))
	if kind == "" {
		kind = strings.ToUpper(n.Data)
	}
	if what, ok := notThings[kind]; ok {
		return nil, refuse("card-no-thing", "card "+kind, "the card of a thing or of a place; this describes "+what)
	}
	c := &card{iccd: &iccdCard{kind, xmldoc.First(n, iccdLevel), strings.Split(xmldoc.Attr(n, "version"), "_")[0]}}
	switch kind {
	case "CF", "CG":
		c.container(n, kind)
	default:
		c.thing(n, kind)
	}
	c.standing(n, metadata)
	return c, nil
}

// thing takes the card of an item of cultural heritage.
func (c *card) thing(n *xmlquery.Node, kind string) {
	c.heritageType = cardTypes[kind]
	if c.heritageType == "" {
		c.heritageType = heritageType(xmldoc.First(n, ogDomain), xmldoc.First(n, ogCategory))
	}
	c.definition = xmldoc.First(n, ogDefinition)
	c.kind = c.definition
	c.title = xmldoc.First(n, ogName)
	for _, s := range xmldoc.Texts(n, ogSubject) {
		if !slices.Contains(noSubject, strings.ToLower(s)) {
			c.subjects = append(c.subjects, s)
		}
	}
	more := xmldoc.Texts(n, ogMore)
	c.keywords = append(more, xmldoc.Texts(n, ogCategory)...)
	if len(c.subjects) == 0 && c.title == "" && len(more) > 0 && c.definition != "" {
		c.title = upperFirst(c.definition) + " " + more[0]
	}
	c.text = tidy(append(xmldoc.Texts(n, daObject), xmldoc.Texts(n, daHistory)...)...)
	c.conservation = xmldoc.First(n, stState)
	if s := xmldoc.First(n, stDetails); s != "" && c.conservation != "" {
		c.conservation += " (" + s + ")"
	}
	c.materials = unique(xmldoc.Texts(n, mtMatter))
	c.number(n)
	c.measured(n)
	c.authors(n)
	c.dated(n)
	c.written(n)
	for _, a := range xmldoc.Nodes(n, nvcAct) {
		if p := (protection{xmldoc.First(a, nvcType), xmldoc.First(a, nvcDate)}); p != (protection{}) {
			c.protection = append(c.protection, p)
		}
	}
	c.holder = xmldoc.First(n, ldcName)
	c.locationKind = "current"
	for _, p := range xmldoc.Nodes(n, laProvenance) {
		c.also("provenance", strings.Join(unique(xmldoc.Texts(p, provenance)), ", "))
	}
}

// number takes the number of the general catalogue: two digits of the region and eight,
// zeros filled up, and a suffix; a part of a whole has the level after it.
func (c *card) number(n *xmlquery.Node) {
	region, number := xmldoc.First(n, iccdRegion), xmldoc.First(n, iccdNumber)
	if region != "" && number != "" && len(region) <= 2 && len(number) <= 8 {
		c.nct = &nct{strings.Repeat("0", 2-len(region)) + region, strings.Repeat("0", 8-len(number)) + number, xmldoc.First(n, iccdSuffix)}
	} else if number != "" {
		c.doubt("nct-unreadable", "NCT", region+" "+number, "two digits of the region and at most eight of the number")
	}
	if part := xmldoc.First(n, rvPart); part != "" && part != "0" && c.nct != nil {
		c.also("part", part)
	}
	c.identify("iccd-modi", xmldoc.First(n, iccdModule))
	if id := xmldoc.First(n, iccdOther); id != "" {
		c.identify(strings.ToLower(strings.ReplaceAll(xmldoc.First(n, iccdProject)+"-card", " ", "-")), id)
	}
}

// measureNames are the measures of a card by the ends of their fields.
var measureNames = []struct{ field, name string }{
	{"MISA", "altezza"}, {"MISL", "larghezza"}, {"MISP", "profondità"}, {"MISD", "diametro"}, {"MISN", "lunghezza"}, {"MISS", "spessore"}, {"MISG", "peso"}, {"MISV", ""}, {"MISR", ""},
}

func (c *card) measured(n *xmlquery.Node) {
	for _, m := range xmldoc.Nodes(n, mtMeasure) {
		unit := ""
		for v := m.FirstChild; v != nil; v = v.NextSibling {
			if v.Data == "MISU" {
				unit = xmldoc.Inner(v)
			}
		}
		for _, kind := range measureNames {
			for v := m.FirstChild; v != nil; v = v.NextSibling {
				value := xmldoc.Inner(v)
				switch {
				case v.Data != kind.field || value == "" || value == "MNR":
				case kind.name == "":
					c.measures = append(c.measures, measure{Name: value, Unit: unit})
				default:
					c.measures = append(c.measures, measure{kind.name, value, unit})
				}
			}
		}
	}
}

// authors takes who made the thing, else the school or workshop.
func (c *card) authors(n *xmlquery.Node) {
	for _, a := range xmldoc.Nodes(n, auAuthor) {
		c.create(xmldoc.First(a, autName), xmldoc.First(a, autRole), "")
	}
	c.also("culture", unique(xmldoc.Texts(n, auCulture))...)
}

// A war memorial has hundreds of inscriptions with thousands of names; a page about
// it has so many, each with so many characters. All stand in what is kept of the card.
const (
	maxInscriptions = 20
	maxInscription  = 1000
)

// written takes inscriptions and books.
func (c *card) written(n *xmlquery.Node) {
	for _, i := range xmldoc.Nodes(n, isInscription) {
		if text := xmldoc.First(i, isText); text != "" && len(c.inscriptions) < maxInscriptions {
			c.inscriptions = append(c.inscriptions, inscription{xmldoc.First(i, isClass), xmldoc.First(i, isPosition), shortened(text)})
		}
	}
	for _, b := range xmldoc.Nodes(n, doBook) {
		whole := xmldoc.First(b, bibWhole)
		if whole == "" {
			whole = strings.Join(xmldoc.Texts(b, bibPart), ", ")
		}
		if whole != "" {
			c.bibliography = append(c.bibliography, whole)
		}
	}
}

// shortened is a text of at most maxInscription characters.
func shortened(s string) string {
	if r := []rune(s); len(r) > maxInscription {
		return string(r[:maxInscription]) + "…"
	}
	return s
}
