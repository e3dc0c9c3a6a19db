package oaipmh_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// file is a document of a test on disk.
func file(t *testing.T, name, doc string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// iccd is a record with a card of the national catalogue.
func iccd(card string) string {
	return `<record><header><identifier>x</identifier></header><metadata><schede>` + card + `</schede></metadata></record>`
}

const dcNames = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:pico="http://purl.org/pico/1.0/"`

// What records of each format say, and their traps (spec §1.3 and §3.6).
func TestCards(t *testing.T) {
	for _, tt := range []struct{ name, doc, values string }{
		{"the language that says it best", `<dc` + dcNames + `><dc:identifier>1</dc:identifier><dc:title xml:lang="de">Brunnen</dc:title><dc:title xml:lang="it-IT">Fontana</dc:title><dc:title>Fountain</dc:title></dc>`, "name: Fontana"},
		{"identifiers", `<dc` + dcNames + `><dc:title>T</dc:title><dc:identifier>inv. 12</dc:identifier><dc:identifier>https://doi.org/10.1234/AB</dc:identifier><dc:identifier>http://x.it/1</dc:identifier><dc:identifier>ISBN:123</dc:identifier></dc>`,
			`link: https://doi.org/10.1234/AB` + "\n" + `external_ids: [{"scheme":"local","value":"inv. 12"},{"scheme":"doi","value":"10.1234/ab"},{"scheme":"uri","value":"http://x.it/1"},{"scheme":"isbn","value":"ISBN:123"}]`},
		{"PICO", `<pico:record` + dcNames + `><dc:identifier>p1</dc:identifier><dc:title>Veduta</dc:title><dcterms:created>sec. XVI</dcterms:created><dc:type>dipinto</dc:type><pico:author>Rossi, Mario</pico:author><dcterms:isPartOf>Collezione</dcterms:isPartOf><dcterms:spatial>Museo civico, Prato (PO)</dcterms:spatial><pico:preview>http://x.it/p.jpg</pico:preview><dc:rights>CC BY 4.0</dc:rights></pico:record>`,
			`heritage_type: artistic
creators: [{"name":"Rossi, Mario"}]
dating: {"label":"sec. XVI","from_year":1501,"to_year":1600}
part_of: ["Collezione"]
town: Prato
province_said: PO
rights: CC BY 4.0
picture: http://x.it/p.jpg`},
		{"a point, and a time of the clock that is no dating", `<dc` + dcNames + `><dc:identifier>1</dc:identifier><dc:title>T</dc:title><dc:date>2003-04-15T10:18:51Z</dc:date><dcterms:spatial>name=Prato; east=11.1; north=43.88</dcterms:spatial></dc>`, "dating: \npoint: 11.1 43.88"},
		{"helpers and mail are not kept", `<dc` + dcNames + `><dc:identifier>1</dc:identifier><dc:title>T</dc:title><dc:contributor>Bianchi, Ugo</dc:contributor><dc:creator>ugo@example.org</dc:creator><dc:publisher>ugo@example.org</dc:publisher></dc>`, "creators: \nsource_metadata: "},
		{"a picture that may not be shown", `<dc` + dcNames + `><dc:identifier>1</dc:identifier><dc:title>T</dc:title><pico:preview>http://x.it/p.jpg</pico:preview><dc:rights>Tutti i diritti riservati</dc:rights></dc>`,
			`picture: ` + "\n" + `digital_objects: [{"url":"http://x.it/p.jpg","licence":"Tutti i diritti riservati"}]`},
		{"EDM: where it is, and not what it is about", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/" xmlns:wgs84="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:skos="http://www.w3.org/2004/02/skos/core#"` + dcNames + `>
			<edm:ProvidedCHO rdf:about="urn:a"><dc:title>A</dc:title><dcterms:spatial rdf:resource="urn:far"/><edm:currentLocation rdf:resource="urn:here"/><dc:creator rdf:resource="urn:who"/></edm:ProvidedCHO>
			<edm:Place rdf:about="urn:far"><wgs84:lat>10</wgs84:lat><wgs84:long>10</wgs84:long></edm:Place>
			<edm:Place rdf:about="urn:here"><wgs84:lat>43.88</wgs84:lat><wgs84:long>11.1</wgs84:long><skos:prefLabel xml:lang="it">Prato</skos:prefLabel></edm:Place>
			<edm:Agent rdf:about="urn:who"><skos:prefLabel>Lippi, Filippo</skos:prefLabel></edm:Agent></rdf:RDF>`,
			"point: 11.1 43.88\nplace: Prato\n" + `creators: [{"name":"Lippi, Filippo"}]`},
		{"LIDO 1.1", `<lido:lido xmlns:lido="http://www.lido-schema.org" xmlns:skos="http://www.w3.org/2004/02/skos/core#" xmlns:gml="http://www.opengis.net/gml"><lido:lidoRecID>L1</lido:lidoRecID><lido:descriptiveMetadata xml:lang="en"><lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet><lido:appellationValue>Pulpit</lido:appellationValue></lido:titleSet></lido:titleWrap></lido:objectIdentificationWrap></lido:descriptiveMetadata><lido:descriptiveMetadata xml:lang="it">
			<lido:objectClassificationWrap><lido:objectWorkTypeWrap><lido:objectWorkType><skos:Concept><skos:prefLabel>scultura</skos:prefLabel></skos:Concept></lido:objectWorkType></lido:objectWorkTypeWrap></lido:objectClassificationWrap>
			<lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet><lido:appellationValue>Pulpito</lido:appellationValue></lido:titleSet></lido:titleWrap>
			<lido:repositoryWrap><lido:repositorySet lido:type="former"><lido:repositoryName><lido:legalBodyName><lido:appellationValue>Altrove</lido:appellationValue></lido:legalBodyName></lido:repositoryName></lido:repositorySet><lido:repositorySet lido:type="current"><lido:repositoryName><lido:legalBodyName><lido:appellationValue>Museo dell'Opera</lido:appellationValue></lido:legalBodyName></lido:repositoryName><lido:repositoryLocation><lido:gml><gml:Point><gml:pos>43.8817 11.0967</gml:pos></gml:Point></lido:gml><lido:namePlaceSet><lido:appellationValue>Piazza del Duomo</lido:appellationValue></lido:namePlaceSet><lido:partOfPlace lido:politicalEntity="comune"><lido:namePlaceSet><lido:appellationValue>Prato</lido:appellationValue></lido:namePlaceSet></lido:partOfPlace></lido:repositoryLocation></lido:repositorySet></lido:repositoryWrap>
			<lido:objectMeasurementsWrap><lido:objectMeasurementsSet><lido:objectMeasurements><lido:measurementsSet><lido:measurementType>altezza</lido:measurementType><lido:measurementUnit>cm</lido:measurementUnit><lido:measurementValue>210</lido:measurementValue></lido:measurementsSet></lido:objectMeasurements></lido:objectMeasurementsSet></lido:objectMeasurementsWrap></lido:objectIdentificationWrap>
			<lido:eventWrap><lido:eventSet><lido:event><lido:eventType><lido:conceptID>http://terminology.lido-schema.org/lido00007</lido:conceptID></lido:eventType><lido:eventActor><lido:displayActorInRole>Donatello, scultore</lido:displayActorInRole></lido:eventActor><lido:eventDate><lido:displayDate>1428-1438</lido:displayDate><lido:date><lido:earliestDate>1428</lido:earliestDate><lido:latestDate>1438-12-31</lido:latestDate></lido:date></lido:eventDate></lido:event></lido:eventSet></lido:eventWrap></lido:descriptiveMetadata></lido:lido>`,
			`name: Pulpito
definition: scultura
heritage_type: artistic
holder_place: Museo dell'Opera
town: Prato
point: 11.0967 43.8817
measures: [{"name":"altezza","value":"210","unit":"cm"}]
creators: [{"name":"Donatello, scultore"}]
dating: {"label":"1428-1438","from_year":1428,"to_year":1438}`},
		{"MODS", `<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo type="alternative"><title>Altro</title></titleInfo><titleInfo><nonSort>Le</nonSort><title>storie</title><subTitle>di Prato</subTitle></titleInfo><name><namePart type="family">Rossi</namePart><namePart type="given">Ada</namePart><namePart type="date">1900-</namePart><role><roleTerm type="code">aut</roleTerm><roleTerm type="text">autore</roleTerm></role></name><genre>manoscritto</genre><originInfo><dateCreated>1756</dateCreated></originInfo><location><physicalLocation>Biblioteca Roncioniana</physicalLocation><shelfLocator>Ms. 5</shelfLocator><url>http://x.it/ms5</url></location><relatedItem type="host"><titleInfo><title>Fondo</title></titleInfo></relatedItem><accessCondition xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="http://creativecommons.org/licenses/by/4.0/"/><recordInfo><recordIdentifier>m5</recordIdentifier></recordInfo></mods>`,
			`name: Le storie: di Prato
creators: [{"name":"Rossi, Ada","role":"autore"}]
heritage_type: library
dating: {"label":"1756","from_year":1756,"to_year":1756}
holder_place: Biblioteca Roncioniana
link: http://x.it/ms5
part_of: ["Fondo"]
rights: http://creativecommons.org/licenses/by/4.0/`},
		{"ICCD: zeros of the number", iccd(`<OA version="3.00"><CD><TSK>OA</TSK><NCT><NCTR>9</NCTR><NCTN>281540</NCTN><NCTS>A</NCTS></NCT></CD><OG><OGT><OGTD>dipinto</OGTD></OGT><SGT><SGTI>Annunciazione</SGTI></SGT></OG><AU><AUT><AUTN>Lippi Filippo</AUTN><AUTR>esecutore</AUTR></AUT></AU></OA>`),
			`nct: {"region":"09","number":"00281540","suffix":"A"}
name: Dipinto: Annunciazione
creators: [{"name":"Lippi Filippo","role":"esecutore"}]`},
		{"ICCD: a profile of privacy", iccd(`<OA><CD><TSK>OA</TSK></CD><OG><OGT><OGTD>dipinto</OGTD></OGT></OG><LC><PVC><PVCP>PO</PVCP><PVCC>Prato</PVCC><PVCI>via X 1</PVCI></PVC><LDC><LDCN>casa Rossi</LDCN></LDC></LC><AD><ADS><ADSP>2</ADSP></ADS></AD></OA><harvesting><geocoding><x>11.1</x><y>43.88</y></geocoding></harvesting>`),
			"town: Prato\nprecision: municipality\npoint: \nstreet: \nholder_place: "},
		{"ICCD: an archaeological site", iccd(`<SI><CD><TSK>SI</TSK></CD><OG><OGT><OGTD>insediamento</OGTD></OGT></OG><LC><PVC><PVCC>Prato</PVCC></PVC></LC><GP><GPD><GPDP><GPDPX>11.05</GPDPX><GPDPY>43.84</GPDPY></GPDP></GPD></GP><AD><ADS><ADSP>1</ADSP></ADS></AD></SI>`),
			"heritage_type: archaeological\nprecision: municipality\npoint: "},
		{"ICCD: a point far from its address", iccd(`<A><CD><TSK>A</TSK></CD><OG><OGT><OGTD>villa</OGTD></OGT></OG><LC><PVC><PVCC>Prato</PVCC><PVCI>via X</PVCI></PVC></LC><GP><GPD><GPDP><GPDPX>12.9</GPDPX><GPDPY>43.9</GPDPY></GPDP></GPD></GP></A><harvesting><geocoding><x>11.1</x><y>43.88</y></geocoding></harvesting>`),
			"point: 11.1 43.88\ngeometry_source: geocoded_street\nissues: position-doubtful"},
		{"ICCD: another system of coordinates", iccd(`<A><CD><TSK>A</TSK></CD><OG><OGT><OGTD>villa</OGTD></OGT></OG><GP><GPD><GPDP><GPDPX>1670000</GPDPX><GPDPY>4860000</GPDPY></GPDP></GPD><GPP>Gauss-Boaga</GPP></GP></A>`), "point: "},
	} {
		l := listed(t, catalog.Source{URL: file(t, "d.xml", tt.doc)}, "")
		if l.err != nil || len(l.harvests) != 1 {
			t.Errorf("%s: %d cards, refused %v, %v", tt.name, len(l.harvests), l.rules, l.err)
			continue
		}
		h := l.harvests[0]
		for want := range strings.SplitSeq(tt.values, "\n") {
			column, want, _ := strings.Cut(want, ": ")
			got := ""
			switch column {
			case "point":
				if h.Geometry != nil {
					got = fmt.Sprint(h.Geometry.FlatCoords()[0], " ", h.Geometry.FlatCoords()[1])
				}
			case "issues":
				for _, i := range h.Issues {
					got += i.Rule
				}
			default:
				got = value(h, column)
			}
			if got != want {
				t.Errorf("%s: %s = %s; want %s", tt.name, column, got, want)
			}
		}
		if raw := string(h.Raw); raw == "" || strings.Contains(raw, "Bianchi") || strings.Contains(raw, "ugo@") {
			t.Errorf("%s: raw = %s", tt.name, raw)
		}
	}
}
