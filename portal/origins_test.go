package portal_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"po-net.prato.it/ponet/catalog"
)

// A record says how to get there, who else describes the same thing, how sure its
// position is and how it has changed; a row of a dataset says its columns in words.
func TestWhereDataComeFrom(t *testing.T) {
	s := empty(t, stopped(time.Date(2027, 11, 22, 10, 0, 0, 0, catalog.Rome)))
	work := thing{kind: catalog.KindHeritageItem, at: [2]float64{11.1, 43.88},
		fields: map[string]string{"title": "Pulpito", "phone": "0574 600001", "accuracy": "70", "modified": "2026-08-01"},
		rest: map[string]any{
			"heritage_type": "artistic", "nct": map[string]any{"region": "09", "number": "00281540"}, "qid": "Q42", "geometry_source": "geocoded_number", "note": "prima"},
	}
	things := []thing{
		work,
		{kind: catalog.KindPlace, at: [2]float64{11.102, 43.88}, fields: map[string]string{"title": "Fermata Duomo", "type": "fermata"}},
		{kind: catalog.KindPlace, at: [2]float64{11.101, 43.88}, fields: map[string]string{"title": "Biblioteca", "type": "biblioteca", "code": "IT-PO0001"}},
		{kind: catalog.KindFeature, fields: map[string]string{"title": "Riga"}, rest: map[string]any{"COD_COMUNE": "100005", "sito": "https://www.example.org/x"}},
	}
	put(t, s, things...)
	path := func(kind string) string {
		return regexp.MustCompile(`href="(/` + kind + `[^"]+-[0-9a-f]{12})"`).FindStringSubmatch(s.page(t, "/mappa"))[1]
	}
	has := func(page string, wants ...string) {
		t.Helper()
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("no %s", want)
			}
		}
	}
	page := s.page(t, path("beni/pulpito-"))
	has(page,
		`Fermata o stazione più vicina: <a href="/luoghi/fermata-duomo-`, `</a>, a 160 m in linea d’aria`,
		`Catalogo generale dei beni culturali: <a href="https://catalogo.beniculturali.it/detail/HistoricOrArtisticProperty/0900281540" rel="external">0900281540</a>`,
		`Wikidata: <a href="https://www.wikidata.org/wiki/Q42" rel="external">Q42</a>`,
		`trovata dall’indirizzo, numero civico compreso; buona, entro circa 70 m`,
		`Non aggiornato da 15 mesi. Sai se è cambiato qualcosa?`,
		`arrivata nel catalogo`, `href="geo:43.88000,11.10000"`, `quando="richiesta"`, // the live map is for who asks for it
	)
	if strings.Contains(page, "è cambiato «") || strings.Contains(page, "Parcheggio") {
		t.Error("something that is not so")
	}
	has(s.page(t, path("luoghi/biblioteca-")), `Anagrafe delle biblioteche italiane: <a href="https://anagrafe.iccu.sbn.it/isil/IT-PO0001"`)
	has(s.page(t, regexp.MustCompile(`href="(/dati/[^"/]+/[^"]+)"`).FindStringSubmatch(s.page(t, "/mappa"))[1]),
		`Codice comune <code>COD_COMUNE</code>`, `<a href="https://www.example.org/x" rel="external">www.example.org/x</a>`)

	for i := range 12 { // what changes is said, the last ten times
		things[0].fields["phone"] = fmt.Sprint("0574 60000", i+2)
		things[0].rest["note"] = "poi"
		put(t, s, things...)
	}
	page = s.page(t, path("beni/pulpito-"))
	has(page, `è cambiato «Telefono»`, `e altri 2 cambiamenti prima`, `raccolta n. `)
	if n := strings.Count(page, "è cambiato «Telefono»"); n != 10 {
		t.Errorf("%d changes listed; want 10", n)
	}
}
