package portal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestRecord(t *testing.T) {
	if testing.Short() {
		t.Skip("reads every record")
	}
	s := territory(t)
	castle := regexp.MustCompile(`href="(/luoghi/castello-[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa?q=castello+imperatore"))
	if castle == nil {
		t.Fatal("the castle is not found")
	}
	path := castle[1]
	id := path[len(path)-36:]
	page := s.page(t, path)

	t.Run("the page says what is known and where from", func(t *testing.T) {
		for _, want := range []string{
			"<h1>Castello dell&#39;Imperatore</h1>", "Piazza Santa Maria delle Carceri", "Da dove vengono questi dati", "Comune di Prato", "CC BY 4.0",
			"Luoghi della cultura di Prato", "Vista alla fonte", "/id/" + id, `rel="canonical"`, "Nelle vicinanze", "Federico II di Svevia", "geo:43.878", "Precisione della posizione",
		} {
			if !strings.Contains(page, want) {
				t.Errorf("no %q", want)
			}
		}
		_, near, _ := strings.Cut(page, `<h2 id="h-vicinanze">`)
		near, _, _ = strings.Cut(near, "</section>")
		if n := len(all(rowID, near)); n != 5 {
			t.Errorf("%d neighbours; want 5", n)
		}
		if d := dati(t, page); len(d.Righe) != 1 || d.Righe[0].ID != id {
			t.Errorf("the map draws %+v", d.Righe)
		}
	})

	t.Run("schema.org", func(t *testing.T) {
		m := regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`).FindStringSubmatch(page)
		if m == nil {
			t.Fatal("no JSON-LD in the page")
		}
		_, alone := s.get(t, path+".jsonld")
		for _, text := range []string{m[1], alone} {
			var ld map[string]any
			if err := json.Unmarshal([]byte(text), &ld); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(fmt.Sprint(ld["@context"]), "https://schema.org") || ld["name"] != "Castello dell'Imperatore" || ld["@id"] != s.URL+"/id/"+id || ld["geo"] == nil {
				t.Errorf("JSON-LD = %v", ld)
			}
		}
	})

	t.Run("the data are the stored feature", func(t *testing.T) {
		rec, err := s.store.Item(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, ask := range [][]string{{path + ".geojson"}, {path, "Accept", "application/geo+json"}} {
			resp, body := s.get(t, ask[0], ask[1:]...)
			if body != string(rec.Feature) || resp.Header.Get("Content-Type") != "application/geo+json" {
				t.Errorf("%v: %s %.80s", ask, resp.Header.Get("Content-Type"), body)
			}
		}
		if resp, _ := s.get(t, path, "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"); !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
			t.Error("a browser does not get the page")
		}
	})

	t.Run("addresses that have changed", func(t *testing.T) {
		for old, want := range map[string]string{
			"/luoghi/altro-nome-" + id: path, "/luoghi/" + id: path, "/eventi/x-" + id: path, "/luoghi/x-" + id + ".geojson": path + ".geojson",
		} {
			resp, _ := s.get(t, old)
			if resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != want {
				t.Errorf("%s: %s to %s; want %s", old, resp.Status, resp.Header.Get("Location"), want)
			}
		}
		resp, _ := s.get(t, "/id/"+id)
		if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != path {
			t.Errorf("/id: %s to %s", resp.Status, resp.Header.Get("Location"))
		}
		resp, _ = s.get(t, "/id/"+id, "Accept", "application/geo+json")
		if resp.Header.Get("Location") != path+".geojson" {
			t.Errorf("/id as data: to %s", resp.Header.Get("Location"))
		}
	})

	t.Run("every record has its page", func(t *testing.T) {
		next := "/mappa?ordine=nome"
		seen := 0
		for next != "" {
			list := s.page(t, next)
			for _, m := range regexp.MustCompile(`<h3><a href="([^"]+)"`).FindAllStringSubmatch(list, -1) {
				s.page(t, m[1])
				seen++
			}
			m := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(list)
			if next = ""; m != nil {
				next = html.UnescapeString(m[1])
			}
		}
		if seen < 100 {
			t.Errorf("%d pages", seen)
		}
	})

	t.Run("withdrawn", func(t *testing.T) {
		if _, err := s.store.RemoveSource(t.Context(), "prato-cultura"); err != nil {
			t.Fatal(err)
		}
		resp, body := s.get(t, path)
		if resp.StatusCode != http.StatusGone || !strings.Contains(body, "Scheda ritirata") || !strings.Contains(body, "tolta dal catalogo") {
			t.Errorf("%s\n%.500s", resp.Status, body)
		}
		wellMade(t, path, resp, body)
	})
}
