package oaipmh_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// ofData are the formats that pycsw offers, in its order.
const ofData = `<ListMetadataFormats>
<metadataFormat><metadataPrefix>csw-record</metadataPrefix><metadataNamespace>http://www.opengis.net/cat/csw/2.0.2</metadataNamespace></metadataFormat>
<metadataFormat><metadataPrefix>fgdc-std</metadataPrefix><metadataNamespace>http://www.opengis.net/cat/csw/csdgm</metadataNamespace></metadataFormat>
<metadataFormat><metadataPrefix>oai_dc</metadataPrefix><metadataNamespace>http://www.openarchives.org/OAI/2.0/</metadataNamespace></metadataFormat>
<metadataFormat><metadataPrefix>iso19139</metadataPrefix><metadataNamespace>http://www.isotc211.org/2005/gmd</metadataNamespace></metadataFormat>
<metadataFormat><metadataPrefix>dif</metadataPrefix><metadataNamespace>http://gcmd.gsfc.nasa.gov/Aboutus/xml/dif/</metadataNamespace></metadataFormat>
</ListMetadataFormats>`

// isoRecord is a record of the protocol with metadata of ISO 19139.
func isoRecord(id, level, title string) string {
	person := `<gmd:contact><gmd:CI_ResponsibleParty><gmd:individualName><gco:CharacterString>Rossi Maria</gco:CharacterString></gmd:individualName><gmd:organisationName><gco:CharacterString>Comune di Prato</gco:CharacterString></gmd:organisationName>` +
		`<gmd:contactInfo><gmd:CI_Contact><gmd:phone><gmd:CI_Telephone><gmd:voice><gco:CharacterString>0574 18361</gco:CharacterString></gmd:voice></gmd:CI_Telephone></gmd:phone></gmd:CI_Contact></gmd:contactInfo>` +
		`<gmd:role><gmd:CI_RoleCode codeListValue="pointOfContact"/></gmd:role></gmd:CI_ResponsibleParty></gmd:contact>`
	if title != "" {
		title = `<gmd:title><gco:CharacterString>` + title + `</gco:CharacterString></gmd:title>`
	}
	return oaiRecord(id, `xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco"`, `<gmd:MD_Metadata><gmd:fileIdentifier><gco:CharacterString>`+id+`</gco:CharacterString></gmd:fileIdentifier>`+
		`<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="`+level+`"/></gmd:hierarchyLevel>`+person+
		`<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>`+title+`</gmd:CI_Citation></gmd:citation></gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`)
}

func oaiRecord(id, spaces, metadata string) string {
	return `<record><header><identifier>` + id + `</identifier><datestamp>` + day1 + `</datestamp></header><metadata ` + spaces + `>` + metadata + `</metadata></record>`
}

// A repository of a catalogue of data is read in ISO 19115, whole and by what changed;
// its records are datasets, without the persons in them.
func TestDatasetsOverOAI(t *testing.T) {
	const isoFirst = "metadataPrefix=iso19139&verb=ListRecords"
	f := &fake{answers: map[string]string{
		"verb=ListMetadataFormats": ofData,
		isoFirst:                   page("", isoRecord("a", "dataset", "Alberi"), isoRecord("b", "featureType", "Tipi"), isoRecord("c", "series", ""), isoRecord("d", "service", "Servizio"), gone("e")),
	}}
	src := catalog.Source{URL: serve(t, f)}
	l := listed(t, src, "")
	if l.err != nil || l.String() != "a d -e" || counts(l.rules) != "record-not-dataset 1, title-missing 1" {
		t.Fatalf("%s, refused %s, %v", l, counts(l.rules), l.err)
	}
	h := l.harvests[0]
	if h.Layer.Guess.Kind != catalog.KindDataset || !slices.Contains(h.Layer.Found, "format: iso19139, the best of csw-record, fgdc-std, oai_dc, iso19139, dif") {
		t.Errorf("layer %+v", h.Layer)
	}
	for _, i := range l.refused {
		if i.Listed != (i.Rule == "title-missing") {
			t.Errorf("%s: listed %v", i.Rule, i.Listed)
		}
	}
	said := string(h.Raw) + value(h, "contact_points")
	if strings.Contains(said, "Rossi") || !strings.Contains(string(h.Raw), "Comune di Prato") || !strings.Contains(value(h, "contact_points"), "18361") || !bytes.HasPrefix(h.Raw, []byte("<record>")) {
		t.Errorf("persons are not kept, offices are: %s", said)
	}
	f.answers["from=2026-11-18T10%3A00%3A00Z&"+isoFirst] = page("", gone("a"))
	f.asked = nil
	if again := listed(t, src, l.Cursor); again.err != nil || again.String() != "-a" || len(f.asked) != 1 {
		t.Errorf("what changed: %s, %v, asked %q", again, again.err, f.asked)
	}

	// offered, and then refused for every record
	f = &fake{answers: map[string]string{"verb=ListMetadataFormats": ofData, isoFirst: `<error code="cannotDisseminateFormat"/>`, first: page("", record("a", day1))}}
	l = listed(t, catalog.Source{URL: serve(t, f)}, "")
	if l.err != nil || l.String() != "a" || l.harvests[0].Layer.Guess.Kind != catalog.KindHeritageItem {
		t.Errorf("in Dublin Core: %s, %v", l, l.err)
	}
}

// The order in which formats are taken is that of what they say.
func TestPreferredFormats(t *testing.T) {
	for offered, want := range map[string]string{
		"oai_dc iso19110 iso19139 iso19115-3.2018": "iso19115-3.2018", "oai_dc iso19139 dcat": "iso19139", "oai_dc mods lido": "lido", "mets oai_dc": "oai_dc", "oai_dc ISO19139": "ISO19139",
	} {
		f := &fake{answers: map[string]string{"verb=ListMetadataFormats": formats(strings.Fields(offered)...)}}
		listed(t, catalog.Source{URL: serve(t, f)}, "")
		if asked := f.asked[len(f.asked)-1]; !strings.Contains(asked, "metadataPrefix="+want+"&") && !strings.HasSuffix(asked, "metadataPrefix="+want) {
			t.Errorf("of %s %s was asked; want %s", offered, asked, want)
		}
	}
}

// The records that pycsw gave over CSW, as it gives them over OAI-PMH.
func TestRealRecordsOverOAI(t *testing.T) {
	b, err := os.ReadFile(shared(t, "csw/csw-pycsw-apiso-getrecords.xml"))
	if err != nil {
		t.Fatal(err)
	}
	spaces := map[string]bool{}
	for _, s := range regexp.MustCompile(`xmlns:\w+="[^"]+"`).FindAllString(string(b), -1) {
		spaces[s] = true
	}
	names := strings.Join(slices.Sorted(maps.Keys(spaces)), " ")
	var records []string
	for i, m := range regexp.MustCompile(`(?s)<gmd:MD_Metadata.*?</gmd:MD_Metadata>`).FindAllString(string(b), -1) {
		records = append(records, oaiRecord(fmt.Sprint(i), names, m))
	}
	f := &fake{answers: map[string]string{"verb=ListMetadataFormats": ofData, "metadataPrefix=iso19139&verb=ListRecords": page("", records...)}}
	l := listed(t, catalog.Source{URL: serve(t, f)}, "")
	if l.err != nil || len(records) == 0 || len(l.harvests)+len(l.rules) != len(records) || len(l.harvests) < 3 {
		t.Fatalf("%d records: %d kept, refused %v, %v", len(records), len(l.harvests), l.rules, l.err)
	}
	for _, h := range l.harvests {
		if value(h, "name") == "" || value(h, "identifier") == "" {
			t.Errorf("%s has name %q, identifier %q", h.Key, value(h, "name"), value(h, "identifier"))
		}
	}
	t.Logf("%d kept of %d, refused %v", len(l.harvests), len(records), l.rules)
}
