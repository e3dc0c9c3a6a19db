package portal_test

import (
	"regexp"
	"strings"
	"testing"

	"po-net.prato.it/ponet/catalog"
)

// What is open now is found on the page, its download and its call of the API
// alike; who does not say when it is open is left out, and the page says so.
func TestOpenNow(t *testing.T) {
	s := empty(t)
	put(t, s,
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Parco della Pace", "opening_hours": "24/7"}},
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Museo chiuso", "opening_hours": "lun-dom chiuso; festivi chiuso"}},
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Museo muto"}})
	if all := s.page(t, "/mappa"); count(t, all) != 3 || !strings.Contains(all, `name="aperto" value="1"> Aperto adesso`) {
		t.Error("the filter is not offered")
	}
	resp, page := s.get(t, "/mappa?aperto=1")
	if count(t, page) != 1 || !strings.Contains(page, "Parco della Pace") || !strings.Contains(page, `name="aperto" value="1" checked`) {
		t.Errorf("open now: %d", count(t, page))
	}
	if !strings.Contains(page, "secondo gli orari pubblicati") && !strings.Contains(page, "Oggi è festivo") {
		t.Error("the page does not say what it is told from")
	}
	if chip := `<a href="/mappa" data-vai><span class="visually-hidden">Togli il filtro </span>Aperto adesso`; !strings.Contains(page, chip) {
		t.Errorf("no %s", chip)
	}
	api := regexp.MustCompile(`/api/v1/search\?openAt=[^"]+`).FindString(page)
	if _, found := s.get(t, api); !strings.Contains(found, `"numberMatched":1,`) {
		t.Errorf("%s: %s", api, found)
	}
	if _, csv := s.get(t, "/mappa.csv?aperto=1"); strings.Count(csv, "\n") != 2 || !strings.Contains(csv, "Parco della Pace") {
		t.Errorf("as CSV: %s", csv)
	}
	if again, _ := s.get(t, "/mappa"); again.Header.Get("ETag") == resp.Header.Get("ETag") {
		t.Error("one validator for all and for what is open")
	}
	if page := s.page(t, "/eventi?aperto=1"); strings.Contains(page, "Aperto adesso") {
		t.Error("the agenda asks what is open")
	}
}
