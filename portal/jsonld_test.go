package portal_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/piprate/json-gold/ld"
)

// schemaOrg says which properties a class of schema.org has, as
// https://schema.org/ documents them, and what it is a kind of: as much as the
// pages use.
var schemaOrg = map[string]struct {
	is    string // the wider classes
	takes string
}{
	"Thing":                          {"", "name description image url sameAs identifier additionalType"},
	"Place":                          {"Thing", "address geo telephone openingHoursSpecification"},
	"CivicStructure":                 {"Place", ""},
	"Museum":                         {"CivicStructure", ""},
	"AdministrativeArea":             {"Place", ""},
	"LandmarksOrHistoricalBuildings": {"Place", ""},
	"Organization":                   {"Thing", "address email telephone location"},
	"GovernmentOrganization":         {"Organization", ""},
	"LocalBusiness":                  {"Organization Place", ""},
	"GovernmentOffice":               {"LocalBusiness", ""},
	"Event":                          {"Thing", "startDate endDate location eventStatus eventAttendanceMode organizer subEvent"},
	"MusicEvent":                     {"Event", ""},
	"ExhibitionEvent":                {"Event", ""},
	"SaleEvent":                      {"Event", ""},
	"BusinessEvent":                  {"Event", ""},
	"SocialEvent":                    {"Event", ""},
	"CourseInstance":                 {"Event", "courseMode"},
	"CreativeWork":                   {"Thing", "creator publisher license keywords isAccessibleForFree dateModified dateCreated material contentLocation educationalLevel provider spatialCoverage temporalCoverage datePublished version"},
	"VisualArtwork":                  {"CreativeWork", "artMedium"},
	"Course":                         {"CreativeWork", "educationalCredentialAwarded coursePrerequisites hasCourseInstance"},
	"Dataset":                        {"CreativeWork", "includedInDataCatalog distribution variableMeasured"},
	"DataCatalog":                    {"CreativeWork", ""},
	"DataDownload":                   {"CreativeWork", "contentUrl encodingFormat sha256"},
	"PropertyValue":                  {"Thing", "propertyID unitText"},
	"GeoShape":                       {"Thing", "box"},
	"Service":                        {"Thing", "provider audience areaServed serviceOutput availableChannel hoursAvailable"},
	"GovernmentService":              {"Service", "serviceOperator"},
	"ServiceChannel":                 {"Thing", "serviceUrl servicePhone"},
	"ContactPoint":                   {"Thing", "telephone"},
	"Audience":                       {"Thing", "audienceType"},
	"Person":                         {"Thing", ""},
	"OpeningHoursSpecification":      {"Thing", "opens closes dayOfWeek"},
	"PostalAddress":                  {"Thing", "streetAddress postalCode addressLocality addressCountry"},
	"GeoCoordinates":                 {"Thing", "latitude longitude"},
}

// takes reports whether a class has a property.
func takes(class, property string) bool {
	c := schemaOrg[class]
	if slices.Contains(strings.Fields(c.takes), property) {
		return true
	}
	return slices.ContainsFunc(strings.Fields(c.is), func(wider string) bool { return takes(wider, property) })
}

// TestJSONLDOfEveryKind: every kind is of the right class, and says of it only
// what a thing of that class has. A JSON-LD processor that is not ours reads it.
func TestJSONLDOfEveryKind(t *testing.T) {
	s := empty(t)
	put(t, s, everyKind()...)
	s.page(t, "/mappa")
	for path, class := range map[string]string{
		"/mappa?dati=courses": "Course", "/mappa?dati=services": "GovernmentService", "/mappa?dati=offices": "GovernmentOffice",
		"/mappa?dati=stations": "Place", "/mappa?dati=heritage": "VisualArtwork", "/mappa?dati=organizations": "GovernmentOrganization",
		"/mappa?dati=events&q=chiostro": "MusicEvent", "/mappa?dati=events&q=mostra": "ExhibitionEvent", "/dati": "Dataset",
	} {
		page := regexp.MustCompile(`<h3><a href="(/[^"]+)"`).FindStringSubmatch(s.page(t, path))
		if page == nil {
			t.Errorf("%s: nothing there", path)
			continue
		}
		_, body := s.get(t, page[1]+".jsonld")
		var doc map[string]any
		if err := json.Unmarshal([]byte(body), &doc); err != nil {
			t.Fatal(err)
		}
		if doc["@type"] != class {
			t.Errorf("%s is a %v; want %s", page[1], doc["@type"], class)
		}
		checkNode(t, page[1], doc)
		doc["@context"] = withPrefixes(doc["@context"]) // schema.org's own context is on the network
		triples, err := ld.NewJsonLdProcessor().ToRDF(doc, ld.NewJsonLdOptions(s.URL))
		if err != nil {
			t.Errorf("%s: %v", page[1], err)
		} else if n := len(triples.(*ld.RDFDataset).GetQuads("@default")); n < 6 {
			t.Errorf("%s: %d triples", page[1], n)
		}
	}
}

// checkNode checks a node and those in it.
func checkNode(t *testing.T, where string, node map[string]any) {
	t.Helper()
	class, _ := node["@type"].(string)
	if _, known := schemaOrg[class]; !known {
		t.Errorf("%s: a node of class %q", where, class)
		return
	}
	for name, value := range node {
		if name == "@context" || strings.Contains(name, ":") {
			continue // not of schema.org: see TestTurtleOfEveryKind
		}
		if !strings.HasPrefix(name, "@") && !takes(class, name) {
			t.Errorf("%s: a %s has no %s", where, class, name)
		}
		list, isList := value.([]any)
		if !isList {
			list = []any{value}
		}
		for _, v := range list {
			if inner, ok := v.(map[string]any); ok {
				checkNode(t, where+" "+name, inner)
			}
			if v == "" || v == nil {
				t.Errorf("%s: %s is empty", where, name)
			}
		}
	}
}
