package portal_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
	"po-net.prato.it/ponet/portal"
)

// What is open now is found on the page, its download and its call of the API
// alike; who does not say when it is open is left out, and the page says so.
func TestOpenNow(t *testing.T) {
	s := empty(t)
	put(t, s,
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Parco della Pace", "opening_hours": "24/7"}},
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Museo chiuso", "opening_hours": "lun-dom chiuso; festivi chiuso"}},
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Parco in restauro", "opening_hours": "24/7"}, rest: map[string]any{"poi_state": "under_works"}},
		thing{kind: catalog.KindPlace, fields: map[string]string{"title": "Museo muto"}})
	if all := s.page(t, "/mappa"); count(t, all) != 4 || !strings.Contains(all, `name="aperto" value="1"> Aperto adesso`) {
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

// Rows and pages say whether something is open now, in words; a page is good for
// no longer than that is true.
func TestOpeningOnPages(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 59, 30, 0, catalog.Rome) // a Monday
	s := empty(t, func(c *portal.Config) { c.Now = func() time.Time { return now } })
	put(t, s,
		thing{kind: catalog.KindPlace, at: [2]float64{11.1, 43.88}, fields: map[string]string{"title": "Museo civico", "opening_hours": "lun-ven 9-13"}},
		thing{kind: catalog.KindPlace, at: [2]float64{11.101, 43.88}, fields: map[string]string{"title": "Archivio storico", "opening_hours": "lun-ven 9-13, chiuso ad agosto"}},
		thing{kind: catalog.KindPlace, at: [2]float64{11.102, 43.88}, fields: map[string]string{"title": "Biblioteca di notte", "opening_hours": "lun 22-2"}})
	const (
		closing = `<strong class="po-aperto">Aperto ora</strong>, chiude alle 13:00 · </span>lun-ven 9-13`
		closed  = `<strong>Chiuso ora</strong>, apre domani alle 9:00 · </span>lun-ven 9-13`
		later   = `<strong>Chiuso ora</strong>, apre alle 22:00`
	)
	list, page := s.page(t, "/mappa"), regexp.MustCompile(`/luoghi/museo-civico-[^"]+`)
	path := page.FindString(list)
	for _, want := range []string{closing, later + " · </span>lun 22-2", `<strong class="po-aperto">Aperto ora</strong>, chiude alle 13:00 · </span>lun-ven 9-13, chiuso ad agosto`} {
		if !strings.Contains(list, want) {
			t.Errorf("no %s", want)
		}
	}
	resp, record := s.get(t, path)
	for _, want := range []string{`Aperto ora, chiude alle 13:00 · 9:00-13:00</dd>`, later + "</span></p>"} { // of itself, and of what is near
		if !strings.Contains(record, want) {
			t.Errorf("%s: no %s", path, want)
		}
	}
	now = now.Add(time.Minute)
	again, record := s.get(t, path, "If-None-Match", resp.Header.Get("ETag"))
	if again.StatusCode != http.StatusOK || !strings.Contains(record, `Chiuso ora, apre domani alle 9:00`) {
		t.Errorf("%s at 13:00: %s, still as at 12:59", path, again.Status)
	}
	if list := s.page(t, "/mappa"); !strings.Contains(list, closed) {
		t.Errorf("the list at 13:00 has no %s", closed)
	}
}
