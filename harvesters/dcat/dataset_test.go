package dcat_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// read harvests a document that stands in a file of its own.
func read(t *testing.T, name, doc string) (kept []catalog.Harvested, refused []error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	kept, refused, err := collect(t, nil, catalog.Source{URL: path})
	if err != nil {
		t.Fatal(err)
	}
	return kept, refused
}

// value is the column called name of h, JSON as text.
func value(t *testing.T, h catalog.Harvested, name string) string {
	t.Helper()
	i := slices.IndexFunc(h.Layer.Columns, func(c catalog.Column) bool { return c.Name == name })
	if i < 0 {
		t.Fatalf("no column %q", name)
	}
	switch v := h.Values[i].(type) {
	case json.RawMessage:
		return string(v)
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

func rules(h catalog.Harvested) []string {
	var out []string
	for _, i := range h.Issues {
		out = append(out, i.Rule)
	}
	return out
}

// A dataset with everything that DCAT-AP_IT and DCAT-AP 3 have is read whole.
func TestWholeDataset(t *testing.T) {
	kept, refused := read(t, "c.ttl", prefixes+`
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dcatap: <http://data.europa.eu/r5r/> . @prefix spdx: <http://spdx.org/rdf/terms#> .
<https://dati.example.it/catalog> a dcatapit:Catalog, dcat:Catalog ; dct:title "Catalogo"@it ; dcat:dataset <https://dati.example.it/d/42> , <https://dati.example.it/d/99> ; dcat:record <#r> .
<#r> a dcat:CatalogRecord ; foaf:primaryTopic <https://dati.example.it/d/42> ; dct:source <https://geoportale.example.it/meta/42> .
<https://dati.example.it/d/42> a dcatapit:Dataset , dcat:Dataset ;
  dct:identifier "c_g999:D.42" ;
  adms:identifier [ a adms:Identifier ; skos:notation "https://origine.example.it/42"^^xsd:anyURI ; adms:schemeAgency "Origine" ] , "N/A" ;
  dct:title "Libraries"@en , "Biblioteche"@it ; dct:description "Sedi e orari."@it-IT , "Where and when."@en ;
  dcat:keyword "biblioteche"@it , "libraries"@en , "orari" ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC> , "ENVI" ;
  dct:subject <http://eurovoc.europa.eu/100220> ;
  dct:rightsHolder <https://dati.example.it/body/c_g999> ;
  dct:publisher [ a foaf:Agent ; foaf:name "Provincia di Prato (IPA: p_po)" ; dct:identifier "temp_ipa" ] ;
  dct:creator <https://dati.example.it/body/c_g999> , [ a foaf:Person ; foaf:name "Mario Rossi" ] ;
  dcat:contactPoint <https://dati.example.it/urp> , [ a vcard:Individual ; vcard:fn "Maria Bianchi" ; vcard:hasEmail <mailto:m.bianchi@example.it> ] ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:issued "2025-01-02"^^xsd:date ; dct:modified "2026-11-20"^^xsd:date , "2026-11-19"^^xsd:date ;
  dct:language <http://publications.europa.eu/resource/authority/language/ITA> ;
  dct:temporal [ a dct:PeriodOfTime ; <http://sdati.gov.it/onto/dcatapit#startDate> "2026-01-01"^^xsd:date ; dcat:endDate "2026-12-31"^^xsd:date ] ;
  dct:spatial [ a dct:Location ; locn:geographicName "Prato"@it ; dcatapit:geographicalIdentifier "http://sws.geonames.org/3169921" ; dcat:bbox "POLYGON((11.0 43.8, 11.2 43.8, 11.2 44.0, 11.0 44.0, 11.0 43.8))"^^gsp:wktLiteral ] ;
  dct:conformsTo <https://e.it/standard> ;
  dcat:landingPage "https://dati.example.it/dataset/biblioteche" ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  owl:versionInfo "1.2" ; adms:versionNotes "Corrette le sedi"@it ; foaf:page <https://e.it/guida> ; dct:provenance [ a dct:ProvenanceStatement ; rdfs:label "Censite sul posto"@it ] ;
  dcat:spatialResolutionInMeters "2.5"^^xsd:decimal ; dcat:temporalResolution "P1M"^^xsd:duration ; dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ; dcat:inSeries <https://dati.example.it/d/99> ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021> ;
  dcat:distribution <https://dati.example.it/d/42/csv> .
<https://e.it/standard> a dct:Standard ; dct:identifier "STD-1" ; dct:title "Uno standard"@it ; dcatapit:referenceDoc <https://e.it/standard.pdf> .
<https://dati.example.it/body/c_g999> a dcatapit:Agent , foaf:Agent ; dct:identifier "C_G999" ; foaf:name "Comune di Prato" .
<https://dati.example.it/urp> a dcatapit:Organization , vcard:Kind ; vcard:fn "Ufficio relazioni con il pubblico" ; vcard:hasEmail <mailto:URP@example.it> ; vcard:hasTelephone [ vcard:hasValue <tel:+390574123> ] ; vcard:hasURL <https://example.it/urp> .
<https://dati.example.it/d/42/csv> a dcatapit:Distribution , dcat:Distribution ; dct:title "CSV"@it ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ; dcat:mediaType <http://www.iana.org/assignments/media-types/text/csv> ;
  dcat:accessURL <https://dati.example.it/dataset/42> ; dcat:downloadURL <https://dati.example.it/d/42/biblioteche.csv> ; dcat:byteSize "18231.0"^^xsd:decimal ; dct:modified "2026-11-20"^^xsd:date ;
  spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue "AB12" ] ;
  dct:license <https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40> ;
  dcat:accessService <https://dati.example.it/api> .
<https://dati.example.it/api> a dcat:DataService ; dct:title "OGC API"@it ; dcat:endpointURL <https://dati.example.it/api/ogc> ; dcat:servesDataset <https://dati.example.it/d/42> , <https://dati.example.it/d/77> .
<https://dati.example.it/d/77> a dcat:Dataset .
<https://dati.example.it/d/99> a dcat:DatasetSeries ; dct:identifier "c_g999:S.9" ; dct:title "Serie" .
`)
	if len(refused) != 0 || len(kept) != 2 { // the stub 77 is left out, the series is not
		t.Fatalf("kept %v, refused %v", keysOf(kept), refused)
	}
	h := kept[0]
	got := map[string]string{}
	for _, c := range h.Layer.Columns {
		if v := value(t, h, c.Name); v != "" {
			got[c.Name] = v
		}
	}
	want := map[string]string{
		"name": "Biblioteche", "text": "Sedi e orari.", "tags": "biblioteche, orari", "page": "https://dati.example.it/dataset/biblioteche", "changed": "2026-11-20",
		"holder_id": "c_g999", "holder_name": "Comune di Prato", "terms": "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40",
		"uri": "https://dati.example.it/d/42", "identifier": "c_g999:D.42", "other_identifiers": `[{"notation":"https://origine.example.it/42","agency":"Origine"}]`,
		"themes": `["http://publications.europa.eu/resource/authority/data-theme/EDUC","ENVI"]`, "subthemes": `["http://eurovoc.europa.eu/100220"]`,
		"rights_holder": `{"id":"c_g999","name":"Comune di Prato"}`, "publisher": `{"id":"p_po","name":"Provincia di Prato"}`, "creators": `[{"id":"c_g999","name":"Comune di Prato"}]`,
		"contact_points": `[{"name":"Ufficio relazioni con il pubblico","email":"urp@example.it","phone":"+390574123","url":"https://example.it/urp"}]`,
		"frequency":      "http://publications.europa.eu/resource/authority/frequency/MONTHLY", "issued": "2025-01-02", "modified": "2026-11-20",
		"language": `["http://publications.europa.eu/resource/authority/language/ITA"]`, "temporal": `[{"start":"2026-01-01","end":"2026-12-31"}]`,
		"spatial":       `[{"name":"Prato","uri":"http://sws.geonames.org/3169921","bbox":[11,43.8,11.2,44]}]`,
		"conforms_to":   `[{"id":"STD-1","title":"Uno standard","url":"https://e.it/standard.pdf"}]`,
		"access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC", "version": "1.2", "version_notes": "Corrette le sedi", "documentation": `["https://e.it/guida"]`, "provenance_text": "Censite sul posto",
		"spatial_resolution_m": "2.5", "temporal_resolution": "P1M", "applicable_legislation": `["http://data.europa.eu/eli/reg_impl/2023/138/oj"]`, "hvd_categories": `["http://data.europa.eu/bna/c_dd313021"]`,
		"in_series": "c_g999:S.9", "copy_of": "https://geoportale.example.it/meta/42", "licence_declared": "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]catalog.Distribution{
		{ID: "https://dati.example.it/d/42/csv", Title: "CSV", AccessURL: "https://dati.example.it/dataset/42", DownloadURL: "https://dati.example.it/d/42/biblioteche.csv", Format: "http://publications.europa.eu/resource/authority/file-type/CSV", MediaType: "text/csv",
			Licence: "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", ByteSize: 18231, Checksum: "sha256:ab12", Modified: "2026-11-20"},
		{ID: "https://dati.example.it/api", Title: "OGC API", AccessURL: "https://dati.example.it/api/ogc", Service: true},
	}, h.Distributions); d != "" {
		t.Error(d)
	}
	if got, want := rules(h), []string{"person-named", "person-named", "several-values"}; !slices.Equal(got, want) {
		t.Errorf("issues %v, want %v", got, want)
	}
	if raw := string(h.Raw); strings.Contains(raw, "Rossi") || strings.Contains(raw, "ianchi") || !strings.Contains(raw, `"Biblioteche"@it`) || !strings.Contains(raw, "OGC API") || strings.Contains(raw, `"Serie"`) {
		t.Errorf("kept of it:\n%s", raw)
	}
}

// What identifies a dataset: spec §3.2.
func TestKeys(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		keys      []string
		rules     string
	}{
		{"identifier before address", `<http://e.it/d> a dcat:Dataset ; dct:identifier "id-1" ; dct:title "T" .`, []string{"id-1"}, ""},
		{"address without identifier", `<http://e.it/d> a dcat:Dataset ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
		{"a word that is no identifier", `<http://e.it/d> a dcat:Dataset ; dct:identifier "n/a" ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
		{"blank node with identifier", `[ a dcat:Dataset ; dct:identifier "1" ; dct:title "T" ] .`, []string{"1"}, ""},
		{"blank node alone", `_:b0 a dcat:Dataset ; dct:title "T" ; dcat:landingPage <http://e.it/p> .`, []string{"http://e.it/p T"}, "identifier-missing"},
		{"blank node without page", `_:b0 a dcat:Dataset ; dct:title "T" .`, []string{"T"}, "identifier-missing"},
		{"identifier of two", `<http://e.it/a> a dcat:Dataset ; dct:identifier "x" ; dct:title "A" . <http://e.it/b> a dcat:Dataset ; dct:identifier "x" ; dct:title "B" .`, []string{"http://e.it/a", "http://e.it/b"}, "identifier-shared identifier-shared"},
		{"typed twice", `<http://e.it/d> a dcat:Dataset , dcatapit:Dataset , <http://dati.gov.it/onto/dcatapit#\u0022Dataset> ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
		{"only the broken type", `<http://e.it/d> a <http://dati.gov.it/onto/dcatapit#\u0022Dataset> ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
		{"type by https", `<http://e.it/d> a <https://www.w3.org/ns/dcat#Dataset> ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
		{"mentioned only", `<http://e.it/c> a dcat:Catalog ; dct:hasPart <http://e.it/x> . <http://e.it/x> a dcat:Dataset . <http://e.it/d> a dcat:Dataset ; dct:title "T" .`, []string{"http://e.it/d"}, ""},
	} {
		kept, refused := read(t, "c.ttl", prefixes+tt.doc)
		var found []string
		for _, h := range kept {
			found = append(found, rules(h)...)
		}
		if !slices.Equal(keysOf(kept), tt.keys) || len(refused) > 0 || strings.Join(found, " ") != tt.rules {
			t.Errorf("%s: keys %q, refused %v, issues %v; want %q, %q", tt.name, keysOf(kept), refused, found, tt.keys, tt.rules)
		}
	}
}

func TestDatasetWithoutTitleIsRefused(t *testing.T) {
	kept, refused := read(t, "c.ttl", prefixes+`<http://e.it/a> a dcat:Dataset ; dct:identifier "a" ; dct:description "Senza titolo" . <http://e.it/b> a dcat:Dataset ; dct:title "B" .`)
	if len(kept) != 1 || len(refused) != 1 || !strings.Contains(refused[0].Error(), "dct:title") {
		t.Errorf("kept %v, refused %v", keysOf(kept), refused)
	}
}

// Names, addresses and places as real catalogues write them.
func TestMiswritten(t *testing.T) {
	for _, tt := range []struct{ name, said, column, want, rules string }{
		{"misspelt page", `dcat:landindPage <http://e.it/p>`, "page", "http://e.it/p", ""},
		{"literal address", `dcat:landingPage " http://e.it/p "`, "page", "http://e.it/p", ""},
		{"space and accents", `dcat:landingPage <http://e.it/città vecchia|x\y>`, "page", "http://e.it/citt%C3%A0%20vecchia%7Cx%5Cy", "address-repaired"},
		{"escaped twice", `dcat:landingPage "http://e.it/?a=1&amp;b=2"`, "page", "http://e.it/?a=1&b=2", "address-repaired"},
		{"no address", `dcat:landingPage "vedi il sito"`, "page", "", "address-unusable"},
		{"relative", `dcat:landingPage <pagina>`, "page", "", "address-unusable"},
		{"the second is good", `dcat:landingPage "n.d." , <http://e.it/p>`, "page", "http://e.it/p", "address-unusable"},
		{"older vocabulary", `<http://purl.org/dc/elements/1.1/description> "D"`, "text", "D", ""},
		{"hash after terms", `<http://purl.org/dc/terms/#license> <http://e.it/l>`, "licence_declared", "http://e.it/l", ""},
		{"dates in two notations", `dct:modified "2026-03-12" , "21/11/2026" , "11-01-2026" , "ieri"`, "changed", "21/11/2026", "several-values"},
		{"rights for licence", `dct:rights "CC BY 4.0"`, "licence_declared", "CC BY 4.0", ""},
		{"licence by name", `dct:license [ foaf:name "CC BY" ]`, "licence_declared", "CC BY", ""},
		{"address of several licences", `dct:license "copyright" , <http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations> , <http://e.it/l>`, "licence_declared", "http://e.it/l", ""},
		{"abstract", `dct:abstract "D"`, "text", "D", ""},
		{"publisher as text", `dct:publisher "Comune di Prato"`, "publisher", `{"name":"Comune di Prato"}`, ""},
		{"publisher elsewhere", `dct:publisher <http://e.it/o>`, "publisher", ``, "agent-not-described"},
		{"two publishers", `dct:publisher "A" , "B"`, "publisher", `{"name":"A"}`, "several-values"},
		{"words for nothing", `dct:publisher [ foaf:name "N/A" ; dct:identifier "ipa" ]`, "publisher", ``, ""},
		{"contact by address", `dcat:contactPoint "urp@e.it"`, "contact_points", `[{"email":"urp@e.it"}]`, ""},
		{"contact with broken address", `dcat:contactPoint [ vcard:fn "URP" ; vcard:hasEmail "mailto: urp@e.it" ]`, "contact_points", `[{"name":"URP","email":"urp@e.it"}]`, ""},
		{"adms contact", `adms:contactPoint [ vcard:fn "URP" ]`, "contact_points", `[{"name":"URP"}]`, ""},
		{"a person's box", `dcat:contactPoint [ vcard:fn "Jane Doe" ; vcard:hasEmail <mailto:jane.doe@e.it> ]`, "contact_points", ``, "person-named"},
		{"addressed as a person", `dcat:contactPoint [ vcard:fn "Dott. Mario Rossi" ]`, "contact_points", ``, "person-named"},
		{"an office's box", `dcat:contactPoint [ vcard:fn "Ufficio Cultura" ; vcard:hasEmail <mailto:ufficio.cultura@e.it> ]`, "contact_points", `[{"name":"Ufficio Cultura","email":"ufficio.cultura@e.it"}]`, ""},
		{"period as text", `dct:temporal " 2004-11-03T00:00:00+01:00 \n / \n 2005-03-30 "`, "temporal", `[{"start":"2004-11-03T00:00:00+01:00","end":"2005-03-30"}]`, ""},
		{"open period", `dct:temporal "2020-01-01/.."`, "temporal", `[{"start":"2020-01-01"}]`, ""},
		{"year", `dct:temporal "2020"`, "temporal", `[{"start":"2020","end":"2020"}]`, ""},
		{"period that is none", `dct:temporal "ieri"`, "temporal", ``, ""},
		{"schema dates", `dct:temporal [ <http://schema.org/startDate> "2020-01-01" ]`, "temporal", `[{"start":"2020-01-01"}]`, ""},
		{"OWL time", `dct:temporal [ <http://www.w3.org/2006/time#hasBeginning> [ <http://www.w3.org/2006/time#inXSDDate> "2020-01-01" ] ]`, "temporal", `[{"start":"2020-01-01"}]`, ""},
		{"frequency by label", `dct:accrualPeriodicity [ a dct:Frequency ; rdfs:label "mensile" ]`, "frequency", "mensile", ""},
		{"frequency under another name", `dct:frequency <http://publications.europa.eu/resource/authority/frequency/DAILY>`, "frequency", "http://publications.europa.eu/resource/authority/frequency/DAILY", ""},
		{"place as text", `dct:spatial "Prato"`, "spatial", `[{"name":"Prato"}]`, ""},
		{"place by address", `dct:spatial <http://sws.geonames.org/3169921>`, "spatial", `[{"uri":"http://sws.geonames.org/3169921"}]`, ""},
		{"GML as the guide writes it", `dct:spatial [ locn:geometry '<gml:Envelope srsName="http://www.opengis.net/def/EPSG/0/4326"><gml:lowerCorner>7.48 43.59</gml:lowerCorner><gml:upperCorner>10.08 44.84</gml:upperCorner></gml:Envelope>'^^gsp:gmlLiteral ]`, "spatial", `[{"bbox":[7.48,43.59,10.08,44.84]}]`, ""},
		{"GML as the standard has it", `dct:spatial [ locn:geometry '<gml:Envelope srsName="http://www.opengis.net/def/EPSG/0/4326"><gml:lowerCorner>43.59 7.48</gml:lowerCorner><gml:upperCorner>44.84 10.08</gml:upperCorner></gml:Envelope>'^^gsp:gmlLiteral ]`, "spatial", `[{"bbox":[7.48,43.59,10.08,44.84]}]`, ""},
		{"latitude first, abroad", `dct:spatial [ locn:geometry '<gml:Point srsName="urn:ogc:def:crs:EPSG::4326"><gml:pos>59.3 18.1</gml:pos></gml:Point>'^^gsp:gmlLiteral ]`, "spatial", `[{"bbox":[18.1,59.3,18.1,59.3]}]`, ""},
		{"GeoJSON", `dct:spatial [ locn:geometry '{"type":"Polygon","coordinates":[[[11,43],[12,43],[12,44],[11,43]]]}' ]`, "spatial", `[{"bbox":[11,43,12,44]}]`, ""},
		{"WKT with CRS84", `dct:spatial [ <http://www.opengis.net/rdf#asWKT> "<http://www.opengis.net/def/crs/OGC/1.3/CRS84> Polygon((3.9 44.0, 3.9 44.1, 4.0 44.1, 3.9 44.0))" ]`, "spatial", `[{"bbox":[3.9,44,4,44.1]}]`, ""},
		{"metres are no degrees", `dct:spatial [ locn:geometry "POINT(1668415 4860696)" ]`, "spatial", ``, ""},
		{"envelope", `dct:spatial [ dcat:bbox "ENVELOPE(11, 12, 44, 43)" ]`, "spatial", `[{"bbox":[11,43,12,44]}]`, ""},
		{"keywords", `dcat:keywords "uno, due"`, "tags", "uno, due", ""},
		{"keywords of another language", `dcat:keyword "one"@en , "uno"@it , "due"@it-IT`, "tags", "uno, due", ""},
		{"subject as theme", `dcat:theme <http://eurovoc.europa.eu/100142>`, "subthemes", `["http://eurovoc.europa.eu/100142"]`, ""},
		{"topic as subject", `dct:subject <http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/environment>`, "themes", `["http://inspire.ec.europa.eu/metadata-codelist/TopicCategory/environment"]`, ""},
		{"category of high value as theme", `dcat:theme <http://data.europa.eu/bna/c_dd313021>`, "hvd_categories", `["http://data.europa.eu/bna/c_dd313021"]`, ""},
		{"theme by label", `dcat:theme [ <http://www.w3.org/2004/02/skos/core#prefLabel> "Ambiente"@it ]`, "themes", `["Ambiente"]`, ""},
	} {
		kept, refused := read(t, "c.ttl", prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "T" ; `+tt.said+" .")
		if len(kept) != 1 || len(refused) > 0 {
			t.Errorf("%s: kept %v, refused %v", tt.name, keysOf(kept), refused)
			continue
		}
		if got := value(t, kept[0], tt.column); got != tt.want || strings.Join(rules(kept[0]), " ") != tt.rules {
			t.Errorf("%s: %s is %q with issues %v; want %q with %q", tt.name, tt.column, got, rules(kept[0]), tt.want, tt.rules)
		}
	}
}

// Distributions as real catalogues write them.
func TestDistributions(t *testing.T) {
	for _, tt := range []struct {
		name, said string
		want       []catalog.Distribution
		rules      string
	}{
		{"misspelt", `dcat:distributions [ dcat:accessUrl "http://e.it/a.csv" ; dct:format ".CSV" ]`, []catalog.Distribution{{AccessURL: "http://e.it/a.csv", Format: ".CSV"}}, ""},
		{"format as a node", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dct:format [ a dct:IMT ; rdfs:label "XLS" ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> "application/vnd.ms-excel" ] ]`,
			[]catalog.Distribution{{DownloadURL: "http://e.it/a", Format: "XLS", MediaType: "application/vnd.ms-excel"}}, ""},
		{"format is a media type", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dct:format "text/csv; charset=utf-8" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", MediaType: "text/csv"}}, ""},
		{"media type is a word", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dcat:mediaType "ZIP" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", Format: "ZIP"}}, ""},
		{"media type by address", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dcat:mediaType <https://www.iana.org/assignments/media-types/application/geo+json> ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", MediaType: "application/geo+json"}}, ""},
		{"words", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dct:format "Zipped CSV" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", Format: "Zipped CSV"}}, ""},
		{"state and stay", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; adms:status <http://purl.org/adms/status/Completed> ; <http://data.europa.eu/r5r/availability> "STABLE" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", Status: "http://purl.org/adms/status/Completed", Availability: "STABLE"}}, ""},
		{"size in words", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dcat:byteSize "12 KB" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a", ByteSize: 12000}}, ""},
		{"size that is none", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; dcat:byteSize "grande" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a"}}, ""},
		{"checksum", `dcat:distribution [ dcat:downloadURL <http://e.it/a> ; <http://spdx.org/rdf/terms#checksum> [ <http://spdx.org/rdf/terms#algorithm> <http://dcat-ap.de/def/hashAlgorithms/sha/256> ; <http://spdx.org/rdf/terms#checksumValue> "00FF" ] ]`,
			[]catalog.Distribution{{DownloadURL: "http://e.it/a", Checksum: "sha256:00ff"}}, ""},
		{"a map service", `dcat:distribution [ dcat:accessURL <http://e.it/wms?service=WMS&request=GetCapabilities> ; dct:format <http://publications.europa.eu/resource/authority/file-type/WMS_SRVC> ]`, []catalog.Distribution{{AccessURL: "http://e.it/wms?service=WMS&request=GetCapabilities", Format: "http://publications.europa.eu/resource/authority/file-type/WMS_SRVC", Service: true}}, ""},
		{"a file out of a service", `dcat:distribution [ dcat:downloadURL <http://e.it/wfs?service=WFS&request=GetFeature&outputFormat=csv> ; dct:format "CSV" ]`, []catalog.Distribution{{DownloadURL: "http://e.it/wfs?service=WFS&request=GetFeature&outputFormat=csv", Format: "CSV"}}, ""},
		{"no address", `dcat:distribution [ dct:title "Vuota" ]`, nil, "distribution-without-address"},
		{"not described", `dcat:distribution <http://e.it/x>`, nil, "distribution-not-described"},
		{"one bad address", `dcat:distribution [ dcat:accessURL "file:///etc/passwd" ; dcat:downloadURL <http://e.it/a> ]`, []catalog.Distribution{{DownloadURL: "http://e.it/a"}}, "address-unusable"},
		{"blank nodes have no name", `dcat:distribution _:r1 . _:r1 dcat:downloadURL <http://e.it/a>`, []catalog.Distribution{{DownloadURL: "http://e.it/a"}}, ""},
	} {
		kept, _ := read(t, "c.ttl", prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "T" ; `+tt.said+" .")
		if len(kept) != 1 {
			t.Errorf("%s: %d kept", tt.name, len(kept))
			continue
		}
		if d := cmp.Diff(tt.want, kept[0].Distributions); d != "" || strings.Join(rules(kept[0]), " ") != tt.rules {
			t.Errorf("%s: issues %v, want %q; %s", tt.name, rules(kept[0]), tt.rules, d)
		}
	}
}

// Order, labels of blank nodes and syntax do not make another description; a
// changed distribution does.
func TestDescriptionIsTheSame(t *testing.T) {
	describe := func(name, doc string) string {
		kept, _ := read(t, name, doc)
		if len(kept) != 1 {
			t.Fatalf("%d kept", len(kept))
		}
		return string(kept[0].Raw)
	}
	a := describe("a.ttl", prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "T"@it ; dct:publisher _:x ; dcat:distribution [ dcat:downloadURL <http://e.it/a> ] , [ dcat:downloadURL <http://e.it/b> ] . _:x foaf:name "N" .`)
	b := describe("b.ttl", prefixes+`_:n7 foaf:name "N" . _:n8 dcat:downloadURL <http://e.it/b> . <http://e.it/d> dcat:distribution _:n8 , _:n9 ; dct:publisher _:n7 . _:n9 dcat:downloadURL <http://e.it/a> . <http://e.it/d> dct:title "T"@it , "T"@it ; a dcat:Dataset .`)
	c := describe("c.rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/"><dcat:Dataset rdf:about="http://e.it/d">
		<dcat:distribution rdf:parseType="Resource"><dcat:downloadURL rdf:resource="http://e.it/a"/></dcat:distribution><dct:title xml:lang="it">T</dct:title>
		<dcat:distribution><rdf:Description><dcat:downloadURL rdf:resource="http://e.it/b"/></rdf:Description></dcat:distribution><dct:publisher><rdf:Description foaf:name="N"/></dct:publisher></dcat:Dataset></rdf:RDF>`)
	other := describe("d.ttl", prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "T"@it ; dct:publisher _:x ; dcat:distribution [ dcat:downloadURL <http://e.it/a> ] , [ dcat:downloadURL <http://e.it/c> ] . _:x foaf:name "N" .`)
	if a != b || a != c {
		t.Errorf("descriptions differ:\n%s\n%s\n%s", a, b, c)
	}
	if a == other {
		t.Error("a changed distribution is not seen")
	}
	loop := describe("loop.ttl", prefixes+`<http://e.it/d> a dcat:Dataset ; dct:title "T" ; dct:relation _:a . _:a dct:relation _:b . _:b dct:relation _:a .`)
	if strings.Count(loop, "\n") != 5 {
		t.Errorf("nodes in a circle:\n%s", loop)
	}
}

// What had to be put right in the document is told once, with the first dataset.
func TestRepairsAreTold(t *testing.T) {
	kept, _ := read(t, "c.rdf", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/">
		<dcat:Dataset rdf:about="http://e.it/1"><dct:title>A & B</dct:title><dcat:landingPage rdf:resource="http://e.it/?a=1&b=2"/></dcat:Dataset><dcat:Dataset rdf:about="http://e.it/2"><dct:title>C</dct:title></dcat:Dataset></rdf:RDF>`)
	if len(kept) != 2 || !slices.Equal(rules(kept[0]), []string{"document-repaired"}) || len(kept[1].Issues) != 0 || value(t, kept[0], "page") != "http://e.it/?a=1&b=2" {
		t.Fatalf("kept %v with %+v", keysOf(kept), kept[0].Issues)
	}
	if !strings.Contains(kept[0].Issues[0].Read, "2 ampersands") {
		t.Errorf("told %q", kept[0].Issues[0].Read)
	}
}

// Who is plainly a person is not stored either.
func TestPersonsAreNotStored(t *testing.T) {
	for name, doc := range map[string]string{
		"c.ttl":     prefixes + `<http://e.it/d> a dcat:Dataset ; dct:title "T" ; dcat:contactPoint [ vcard:fn "Jane Doe" ; vcard:hasEmail <mailto:jane.doe@e.it> ] , "Dott. John Doe" .`,
		"data.json": `{"dataset": [{"identifier": "http://e.it/d", "title": "T", "contactPoint": {"fn": "Jane Doe", "hasEmail": "mailto:jane.doe@e.it"}}]}`,
		"old.json":  `[{"identifier": "http://e.it/d", "title": "T", "person": "Jane Doe", "mbox": "jane.doe@e.it"}]`,
	} {
		kept, _ := read(t, name, doc)
		if len(kept) != 1 || strings.Contains(strings.ToLower(string(kept[0].Raw)), "doe") {
			t.Errorf("%s: %s", name, kept[0].Raw)
		}
	}
}

// What a source is told to drop is neither published nor stored.
func TestDrop(t *testing.T) {
	for name, doc := range map[string]string{
		"c.ttl":     prefixes + `<http://e.it/d> a dcat:Dataset ; dct:title "T" ; dcat:contactPoint [ vcard:fn "Segreteria" ; vcard:hasEmail "segreteria@e.it" ] .`,
		"data.json": `{"dataset": [{"identifier": "http://e.it/d", "title": "T", "contactPoint": {"fn": "Segreteria", "hasEmail": "mailto:segreteria@e.it"}}]}`,
	} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(doc), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, drop := range []string{"", "contact_points", "dcat:contactPoint", "contactPoint"} {
			kept, _, err := collect(t, nil, catalog.Source{URL: path, Mapping: catalog.Mapping{Drop: strings.Fields(drop)}})
			if err != nil || len(kept) != 1 {
				t.Fatalf("%s: %v, %v", name, keysOf(kept), err)
			}
			there := drop == "" || drop == "contactPoint" && name == "c.ttl" || drop == "dcat:contactPoint" && name == "data.json"
			if said, stored := value(t, kept[0], "contact_points") != "", strings.Contains(string(kept[0].Raw), "egreteria"); said != there || stored != there {
				t.Errorf("%s without %q: published %v, stored %v; want %v", name, drop, said, stored, there)
			}
		}
	}
}
