package ckan

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"po-net.prato.it/ponet/catalog"
)

// datasetOf is what is made of a package of a portal at https://dati.example.org.
func datasetOf(t *testing.T, text string) (catalog.Dataset, []catalog.Issue) {
	t.Helper()
	p, err := parsePackage(json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	h := &harvest{site: "https://dati.example.org"}
	return h.dataset(p)
}

func equal(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The same facts as a profile of its own, as extras, and as the DCAT extension
// with a schema writes them.
func TestThreeWaysOfWritingTheSame(t *testing.T) {
	want := catalog.Dataset{
		Identifier: "c_g999:D.42", Title: "Alberi", Keywords: []string{"Verde", "alberi"},
		Themes: []string{"ENVI"}, Subthemes: []string{"http://eurovoc.europa.eu/100246"},
		Holder: catalog.Agent{ID: "c_G999", Name: "Comune di Prato"}, Publisher: catalog.Agent{ID: "c_g999", Name: "Comune di Prato"},
		Creators:  []catalog.Agent{{ID: "ABC123", Name: "Ufficio verde"}},
		Frequency: "MONTHLY", Issued: "01/02/2024", Modified: "03-04-2025", Languages: []string{"ITA", "ENG"},
		Temporal:         []catalog.Period{{Start: "2024-01-01", End: "2024-12-31"}},
		Spatial:          []catalog.Spatial{{Name: "Prato", URI: "https://www.geonames.org/3169921", BBox: []float64{11, 43.8, 11.2, 44}}},
		OtherIdentifiers: []catalog.OtherIdentifier{{Notation: "doi:1", Agency: "Ente"}},
		ConformsTo:       []catalog.Standard{{ID: "iso", Title: "Norma", URL: "https://example.org/iso"}},
		LandingPage:      "https://dati.example.org/dataset/alberi", Licence: "https://creativecommons.org/licenses/by/4.0/",
	}
	aggregate := `"[{\"theme\":\"ENVI\",\"subthemes\":[\"http://eurovoc.europa.eu/100246\"]}]"`
	rest := `"themes_aggregate":` + aggregate + `,"id":"x","name":"alberi","title":"Alberi","tags":[{"name":"Verde","display_name":"Verde"},{"name":"verde"},{"name":"alberi"}],"license_url":"https://creativecommons.org/licenses/by/4.0/","license_id":"cc-by"`
	for name, text := range map[string]string{
		"profile": `{` + rest + `,"identifier":"c_g999:D.42","holder_name":"Comune di Prato","holder_identifier":"c_G999","publisher_name":"Comune di Prato","publisher_identifier":"c_g999",
			"creator":"[{\"creator_identifier\":\"ABC123\",\"creator_name\":{\"de\":\"Amt\",\"it\":\"Ufficio verde\"}}]","frequency":"MONTHLY","issued":"01/02/2024","modified":"03-04-2025","language":"{ITA,ENG}",
			"temporal_coverage":"[{\"temporal_start\":\"2024-01-01\",\"temporal_end\":\"2024-12-31\"}]","geographical_name":"Prato","geographical_geonames_url":"https://www.geonames.org/3169921",
			"spatial":"{\"type\":\"Polygon\",\"coordinates\":[[[11,43.8],[11.2,43.8],[11.2,44],[11,44],[11,43.8]]]}",
			"alternate_identifier":"[{\"identifier\":\"doi:1\",\"agent\":{\"agent_name\":{\"it\":\"Ente\"},\"agent_identifier\":\"e\"}}]",
			"conforms_to":"[{\"identifier\":\"iso\",\"title\":{\"it\":\"Norma\"},\"uri\":\"https://example.org/iso\"}]"}`,
		"extras": `{` + strings.Replace(rest, "themes_aggregate", "theme", 1) + `,"extras":[{"key":"identifier","value":"c_g999:D.42"},{"key":"holder_name","value":"Comune di Prato"},{"key":"holder_identifier","value":"c_G999"},
			{"key":"publisher_name","value":"Comune di Prato"},{"key":"publisher_identifier","value":"c_g999"},{"key":"creator_name","value":"Ufficio verde"},{"key":"creator_identifier","value":"ABC123"},
			{"key":"frequency","value":"MONTHLY"},{"key":"issued","value":"01/02/2024"},{"key":"modified","value":"03-04-2025"},{"key":"language","value":"[\"ITA\",\"ENG\"]"},
			{"key":"temporal_start","value":"2024-01-01"},{"key":"temporal_end","value":"2024-12-31"},{"key":"spatial_text","value":"Prato"},{"key":"spatial_uri","value":"https://www.geonames.org/3169921"},
			{"key":"bbox-west-long","value":"11,0"},{"key":"bbox-south-lat","value":"43.8"},{"key":"bbox-east-long","value":"11.2"},{"key":"bbox-north-lat","value":"44"},
			{"key":"alternate_identifier","value":"[{\"identifier\":\"doi:1\",\"agent\":{\"agent_name\":\"Ente\"}}]"},
			{"key":"conforms_to","value":"[{\"identifier\":\"iso\",\"title\":\"Norma\",\"referenceDocumentation\":[\"https://example.org/iso\"]}]"}]}`,
		"schema": `{` + rest + `,"extras":{"identifier":"c_g999:D.42"},"holder_name":"Comune di Prato","holder_identifier":"c_G999","publisher":[{"name":"Comune di Prato","identifier":"c_g999"}],
			"creator":[{"name":"Ufficio verde","identifier":"ABC123"}],"frequency":"MONTHLY","issued":"01/02/2024","modified":"03-04-2025","language":"ITA, ENG","temporal_coverage":[{"start":"2024-01-01","end":"2024-12-31"}],
			"spatial_coverage":[{"text":"Prato","uri":"https://www.geonames.org/3169921","bbox":"{\"type\":\"Polygon\",\"coordinates\":[[[11,43.8],[11.2,44]]]}"}],
			"alternate_identifier":[{"identifier":"doi:1","agent":{"name":"Ente"}}],"conforms_to":[{"identifier":"iso","title":"Norma","uri":"https://example.org/iso"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			got, issues := datasetOf(t, text)
			equal(t, want, got)
			if len(issues) > 0 {
				t.Errorf("issues %v; want none", issues)
			}
		})
	}
}

// What a bare CKAN says: the publisher is then its organisation, the date that
// of the description, with a word about it, the themes those of its groups.
func TestBareCKAN(t *testing.T) {
	d, issues := datasetOf(t, `{"id":"x","name":"alberi","title":"Alberi","author":"Mario Rossi","author_email":"m@example.org","maintainer":"Anna Bianchi","owner_org":"o",
		"organization":{"id":"o","name":"prato","title":"Comune di Prato"},"metadata_modified":"2026-04-07T08:03:03.428194","groups":[{"name":"ambiente","title":"Ambiente"}],
		"license_id":"cc-by","license_title":"Creative Commons Attribution","license_url":"http://www.opendefinition.org/licenses/cc-by","url":"pagina","frequency":null}`)
	equal(t, catalog.Dataset{
		Identifier: "x", Title: "Alberi", Publisher: catalog.Agent{Name: "Comune di Prato"}, Modified: "2026-04-07T08:03:03Z", Themes: []string{"Ambiente"},
		Licence: "cc-by", LandingPage: "https://dati.example.org/dataset/alberi",
	}, d)
	if len(issues) != 1 || issues[0].Rule != "modified-missing" {
		t.Errorf("issues %v; want modified-missing", issues)
	}
}

// A code of the organisation that packages do not repeat comes from the list
// of organisations.
func TestOrganisationsGiveTheirCode(t *testing.T) {
	p := newPortal(t, 250)
	for i := range 60 {
		p.orgs = append(p.orgs, map[string]any{"id": uuid(i), "name": "ente-" + uuid(i), "title": "Ente"})
	}
	p.orgs = append(p.orgs, map[string]any{"id": "org-1", "name": "prato", "title": "Comune di Prato", "extras": []any{map[string]any{"key": "identifier", "value": "c_g999"}}})
	l := harvestAll(t, p.URL)
	l.wantAll(t, ids(250)...)
	n := 0
	for i, c := range l.all[0].Layer.Columns {
		if c.Name == "holder_id" || c.Name == "holder_name" {
			equal(t, map[string]any{"holder_id": "c_g999", "holder_name": "Comune di Prato"}[c.Name], l.all[0].Values[i])
			n++
		}
	}
	if n != 2 {
		t.Errorf("%d columns of the holder; want 2", n)
	}
	equal(t, []string{"CKAN action API at " + p.URL + "/api/3/action/", "packages: 250, listed by id, 100 a page", "organisations: 61"}, l.all[0].Layer.Found)
}

// The licence of all files is the dataset's, before what the package says.
func TestLicenceOfTheFiles(t *testing.T) {
	for resources, want := range map[string]string{
		`[]`: "cc-by", `[{"url":"https://a.it/a.csv","license_type":"iodl2"},{"url":"https://a.it/b.csv","license_type":"iodl2"}]`: "iodl2",
		`[{"url":"https://a.it/a.csv","license_type":"iodl2"},{"url":"https://a.it/b.csv"}]`: "cc-by",
	} {
		d, _ := datasetOf(t, `{"id":"x","license_id":"cc-by","resources":`+resources+`}`)
		equal(t, want, d.Licence)
	}
}

// Of the few organisations of a short listing only those are asked for.
func TestFewOrganisationsAreAskedFor(t *testing.T) {
	p := newPortal(t, 3)
	p.packages[uuid(10)]["owner_org"] = "org-2"
	for _, id := range []string{"org-1", "org-2", "org-3"} {
		p.orgs = append(p.orgs, map[string]any{"id": id, "title": "Ente", "identifier": "c_" + id})
	}
	l := harvestAll(t, p.URL)
	l.wantAll(t, ids(3)...)
	equal(t, []string{"site_read", "package_search", "organization_show", "organization_show"}, p.requests)
	equal(t, "organisations: 2", l.all[0].Layer.Found[2])
}

// A dataset that the portal has from another catalogue names the original.
func TestCopies(t *testing.T) {
	d, _ := datasetOf(t, `{"id":"x","extras":[{"key":"harvest_object_id","value":"h"},{"key":"guid","value":"https://geo.example.org/id/7"}]}`)
	equal(t, "https://geo.example.org/id/7", d.CopyOf)
	d, _ = datasetOf(t, `{"id":"x","extras":[{"key":"guid","value":"https://geo.example.org/id/7"}]}`)
	equal(t, "", d.CopyOf)
}

func TestTranslations(t *testing.T) {
	d, _ := datasetOf(t, `{"id":"x","name":"n","title":"Bäume","title_translated":{"de":"Bäume","it":"Alberi"},"notes_translated":{"en":"Trees of Prato","fr":"Arbres"}}`)
	equal(t, "Alberi", d.Title)
	equal(t, "Trees of Prato", d.Description)
	d, _ = datasetOf(t, `{"id":"x","name":"n","title":{"it_IT":"Alberi","en_GB":"Trees"}}`)
	equal(t, "Alberi", d.Title)
	d, _ = datasetOf(t, `{"id":"x","name":"n","title":null}`)
	equal(t, "n", d.Title)
}

// Persons are neither published nor stored, offices are contacts; what the
// mapping drops is not stored either.
func TestPersons(t *testing.T) {
	for text, want := range map[string]string{
		`{"author":"Mario Rossi","author_email":"m@example.org","id":"x"}`:                                           `{"id":"x"}`,
		`{"maintainer":"Ufficio SIT","maintainer_email":"sit@example.org","author":"Anna Neri","id":"x"}`:            `{"id":"x","maintainer":"Ufficio SIT","maintainer_email":"sit@example.org"}`,
		`{ "author": "", "id": "x", "extras": [] }`:                                                                  `{ "author": "", "id": "x", "extras": [] }`,
		`{"id":"x","extras":[{"key":"author","value":"Mario Rossi"},{"key":"issued","value":"2024"}]}`:               `{"extras":[{"key":"issued","value":"2024"}],"id":"x"}`,
		`{"id":"x","extras":{"maintainer_email":"mario.rossi@example.org","issued":"2024"},"segreto":"da togliere"}`: `{"extras":{"issued":"2024"},"id":"x"}`,
	} {
		p, err := parsePackage(json.RawMessage(text))
		if err != nil {
			t.Fatal(err)
		}
		equal(t, want, string(p.without(append(p.persons(), "segreto"), json.RawMessage(text))))
	}
	d, _ := datasetOf(t, `{"id":"x","maintainer":"Agenzia per la coesione sociale","maintainer_email":"agenzia@example.org","author":"Mario Rossi"}`)
	equal(t, []catalog.Contact{{Name: "Agenzia per la coesione sociale", Email: "agenzia@example.org"}}, d.Contacts)
	d, _ = datasetOf(t, `{"id":"x","maintainer":"Mario Rossi","maintainer_email":"m@example.org"}`)
	equal(t, []catalog.Contact(nil), d.Contacts)
}

// The boxes that extras hold are numbers, or none.
func TestBoxesThatAreNone(t *testing.T) {
	for _, text := range []string{
		`{"id":"x","spatial":"Prato"}`, `{"id":"x","spatial":"{\"type\":\"Point\",\"coordinates\":[]}"}`, `{"id":"x","spatial":"{\"coordinates\":[[[[[[1,2]]]]]]}"}`,
		`{"id":"x","extras":{"bbox-west-long":"NaN","bbox-south-lat":"Inf","bbox-east-long":"1","bbox-north-lat":"2"}}`, `{"id":"x","extras":{"bbox-west-long":"1"}}`,
	} {
		if d, _ := datasetOf(t, text); d.Spatial != nil {
			t.Errorf("%s gave %v; want no place", text, d.Spatial)
		}
	}
}

// The real package of dati.trentino.it.
func TestTrentino(t *testing.T) {
	const file = "../../../shared/data/ckan/package-show-dati-trentino.json"
	if _, err := os.Stat(file); err != nil {
		t.Skip("../shared is not here: the real package cannot be read")
	}
	l := harvestAll(t, file)
	l.wantAll(t, "f76af483-5e62-43ad-92c5-3bcea666edb0")
	if len(l.all) != 1 || len(l.all[0].Distributions) != 3 || len(l.all[0].Issues) > 0 {
		t.Fatalf("%d datasets, the first with %d distributions; want 1 with 3, without issues", len(l.all), len(l.all[0].Distributions))
	}
	d := l.all[0].Distributions[2]
	equal(t, catalog.Distribution{
		ID: "8cc25ca5-f334-4a64-9f5b-40d0ad75104c", Title: "Elenco aderenti EuregioFamilyPass.json", Format: "JSON", MediaType: "application/json",
		AccessURL:   "https://dati.trentino.it/dataset/f76af483-5e62-43ad-92c5-3bcea666edb0/resource/8cc25ca5-f334-4a64-9f5b-40d0ad75104c/download/organizzazioni.json",
		DownloadURL: "https://dati.trentino.it/dataset/f76af483-5e62-43ad-92c5-3bcea666edb0/resource/8cc25ca5-f334-4a64-9f5b-40d0ad75104c/download/organizzazioni.json",
		Licence:     "https://w3id.org/italia/controlled-vocabulary/licences/A21_CCBY40", Modified: "2026-04-07T08:03:03Z",
	}, d)
}

// The other answers of the shared data: datasets where there are any.
func TestSharedAnswers(t *testing.T) {
	const dir = "../../../shared/data/ckan/"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("../shared is not here: the real answers cannot be read")
	}
	for name, want := range map[string]int{
		"dcat-ckan_dataset_multilingual.json": 1, "dcat-full_ckan_dataset_legacy.json": 1, "mcp-package-search-success.json": 2, "mcp-package-show-success.json": 1,
		"dcat-catalog.json": -1, "mcp-datastore-search-success.json": -1, "mcp-group-list-success.json": -1, "mcp-organization-list-success.json": -1,
	} {
		l := harvestAll(t, dir+name)
		if want < 0 {
			l.wantFailed(t, name)
		} else if l.err != nil || len(l.all) != want {
			t.Errorf("%s: %d datasets, %v; want %d", name, len(l.all), l.err, want)
		}
	}
}

// Whatever a portal writes into a package, it is a dataset or an error, its
// numbers are finite, and reading it again gives the same.
func FuzzPackage(f *testing.F) {
	for _, s := range []string{
		`{"id":"a","extras":[{"key":"spatial","value":"{\"coordinates\":[[1,2],[3,4]]}"}],"resources":[{"url":"a b.csv","size":"12 KB","hash":"00"}]}`,
		`{"name":"a","title":{"it":"x"},"language":"{ITA,ENG}","themes_aggregate":"[{\"theme\":\"EDUC\"}]","groups":[{}],"tags":["x"],"organization":{}}`,
		`{"id":1e999}`, `[]`, `{"id":"\u0000","extras":{"a":[[[]]]}}`, `{"id":"x","bbox-west-long":"nan"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePackage(json.RawMessage(text))
		if err != nil {
			return
		}
		h := &harvest{site: "https://dati.example.org"}
		d, _ := h.dataset(p)
		for _, s := range d.Spatial {
			for _, v := range s.BBox {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("a box with %v", v)
				}
			}
		}
		for _, x := range d.Distributions {
			if a := x.Address(); a != "" && !webAddress(a) {
				t.Errorf("a distribution at %q", a)
			}
		}
		layer := catalog.DatasetLayer()
		if v := d.Harvested(layer, p.key(), "application/json", []byte(text)).Values; len(v) != len(layer.Columns) {
			t.Errorf("%d values for %d columns", len(v), len(layer.Columns))
		}
		again, _ := h.dataset(p)
		if diff := cmp.Diff(d, again); diff != "" {
			t.Errorf("read twice:\n%s", diff)
		}
	})
}

// Whatever lies in a file, it is packages or a failed listing.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{`{"success":true,"result":{"id":"a"}}`, `{"results":[{"id":"a"}]}`, `[{"id":"a"}]`, `{"id":"a"}{"id":"b"}`, `<html>`, `{"success":true,"result":{"success":true,"result":1}}`, "null"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		packages, _, err := parseAnswer("answer", []byte(text))
		if (len(packages) > 0) == (err != nil) {
			t.Errorf("%d packages and the error %v", len(packages), err)
		}
		for _, raw := range packages {
			idOf(raw)
		}
	})
}
