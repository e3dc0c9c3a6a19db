package datasets

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// How many concepts each vocabulary has: a table that loses a line is found.
var sizes = map[string]int{
	"access-rights": 3, "accommodation-types": 99, "authentication-methods": 13, "availabilities": 4, "business-events": 15, "course-types": 9, "cultural-places": 94,
	"data-subthemes": 123, "data-themes": 14, "distribution-statuses": 4, "document-types": 9, "education-levels": 16, "eqf-levels": 8, "event-types": 72, "file-types": 74,
	"frequencies": 31, "hvd-categories": 71, "inspire-themes": 34, "interactivity-levels": 6, "ipa-categories": 53, "ipa-types": 5, "iso-topics": 21, "languages": 341, "legal-statuses": 80,
	"licences": 51, "life-events": 19, "municipalities": 273, "observed-properties": 28, "organization-kinds": 7, "other-file-types": 122, "place-types": 67, "places-italy": 238,
	"poi-categories": 8, "public-body-categories": 41, "route-types": 14, "service-channels": 39, "service-inputs": 8, "service-subjects": 15, "study-fields": 40, "tuscany-areas": 11, "units": 57,
}

// Every vocabulary has as many concepts as it should, each with a code of its
// own, an Italian label, an address that is one, and wider concepts that exist;
// and each says itself.
func TestSchemes(t *testing.T) {
	list, err := References()
	if err != nil {
		t.Fatal(err)
	}
	v := Vocabularies()
	for _, ref := range list {
		s, ok := v.Scheme(ref.Name)
		if !ok {
			t.Errorf("%s is no vocabulary", ref.Name)
			continue
		}
		if len(s.Concepts) != sizes[ref.Name] {
			t.Errorf("%s has %d concepts; want %d", ref.Name, len(s.Concepts), sizes[ref.Name])
		}
		if s.Title == "" || s.Version == "" {
			t.Errorf("%s: title %q, version %q", ref.Name, s.Title, s.Version)
		}
		wider := s
		if ref.Name == "data-subthemes" {
			wider, _ = v.Scheme("data-themes")
		}
		if ref.Name == "ipa-categories" {
			wider, _ = v.Scheme("ipa-types")
		}
		codes := map[string]bool{}
		for _, c := range s.Concepts {
			if c.Code == "" || codes[c.Code] || c.Label == "" {
				t.Errorf("%s: concept %+v has no code of its own, or no label", ref.Name, c)
			}
			codes[c.Code] = true
			if u, err := url.Parse(c.URI); c.URI != "" && (err != nil || u.Host == "" || !strings.HasPrefix(u.Scheme, "http") || strings.ContainsAny(c.URI, " <>\"{}|\\^`")) {
				t.Errorf("%s: %s has the address %q", ref.Name, c.Code, c.URI)
			}
			for _, b := range c.Broader {
				if _, ok := wider.Concept(b); !ok {
					t.Errorf("%s: %s lies under %q, which is not there", ref.Name, c.Code, b)
				}
			}
			if got, ok := s.Recognise(c.Code); !ok || got.Code != c.Code {
				t.Errorf("%s: Recognise(%q) = %q, %t", ref.Name, c.Code, got.Code, ok)
			}
		}
	}
	for name := range sizes {
		if _, ok := v.Scheme(name); !ok {
			t.Errorf("there is no vocabulary %s", name)
		}
	}
}

// What the tables say of each other is there.
func TestSchemesReferToEachOther(t *testing.T) {
	v := Vocabularies()
	has := func(scheme, code string) bool {
		s, _ := v.Scheme(scheme)
		_, ok := s.Concept(code)
		return ok
	}
	for _, p := range v.PlaceTypes {
		if !has("poi-categories", p.POI) || !has("cultural-places", p.URI) && !has("poi-categories", p.URI) {
			t.Errorf("place type %s: category %q, concept %s", p.Code, p.POI, p.URI)
		}
	}
	rows, err := readTable("ipa-categories")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r["s13"] != "" && !has("public-body-categories", r["s13"]) {
			t.Errorf("category %s of IndicePA has S13 %q, which is not there", r["code"], r["s13"])
		}
	}
}

// What sources write is understood.
func TestConceptsAsSourcesSayThem(t *testing.T) {
	for scheme, said := range map[string]map[string]string{
		"hvd-categories":         {"http://data.europa.eu/bna/c_63b37dd4": "c_63b37dd4", "https://data.europa.eu/bna/c_ac64a52d/": "c_ac64a52d", "Mobility": "c_b79e35eb", "mobilità": "c_b79e35eb"},
		"access-rights":          {"http://publications.europa.eu/resource/authority/access-right/PUBLIC": "PUBLIC", "public": "PUBLIC", "Riservato": "NON_PUBLIC", "aperto a tutti forse": ""},
		"availabilities":         {"http://data.europa.eu/r5r/availability/stable": "STABLE", "stabile": "STABLE"},
		"distribution-statuses":  {"http://purl.org/adms/status/Completed": "COMPLETED", "UnderDevelopment": "DEVELOP", "ritirato": "WITHDRAWN"},
		"data-subthemes":         {"http://eurovoc.europa.eu/100245": "5606", "politica agricola": "5606"},
		"service-channels":       {"sportello": "01.1.1", "Online": "02.3", "PEC": "04.1", "telefono": "03"},
		"authentication-methods": {"SPID": "SPIDL2", "cie": "CIE", "nessuna": "NONE"},
		"interactivity-levels":   {"LEVEL 4": "LEVEL 4", "livello 3": "LEVEL 3", "4": "LEVEL 4"},
		"life-events":            {"Cambio di residenza": "9", "salute": "15", "avere figli": "12"},
		"service-subjects":       {"Anagrafe": "6", "Tributi": "9", "Educazione e formazione": "1"},
		"legal-statuses":         {"S.r.l.": "1.3.20", "SPA": "1.3.10", "fondazione": "1.7.20", "Comune": "2.4.30"},
		"public-body-categories": {"Comuni": "204", "azienda usl": "207"},
		"ipa-categories":         {"L6": "L6", "Comuni e loro Consorzi e Associazioni": "L6", "Societa' in Conto Economico Consolidato": "S01"},
		"course-types":           {"school programme": "school programme", "CPIA": "adult education", "its": "ITS"},
		"eqf-levels":             {"4": "4", "EQF 6": "6", "Livello 5": "5"},
		"education-levels":       {"licenza media": "LSE", "Diploma di maturità": "USG", "laurea": "LD"},
		"study-fields":           {"061": "061", "Informatica": "061", "http://data.europa.eu/esco/isced-f/042": "042"},
		"accommodation-types":    {"Albergo/Hotel": "A.1", "Motel": "A.2"},
		"tuscany-areas":          {"PO": "100", "248": "048", "ITI1": "09", "100": "100"},
		"organization-kinds":     {"public_body": "public_body", "APS": "association"},
		"other-file-types":       {"http://publications.europa.eu/resource/authority/file-type/PDFA1A": "PDFA1A", "pdfa1a": "PDFA1A"},
	} {
		s, ok := Vocabularies().Scheme(scheme)
		if !ok {
			t.Fatalf("there is no vocabulary %s", scheme)
		}
		for text, want := range said {
			if got, ok := s.Recognise(text); got.Code != want || ok != (want != "") {
				t.Errorf("%s: Recognise(%q) = %q, %t; want %q", scheme, text, got.Code, ok, want)
			}
		}
	}
}

// Of words that no vocabulary has, the nearest concept is proposed, or none.
func TestProposal(t *testing.T) {
	v := Vocabularies()
	for _, c := range []struct{ field, said, want string }{
		{"type", "biblioteche comunale", "biblioteca"}, {"type", "musoe", ""}, {"type", "teatri all'aperto", "teatro"}, {"type", "xyz", ""}, {"type", "", ""},
		{"frequency", "anuale", "ANNUAL"}, {"frequency", "mensilmente", "MONTHLY"}, {"themes", "Agricultura", "AGRI"}, {"life_events", "cambiare residenza", "9"},
		{"subject_matter", "Servizi anagrafici", "6"}, {"access_rights", "pubblici", "PUBLIC"}, {"channel_types", "sportelli", "01.1.1"}, {"colour", "rosso", ""},
	} {
		if got, ok := v.Proposal(c.field, c.said); got.Code != c.want || ok != (c.want != "") {
			t.Errorf("Proposal(%q, %q) = %q, %t; want %q", c.field, c.said, got.Code, ok, c.want)
		}
	}
}

// Our tables hold what is published, no more and no less.
func TestSchemesAsPublished(t *testing.T) {
	const dir = "../../shared/vocab/"
	if !isThere(dir) {
		t.Skip("../shared is not here: nothing to compare with")
	}
	for scheme, file := range map[string]string{
		"hvd-categories": "eu-hvd-categories", "places-italy": "eu-places-italy", "cultural-places": "it-cultural-interest-places", "poi-categories": "it-poi-categories",
		"accommodation-types": "it-accommodation-typology", "education-levels": "it-education-levels", "document-types": "it-government-document-types", "legal-statuses": "it-legal-status",
		"public-body-categories": "it-s13-public-bodies", "route-types": "it-route-types", "life-events": "it-life-events", "business-events": "it-business-events",
		"authentication-methods": "it-service-authentication", "service-channels": "it-service-channels", "service-inputs": "it-service-input-output",
		"interactivity-levels": "it-service-interactivity", "service-subjects": "it-service-subjects",
	} {
		same(t, scheme, uris(t, scheme), published(t, dir+file+".csv", "uri"))
	}
	same(t, "data-subthemes", uris(t, "data-subthemes"), published(t, dir+"eu-data-theme-subthemes.csv", "eurovoc_uri"))
	same(t, "rights", slices.Concat(uris(t, "access-rights"), uris(t, "availabilities"), uris(t, "distribution-statuses")), published(t, dir+"eu-rights-status-availability.csv", "uri"))
	all := append(uris(t, "file-types"), uris(t, "other-file-types")...)
	for _, u := range published(t, dir+"eu-file-types.csv", "uri") {
		if !slices.Contains(all, u) {
			t.Errorf("file type %s is in neither table", u)
		}
	}
	for _, m := range published(t, dir+"map-inspire-media-type-to-file-type.csv", "inspire_media_type_uri") {
		others, _ := Vocabularies().Scheme("other-file-types")
		_, other := others.Recognise(m)
		if _, ok := Vocabularies().FileType(m); !ok && !other {
			t.Errorf("media type %s of INSPIRE is no format of ours", m)
		}
	}
}

func uris(t *testing.T, scheme string) []string {
	t.Helper()
	s, ok := Vocabularies().Scheme(scheme)
	if !ok {
		t.Fatalf("there is no vocabulary %s", scheme)
	}
	var list []string
	for _, c := range s.Concepts {
		list = append(list, c.URI)
	}
	return list
}

// Whatever is said, the answer of every vocabulary is one of its concepts or none.
func FuzzSchemes(f *testing.F) {
	for _, s := range []string{"", "SPID", "http://eurovoc.europa.eu/", "\xff", "ıİ ﬁ", "a", "://"} {
		f.Add(s)
	}
	v := Vocabularies()
	f.Fuzz(func(t *testing.T, text string) {
		for _, ref := range v.Schemes {
			s, _ := v.Scheme(ref.Name)
			for _, find := range []func(string) (catalog.Concept, bool){s.Concept, s.Recognise, s.Nearest} {
				c, ok := find(text)
				if again, known := s.Concept(c.Code); ok != known && c.Code != "" || ok && again.Code != c.Code {
					t.Errorf("%s of %q: %+v, %t", ref.Name, text, c, ok)
				}
			}
		}
	})
}
