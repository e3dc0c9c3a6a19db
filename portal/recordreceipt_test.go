package portal_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// twoPortals harvests two portals that list one dataset, and is the id of its record.
func twoPortals(t testing.TB, s *site) string {
	t.Helper()
	for _, id := range []string{"comune", "regione"} {
		file := filepath.Join(t.TempDir(), id+".ttl")
		text := fmt.Sprintf(`<https://comune.example/d/alberi> a <http://www.w3.org/ns/dcat#Dataset> ; <http://purl.org/dc/terms/title> "Alberi, dice %s" .`, id)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		src := catalog.Source{ID: id, Protocol: "dcat", URL: file, Title: "Portale: " + id, Rhythm: catalog.Duration(24 * time.Hour), Deadline: catalog.Duration(time.Minute)}
		if err := s.store.PutSource(t.Context(), src); err != nil {
			t.Fatal(err)
		}
		harvest(t, s.store, src)
	}
	var record string
	if err := s.store.DB().QueryRow(t.Context(), `select id::text from record where kind = 'dataset' and status = 'published'`).Scan(&record); err != nil {
		t.Fatal(err)
	}
	return record
}

// A record that several sources describe has a receipt and a history under each of them,
// and under no other.
func TestReceiptOfEverySource(t *testing.T) {
	s := empty(t)
	record := twoPortals(t, s)
	for source, other := range map[string]string{"comune": "regione", "regione": "comune"} {
		path := fmt.Sprintf("/stato/fonti/%s/schede/%s", source, record)
		for _, address := range []string{path, "/en" + path} {
			if page := s.page(t, address); !strings.Contains(page, "Portale: "+source) || strings.Contains(page, "Portale: "+other) {
				t.Errorf("%s does not tell what %s says, or what %s says", address, source, other)
			}
		}
		if page := s.page(t, path+"/versioni?da=1&a=1"); !strings.Contains(page, "Portale: "+source) {
			t.Errorf("%s has no history there", path)
		}
	}
	put(t, s, thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Altrove"}})
	for _, path := range []string{"/stato/fonti/prova-place-0/schede/" + record, "/stato/fonti/niente/schede/" + record, "/stato/fonti/comune/schede/x"} {
		if resp, _ := s.get(t, path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s; want 404", path, resp.Status)
		}
	}
}

// A receipt says how many of its records other sources describe too, and leads to
// them and to those sources.
func TestReceiptTellsWhatIsTheSame(t *testing.T) {
	s := empty(t)
	record := twoPortals(t, s)
	for source, wants := range map[string][]string{
		"comune":  nil,
		"regione": {"1 è descritta anche da altri: la scheda è una sola.", "Descritte anche da altre fonti", record[len(record)-12:] + `">`, `anche da <a href="/stato/fonti/comune">Portale: comune</a>`},
	} {
		runs, err := s.store.Runs(t.Context(), source, 1)
		if err != nil || runs[0].Receipt.Recognised != int64(min(1, len(wants))) {
			t.Errorf("%s: %+v %v", source, runs[0].Receipt, err)
		}
		path := fmt.Sprintf("/stato/fonti/%s/%d", source, runs[0].ID)
		page := s.page(t, path)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: no %q", path, want)
			}
		}
		if wants == nil && strings.Contains(page, "Descritte anche da altre fonti") {
			t.Errorf("%s says that others describe something, which they did not yet", path)
		}
		_, answer := s.get(t, fmt.Sprint("/api/v1/runs/", runs[0].ID))
		if told := strings.Contains(answer, `"others":["comune"]`) && strings.Contains(answer, "/collections/datasets/items/"+record); told != (wants != nil) {
			t.Errorf("the API says of it: %s", answer)
		}
	}
}
