package csw_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/antchfx/xmlquery"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/datasets"
)

// shared is the absolute path of a real file outside the repository; without it
// the test is skipped, in CI it fails.
func shared(t testing.TB, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("../../../shared/data/csw", name))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		if _, err := os.Stat("../../../shared"); err == nil && os.Getenv("CI") != "" {
			t.Fatalf("%s is missing", path)
		}
		t.Skip("needs ../shared/data: ", err)
	}
	return path
}

// Each real file is read: its records, with the numbers and some of the values that
// a reader finds in the XML.
func TestRealFiles(t *testing.T) {
	records := 0
	var took time.Duration
	for _, c := range []struct {
		file                  string
		kept, services, files int
		first                 string // of the first record: type, holder, issued, modified, EU themes, licence, reference systems
	}{
		{"csw-geobretagne.xml", 1, 0, 0, "| DGFIP Bretagne | 2018-09-01 | REGI | C.1.1 | 3948 3950 2154"},
		{"csw-geonetwork-iso19139-page-1.xml", 2, 0, 5, "| DDTM 80 (Direction Départementale des Territoires et de la Mer de la Somme) | 2017-10-07 2017-10-07 | REGI | C.1.1 | 2154"},
		{"csw-geonetwork-iso19139-page-3.xml", 2, 0, 4, "| DDTM 62 (Direction départementale des territoires et de la mer du Pas-de-Calais) | 2021-06-18 2021-11-19 | REGI | C.1.1 | 2154"},
		{"csw-geonetwork-iso19139-page-5.xml", 2, 0, 4, "| DDTM 80 (Direction Départementale des Territoires et de la Mer de la Somme) | 2017-10-07 2017-10-07 | REGI | C.1.1 | 2154"},
		{"csw-getrecordbyid-dov.xml", 1, 6, 1, "| Vlaamse overheid - Vlaamse MilieuMaatschappij - Afdeling Operationeel Waterbeheer | 2002-05-22 2002-05-22 | REGI | C.1.1 | 31370 5710 3043"},
		{"csw-getrecords-inspire.xml", 2, 2, 0, "service | National Geographic Institute | 1993-03-29 2024-07-05T13:35:37+02:00 | ENVI HEAL | C.1.1 | 3035 4258 3857 4326 3812"},
		{"csw-getrecords-usgs.xml", 2, 4, 28, "| Humanitarian Information Unit | 2015-04-16T12:00:00Z 2015-04-16T12:00:00Z | SOCI |  | 4326"},
		{"csw-pycsw-apiso-getrecords.xml", 5, 1, 0, ""},
		{"esempio-dataset-rndt-2.0.xml", 1, 4, 1, "| arlpa_to Arpa Piemonte | 2011-06-14 2020-05-25 | ENVI | A.2.1 | 6704"},
		{"esempio-ns-rndt-2.0-min.xml", 1, 1, 0, "service | r_vda Regione Valle d'Aosta | 2016-10-26 2016-10-26 |  |  | "},
		{"gemini-fcs-conservancy.xml", 1, 0, 0, "| Forestry Commission Scotland | 2004-06-06 2010-03-16 | GOVE ECON | C.1.1 | 27700"},
		{"iso19115-3-wallonie-srv.xml", 1, 1, 0, "service | Service public de Wallonie (SPW) | 2018-03-01 2018-03-01 | HEAL | C.1.1 | 31370 4326 3857 3035 4258 3812"},
		{"iso19139-dataset.xml", 1, 0, 1, "| Scottish Natural Heritage | 2006-07-03 | ENVI | C.1.1 | 27700"},
		{"iso19139-multilingual.xml", 1, 2, 1, "service | Český úřad zeměměřický a katastrální | 2023-03-27 | TRAN ENVI GOVE REGI | C.1.1 | "},
		{"iso19139-srv.xml", 1, 1, 0, "service | Landesamt für Digitalisierung, Breitband und Vermessung | 2019-11-21 |  | C.1.1 | 25832 25833 4326 4258 3857"},
		{"openrndt-item.xml", 1, 2, 0, "| age Agenzia delle Entrate | 2023-09-22 | REGI ECON | A.2.1 | 6706"},
		{"rndt-aggregati-strutturali-iso19139.xml", 1, 0, 5, "series | pcm PCM - Dipartimento della protezionecivile | 2021-05-12 2021-05-12 | REGI ENVI | A.2.1 | 7794"},
		{"rndt-covid-19-aree-nuove-IT.xml", 1, 0, 1, "| pcm PCM - Dipartimento della Protezione Civile | 2020-12-01 2022-03-28 | REGI HEAL ENVI | A.2.1 | 4936"},
		{"rndt-covid-19-aree.xml", 1, 0, 0, "| pcm PCM - Dipartimento della protezione civile | 2020-03-06 2020-05-18 | HEAL REGI ENVI | A.2.1 | 4258"},
		{"rndt-covid-19-monitoraggio.xml", 1, 0, 0, "series | pcm PCM - Dipartimento della protezionecivile | 2020-03-06 2020-03-06 | HEAL | A.2.1 | 4258"},
	} {
		path := shared(t, c.file)
		begin := time.Now()
		kept, refused, err := collect(t, catalog.Source{URL: path})
		took += time.Since(begin)
		if err != nil || len(refused) > 0 || len(kept) != c.kept {
			t.Errorf("%s: %d kept, refused %v, %v; want %d", c.file, len(kept), refused, err, c.kept)
			continue
		}
		records += len(kept)
		services, files := agrees(t, path, kept)
		if services != c.services || files != c.files {
			t.Errorf("%s: %d services, %d files; want %d, %d", c.file, services, files, c.services, c.files)
		}
		if got := inShort(t, kept[0]); got != c.first && c.first != "" {
			t.Errorf("%s: %s\nwant %s", c.file, got, c.first)
		}
	}
	t.Logf("%d records, %.0f a second", records, float64(records)/took.Seconds())
}

// agrees compares what was read with what XPath finds in the file.
func agrees(t *testing.T, path string, kept []catalog.Harvested) (services, files int) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := xmlquery.Parse(f)
	if err != nil {
		t.Fatal(err)
	}
	all := xmlquery.Find(doc, "//*[local-name()='MD_Metadata' or local-name()='MI_Metadata']")
	if len(all) != len(kept) {
		t.Errorf("%s has %d records, %d were read", path, len(all), len(kept))
		return 0, 0
	}
	text := func(n *xmlquery.Node, path string) string {
		if found := xmlquery.FindOne(n, path); found != nil {
			return strings.Join(strings.Fields(found.InnerText()), " ")
		}
		return ""
	}
	for i, n := range all {
		h := kept[i]
		id := cmp.Or(text(n, "./*[local-name()='fileIdentifier']"), text(n, "./*[local-name()='metadataIdentifier']//*[local-name()='code']"))
		if h.Key != id {
			t.Errorf("%s: key %q; the file has %q", path, h.Key, id)
		}
		title := text(n, "./*[local-name()='identificationInfo']/*/*[local-name()='citation']/*/*[local-name()='title']/*[local-name()!='PT_FreeText']")
		if h.Values[0] != title {
			t.Errorf("%s: title %q; the file has %q", path, h.Values[0], title)
		}
		said := map[string]bool{}
		for _, u := range xmlquery.Find(n, ".//*[local-name()='linkage']") {
			said[strings.TrimSpace(u.InnerText())] = true
		}
		for _, d := range h.Distributions {
			if d.Service {
				services++
			} else {
				files++
			}
			plain := func(s string) string { return strings.NewReplacer("%7B", "{", "%7D", "}", "%20", " ").Replace(s) }
			if !said[d.Address()] && !said[plain(d.Address())] {
				t.Errorf("%s: the file has no address %s", path, d.Address())
			}
		}
		boxes := 0
		var spatial []catalog.Spatial
		unmarshal(t, h, "spatial", &spatial)
		for _, s := range spatial {
			if s.BBox != nil {
				boxes++
				west := text(n, ".//*[local-name()='westBoundLongitude']")
				if got := fmt.Sprint(s.BBox[0]); !strings.HasPrefix(west, got) && !strings.HasPrefix(text(n, ".//*[local-name()='eastBoundLongitude']"), got) {
					t.Errorf("%s: west %s; the file has %s", path, got, west)
				}
			}
		}
		if want := len(xmlquery.Find(n, "./*[local-name()='identificationInfo']//*[local-name()='EX_GeographicBoundingBox']")); boxes != want {
			t.Errorf("%s: %d boxes; the file has %d", path, boxes, want)
		}
		for _, person := range []string{"Bohumil", "vlcek", "Renwick", "Floor Van Damme"} {
			if strings.Contains(string(h.Raw), person) {
				t.Errorf("%s: %q is kept", path, person)
			}
		}
		if _, err := xmlquery.Parse(strings.NewReader(string(h.Raw))); err != nil {
			t.Errorf("%s: what is kept is no XML: %v", path, err)
		}
	}
	return services, files
}

func unmarshal(t *testing.T, h catalog.Harvested, column string, into any) {
	t.Helper()
	for i, c := range h.Layer.Columns {
		if raw, ok := h.Values[i].(json.RawMessage); ok && c.Name == column {
			if err := json.Unmarshal(raw, into); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// inShort is what becomes of a description: type, body, dates, themes, licence and
// reference systems.
func inShort(t *testing.T, h catalog.Harvested) string {
	t.Helper()
	v := datasets.Vocabularies()
	n, err := catalog.NewNormalizer(catalog.Source{ID: "prova"}, h.Layer, "datasets", v)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := n.Normalize(h)
	get := func(name string) string { s, _ := r.Properties.Get(name).(string); return s }
	var themes []string
	var systems []string
	if raw, ok := r.Properties.Get("themes").(json.RawMessage); ok {
		if err := json.Unmarshal(raw, &themes); err != nil {
			t.Fatal(err)
		}
	}
	var standards []catalog.Standard
	unmarshal(t, h, "conforms_to", &standards)
	for _, s := range standards {
		if _, code, ok := strings.Cut(s.ID, "/EPSG/0/"); ok {
			systems = append(systems, code)
		}
	}
	notation := ""
	if l, ok := v.Licence(r.Licence); r.Licence != "" && ok {
		notation = l.Notation
	}
	join := func(parts ...string) string {
		return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
	}
	return strings.TrimPrefix(strings.Join([]string{get("resource_type"), join(r.BodyID, r.BodyName), join(get("issued"), get("modified")), strings.Join(themes, " "), notation, strings.Join(systems, " ")}, " | "), " ")
}

// The pages of a real GeoNetwork, as it served them: two records a page, whatever
// is asked, nextRecord 0 at the end.
func TestGeoNetworkReplay(t *testing.T) {
	var pages [][]byte
	for _, name := range []string{"1", "3", "5"} {
		b, err := os.ReadFile(shared(t, "csw-geonetwork-iso19139-page-"+name+".xml"))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, b)
	}
	kept, refused, err := replay(t, func(q asked) []byte { return pages[min((q.start-1)/2, 2)] })
	if err != nil || len(refused) > 0 || len(kept) != 6 {
		t.Fatalf("%d, %v, %v; want 6", len(kept), refused, err)
	}
	var titles []string
	for _, h := range kept {
		titles = append(titles, h.Values[0].(string))
	}
	if titles[0] != "Plan local d'urbanisme de la commune de Cartigny" || titles[5] != "Plan local d'urbanisme de la commune de Naours" {
		t.Errorf("titles %q", titles)
	}
}

// Two other real answers: one that is all of its catalogue, and one page of 18
// records whose others are not to be had: what is there is kept, and the listing
// has failed.
func TestAnswersReplayed(t *testing.T) {
	for _, c := range []struct {
		file string
		kept int
		want string
	}{
		{"csw-getrecords-usgs.xml", 2, ""},
		{"csw-pycsw-apiso-getrecords.xml", 5, "the listing ends after 5 records, the server counts 18"},
		{"csw-getrecords-inspire.xml", 2, "holds the same as page 1"},
	} {
		b, err := os.ReadFile(shared(t, c.file))
		if err != nil {
			t.Fatal(err)
		}
		none := []byte(`<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchResults numberOfRecordsMatched="18" numberOfRecordsReturned="0" nextRecord="0"/></csw:GetRecordsResponse>`)
		kept, _, err := replay(t, func(q asked) []byte {
			if q.start > 1 && strings.Contains(c.file, "pycsw") {
				return none
			}
			return b
		})
		if len(kept) != c.kept || (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d, %v; want %d, %q", c.file, len(kept), err, c.kept, c.want)
		}
	}
}

// replay harvests a server that gives recorded answers.
func replay(t *testing.T, answer func(asked) []byte) ([]catalog.Harvested, []catalog.Issue, error) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		q := understand(r)
		if q.request == "GetCapabilities" {
			fmt.Fprint(w, (&server{}).capabilities("2.0.2", ""))
			return
		}
		if _, err := w.Write(answer(q)); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return collect(t, catalog.Source{URL: s.URL + "/csw"})
}

// The answer of the RNDT's own search interface is no document of this protocol,
// and says so: its catalogue is to be had by CSW, itself by kind json.
func TestSearchAnswerIsNoCatalogue(t *testing.T) {
	_, _, err := collect(t, catalog.Source{URL: shared(t, "openrndt-search-response.json")})
	if err == nil || !strings.Contains(err.Error(), "kind json") {
		t.Errorf("%v", err)
	}
}
