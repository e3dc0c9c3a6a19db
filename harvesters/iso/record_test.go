package iso_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/harvesters/iso"
	"po-net.prato.it/ponet/harvesters/xmldoc"
)

const namespaces = `xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink"`

// parts of a record: what stands before the identification, in its citation, in it,
// and after it.
type parts struct{ root, head, citation, id, tail string }

func (p parts) read(t *testing.T) iso.Record {
	t.Helper()
	root := p.root
	if root == "" {
		root = "MD_Metadata"
	}
	return read(t, `<gmd:`+root+` `+namespaces+`><gmd:fileIdentifier>`+text("c_g999:1-META")+`</gmd:fileIdentifier>`+p.head+
		`<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>`+text("Titolo")+`</gmd:title>`+p.citation+`</gmd:CI_Citation></gmd:citation>`+p.id+
		`</gmd:MD_DataIdentification></gmd:identificationInfo>`+p.tail+`</gmd:`+root+`>`)
}

func read(t *testing.T, doc string) iso.Record {
	t.Helper()
	d, err := xmldoc.Read([]byte(doc), "", iso.PersonElements...)
	if err != nil {
		t.Fatal(err)
	}
	n := d.FirstChild
	if !iso.Is(n) {
		t.Fatalf("<%s> is no record", n.Data)
	}
	return iso.Read(n)
}

func text(s string) string { return "<gco:CharacterString>" + s + "</gco:CharacterString>" }

func code(element, value string) string {
	return "<gmd:" + element + ` codeListValue="` + value + `">` + strings.ToUpper(value) + "</gmd:" + element + ">"
}

const italian = `<gmd:language><gmd:LanguageCode codeListValue="ita"/></gmd:language>`

// expect compares one thing that was read.
func expect[T any](t *testing.T, name string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %#v; want %#v", name, got, want)
	}
}

// Texts are anchors or strings; in several languages Italian counts first, then the
// record's own, then English (spec §3.3).
func TestLanguages(t *testing.T) {
	free := func(pairs ...string) string {
		s := "<gmd:PT_FreeText>"
		for i := 0; i < len(pairs); i += 2 {
			s += `<gmd:textGroup><gmd:LocalisedCharacterString locale="` + pairs[i] + `">` + pairs[i+1] + `</gmd:LocalisedCharacterString></gmd:textGroup>`
		}
		return s + "</gmd:PT_FreeText>"
	}
	locale := func(id, code string) string {
		return `<gmd:locale><gmd:PT_Locale id="` + id + `"><gmd:languageCode><gmd:LanguageCode codeListValue="` + code + `"/></gmd:languageCode></gmd:PT_Locale></gmd:locale>`
	}
	german := `<gmd:language>` + text("ger") + `</gmd:language>`
	for _, c := range []struct{ name, head, title, want string }{
		{"its own", german, text("Straßen"), "Straßen"},
		{"an anchor", german, `<gmx:Anchor xlink:href="http://e.it/x">Straßen</gmx:Anchor>`, "Straßen"},
		{"Italian beside it", german + locale("loc-it", "ita"), text("Straßen") + free("#loc-it", "Strade", "#EN", "Roads"), "Strade"},
		{"Italian by the id of the locale alone", german, text("Straßen") + free("#IT", "Strade"), "Strade"},
		{"Italian by a pointer", german + locale("l1", "it"), text("Straßen") + free("#xpointer(//*[@id='L1'])", "Strade"), "Strade"},
		{"Italian is its own", italian + locale("en", "eng"), text("Strade") + free("#en", "Roads"), "Strade"},
		{"its own is empty, Italian translated", italian + locale("it", "ita"), text("") + free("#it", "Strade"), "Strade"},
		{"only translations", german, free("#FR", "Routes", "#EN", "Roads"), "Roads"},
		{"only a foreign one", german, free("#FR", "Routes"), "Routes"},
		{"no element around it", german, "Straßen", "Straßen"},
		{"nothing", german, "", ""},
	} {
		r := read(t, `<gmd:MD_Metadata `+namespaces+`>`+c.head+`<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>`+c.title+`</gmd:title></gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`)
		expect(t, c.name, r.Title, c.want)
	}
}

func date(kind, value string) string {
	return `<gmd:date><gmd:CI_Date><gmd:date><gco:Date>` + value + `</gco:Date></gmd:date><gmd:dateType>` + code("CI_DateTypeCode", kind) + `</gmd:dateType></gmd:CI_Date></gmd:date>`
}

func TestDates(t *testing.T) {
	stamp := "<gmd:dateStamp><gco:Date>2026-01-09</gco:Date></gmd:dateStamp>"
	for _, c := range []struct{ name, citation, issued, modified string }{
		{"all", date("creation", "2001-01-01") + date("publication", "2002-01-01") + date("revision", "2003-01-01") + date("revision", "2005-01-01") + date("revision", "2004-01-01"), "2002-01-01", "2005-01-01"},
		{"creation alone", date("creation", "2001-01-01"), "2001-01-01", "2026-01-09"},
		{"publication alone", date("publication", "2002-01-01"), "2002-01-01", "2002-01-01"},
		{"none", "", "", "2026-01-09"},
	} {
		r := parts{head: stamp, citation: c.citation}.read(t)
		expect(t, c.name, [2]string{r.Issued, r.Modified}, [2]string{c.issued, c.modified})
	}
}

func TestIdentifiers(t *testing.T) {
	id := func(element, code, space string) string {
		s := "<gmd:identifier><gmd:" + element + "><gmd:code>" + text(code) + "</gmd:code>"
		if space != "" {
			s += "<gmd:codeSpace>" + text(space) + "</gmd:codeSpace>"
		}
		return s + "</gmd:" + element + "></gmd:identifier>"
	}
	for _, c := range []struct{ name, citation, want, other string }{
		{"of the resource", id("MD_Identifier", "c_g999:1", ""), "c_g999:1", "c_g999:1-META"},
		{"with its code space", id("RS_Identifier", "12", "http://dati.example.org/"), "http://dati.example.org/12", "c_g999:1-META"},
		{"an address with a code space", id("RS_Identifier", "http://dati.example.org/12", "ogc"), "http://dati.example.org/12", "c_g999:1-META"},
		{"of the record only", "", "c_g999:1-META", ""},
	} {
		r := parts{citation: c.citation}.read(t)
		other := ""
		for _, o := range r.OtherIdentifiers {
			other = o.Notation
		}
		expect(t, c.name, [3]string{r.ID, r.Identifier, other}, [3]string{"c_g999:1-META", c.want, c.other})
	}
	series := parts{head: "<gmd:parentIdentifier>" + text("c_g999:S") + "</gmd:parentIdentifier>"}.read(t)
	itself := parts{head: "<gmd:parentIdentifier>" + text("c_g999:1-META") + "</gmd:parentIdentifier>"}.read(t)
	expect(t, "in a series, and in none, as the RNDT writes it", [2]string{series.InSeries, itself.InSeries}, [2]string{"c_g999:S", ""})
}

func TestLevels(t *testing.T) {
	for said, want := range map[string]struct {
		level, kind string
		dataset     bool
	}{
		"dataset": {"dataset", "", true}, "Dataset": {"dataset", "", true}, "series": {"series", "series", true}, "service": {"service", "service", true},
		"nonGeographicDataset": {"nonGeographicDataset", "nonGeographicDataset", true}, "featureType": {"featureType", "featureType", false}, "": {"dataset", "", true}, "map": {"map", "map", false},
	} {
		head := ""
		if said != "" {
			head = "<gmd:hierarchyLevel>" + code("MD_ScopeCode", said) + "</gmd:hierarchyLevel>"
		}
		r := parts{head: head, root: "MI_Metadata"}.read(t)
		if r.Level != want.level || r.Type != want.kind || r.IsDataset() != want.dataset {
			t.Errorf("%q: level %q, type %q, %v", said, r.Level, r.Type, r.IsDataset())
		}
	}
}

func responsible(element, role, name, individual, mail string) string {
	return "<gmd:" + element + "><gmd:CI_ResponsibleParty><gmd:individualName>" + text(individual) + "</gmd:individualName><gmd:organisationName>" + text(name) + "</gmd:organisationName>" +
		"<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address><gmd:electronicMailAddress>" + text(mail) + "</gmd:electronicMailAddress></gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>" +
		"<gmd:role>" + code("CI_RoleCode", role) + "</gmd:role></gmd:CI_ResponsibleParty></gmd:" + element + ">"
}

// Who answers, by role; the IPA code stands in the name or before the identifier
// (spec §2.7, §3.3).
func TestResponsible(t *testing.T) {
	for _, c := range []struct {
		name, head, citation, id string
		holder, publisher        catalog.Agent
	}{
		{"owner before custodian", italian, responsible("citedResponsibleParty", "owner", "Comune di Prato (IPA: C_G999)", "", ""), responsible("pointOfContact", "custodian", "Altri", "", ""), catalog.Agent{ID: "c_g999", Name: "Comune di Prato"}, catalog.Agent{}},
		{"code of the identifier", italian, responsible("citedResponsibleParty", "owner", "Comune di Prato", "", ""), "", catalog.Agent{ID: "c_g999", Name: "Comune di Prato"}, catalog.Agent{}},
		{"no code of an identifier that is not of the RNDT", "", responsible("citedResponsibleParty", "owner", "Stadt", "", ""), "", catalog.Agent{Name: "Stadt"}, catalog.Agent{}},
		{"publisher alone", italian, "", responsible("pointOfContact", "publisher", "Consorzio", "", ""), catalog.Agent{}, catalog.Agent{Name: "Consorzio"}},
		{"the contact, when nobody else is named", italian, "", responsible("pointOfContact", "pointOfContact", "Comune di Prato", "", "sit@comune.example.org"), catalog.Agent{ID: "c_g999", Name: "Comune di Prato"}, catalog.Agent{}},
		{"who keeps the record, when nobody else is", responsible("contact", "pointOfContact", "Comune di Prato", "", ""), "", "", catalog.Agent{Name: "Comune di Prato"}, catalog.Agent{}},
	} {
		r := parts{head: c.head, citation: c.citation, id: c.id}.read(t)
		expect(t, c.name, [2]catalog.Agent{r.Holder, r.Publisher}, [2]catalog.Agent{c.holder, c.publisher})
	}
}

// Persons are left out, with mail boxes of their names; offices that stand where a
// person should are not.
func TestPersons(t *testing.T) {
	r := parts{id: responsible("pointOfContact", "pointOfContact", "Comune di Prato", "Rossi, Mario, Ing.", "mario.rossi@comune.example.org") +
		responsible("pointOfContact", "owner", "", "Ufficio SIT", "sit@comune.example.org")}.read(t)
	expect(t, "contacts", r.Contacts, []catalog.Contact{{Name: "Comune di Prato"}})
	expect(t, "owner", r.Holder.Name, "Ufficio SIT")
	expect(t, "persons", len(r.Persons), 2)
	if !slices.ContainsFunc(r.Issues, func(i catalog.Issue) bool { return i.Rule == "person-named" && i.Read == "" }) {
		t.Errorf("issues %v", r.Issues)
	}
}

func keywords(thesaurus string, words ...string) string {
	s := "<gmd:descriptiveKeywords><gmd:MD_Keywords>"
	for _, w := range words {
		s += "<gmd:keyword>" + w + "</gmd:keyword>"
	}
	return s + "<gmd:thesaurusName><gmd:CI_Citation><gmd:title>" + text(thesaurus) + "</gmd:title></gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>"
}

func TestKeywords(t *testing.T) {
	r := parts{id: keywords("GEMET - INSPIRE themes, version 1.0", text("Idrografia"), `<gmx:Anchor xlink:href="http://inspire.ec.europa.eu/theme/lu">Utilizzo del territorio</gmx:Anchor>`) +
		keywords("Spatial scope", text("Regionale")) + keywords("GEMET - Concepts, version 2.4", text("acqua")) +
		keywords("Classification of spatial data services", text("infoMapAccessService")) +
		keywords("HVD", `<gmx:Anchor xlink:href="http://data.europa.eu/bna/c_ac64a52d">Dati geospaziali</gmx:Anchor>`) +
		`<gmd:topicCategory><gmd:MD_TopicCategoryCode>inlandWaters</gmd:MD_TopicCategoryCode></gmd:topicCategory>`}.read(t)
	expect(t, "themes", r.Themes, []string{"inlandWaters", "Idrografia", "http://inspire.ec.europa.eu/theme/lu"})
	expect(t, "keywords", r.Keywords, []string{"Idrografia", "Utilizzo del territorio", "acqua"})
	expect(t, "categories of high value", r.HVDCategories, []string{"http://data.europa.eu/bna/c_ac64a52d"})
}

func constraint(kind, element string, said ...string) string {
	s := "<gmd:resourceConstraints><gmd:" + kind + ">"
	for _, x := range said {
		s += "<gmd:" + element + ">" + x + "</gmd:" + element + ">"
	}
	return s + "</gmd:" + kind + "></gmd:resourceConstraints>"
}

// A licence is what names one; that no conditions apply is none, other conditions
// make it unknown, and what concerns access is not use (spec §3.3).
func TestConstraints(t *testing.T) {
	const none = `<gmx:Anchor xlink:href="http://inspire.ec.europa.eu/metadata-codelist/ConditionsApplyingToAccessAndUse/noConditionsApply">Nessuna condizione applicata</gmx:Anchor>`
	const free = `<gmx:Anchor xlink:href="http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations">Nessuna limitazione al pubblico accesso</gmx:Anchor>`
	const article = `<gmx:Anchor xlink:href="http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1e">Limitato</gmx:Anchor>`
	const public, restricted = "http://publications.europa.eu/resource/authority/access-right/PUBLIC", "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"
	for _, c := range []struct{ name, id, licence, access, note string }{
		{"by its name", constraint("MD_Constraints", "useLimitation", text("CC BY 4.0")), "CC BY 4.0", "", ""},
		{"by its address", constraint("MD_LegalConstraints", "otherConstraints", text("http://creativecommons.org/licenses/by/4.0/")), "http://creativecommons.org/licenses/by/4.0/", "", ""},
		{"by its address inside a sentence", constraint("MD_LegalConstraints", "otherConstraints", text("Licenza https://creativecommons.org/licenses/by/4.0/. Citare la Regione")), "https://creativecommons.org/licenses/by/4.0/", "", "Licenza https://creativecommons.org/licenses/by/4.0/. Citare la Regione"},
		{"by an anchor", constraint("MD_LegalConstraints", "otherConstraints", free, `<gmx:Anchor xlink:href="http://publications.europa.eu/resource/authority/licence/CC_BY_4_0">Creative Commons Attribuzione</gmx:Anchor>`), "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", public, "Creative Commons Attribuzione"},
		{"a licence after other words", constraint("MD_Constraints", "useLimitation", text("Solo per scopi di protezione civile"), text("IODL 2.0")), "IODL 2.0", "", "Solo per scopi di protezione civile"},
		{"no conditions are no licence", constraint("MD_LegalConstraints", "otherConstraints", none), "", "", "Nessuna condizione applicata"},
		{"no conditions in words", constraint("MD_Constraints", "useLimitation", text("nessuna condizione applicata")), "", "", "nessuna condizione applicata"},
		{"conditions that are no licence", constraint("MD_Constraints", "useLimitation", text("Solo per uso interno")), "Solo per uso interno", "", "Solo per uso interno"},
		{"a limit to access", constraint("MD_LegalConstraints", "otherConstraints", article), "", restricted, "Limitato"},
		{"a classified one", `<gmd:resourceConstraints><gmd:MD_SecurityConstraints><gmd:classification>` + code("MD_ClassificationCode", "restricted") + `</gmd:classification></gmd:MD_SecurityConstraints></gmd:resourceConstraints>`, "", restricted, ""},
	} {
		r := parts{id: c.id}.read(t)
		expect(t, c.name, [3]string{r.Licence, r.AccessRights, r.RightsNote}, [3]string{c.licence, c.access, c.note})
	}
}

// Boxes: swapped bounds are put right, the world and zero are none.
func TestBoxes(t *testing.T) {
	for _, c := range []struct {
		name       string
		w, s, e, n string
		want       []float64
		rule       string
	}{
		{"a box", "11.0", "43.8", "11.2", "44.1", []float64{11, 43.8, 11.2, 44.1}, ""},
		{"decimal commas", "11,0", "43,8", "11,2", "44,1", []float64{11, 43.8, 11.2, 44.1}, ""},
		{"west and east swapped", "11.2", "43.8", "11.0", "44.1", []float64{11, 43.8, 11.2, 44.1}, "box-swapped"},
		{"north and south swapped", "11.0", "44.1", "11.2", "43.8", []float64{11, 43.8, 11.2, 44.1}, "box-swapped"},
		{"latitudes for longitudes", "43.8", "11.0", "44.1", "11.2", []float64{11, 43.8, 11.2, 44.1}, "box-swapped"},
		{"zero", "0", "0", "0", "0", nil, "box-unusable"},
		{"the world", "-180", "-90", "180", "90", nil, "box-unusable"},
		{"metres", "1660000", "4850000", "1670000", "4860000", nil, "box-unusable"},
		{"words", "ovest", "sud", "est", "nord", nil, "box-unusable"},
		{"nothing", "", "", "", "", nil, ""},
	} {
		decimal := func(name, v string) string {
			return "<gmd:" + name + "><gco:Decimal>" + v + "</gco:Decimal></gmd:" + name + ">"
		}
		r := parts{head: italian, id: `<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>` + decimal("westBoundLongitude", c.w) + decimal("eastBoundLongitude", c.e) + decimal("southBoundLatitude", c.s) + decimal("northBoundLatitude", c.n) +
			`</gmd:EX_GeographicBoundingBox></gmd:geographicElement></gmd:EX_Extent></gmd:extent>`}.read(t)
		var box []float64
		for _, s := range r.Spatial {
			box = s.BBox
		}
		rule := ""
		for _, i := range r.Issues {
			rule = i.Rule
		}
		if !slices.Equal(box, c.want) || rule != c.rule {
			t.Errorf("%s: %v, %q; want %v, %q", c.name, box, rule, c.want, c.rule)
		}
	}
}

// Periods end openly where they are indeterminate.
func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		said string
		want []catalog.Period
	}{
		{`<gml:TimePeriod gml:id="a"><gml:beginPosition>1998-01-01</gml:beginPosition><gml:endPosition>2021-03-01</gml:endPosition></gml:TimePeriod>`, []catalog.Period{{Start: "1998-01-01", End: "2021-03-01"}}},
		{`<gml:TimePeriod><gml:beginPosition>1998</gml:beginPosition><gml:endPosition indeterminatePosition="now"/></gml:TimePeriod>`, []catalog.Period{{Start: "1998"}}},
		{`<gml:TimePeriod><gml:beginPosition indeterminatePosition="unknown"/><gml:endPosition>2020</gml:endPosition></gml:TimePeriod>`, []catalog.Period{{End: "2020"}}},
		{`<gml:TimePeriod><gml:beginPosition indeterminatePosition="unknown"/><gml:endPosition indeterminatePosition="now">2020</gml:endPosition></gml:TimePeriod>`, nil},
		{`<gml:TimePeriod><gml:begin><gml:TimeInstant><gml:timePosition>2001</gml:timePosition></gml:TimeInstant></gml:begin><gml:end><gml:TimeInstant><gml:timePosition indeterminatePosition="now"/></gml:TimeInstant></gml:end></gml:TimePeriod>`, []catalog.Period{{Start: "2001"}}},
		{`<gml:TimeInstant><gml:timePosition>2019-05-01</gml:timePosition></gml:TimeInstant>`, []catalog.Period{{Start: "2019-05-01", End: "2019-05-01"}}},
		{`<gml:TimePeriod><gml:beginPosition>2015-01-01</gml:beginPosition><gml:endPosition>9999-12-31</gml:endPosition></gml:TimePeriod>`, []catalog.Period{{Start: "2015-01-01"}}},
	} {
		r := parts{id: `<gmd:extent><gmd:EX_Extent><gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>` + c.said + `</gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement></gmd:EX_Extent></gmd:extent>`}.read(t)
		expect(t, c.said, r.Temporal, c.want)
	}
}

func TestEPSG(t *testing.T) {
	for said, want := range map[string]int{
		"EPSG:3003": 3003, "EPSG 3003": 3003, "urn:ogc:def:crs:EPSG::25832": 25832, "urn:ogc:def:crs:EPSG:6.9:3003": 3003, "http://www.opengis.net/def/crs/EPSG/0/6707": 6707, "4326": 4326,
		"ETRS89-UTM32N": 25832, "ETRS89-UTM33N": 25833, "ETRS89": 4258, "RDN2008-6706": 6706, "RDN2008": 6706, "RDN2008/UTM32N": 6707, "RDN2008-TM33": 6708, "RDN2008-ItalyEN": 7794, "WGS84": 4326,
		"WGS84-UTM32N": 32632, "ED50/UTM 33N": 23033, "ROMA40/OVEST": 3003, "RGF93 / Lambert-93 (EPSG:2154)": 2154, "ETRS89-LAEA": 3035, "locale": 0, "": 0,
	} {
		if got := iso.EPSG(said); got != want {
			t.Errorf("EPSG(%q) = %d; want %d", said, got, want)
		}
	}
}

// Addresses are services, files, or pages, by protocol, address and function.
func TestOnline(t *testing.T) {
	for _, c := range []struct{ address, protocol, name, function, want string }{
		{"https://e.it/ows?service=WMS&amp;request=GetCapabilities", "", "", "", "service wms https://e.it/ows?service=WMS&request=GetCapabilities"},
		{"https://e.it/ows", "OGC:WMS-1.3.0-http-get-map", "strade", "", "service wms https://e.it/ows strade"},
		{"https://e.it/geoserver/wfs?", "OGC:WFS", "", "", "service wfs https://e.it/geoserver/wfs?"},
		{"https://e.it/x/MapServer/WFSServer?service=WFS", "Web Feature Service (WFS)", "", "", "service wfs https://e.it/x/MapServer/WFSServer?service=WFS"},
		{"https://e.it/arcgis/rest/services/x/MapServer", "WWW:LINK-1.0-http--link", "", "", "service esri-rest https://e.it/arcgis/rest/services/x/MapServer"},
		{"https://e.it/f/strade.zip", "WWW:DOWNLOAD-1.0-http--download", "Strade", "", "file  https://e.it/f/strade.zip Strade"},
		{"https://e.it/f/strade.csv", "WWW:LINK-1.0-http--link", "", "", "file  https://e.it/f/strade.csv strade.csv"},
		{"https://e.it/ows?request=GetFeature&amp;outputFormat=csv", "WWW:DOWNLOAD-1.0-http--download", "strade.csv", "", "file csv https://e.it/ows?request=GetFeature&outputFormat=csv strade.csv"},
		{"https://github.com/e/strade", "WWW:DOWNLOAD-1.0-http--download", "", "", "access  https://github.com/e/strade strade"},
		{"https://e.it/scheda", "WWW:LINK-1.0-http--link", "", "information", "page https://e.it/scheda"},
		{"https://e.it/csw?request=GetRecordById&amp;id=1", "WWW:DOWNLOAD-1.0-http--download", "", "", ""},
		{"https://e.it/srv/ita/catalog.search#/metadata/1", "WWW:DOWNLOAD-1.0-http--download", "", "", "page https://e.it/srv/ita/catalog.search#/metadata/1"},
		{"www.e.it/con spazio", "", "", "", "page http://www.e.it/con%20spazio"},
		{"Server=x; Service=5151", "", "", "", "address-unusable"},
	} {
		r := parts{tail: "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>" + c.address + "</gmd:URL></gmd:linkage>" +
			"<gmd:protocol>" + text(c.protocol) + "</gmd:protocol><gmd:name>" + text(c.name) + "</gmd:name><gmd:function>" + code("CI_OnLineFunctionCode", c.function) + "</gmd:function></gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"}.read(t)
		got := ""
		for _, d := range r.Distributions {
			kind := "file"
			if d.Service {
				kind = "service"
			} else if d.DownloadURL == "" {
				kind = "access"
			}
			got = strings.TrimSpace(fmt.Sprintf("%s %s %s %s", kind, d.Format, d.Address(), d.Title))
		}
		if r.LandingPage != "" {
			got += "page " + r.LandingPage
		}
		for _, i := range r.Issues {
			got += i.Rule
		}
		expect(t, c.address+" "+c.protocol, got, c.want)
	}
}

// What data conform to counts only where they do; a service names its data by
// identifier or address.
func TestQualityAndServices(t *testing.T) {
	report := func(title, pass string) string {
		return `<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:report><gmd:DQ_DomainConsistency><gmd:result><gmd:DQ_ConformanceResult><gmd:specification><gmd:CI_Citation><gmd:title>` + text(title) + `</gmd:title></gmd:CI_Citation></gmd:specification><gmd:pass>` + pass + `</gmd:pass></gmd:DQ_ConformanceResult></gmd:result></gmd:DQ_DomainConsistency></gmd:report><gmd:lineage><gmd:LI_Lineage><gmd:statement>` + text("Rilievo") + `</gmd:statement></gmd:LI_Lineage></gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>`
	}
	r := parts{id: `<srv:operatesOn uuidref="a"/><srv:operatesOn xlink:href="https://e.it/csw?REQUEST=GetRecordById&amp;Id=b"/><srv:operatesOn xlink:href="https://e.it/srv/api/records/c"/><srv:operatesOn xlink:href="https://e.it/d"/>` +
		`<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale><gmd:MD_RepresentativeFraction><gmd:denominator><gco:Integer>10000</gco:Integer></gmd:denominator></gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution></gmd:spatialResolution>` +
		`<gmd:spatialResolution><gmd:MD_Resolution><gmd:distance><gco:Distance uom="km">0,5</gco:Distance></gmd:distance></gmd:MD_Resolution></gmd:spatialResolution>`,
		tail: report("Regolamento 1089", "<gco:Boolean>true</gco:Boolean>") + report("Non conforme", "<gco:Boolean>false</gco:Boolean>") + report("Non valutato", "")}.read(t)
	expect(t, "conforms to", r.ConformsTo, []catalog.Standard{{Title: "Regolamento 1089"}})
	expect(t, "serves", r.Serves, []string{"a", "b", "c", "https://e.it/d"})
	expect(t, "lineage", r.Provenance, "Rilievo")
	if r.Scale != 10000 || r.SpatialResolution != 500 {
		t.Errorf("1:%d, %v m", r.Scale, r.SpatialResolution)
	}
}

// A record of ISO 19115-3 says the same in other places.
func TestISO19115Part3(t *testing.T) {
	r := read(t, `<mdb:MD_Metadata xmlns:mdb="http://standards.iso.org/iso/19115/-3/mdb/2.0" xmlns:mcc="http://standards.iso.org/iso/19115/-3/mcc/1.0" xmlns:cit="http://standards.iso.org/iso/19115/-3/cit/2.0" xmlns:mri="http://standards.iso.org/iso/19115/-3/mri/1.0" xmlns:lan="http://standards.iso.org/iso/19115/-3/lan/1.0" xmlns:mrl="http://standards.iso.org/iso/19115/-3/mrl/2.0" xmlns:mco="http://standards.iso.org/iso/19115/-3/mco/1.0" xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0">
		<mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code>`+text("m1")+`</mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier>
		<mdb:defaultLocale><lan:PT_Locale><lan:language><lan:LanguageCode codeListValue="ita"/></lan:language></lan:PT_Locale></mdb:defaultLocale>
		<mdb:parentMetadata uuidref="s1"/>
		<mdb:metadataScope><mdb:MD_MetadataScope><mdb:resourceScope><mcc:MD_ScopeCode codeListValue="series"/></mdb:resourceScope></mdb:MD_MetadataScope></mdb:metadataScope>
		<mdb:dateInfo><cit:CI_Date><cit:date><gco:DateTime>2020-01-01T00:00:00</gco:DateTime></cit:date><cit:dateType><cit:CI_DateTypeCode codeListValue="creation"/></cit:dateType></cit:CI_Date></mdb:dateInfo>
		<mdb:dateInfo><cit:CI_Date><cit:date><gco:DateTime>2026-01-01T00:00:00</gco:DateTime></cit:date><cit:dateType><cit:CI_DateTypeCode codeListValue="revision"/></cit:dateType></cit:CI_Date></mdb:dateInfo>
		<mdb:identificationInfo><mri:MD_DataIdentification><mri:citation><cit:CI_Citation><cit:title>`+text("Strade")+`</cit:title></cit:CI_Citation></mri:citation><mri:abstract>`+text("Grafo")+`</mri:abstract>
		<mri:pointOfContact><cit:CI_Responsibility><cit:role><cit:CI_RoleCode codeListValue="owner"/></cit:role><cit:party><cit:CI_Organisation><cit:name>`+text("Comune di Prato (IPA: c_g999)")+`</cit:name>
		<cit:contactInfo><cit:CI_Contact><cit:address><cit:CI_Address><cit:electronicMailAddress>`+text("SIT@comune.example.org")+`</cit:electronicMailAddress></cit:CI_Address></cit:address></cit:CI_Contact></cit:contactInfo>
		<cit:individual><cit:CI_Individual><cit:name>`+text("Mario Rossi")+`</cit:name></cit:CI_Individual></cit:individual></cit:CI_Organisation></cit:party></cit:CI_Responsibility></mri:pointOfContact>
		<mri:resourceConstraints><mco:MD_LegalConstraints><mco:reference><cit:CI_Citation><cit:title>`+text("CC BY")+`</cit:title><cit:onlineResource><cit:CI_OnlineResource><cit:linkage>`+text("https://creativecommons.org/licenses/by/4.0/")+`</cit:linkage></cit:CI_OnlineResource></cit:onlineResource></cit:CI_Citation></mco:reference></mco:MD_LegalConstraints></mri:resourceConstraints>
		</mri:MD_DataIdentification></mdb:identificationInfo>
		<mdb:resourceLineage><mrl:LI_Lineage><mrl:statement>`+text("Rilievo")+`</mrl:statement></mrl:LI_Lineage></mdb:resourceLineage></mdb:MD_Metadata>`)
	expect(t, "words", [9]string{r.ID, r.Level, r.Stamp, r.Title, r.Description, r.InSeries, r.Provenance, r.Licence, r.Modified},
		[9]string{"m1", "series", "2026-01-01T00:00:00", "Strade", "Grafo", "s1", "Rilievo", "https://creativecommons.org/licenses/by/4.0/", "2026-01-01T00:00:00"})
	expect(t, "holder", r.Holder, catalog.Agent{ID: "c_g999", Name: "Comune di Prato"})
	expect(t, "contacts", r.Contacts, []catalog.Contact{{Name: "Comune di Prato", Email: "sit@comune.example.org"}})
	expect(t, "persons", len(r.Persons), 1)
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<MD_Metadata><fileIdentifier>x</fileIdentifier><identificationInfo><a><citation><CI_Citation><title>T</title></CI_Citation></citation><extent><EX_Extent><geographicElement><EX_GeographicBoundingBox><westBoundLongitude>1</westBoundLongitude></EX_GeographicBoundingBox></geographicElement></EX_Extent></extent></a></identificationInfo><distributionInfo><onLine><CI_OnlineResource><linkage>www.e.it/%zz</linkage></CI_OnlineResource></onLine></distributionInfo></MD_Metadata>`))
	f.Add([]byte(`<MI_Metadata><contact><CI_Responsibility><party><CI_Individual><name>A B</name></CI_Individual></party></CI_Responsibility></contact><referenceSystemInfo><MD_ReferenceSystem><referenceSystemIdentifier><b><code>EPSG:99999999999</code></b></referenceSystemIdentifier></MD_ReferenceSystem></referenceSystemInfo></MI_Metadata>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, err := xmldoc.Read(doc, "")
		if err != nil {
			return
		}
		for n := d.FirstChild; n != nil; n = n.NextSibling {
			if n.Type != xmlquery.ElementNode || !iso.Is(n) {
				continue
			}
			for _, x := range iso.Read(n).Distributions {
				if a := strings.ToLower(x.Address()); !strings.HasPrefix(a, "http") && !strings.HasPrefix(a, "ftp") || strings.ContainsAny(a, " \n<>\"") {
					t.Fatalf("an address that is none: %q", a)
				}
			}
		}
	})
}
