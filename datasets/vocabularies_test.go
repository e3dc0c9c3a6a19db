package datasets

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

func TestRecognisePlaceType(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"museo": "museo", "Musei": "museo", "BIBLIOTECA": "biblioteca", "museum": "museo", "place_of_worship": "chiesa",
		"SCUOLA INFANZIA NON STATALE":                       "scuola-infanzia",
		"SCUOLA SEC. PRIMO GRADO NON STATALE":               "scuola-secondaria-primo-grado",
		"SCUOLA SEC. SECONDO GRADO NON STATALE":             "scuola-secondaria-secondo-grado",
		"Museo, galleria non a scopo di lucro e/o raccolta": "museo",
		"Biblioteca dell'Archivio di Stato di Agrigento":    "biblioteca",
		"Scuola dell’infanzia Castello":                     "scuola-infanzia",
		"Scuola secondaria di primo grado Mazzoni":          "scuola-secondaria-primo-grado",
		"Istituto comprensivo Gandhi":                       "scuola",
		"Museo dell'Opera del Duomo":                        "museo",
		"Castello dell'Imperatore":                          "castello",
		"Caffè Bacchino":                                    "bar",
		"Ristorante Il Castello":                            "ristorante",
		"Parco archeologico di Carmignano":                  "area-archeologica",
		"Parco delle Cascine di Tavola":                     "parco",
		"Stazione carabinieri di Vaiano":                    "forze-dell-ordine",
		"Stazione di Prato Centrale":                        "stazione",
		"Area naturale protetta Monteferrato":               "area-protetta",
		"Università di Firenze, polo di Prato":              "universita",
		"B&B La Torre":                                      "alloggio",
		"Via del Castello":                                  "",
		"Ex cinema Excelsior":                               "",
		"Il castello dei ragazzi, biblioteca":               "biblioteca", "IL GIARDINO DEI SOGNI": "", "SCUOLA ELEM.PARIT. MARIA": "scuola-primaria",
		"Amici dei Musei":             "",
		"Teatro ex Magnolfi":          "teatro",
		"Universita\u0300 di Firenze": "universita",
		"":                            "",
		"...":                         "",
		"Banti":                       "",
	} {
		got, ok := v.RecognisePlaceType(text)
		if got.Code != want || ok != (want != "") {
			t.Errorf("RecognisePlaceType(%q) = %q, %t; want %q", text, got.Code, ok, want)
		}
	}
}

// Each type has a theme, labels and a class; and says itself.
func TestPlaceTypes(t *testing.T) {
	v := Vocabularies()
	for _, p := range v.PlaceTypes {
		if p.Label == "" || p.LabelEN == "" || p.SchemaOrg == "" || !slices.Contains(catalog.Themes, p.Theme) {
			t.Errorf("place type %s is not complete: %+v", p.Code, p)
		}
		if got, ok := v.PlaceType(p.Code); !ok || got.URI != p.URI {
			t.Errorf("PlaceType(%q) = %v, %t", p.Code, got.Code, ok)
		}
		for _, text := range append(append([]string{p.Code, p.Label}, p.Names...), p.Values...) {
			if got, _ := v.RecognisePlaceType(text); got.Code != p.Code {
				t.Errorf("RecognisePlaceType(%q) = %q; want %q", text, got.Code, p.Code)
			}
		}
	}
	for code, want := range map[string]catalog.Theme{
		"museo": catalog.ThemeCulture, "archivio": catalog.ThemeCulture, "scuola-primaria": catalog.ThemeTraining,
		"parco": catalog.ThemeEnvironment, "farmacia": catalog.ThemeInstitutions,
	} {
		if p, _ := v.PlaceType(code); p.Theme != want {
			t.Errorf("theme of %s = %q; want %q", code, p.Theme, want)
		}
	}
}

func TestEventTypes(t *testing.T) {
	v := Vocabularies()
	themes := map[string]catalog.Theme{
		"cultural": catalog.ThemeCulture, "sport": catalog.ThemeCulture, "social": catalog.ThemeCulture,
		"training": catalog.ThemeTraining, "environment": catalog.ThemeEnvironment, "institutional": catalog.ThemeInstitutions,
	}
	for _, e := range v.EventTypes {
		if e.Theme != themes[e.Area] || e.Theme == "" {
			t.Errorf("event type %s: area %q, theme %q", e.Code, e.Area, e.Theme)
		}
		if _, ok := v.EventType(e.Broader); e.Broader != "" && !ok {
			t.Errorf("event type %s lies under %q, which is not there", e.Code, e.Broader)
		}
	}
	for text, want := range map[string]string{
		"Mostre": "mostra", "1.1.2": "mostra", "Concerto di Natale": "manifestazione-musicale",
		"Sagra della pastasciutta": "sagra", "Seduta del consiglio": "",
	} {
		if got, _ := v.RecogniseEventType(text); got.Code != want {
			t.Errorf("RecogniseEventType(%q) = %q; want %q", text, got.Code, want)
		}
	}
}

func TestLicence(t *testing.T) {
	v := Vocabularies()
	for text, want := range map[string]string{
		"https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40":  "A.2.1",
		"https://creativecommons.org/licenses/by/4.0/":                       "A.2.1",
		"http://creativecommons.org/licenses/by/4.0":                         "A.2.1",
		"http://www.creativecommons.org/licenses/by/4.0/deed.it":             "A.2.1",
		"https://creativecommons.org/licenses/by/4.0/legalcode.it#s1":        "A.2.1",
		"http://publications.europa.eu/resource/authority/licence/CC_BY_4_0": "A.2.1",
		"CC BY 4.0": "A.2.1", "cc-by-4.0": "A.2.1", " Cc_By 4.0 ": "A.2.1", "A.2.1": "A.2.1",
		"Creative Commons Attribuzione 4.0 Internazionale (CC BY 4.0)": "A.2.1",
		"cc-zero": "A.1.1", "iodl2": "A.2.9", "IODL 2.0": "A.2.9", "odc-odbl": "A.3.10", "odc-by": "A.2.10",
		"https://creativecommons.org/licenses/by-sa/4.0/": "A.3.1",
		"notspecified": "C.1.1",
	} {
		if got, ok := v.Licence(text); got.Notation != want || !ok {
			t.Errorf("Licence(%q) = %s, %t; want %s", text, got.Notation, ok, want)
		}
	}
	for _, text := range []string{"", "cc-by", "cc-by-sa", "other-open", "https://creativecommons.org/licenses/by/", "boh"} {
		if got, ok := v.Licence(text); ok || got.Notation != "C.1.1" {
			t.Errorf("Licence(%q) = %s, %t; want the unknown one, false", text, got.Notation, ok)
		}
	}
	if d := v.DefaultLicence(); d.Short != "CC BY 4.0" || d.Openness != catalog.Open || d.ShareAlike {
		t.Errorf("DefaultLicence() = %+v", d)
	}
	for _, notation := range []string{"A.3.1", "A.3.9", "A.3.10", "B.1.9"} {
		if l, _ := v.Licence(notation); !l.ShareAlike {
			t.Errorf("%s is share-alike", l.Short)
		}
	}
}

func TestDataTheme(t *testing.T) {
	v := Vocabularies()
	if got, _ := v.DataTheme("EDUC"); got.Theme != catalog.ThemeTraining {
		t.Errorf("EDUC is of %q", got.Theme)
	}
	if got, ok := v.DataTheme("http://publications.europa.eu/resource/authority/data-theme/ENVI"); !ok || got.Theme != catalog.ThemeEnvironment {
		t.Errorf("ENVI by URI = %+v, %t", got, ok)
	}
}

func TestMunicipality(t *testing.T) {
	v := Vocabularies()
	if n := len(v.Municipalities); n != 273 {
		t.Errorf("%d municipalities; want 273", n)
	}
	for text, want := range map[string]string{
		"100005": "Prato", "G999": "Prato", "PRATO": "Prato", "045001": "Aulla", "45001": "Aulla",
		"poggio a caiano": "Poggio a Caiano", "Civitella in Val di Chiana": "Civitella in Val di Chiana", "Roma": "",
	} {
		if got, _ := v.Municipality(text); got.Name != want {
			t.Errorf("Municipality(%q) = %q; want %q", text, got.Name, want)
		}
	}
}

// Our tables against the published vocabularies, where those are at hand:
// every URI is there, and nothing of theirs is missing.
func TestVocabulariesAsPublished(t *testing.T) {
	const dir = "../../shared/vocab/"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared is not here: nothing to compare with")
	}
	v := Vocabularies()
	var places, events, licences, themes, towns []string
	for _, p := range v.PlaceTypes {
		places = append(places, p.URI)
	}
	for _, e := range v.EventTypes {
		events = append(events, e.URI)
	}
	for _, l := range v.Licences {
		licences = append(licences, l.URI)
	}
	for _, d := range v.DataThemes {
		themes = append(themes, d.URI)
	}
	for _, m := range v.Municipalities {
		towns = append(towns, m.URI)
	}
	subset(t, "place types", places, append(published(t, dir+"it-cultural-interest-places.csv", "uri"), published(t, dir+"it-poi-categories.csv", "uri")...))
	subset(t, "licences", licences, published(t, dir+"it-licences.csv", "uri"))
	same(t, "event types", events, published(t, dir+"it-public-event-types.csv", "uri"))
	same(t, "data themes", themes, published(t, dir+"eu-data-themes.csv", "uri"))
	same(t, "municipalities", towns, published(t, dir+"tuscany-municipalities.csv", "ontopia_uri"))
}

func same(t *testing.T, what string, ours, theirs []string) {
	t.Helper()
	subset(t, what, ours, theirs)
	subset(t, what+" as published", theirs, ours)
}

func subset(t *testing.T, what string, part, whole []string) {
	t.Helper()
	for _, p := range part {
		if !slices.Contains(whole, p) {
			t.Errorf("%s: %s is not in the other", what, p)
		}
	}
}

func published(t *testing.T, file, column string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(string(b))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.Index(lines[0], column)
	var values []string
	for _, line := range lines[1:] {
		values = append(values, line[at])
	}
	return values
}

// Whatever a source writes, the vocabularies answer, with the licence's own
// URI leading back to it.
func FuzzVocabularies(f *testing.F) {
	for _, s := range []string{"", "Museo", "https://creativecommons.org/", "http://creativecommons.org/licenses/by/4.0/deed", "Caffè\u0300 c/o via", "\xff\xfe", "///", "45001"} {
		f.Add(s)
	}
	v := Vocabularies()
	f.Fuzz(func(t *testing.T, text string) {
		l, ok := v.Licence(text)
		if again, _ := v.Licence(l.URI); again.Notation != l.Notation || (!ok && l.Notation != "C.1.1") {
			t.Errorf("Licence(%q) = %s, %t", text, l.Notation, ok)
		}
		p, ok := v.RecognisePlaceType(text)
		if _, known := v.PlaceType(p.Code); known != ok {
			t.Errorf("RecognisePlaceType(%q) = %q, %t", text, p.Code, ok)
		}
		v.RecogniseEventType(text)
		v.Municipality(text)
	})
}

func BenchmarkRecognisePlaceType(b *testing.B) {
	v := Vocabularies()
	for b.Loop() {
		v.RecognisePlaceType("Casa della cultura e Biblioteca comunale A. Lazzerini, già fabbrica Campolmi")
	}
}
