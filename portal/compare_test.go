package portal_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// changeRecords harvests a source three times: a record changes its name and
// telephone, then its place.
func changeRecords(t testing.TB, s *site) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "vasche.csv")
	src := catalog.Source{
		ID: "vasche", Title: "Vasche di prova", Protocol: "file", URL: file, Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Minute),
		Mapping: catalog.Mapping{Kind: catalog.KindPlace, Key: []string{"codice"}, Fields: map[string]string{"title": "nome", "phone": "telefono"}},
	}
	if err := s.store.PutSource(t.Context(), src); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"1,Vasca <b>vecchia</b>,0574 111,43.880,11.090", "1,Vasca nuova,0574 222,43.880,11.090", "1,Vasca nuova,0574 222,43.889,11.090"} {
		if err := os.WriteFile(file, []byte("codice,nome,telefono,lat,lon\n"+row+"\n2,Altra,,43.87,11.08\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		harvest(t, s.store, src)
	}
}

// versionsPage is the address at which the record that changed is compared.
func versionsPage(t testing.TB, s *site) string {
	t.Helper()
	var id string
	if err := s.store.DB().QueryRow(t.Context(), `select id::text from record where source_id = 'vasche' and source_key = '1'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return "/stato/fonti/vasche/schede/" + id + "/versioni"
}

// Two versions stand side by side in words and on one map, with who made them; any
// two can be chosen without a script.
func TestCompareVersions(t *testing.T) {
	s := empty(t)
	changeRecords(t, s)
	path := versionsPage(t, s)
	id := regexp.MustCompile(`[0-9a-f-]{36}`).FindString(path)
	resp, _ := s.get(t, "/id/"+id)
	record := s.page(t, resp.Header.Get("Location"))
	for _, want := range []string{`href="` + path + `?da=2&amp;a=3"`, `href="` + path + `?da=1&amp;a=2"`, `href="` + path + `"`} {
		if !strings.Contains(record, want) {
			t.Errorf("the page of the record has no %s", want)
		}
	}
	for address, wants := range map[string][]string{
		path:                       {"Le due posizioni sono a 1,0 km l’una dall’altra.", "<svg", ">Prima</text>", ">Dopo</text>", "Versione 3, dal ", "così la fonte «Vasche di prova»", "ricevuta n. "},
		path + "?da=1&a=2":         {"<td>0574 111</td><td>0574 222</td>", "<td>Vasca nuova</td>", `<option value="1" selected>`, "/stato/fonti/vasche/"},
		path + "?da=2&a=2":         {"Le due versioni dicono le stesse cose."},
		"/en" + path + "?da=1&a=3": {"What changed", "The two positions are 1.0 km apart.", "<td>0574 111</td><td>0574 222</td>", "so the source “Vasche di prova”"},
	} {
		body := s.page(t, address)
		for _, want := range wants {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q", address, want)
			}
		}
		if strings.Contains(body, "<b>vecchia") {
			t.Errorf("%s: markup of the source", address)
		}
	}
	if body := s.page(t, path+"?da=1&a=2"); strings.Contains(body, "<svg class=\"po-ferma\"") {
		t.Error("a map where nothing moved")
	}
	for _, wrong := range []string{path + "?da=9&a=1", path + "?a=x", strings.Replace(path, "vasche", "altra", 1)} {
		if resp, _ := s.get(t, wrong); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s; want 404", wrong, resp.Status)
		}
	}
	var other string
	if err := s.store.DB().QueryRow(t.Context(), `select id::text from record where source_id = 'vasche' and source_key = '2'`).Scan(&other); err != nil {
		t.Fatal(err)
	}
	if body := s.page(t, strings.Replace(path, id, other, 1)); !strings.Contains(body, "Di questa scheda c’è una sola versione") {
		t.Error("a record that never changed is not told as such")
	}
}
