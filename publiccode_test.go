package ponet_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/oasdiff/yaml"
)

// A publiccode is what publiccode.yml 0.4 requires of every file, and the
// optional keys that we use.
type publiccode struct {
	Version      string                 `json:"publiccodeYmlVersion"`
	Name         string                 `json:"name"`
	URL          string                 `json:"url"`
	ReleaseDate  string                 `json:"releaseDate"`
	Platforms    []string               `json:"platforms"`
	Categories   []string               `json:"categories"`
	Status       string                 `json:"developmentStatus"`
	SoftwareType string                 `json:"softwareType"`
	Description  map[string]description `json:"description"`
	Legal        struct {
		License string `json:"license"`
	} `json:"legal"`
	Maintenance struct {
		Type     string `json:"type"`
		Contacts []struct {
			Name string `json:"name"`
		} `json:"contacts"`
	} `json:"maintenance"`
	Localisation struct {
		Ready     *bool    `json:"localisationReady"`
		Languages []string `json:"availableLanguages"`
	} `json:"localisation"`
}

type description struct {
	GenericName string   `json:"genericName"`
	Short       string   `json:"shortDescription"`
	Long        string   `json:"longDescription"`
	Features    []string `json:"features"`
	Screenshots []string `json:"screenshots"`
}

func TestPubliccode(t *testing.T) {
	text, err := os.ReadFile("publiccode.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range publiccodeFaults(t, text) {
		t.Error(wrong)
	}
	// each required key is missed when it is not there
	for key, want := range map[string]string{
		"publiccodeYmlVersion": "version", "name": "name", "url": "url", "releaseDate": "date", "platforms": "platforms",
		"categories": "categories", "developmentStatus": "status", "softwareType": "type", "description": "description",
		"legal": "licence", "maintenance": "maintenance", "localisation": "localisation",
	} {
		without := []byte(strings.Replace(string(text), "\n"+key+":", "\nx-"+key+":", 1))
		if found := strings.Join(publiccodeFaults(t, without), "\n"); !strings.Contains(found, want) {
			t.Errorf("without %s: found %q; want %q in it", key, found, want)
		}
	}
}

func publiccodeFaults(t *testing.T, text []byte) []string {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	var p publiccode
	if err := json.Unmarshal(asJSON, &p); err != nil {
		t.Fatal(err)
	}
	var wrong []string
	must := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, what)
		}
	}
	_, err = time.Parse(time.DateOnly, p.ReleaseDate)
	must(p.Version == "0.4", "version is not 0.4")
	must(p.Name != "", "name is missing")
	must(strings.HasPrefix(p.URL, "https://"), "url is not an https address")
	must(err == nil, "release date is not YYYY-MM-DD")
	must(len(p.Platforms) > 0, "platforms are missing")
	must(len(p.Categories) > 0, "categories are missing")
	for _, c := range p.Categories {
		must(slices.Contains(categories, c), "categories: "+c+" is not one of the standard's that we use")
	}
	must(slices.Contains([]string{"concept", "development", "beta", "stable", "obsolete"}, p.Status), "status is not one of the standard's")
	must(p.SoftwareType == "standalone/web", "type is not standalone/web")
	must(len(p.Description) > 0, "description is missing")
	for lang, d := range p.Description {
		must(d.Short != "" && utf8.RuneCountInString(d.Short) <= 150, lang+" short description is not 1 to 150 characters")
		n := utf8.RuneCountInString(d.Long)
		must(n >= 150 && n <= 10000, lang+" long description is not 150 to 10,000 characters")
		must(utf8.RuneCountInString(d.GenericName) <= 35, lang+" generic name is over 35 characters")
		must(len(d.Features) > 0, lang+" features are missing")
		for _, s := range d.Screenshots {
			_, err := os.Stat(s)
			must(err == nil, lang+" screenshot is not there: "+s)
		}
	}
	must(p.Legal.License == "EUPL-1.2", "licence is not EUPL-1.2")
	must(p.Maintenance.Type == "internal" && len(p.Maintenance.Contacts) > 0 && p.Maintenance.Contacts[0].Name != "", "maintenance is not internal with a contact")
	must(p.Localisation.Ready != nil && len(p.Localisation.Languages) > 0, "localisation is incomplete")
	return wrong
}

// categories are those of the standard's list that fit us.
var categories = []string{
	"content-management", "data-analytics", "data-collection", "data-visualization", "digital-citizenship",
	"event-management", "geographic-information-systems", "knowledge-management",
}

// The licence is the whole text, and the one that publiccode.yml names.
func TestLicence(t *testing.T) {
	text, err := os.ReadFile("LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"EUROPEAN UNION PUBLIC LICENCE v. 1.2", "15.Applicable Law", "‘Compatible Licences’ according to Article 5 EUPL"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("LICENSE lacks %q", want)
		}
	}
}
